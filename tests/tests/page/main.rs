//! The pages in a real browser: Chromium, driven by Playwright. The scripts beside this say what is looked at.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what was measured, and what could not be looked at, is to be seen")]

mod journey;
mod payloads;
mod pictures;

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use antigravity_tests::process::{Service, program};
use antigravity_tests::{paths, python};

/// Debian's, which is the one that the scripts start.
const CHROMIUM: &str = "/usr/bin/chromium";

/// A script beside this file. `None`, with one printed line, where the browser or what drives it isn't installed.
fn script(name: &str) -> Option<Command> {
    if !Path::new(CHROMIUM).is_file() {
        eprintln!("SKIPPED the pages in a browser: there is no {CHROMIUM} (Debian: apt-get install chromium)");
        return None;
    }
    python::script(&format!("page/{name}"))
}

/// Runs a script to its end, beside the runtime on which a scripted model may be serving, and gives what it printed. Fails with it.
async fn run(command: Command) -> String {
    let said = tokio::task::spawn_blocking(|| python::run(command)).await.unwrap();
    println!("{said}");
    assert!(said.trim_end().ends_with("all is well"), "{said}");
    said
}

/// The program, serving an archive; with a file that names models, the first of them by default.
fn serve(data: &Path, config: Option<&Path>) -> Service {
    serve_with(data, config.map(|config| [OsStr::new("--config"), config.as_os_str()]).into_iter().flatten())
}

/// The program, serving an archive, with further arguments.
fn serve_with<'a>(data: &Path, further: impl IntoIterator<Item = &'a OsStr>) -> Service {
    let mut command = program("antigravity");
    command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--data-dir").arg(data).arg("--model-dir").arg(paths::weights());
    command.args(further);
    Service::start(command)
}

/// The arguments with which answers are kept, for whoever has a key of this file.
fn keeping_for_keys(keys: &Path) -> [&OsStr; 6] {
    let [keep, days, access, mode, file] = ["--keep-answers-days", "30", "--access", "keys", "--access-keys"].map(OsStr::new);
    [keep, days, access, mode, file, keys.as_os_str()]
}

/// A new key of this file.
fn new_key(keys: &Path) -> String {
    let made = program("antigravity").args(["key", "new", "--tenant", "lab-a", "--access-keys"]).arg(keys).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}
