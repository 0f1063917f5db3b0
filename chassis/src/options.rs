//! Options of a program: from flags, `ANTIGRAVITY_…` variables and a TOML file, in this precedence, above the defaults.

pub mod address;

use std::{
    fmt,
    path::{Path, PathBuf},
};

pub use address::Address;
use figment::{
    Figment, Source,
    error::Kind,
    providers::{Env, Format as _, Serialized, Toml},
};
use serde::{Serialize, de::DeserializeOwned};

/// The prefix of the variables: `ANTIGRAVITY_DATA_DIR` sets `data_dir`.
const PREFIX: &str = "ANTIGRAVITY_";

/// Every setting of every program, with what it accepts. A file may hold settings that another program of the family reads; one that none
/// reads is refused.
const SETTINGS: &[(&str, &str)] = &[
    ("answerer", "an address such as http://127.0.0.1:7402"),
    ("archive", "a name of letters, digits, `-` and `_`"),
    ("config", "the path of a TOML file"),
    ("data_dir", "the path of a directory"),
    ("default_model", "the name of a configured model, or `extractive`"),
    ("drain_seconds", "a number of seconds"),
    ("listen", "an address to listen on, such as 127.0.0.1:7400"),
    ("log", "a level (`error`, `warn`, `info`, `debug`, `trace`) or a filter such as `info,antigravity_retriever=debug`"),
    ("log_format", "`auto`, `text` or `json`"),
    ("max_in_flight", "a number of calls, at least 1"),
    ("model_dir", "the path of a directory that holds model.safetensors, tokenizer.json and config.json"),
    ("models", "a table for each model: `[models.NAME]` with provider, model, base_url, api_key_env"),
    ("qdrant", "an address such as http://127.0.0.1:6334"),
    ("retriever", "an address such as http://127.0.0.1:7401"),
    ("server", "an address such as http://127.0.0.1:7400"),
    ("workers", "a number of threads, at least 1"),
];

/// Reads the options of a program. `flags` is a struct of `Option` fields that are left out when they are `None`; its names, those of `T`,
/// of the variables and of the file are the same, in snake_case. `config` names the file; `ANTIGRAVITY_CONFIG` does when it is `None`.
pub fn load<T: DeserializeOwned>(flags: &impl Serialize, config: Option<&Path>) -> Result<T, OptionsError> {
    let names: Vec<&str> = SETTINGS.iter().map(|(name, _)| *name).collect();
    let mut figment = Figment::new();
    if let Some(file) = config.map(Path::to_path_buf).or_else(|| std::env::var_os("ANTIGRAVITY_CONFIG").map(PathBuf::from)) {
        figment = figment.merge(checked_file(&file, &names)?);
    }
    let flags = Serialized::from(flags, figment::Profile::Default);
    figment.merge(Env::prefixed(PREFIX).only(&names)).merge(flags).extract().map_err(|error| OptionsError::from_figment(&error))
}

/// The platform's directory for this program's data, such as `~/.local/share/antigravity`.
pub fn data_dir() -> PathBuf {
    directories::ProjectDirs::from("", "", "antigravity")
        .map_or_else(|| PathBuf::from(".antigravity"), |dirs| dirs.data_dir().to_path_buf())
}

/// A wrong option. One line that names the setting, the origin of its value, and what is accepted; the program ends with exit code 64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionsError(String);

impl OptionsError {
    /// For a rule that the type of the option can't express.
    pub fn new(setting: &str, wrong: impl fmt::Display) -> Self {
        Self(format!("setting `{setting}`: {wrong}; accepted: {}", accepted(setting)))
    }

    /// For a flag that the parser of the command line refused.
    pub fn command_line(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }

