//! Python with a foreign gRPC implementation, from the project's own pinned wheels.

use std::path::Path;
use std::process::Command;

use crate::paths;

/// A command that runs a script of `tests/tests`. `None`, with one printed line, where the wheels aren't installed.
pub fn script(name: &str) -> Option<Command> {
    let python = paths::root().join(".tools/bin/python");
    if !python.is_file() {
        eprintln!("SKIPPED: {} is absent: run tests/tools/install", python.display());
        return None;
    }
    Some(script_of(&python, name))
}

/// A command that runs a script of `tests/tests` with another interpreter.
pub fn script_of(interpreter: &Path, name: &str) -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    let mut command = Command::new(interpreter);
    // Isolated from the user's own packages and variables, and from whatever lies in the current directory.
    command.arg("-I").arg("-B").arg(script);
    command
}

/// Runs a command to its end and gives what it printed. Fails with all its output when it fails.
pub fn run(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
