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
            workers: std::thread::available_parallelism().map_or(1, NonZero::get),
        }
    }
}
