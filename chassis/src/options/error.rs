//! What is wrong with a setting, with and without the origin of its value.

use std::fmt;

/// A setting's value that breaks a rule which its type can't express. Where the value comes from is added by
/// [`Settings`](super::Settings), which alone knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting `{setting}`: {wrong}; accepted: {accepted}")]
pub struct Wrong {
    /// The setting as it stands in a file: `workers`, `models.haiku.max_tokens`.
    pub setting: String,
    /// What is wrong with its value.
    pub wrong: String,
    /// What is accepted.
    pub accepted: String,
}

impl Wrong {
    /// For a setting of the programs' own list, which says what it accepts.
    pub fn new(setting: &str, wrong: impl fmt::Display) -> Self {
        let accepted = super::known::accepted(setting.split('.').next().unwrap_or(setting)).to_owned();
        Self { setting: setting.to_owned(), wrong: wrong.to_string(), accepted }
    }

    /// For a setting inside a table, which needs words of its own.
    pub fn accepting(self, accepted: impl fmt::Display) -> Self {
        Self { accepted: accepted.to_string(), ..self }
    }
}

/// A wrong option. One line that names the setting, the origin of its value, and what is accepted; the program ends with exit code 64.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionsError(String);

impl OptionsError {
    /// For a flag that the parser of the command line refused.
    pub fn command_line(message: impl fmt::Display) -> Self {
        Self(one_line(&message.to_string()))
    }

    /// A wrong setting with the origin of its value.
    pub(super) fn new(Wrong { setting, wrong, accepted }: &Wrong, origin: &str) -> Self {
        Self(one_line(&format!("setting `{setting}` (from {origin}): {wrong}; accepted: {accepted}")))
    }

    /// A file that holds no settings.
    pub(super) fn file(file: &std::path::Path, origin: &str, wrong: impl fmt::Display) -> Self {
        Self::new(&Wrong::new("config", format!("{}: {wrong}", file.display())), origin)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
