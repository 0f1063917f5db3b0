//! What an operator can set. The defaults suit one machine: the embedded engine, the platform's folders, all CPUs.

use std::num::NonZero;
use std::path::PathBuf;

use antigravity_chassis::options::{Address, Check, Wrong, data_dir};
use antigravity_text::ArchiveName;
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
        Ok(())
    }
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
