//! Logs on standard error: readable on a terminal, JSON for machines, each line with the trace it belongs to.

use std::io::{self, IsTerminal as _};

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use crate::options::OptionsError;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Starts logging. `level` is a filter such as `info` or `warn,antigravity_gateway=debug`. A second call does nothing.
pub fn init(level: &str, format: LogFormat) -> Result<(), OptionsError> {
    let filter = EnvFilter::try_new(level).map_err(|error| OptionsError::new("log", format!("{level:?}: {error}")))?;
    let terminal = io::stderr().is_terminal();
    let json = format == LogFormat::Json || (format == LogFormat::Auto && !terminal);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(terminal);
    let started = if json { builder.json().flatten_event(true).with_current_span(true).try_init() } else { builder.try_init() };
    if started.is_err() {
        tracing::debug!("logging has been started before");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_is_none_is_refused_by_name() {
        let message = init("antigravity=loud", LogFormat::Auto).unwrap_err().to_string();
        assert!(message.contains("`log`") && message.contains("loud") && message.contains("`debug`"), "{message}");
    }
}