    fn from_figment(error: &figment::Error) -> Self {
        let setting = error.path.join(".");
        let top = error.path.first().map_or("", String::as_str);
        let wrong = match &error.kind {
            Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => format!("found {actual}, expected {expected}"),
            kind => kind.to_string(),
        };
        let origin = error.metadata.as_ref().map_or_else(|| "the defaults".to_owned(), |metadata| origin(metadata, top));
        if setting.is_empty() {
            return Self(format!("{wrong} (from {origin})"));
        }
        Self(format!("setting `{setting}` (from {origin}): {wrong}; accepted: {}", accepted(top)))
    }
}

fn origin(metadata: &figment::Metadata, setting: &str) -> String {
    match &metadata.source {
        Some(Source::File(file)) => format!("the file {}", file.display()),
        Some(_) => format!("the flag --{}", setting.replace('_', "-")),
        None => format!("the variable {PREFIX}{}", setting.to_uppercase()),
    }
}

fn accepted(setting: &str) -> &'static str {
    SETTINGS.iter().find(|(name, _)| *name == setting).map_or("see --help", |(_, accepted)| accepted)
}

/// The file as a provider, once it is sure that it can be read and that each of its settings is known.
fn checked_file(file: &Path, names: &[&str]) -> Result<figment::providers::Data<Toml>, OptionsError> {
    let wrong = |wrong: String| OptionsError::new("config", format!("{}: {wrong}", file.display()));
    if !file.is_file() {
        return Err(wrong("there is no such file".to_owned()));
    }
    let provider = Toml::file_exact(file);
    let table = Figment::from(&provider).extract::<figment::value::Dict>().map_err(|error| wrong(one_line(&error.to_string())))?;
    match table.keys().find(|key| !names.contains(&key.as_str())) {
        Some(unknown) => Err(wrong(format!("setting `{unknown}` is not known; known are {}", names.join(", ")))),
        None => Ok(provider),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(default)]
    struct Options {
        listen: SocketAddr,
        max_in_flight: usize,
    }

    impl Default for Options {
        fn default() -> Self {
            Self { listen: ([127, 0, 0, 1], 7400).into(), max_in_flight: 8 }
        }
    }

    #[derive(Default, Serialize)]
    struct Flags {
        #[serde(skip_serializing_if = "Option::is_none")]
        listen: Option<String>,
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn flags_go_before_the_file_and_the_file_before_the_defaults() {
        let file = file("listen = '127.0.0.1:1'\nmax_in_flight = 3\n");
        let flags = Flags { listen: Some("127.0.0.1:2".into()) };
        assert_eq!(load::<Options>(&flags, Some(file.path())).unwrap(), Options { listen: ([127, 0, 0, 1], 2).into(), max_in_flight: 3 });
        assert_eq!(load::<Options>(&Flags::default(), Some(file.path())).unwrap().listen, ([127, 0, 0, 1], 1).into());
        assert_eq!(load::<Options>(&Flags::default(), None).unwrap(), Options::default());
    }

    #[test]
    fn a_wrong_option_is_one_line_that_names_setting_origin_and_what_is_accepted() {
        let wrong_file = file("max_in_flight = 'many'\n");
        let unknown = file("max_in_fligth = 3\n");
        let broken = file("listen =\n");
        for (flags, config, parts) in [
            (Flags { listen: Some("nowhere".into()) }, None, vec!["`listen`", "--listen", "127.0.0.1:7400"]),
            (Flags::default(), Some(wrong_file.path()), vec!["`max_in_flight`", wrong_file.path().to_str().unwrap(), "at least 1"]),
            (Flags::default(), Some(unknown.path()), vec!["`max_in_fligth`", "not known"]),
            (Flags::default(), Some(broken.path()), vec!["`config`", broken.path().to_str().unwrap()]),
            (Flags::default(), Some(Path::new("/nowhere.toml")), vec!["`config`", "no such file"]),
        ] {
            let message = load::<Options>(&flags, config).unwrap_err().to_string();
            assert!(!message.contains('\n'), "{message}");
            for part in parts {
                assert!(message.contains(part), "{message:?} lacks {part:?}");
            }
        }
    }
}
