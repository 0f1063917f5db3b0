//! What an operator can set. The defaults suit one machine: the embedded engine, the platform's folders, all CPUs.

use std::num::NonZero;
use std::path::PathBuf;

use antigravity_chassis::options::{Address, Check, Wrong, data_dir};
use antigravity_embed::Precision;
use antigravity_text::ArchiveName;
use serde::Deserialize;

use crate::index::Layout;

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
    /// This and the four below are compared with each archive when it is opened; one that has another value is refused, with both.
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
    /// How exactly the encoder calculates. Default: `int8`.
    pub embedding_precision: Precision,
}

/// More threads than this help on no machine, and each takes memory of its own.
const MOST_WORKERS: usize = 1_024;

impl Check for Options {
    fn check(&self) -> Result<(), Wrong> {
        if let Err(error) = self.archive.parse::<ArchiveName>() {
            return Err(Wrong::new("archive", error));
        }
        for (setting, path) in [("data_dir", &self.data_dir), ("model_dir", &self.model_dir)] {
            if path.as_os_str().is_empty() {
                return Err(Wrong::new(setting, "it is empty"));
            }
        }
        if !(1..=MOST_WORKERS).contains(&self.workers) {
            return Err(Wrong::new("workers", format!("it is {}", self.workers)));
        }
        match self.layout().fault(self.qdrant.is_some()) {
            Some((setting, wrong)) => Err(Wrong::new(setting, wrong)),
            None => Ok(()),
        }
    }
}

impl Options {
    /// How a collection of this retriever is laid out.
    pub(crate) fn layout(&self) -> Layout {
        Layout {
            shard_number: self.shard_number,
            replication_factor: self.replication_factor,
            write_consistency_factor: self.write_consistency_factor,
            on_disk_vectors: self.on_disk_vectors,
            scalar_quantisation: self.scalar_quantisation,
        }
    }
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
            embedding_precision: Precision::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_value_is_refused_by_name() {
        for (options, setting) in [
            (Options { archive: "a/b".into(), ..Default::default() }, "archive"),
            (Options { data_dir: PathBuf::new(), ..Default::default() }, "data_dir"),
            (Options { model_dir: PathBuf::new(), ..Default::default() }, "model_dir"),
            (Options { workers: 0, ..Default::default() }, "workers"),
            (Options { workers: usize::MAX, ..Default::default() }, "workers"),
        ] {
            assert_eq!(options.check().unwrap_err().setting, setting);
        }
        assert_eq!(Options::default().check(), Ok(()));
    }
}
