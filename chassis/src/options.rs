//! Options of a program: from flags, `ANTIGRAVITY_…` variables and a TOML file, in this precedence, above the defaults.

pub mod address;
mod error;
mod known;
pub mod service;
mod variables;

use std::path::{Path, PathBuf};

pub use address::Address;
pub use error::{OptionsError, Wrong};
use figment::{
    Figment, Metadata, Source,
    error::Kind,
    providers::{Format as _, Serialized, Toml},
};
use serde::{Serialize, de::DeserializeOwned};
pub use service::{ServiceFlags, ServiceOptions};

use self::variables::Variables;

/// What a program was told, from all sources, each value with its origin.
#[derive(Debug, Clone)]
pub struct Settings(Figment);

/// Options with rules that their types can't express.
pub trait Check {
    /// The first rule that is broken.
    fn check(&self) -> Result<(), Wrong>;
}

impl Settings {
    /// Reads all sources. `flags` is a struct of `Option` fields that are left out when they are `None`; its names, those of the options, of
    /// the variables and of the file are the same, in snake_case. `config` names the file; `ANTIGRAVITY_CONFIG` does when it is `None`.
    pub fn read(flags: &impl Serialize, config: Option<&Path>) -> Result<Self, OptionsError> {
        let variable = variables::name("config");
        let by_flag = config.map(|file| (file.to_path_buf(), "the flag --config".to_owned()));
        let by_variable = || {
            let file = std::env::var_os(&variable).filter(|file| !file.is_empty())?;
            Some((PathBuf::from(file), format!("the variable {variable}")))
        };
        let mut figment = Figment::new();
        if let Some((file, origin)) = by_flag.or_else(by_variable) {
            figment = figment.merge(checked_file(&file, &origin)?);
        }
        Ok(Self(figment.merge(Variables).merge(Serialized::from(flags, figment::Profile::Default))))
    }

    /// The options of one part of the program, checked. What other parts read is passed over.
    pub fn load<T: DeserializeOwned + Check>(&self) -> Result<T, OptionsError> {
        let options: T = self.0.extract().map_err(|error| of_figment(&error))?;
        options.check().map_err(|wrong| self.wrong(&wrong))?;
        Ok(options)
    }

    /// A wrong value, told with its origin.
    pub fn wrong(&self, wrong: &Wrong) -> OptionsError {
        // A model's name may hold dots, which figment takes for the path's own: its table still has an origin.
        let table = wrong.setting.split('.').next().unwrap_or_default();
        let metadata = self.0.find_metadata(&wrong.setting).or_else(|| self.0.find_metadata(table));
        OptionsError::new(wrong, &metadata.map_or_else(|| "the defaults".to_owned(), |metadata| origin(metadata, &wrong.setting)))
    }
}

/// The platform's directory for this program's data, such as `~/.local/share/antigravity`.
pub fn data_dir() -> PathBuf {
    directories::ProjectDirs::from("", "", "antigravity")
        .map_or_else(|| PathBuf::from(".antigravity"), |dirs| dirs.data_dir().to_path_buf())
}

/// A value of another type than the option's.
fn of_figment(error: &figment::Error) -> OptionsError {
    let setting = error.path.join(".");
    let wrong = match &error.kind {
        Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => format!("found {actual}, expected {expected}"),
        Kind::UnknownField(name, known) => format!("there is no setting `{name}` here; there are {}", known.join(", ")),
        kind => kind.to_string(),
    };
    let origin = error.metadata.as_ref().map_or_else(|| "the defaults".to_owned(), |metadata| origin(metadata, &setting));
    OptionsError::new(&Wrong::new(&setting, wrong), &origin)
}

fn origin(metadata: &Metadata, setting: &str) -> String {
    match &metadata.source {
        Some(Source::File(file)) => format!("the file {}", file.display()),
        Some(_) => format!("the flag --{}", setting.replace('_', "-")),
        None => format!("the variable {}", variables::name(setting)),
    }
}

/// The file as a provider, once it is sure that it can be read and that each of its settings is known.
fn checked_file(file: &Path, origin: &str) -> Result<figment::providers::Data<Toml>, OptionsError> {
    if !file.is_file() {
        return Err(OptionsError::file(file, origin, "there is no such file"));
    }
    let provider = Toml::file_exact(file);
    let table = Figment::from(&provider).extract::<figment::value::Dict>().map_err(|error| OptionsError::file(file, origin, error))?;
    match table.keys().find(|key| !known::is_known(key)) {
        Some(unknown) => Err(OptionsError::file(file, origin, format!("setting `{unknown}` is not known; known are {}", known::names()))),
        None => Ok(provider),
    }
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

    impl Check for Options {
        fn check(&self) -> Result<(), Wrong> {
            if self.max_in_flight == 0 { Err(Wrong::new("max_in_flight", "it is 0")) } else { Ok(()) }
        }
    }

    fn load(flags: &Flags, config: Option<&Path>) -> Result<Options, OptionsError> {
        Settings::read(flags, config)?.load()
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
        assert_eq!(load(&flags, Some(file.path())).unwrap(), Options { listen: ([127, 0, 0, 1], 2).into(), max_in_flight: 3 });
        assert_eq!(load(&Flags::default(), Some(file.path())).unwrap().listen, ([127, 0, 0, 1], 1).into());
        assert_eq!(load(&Flags::default(), None).unwrap(), Options::default());
    }

    #[test]
    fn a_wrong_option_is_one_line_that_names_setting_origin_and_what_is_accepted() {
        let wrong_file = file("max_in_flight = 'many'\n");
        let zero = file("max_in_flight = 0\n");
        let itself = file("config = 'other.toml'\n");
        let unknown = file("max_in_fligth = 3\n");
        let broken = file("listen =\n");
        for (flags, config, parts) in [
            (Flags { listen: Some("nowhere".into()) }, None, vec!["`listen`", "--listen", "127.0.0.1:7400"]),
            (Flags::default(), Some(wrong_file.path()), vec!["`max_in_flight`", wrong_file.path().to_str().unwrap(), "at least 1"]),
            (Flags::default(), Some(zero.path()), vec!["`max_in_flight`", zero.path().to_str().unwrap(), "it is 0", "at least 1"]),
            (Flags::default(), Some(itself.path()), vec!["`config` is not known", itself.path().to_str().unwrap()]),
            (Flags::default(), Some(unknown.path()), vec!["`max_in_fligth`", "not known"]),
            (Flags::default(), Some(broken.path()), vec!["`config`", "--config", broken.path().to_str().unwrap()]),
            (Flags::default(), Some(Path::new("/nowhere.toml")), vec!["`config`", "no such file"]),
        ] {
            let message = load(&flags, config).unwrap_err().to_string();
            assert!(!message.contains('\n'), "{message}");
            for part in parts {
                assert!(message.contains(part), "{message:?} lacks {part:?}");
            }
        }
    }
}
