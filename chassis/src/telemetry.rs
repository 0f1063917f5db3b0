//! Logs on standard error: readable on a terminal, JSON for machines, each line with the trace it belongs to.

use std::io::{self, IsTerminal as _};

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use crate::options::Wrong;

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

/// What stands before every filter. The embedded engine warns of its own defaults several times a second, which helps nobody; rmcp writes whole
/// questions and answers at `debug`, which are nobody's business. A filter that names one of them wins.
const QUIET: &str = "qdrant_edge=error,rmcp=warn";

/// Whether a text is a filter such as `info` or `warn,antigravity_gateway=debug`.
pub fn check(level: &str) -> Result<(), Wrong> {
    filter(level).map(drop)
}

/// Starts logging. A second call does nothing.
pub fn init(level: &str, format: LogFormat) -> Result<(), Wrong> {
    let filter = filter(level)?;
    let terminal = io::stderr().is_terminal();
    let json = format == LogFormat::Json || (format == LogFormat::Auto && !terminal);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(terminal);
    let started = if json { builder.json().flatten_event(true).with_current_span(true).try_init() } else { builder.try_init() };
    if started.is_err() {
        tracing::debug!("logging has been started before");
    }
    Ok(())
}

fn filter(level: &str) -> Result<EnvFilter, Wrong> {
    EnvFilter::try_new(format!("{QUIET},{level}")).map_err(|error| Wrong::new("log", format!("{level:?}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_is_none_is_refused_by_name() {
        let message = check("antigravity=loud").unwrap_err().to_string();
        assert!(message.contains("`log`") && message.contains("loud") && message.contains("`debug`"), "{message}");
    }
}
