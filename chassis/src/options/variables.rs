//! The `ANTIGRAVITY_…` variables as a source of settings.

use std::env;

use figment::{
    Error, Metadata, Profile, Provider,
    value::{Dict, Map, Value},
};

use super::known::{Holds, SETTINGS};

/// The prefix of the variables: `ANTIGRAVITY_DATA_DIR` sets `data_dir`.
pub(super) const PREFIX: &str = "ANTIGRAVITY_";

/// The variables that are set. One that is empty counts as not set, as shells and container files commonly leave them.
///
/// figment's own `Env` lost: it guesses a type from the text, so that an archive named `2024` or a directory named `true` is refused.
pub(super) struct Variables;

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named("variables")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let set = SETTINGS.iter().filter_map(|known| {
            let text = env::var_os(name(known.name)).filter(|text| !text.is_empty())?;
            // What is not UTF-8 arrives with replacement characters and is refused for what it then is.
            let text = text.to_string_lossy().into_owned();
            let value = match known.holds {
                Holds::Text => Value::from(text),
                Holds::Number => text.trim().parse::<u64>().map_or_else(|_| Value::from(text), Value::from),
                Holds::Switch => text.trim().parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
            };
            Some((known.name.to_owned(), value))
        });
        Ok(Profile::Default.collect(set.collect()))
    }
}

/// The variable of a setting.
pub(super) fn name(setting: &str) -> String {
    format!("{PREFIX}{}", setting.to_uppercase())
}
