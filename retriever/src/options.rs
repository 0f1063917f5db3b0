//! What an operator can set. The defaults suit one machine: the embedded engine, the platform's folders, all CPUs.

use std::num::NonZero;
use std::path::PathBuf;

use antigravity_chassis::options::{Address, data_dir};
use serde::Deserialize;

/// What a retriever is built from. The names are those of the flags (with `_` for `-`) and of the configuration file.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Where the embedded engine keeps its data, in `index` below it. Default: the platform's data directory. Not used with `qdrant`.
    pub data_dir: PathBuf,
    /// The folder that holds `model.safetensors`, `tokenizer.json` and `config.json`. Default: `models` in the platform's data directory,
    /// whatever `data_dir` says: one model serves several data directories.
    pub model_dir: PathBuf,
    /// A Qdrant server or cluster. Default: none, the embedded engine.
    pub qdrant: Option<Address>,
    /// The archive that requests without a name mean. Default: `preprints`.
    pub archive: String,
    /// Shards of a new collection. Default: Qdrant's own, 1, or as many as the cluster has nodes. With the embedded engine: 1.
    ///
    /// This and the four below are compared with each archive when it is first opened; one that has another value is refused, with both.
    pub shard_number: Option<u32>,
    /// Copies of each shard of a new collection. Default: Qdrant's own, 1. With the embedded engine: 1.
    pub replication_factor: Option<u32>,
    /// Copies that must have a write before it is acknowledged. Default: Qdrant's own, 1. With 3 replicas take 2.
    pub write_consistency_factor: Option<u32>,
    /// Whether the vectors of a new collection are read from disk instead of memory. Default: no.
    pub on_disk_vectors: Option<bool>,
    /// Whether a new collection searches by vectors of one byte per value, in memory, and scores what it finds by the whole ones. Default: no.
    /// Not with the embedded engine.
    pub scalar_quantisation: Option<bool>,
    /// Threads that embed, at least 1. Default: one per CPU.
    pub workers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            data_dir: data_dir(),
            model_dir: data_dir().join("models"),
            qdrant: None,
            archive: "preprints".to_owned(),
            shard_number: None,
            replication_factor: None,
            write_consistency_factor: None,
            on_disk_vectors: None,
            scalar_quantisation: None,
            workers: std::thread::available_parallelism().map_or(1, NonZero::get),
        }
    }
}
