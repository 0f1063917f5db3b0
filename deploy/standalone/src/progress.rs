//! What a person sees while waiting: on standard error, and only when that is a terminal.

use std::{fmt, time::Duration};

use console::Term;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// How often a spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// One line that says what is being done, with a spinner.
pub(crate) struct Stage(ProgressBar);

impl Stage {
    /// Begins with the first stage.
    pub(crate) fn new(stage: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, target()).with_style(ProgressStyle::default_spinner()).with_message(stage);
        bar.enable_steady_tick(TICK);
        Self(bar)
    }

    /// The next stage.
    pub(crate) fn set(&self, stage: String) {
        self.0.set_message(stage);
    }

    /// Does something that writes to the terminal, with the line out of the way.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A bar over the bytes of the input, with the rate of records and the time left. Bytes, because nobody knows how many records a file
/// holds before it has been read.
#[derive(Clone)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar for so many bytes; `None` for input without an end that is known. Not shown before it is started.
    pub(crate) fn new(bytes: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(bytes, ProgressDrawTarget::hidden());
        let template = match bytes {
            Some(_) => "{bar:30} {percent:>3} %  {msg}  {left}",
            None => "{spinner} {msg}  {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("left", time_left));
        }
        Self(bar.with_message("0 records"))
    }

    /// Shows the bar and starts the clock.
    pub(crate) fn start(&self) {
        self.0.reset_elapsed();
        self.0.set_draw_target(target());
        self.0.enable_steady_tick(TICK);
    }

    /// So many records are in the archive, and the input has been read up to this byte.
    pub(crate) fn advance(&self, records: u64, bytes: u64) {
        self.0.set_position(self.0.position().max(bytes));
        self.0.set_message(format!("{records} records  {:.0}/s", rate(records, self.0.elapsed())));
    }

    /// Does something that writes to the terminal, with the bar out of the way.
    pub(crate) fn aside(&self, write: impl FnOnce()) {
        self.0.suspend(write);
    }

    /// Takes the bar away and tells how long it all took.
    pub(crate) fn finish(&self) -> Duration {
        let time = self.0.elapsed();
        self.0.finish_and_clear();
        time
    }
}

/// By the mean speed so far. indicatif's own estimate follows the latest steps, and here a step is a batch every few seconds: between two
/// of them it takes the work for standing still. Nothing is known before the first batch is in.
fn time_left(state: &ProgressState, out: &mut dyn fmt::Write) {
    let (done, all) = (state.pos(), state.len().unwrap_or(0));
    if done > 0 && all >= done {
        let left = state.elapsed().mul_f64((all - done) as f64 / done as f64);
        // A field of a progress bar: there is nobody to tell.
        let _ = write!(out, "{:#} left", HumanDuration(left));
    }
}

/// Records per second; 0 for no time at all.
pub(crate) fn rate(records: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    // A count of records is far below 2^52: exact as f64.
    if seconds > 0.0 { records as f64 / seconds } else { 0.0 }
}

/// Standard error; nothing is drawn where it isn't a terminal (indicatif sees to that) or one that can't move its cursor.
fn target() -> ProgressDrawTarget {
    if dumb() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::term(Term::stderr(), 10) }
}

/// Whether the terminal can only write onwards.
pub(crate) fn dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}
