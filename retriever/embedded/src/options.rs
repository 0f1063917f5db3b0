//! How much of calls, threads, log and messages there may be. Where a default differs from the engine's or tonic's own, it says from what.

use std::thread::available_parallelism;

/// What an [`Engine`](crate::Engine) may use. The defaults suit an archive on a laptop or one pod.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Calls that run at once; others wait in line. Default: twice the CPUs, at least 4.
    /// Each occupies one thread of tokio's blocking pool while it runs.
    pub concurrent_calls: usize,
    /// Threads of each collection's search pool, at least 1. Default: 2. (The engine's own default is four per CPU and collection, made for
    /// a server with cold disks; a small archive sits in the page cache.)
    pub search_threads: usize,
    /// Points written or deleted after which a collection is optimized in the background: segments merged, HNSW graph built. Default: 5,000,
    /// about where the engine's own threshold (10,000 KB of vectors) is reached with 384 dimensions.
    pub optimize_after_points: usize,
    /// Bytes of one segment of the write-ahead log, preallocated per collection. Default: 4 MiB (the engine's own: 32 MiB). A larger write
    /// gets a larger segment.
    pub wal_segment_bytes: usize,
    /// Bytes that must be free on the disk for a write to be tried. Default: 256 MiB. A new segment of the engine takes 32 MiB for each of
    /// its vectors' files at once, and the optimizer writes a segment anew beside the old one.
    pub free_bytes: u64,
    /// Largest message in either direction, in bytes. Default: 64 MiB (tonic's own: 4 MiB), room for 200 points with sentence vectors.
    pub message_bytes: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        let cpus = available_parallelism().map_or(2, usize::from);
        Self {
            concurrent_calls: (2 * cpus).max(4),
            search_threads: 2,
            optimize_after_points: 5_000,
            wal_segment_bytes: 4 << 20,
            free_bytes: 256 << 20,
            message_bytes: 64 << 20,
        }
    }
}
