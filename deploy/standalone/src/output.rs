//! The one place that writes to standard output and standard error.
//!
//! `print!` would panic when the reader has gone, as with `antigravity ask … | head`; here that is simply the end.

use std::io::{self, ErrorKind, Write};

use crate::failure::Failure;

/// Writes to standard output at once.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::ReaderGone,
        _ => Failure::Output(error),
    })
}

/// Writes a line to standard error. Nobody can be told when that fails.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(line));
}

/// A line may hold what a record brought: control characters would steer the terminal, or pass one line off as two.
pub(crate) fn harmless(line: &str) -> String {
    line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_becomes_space() {
        assert_eq!(harmless("id \u{1b}]0;title\u{7}x\nsecond"), "id  ]0;title x second");
    }
}
