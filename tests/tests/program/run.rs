//! Running the program, and making what it prints the same every time.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use antigravity_tests::{paths, process};
use regex::Regex;

/// What a run printed, and its exit code.
pub(crate) struct Printed {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

/// The program with the embedding model that the tests use, over a data directory.
pub(crate) fn antigravity(data: &Path, arguments: &[&str]) -> Command {
    let mut command = process::program("antigravity");
    command.args(arguments);
    command.arg("--model-dir").arg(paths::weights()).arg("--data-dir").arg(data);
    command
}

/// Runs it to its end.
pub(crate) fn over(data: &Path, arguments: &[&str]) -> Printed {
    run(antigravity(data, arguments), None)
}

/// Runs a command to its end, with this on its standard input.
pub(crate) fn run(mut command: Command, input: Option<&[u8]>) -> Printed {
    command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(input) = input {
        // Small enough for a pipe to hold, and closed by being dropped.
        child.stdin.take().unwrap().write_all(input).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Printed { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
}

impl Printed {
    /// Standard output of a run that went well and had nothing to complain of.
    pub(crate) fn well(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }
}

/// A file beside this one.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/program").join(name)
}

/// The text without what differs from run to run: times, rates, dates of answers, revisions, folders.
pub(crate) fn stable(text: &str) -> String {
    let folder = file("").display().to_string();
    [
        (r"in \d+\.\d s \(\d+(\.\d+)? per second\)", "in … s (… per second)"),
        (r" · \d{1,2} \p{L}+ \d{4}\n", " · <date>\n"),
        (r"\b[0-9a-f]{32,64}\b", "<revision>"),
    ]
    .iter()
    .fold(text.replace(&folder, ""), |text, (pattern, with)| Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned())
}
