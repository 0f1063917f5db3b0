//! What the program goes by, once flags, variables, file and defaults are laid over one another.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use antigravity_answerer::ModelOptions;
use antigravity_chassis::{
    options::{self, Address, OptionsError},
    telemetry::LogFormat,
};
use serde::{Deserialize, Serialize};

use crate::cli::{Cli, Command, Common};

/// The settings of every command; each takes what concerns it.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Options {
    /// The archive's name. Empty: the default one.
    pub(crate) archive: String,
    /// Where archives are kept.
    pub(crate) data_dir: PathBuf,
    /// Where the embedding model's files are, whatever `data_dir` says: one copy serves all archives.
    pub(crate) model_dir: PathBuf,
    /// A gateway to talk to instead of opening the data directory.
    pub(crate) server: Option<Address>,
    /// A Qdrant server to use instead of the embedded engine.
    pub(crate) qdrant: Option<Address>,
    /// Where `serve` listens.
    pub(crate) listen: SocketAddr,
    /// What is logged. `None`: as the command has it.
    pub(crate) log: Option<String>,
    /// How log lines are written.
    pub(crate) log_format: LogFormat,
    /// How many calls `serve` admits at once. `None`: as the server loop has it.
    pub(crate) max_in_flight: Option<usize>,
    /// How long calls in flight may take to end, in seconds. `None`: as the server loop has it.
    pub(crate) drain_seconds: Option<u64>,
    /// How many threads embed. `None`: one per core.
    pub(crate) workers: Option<usize>,
    /// The models that can be asked by name.
    pub(crate) models: BTreeMap<String, ModelOptions>,
    /// The model that a question without one gets. `None`: the extractive composer.
    pub(crate) default_model: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            archive: String::new(),
            data_dir: options::data_dir(),
            model_dir: options::data_dir().join("models"),
            server: None,
            qdrant: None,
            listen: ([127, 0, 0, 1], 7400).into(),
            log: None,
            log_format: LogFormat::Auto,
            max_in_flight: None,
            drain_seconds: None,
            workers: None,
            models: BTreeMap::new(),
            default_model: None,
        }
    }
}

impl Options {
    /// Reads the options of a command line. Nothing is opened and no port is bound before this has succeeded.
    pub(crate) fn load(cli: &Cli) -> Result<Self, OptionsError> {
        let options: Self = options::load(&Flags::of(cli), cli.common.config.as_deref())?;
        let name = &options.archive;
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
            return Err(OptionsError::new("archive", format!("{name:?} is not a name")));
        }
        for (setting, number) in [("workers", options.workers), ("max_in_flight", options.max_in_flight)] {
            if number == Some(0) {
                return Err(OptionsError::new(setting, "it is 0"));
            }
        }
        Ok(options)
    }
}

/// The flags that are settings too.
#[derive(Serialize)]
struct Flags<'a> {
    #[serde(flatten)]
    common: &'a Common,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<&'a str>,
}

impl<'a> Flags<'a> {
    fn of(cli: &'a Cli) -> Self {
        let (remote, listen) = match &cli.command {
            Command::Index(index) => (Some(&index.remote), None),
            Command::Ask(ask) => (Some(&ask.remote), None),
            Command::Search(search) => (Some(&search.remote), None),
            Command::Archive(archive) => (Some(&archive.remote), None),
            Command::Serve(serve) => (None, serve.listen.as_deref()),
            Command::Evaluate(_) => (None, None),
        };
        Self { common: &cli.common, server: remote.and_then(|remote| remote.server.as_deref()), listen }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn load(line: &[&str]) -> Result<Options, OptionsError> {
        Options::load(&Cli::try_parse_from(["antigravity"].iter().chain(line)).unwrap())
    }

    #[test]
    fn flags_reach_the_options() {
        let options = load(&["archive", "--server", "lab:7400", "--data-dir", "/d", "--archive", "lab_2"]).unwrap();
        assert_eq!(options.server.unwrap().to_string(), "http://lab:7400");
        assert_eq!((options.data_dir, options.archive.as_str()), ("/d".into(), "lab_2"));
        assert_eq!(load(&["serve", "--listen", "0.0.0.0:1"]).unwrap().listen, ([0, 0, 0, 0], 1).into());
        assert!(options.model_dir.ends_with("models"), "the model's folder doesn't follow --data-dir: {:?}", options.model_dir);
    }

    #[test]
    fn the_file_fills_in_and_brings_the_models() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "listen = '127.0.0.1:9'\ndefault_model = 'haiku'\n[models.haiku]\nmodel = 'claude-haiku-4-5'\n")
            .unwrap();
        let options = load(&["serve", "--config", file.path().to_str().unwrap()]).unwrap();
        assert_eq!(options.listen.port(), 9);
        assert_eq!((options.default_model.as_deref(), options.models.len()), (Some("haiku"), 1));
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_origin() {
        for (line, parts) in [
            (&["serve", "--listen", "nowhere"][..], &["`listen`", "--listen"][..]),
            (&["archive", "--server", "ftp://h:1"], &["`server`", "--server", "http://"]),
            (&["archive", "--archive", "a/b"], &["`archive`", "a/b", "letters"]),
            (&["archive", "--config", "/no/such.toml"], &["`config`", "/no/such.toml"]),
        ] {
            let message = load(line).unwrap_err().to_string();
            for part in parts {
                assert!(message.contains(part), "{message:?} lacks {part:?}");
            }
        }
    }
}
