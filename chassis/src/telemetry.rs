//! Logs on standard error: readable on a terminal, JSON for machines, each line with the trace it belongs to.

use std::io::{self, IsTerminal as _};

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

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

/// Starts logging. `level` is a filter such as `info` or `warn,antigravity_gateway=debug`; one that can't be read counts as `info`. A second
/// call does nothing.
pub fn init(level: &str, format: LogFormat) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let terminal = io::stderr().is_terminal();
    let json = format == LogFormat::Json || (format == LogFormat::Auto && !terminal);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(terminal);
    let started = if json {
        builder.json().flatten_event(true).with_current_span(true).try_init()
    } else {
        builder.try_init()
    };
    if started.is_err() {
        tracing::debug!("logging has been started before");
    }
}
