//! Logs on standard error: readable on a terminal, JSON for machines, each line with the trace it belongs to.

use std::{
    io::{self, IsTerminal as _},
    sync::OnceLock,
};

use serde::{Deserialize, Serialize};
use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer as _, Registry,
    filter::filter_fn,
    fmt,
    layer::SubscriberExt as _,
    reload::{self, Handle},
    util::SubscriberInitExt as _,
};

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

/// How the filter is changed once logging has started.
static FILTER: OnceLock<Handle<EnvFilter, Registry>> = OnceLock::new();

/// Whether a text is a filter such as `info` or `warn,antigravity_gateway=debug`.
pub fn check(level: &str) -> Result<(), Wrong> {
    filter(level).map(drop)
}

/// Starts logging. A second call does nothing.
pub fn init(level: &str, format: LogFormat) -> Result<(), Wrong> {
    let (filter, handle) = reload::Layer::new(filter(level)?);
    let terminal = io::stderr().is_terminal();
    let json = format == LogFormat::Json || (format == LogFormat::Auto && !terminal);
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(terminal);
    let lines = if json { lines.json().flatten_event(true).with_current_span(true).boxed() } else { lines.boxed() };
    let speaks = names_who_speaks(level);
    let lines = lines.with_filter(filter_fn(move |event| speaks || !is_talk(event.target(), *event.level())));
    match tracing_subscriber::registry().with(filter).with(lines).try_init() {
        // Nobody else can have set it: it is set together with the subscriber.
        Ok(()) => drop(FILTER.set(handle)),
        Err(_) => tracing::debug!("logging has been started before"),
    }
    Ok(())
}

/// What is logged at present. `None` when logging was not started here.
pub(crate) fn current() -> Option<String> {
    FILTER.get()?.with_current(ToString::to_string).ok()
}

/// Logs by another filter from now on. `false` when logging was not started here.
///
/// Who reaches the admin port may not have questions logged, whatever the filter names: [`is_talk`] stands behind it. For that the settings have
/// to be changed.
pub(crate) fn change(level: &str) -> Result<bool, Wrong> {
    let filter = parsed(&format!("{level},{QUIET}"), level)?;
    Ok(FILTER.get().is_some_and(|handle| handle.reload(filter).is_ok()))
}

/// Whether a line may hold a question or an answer.
fn is_talk(target: &str, level: Level) -> bool {
    target.starts_with("rmcp") && level > Level::WARN
}

/// Whether the settings ask for such lines.
fn names_who_speaks(level: &str) -> bool {
    level.contains("rmcp")
}

fn filter(level: &str) -> Result<EnvFilter, Wrong> {
    parsed(&format!("{QUIET},{level}"), level)
}

fn parsed(whole: &str, level: &str) -> Result<EnvFilter, Wrong> {
    EnvFilter::try_new(whole).map_err(|error| Wrong::new("log", format!("{level:?}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_at_run_time_never_has_questions_logged() {
        let filter = parsed(&format!("rmcp=trace,{QUIET}"), "rmcp=trace").unwrap().to_string();
        assert!(filter.contains("rmcp=warn") && !filter.contains("rmcp=trace"), "{filter}");
        // What a filter can name nevertheless: a longer target, and a span.
        for level in [Level::INFO, Level::DEBUG, Level::TRACE] {
            assert!(is_talk("rmcp::service", level) && !is_talk("antigravity_gateway", level));
        }
        assert!(!is_talk("rmcp::service", Level::WARN) && names_who_speaks("info,rmcp=debug") && !names_who_speaks("debug"));
    }

    #[test]
    fn a_level_that_is_none_is_refused_by_name() {
        let message = check("antigravity=loud").unwrap_err().to_string();
        assert!(message.contains("`log`") && message.contains("loud") && message.contains("`debug`"), "{message}");
    }
}
