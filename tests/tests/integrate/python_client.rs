//! The Python client: its own tests, its types, and its calls to the running program, installed from a wheel and used from another folder.

use std::path::Path;
use std::process::Command;

use antigravity_tests::wheel::{Dependencies, builder, installed};
use antigravity_tests::{paths, python};
use tempfile::TempDir;

use crate::server::Program;

#[test]
fn its_tests_pass_with_the_oldest_versions_that_it_admits() {
    own_tests(Dependencies::Oldest);
}

#[test]
fn its_tests_pass_with_the_newest_versions() {
    own_tests(Dependencies::Newest);
}

fn own_tests(dependencies: Dependencies) {
    let folder = TempDir::new().unwrap();
    let Some(interpreter) = installed(folder.path(), dependencies) else { return };
    let mut command = isolated(&interpreter, folder.path());
    command.args(["-m", "unittest", "discover", "--start-directory"]).arg(paths::root().join("proto/python/tests"));
    python::run(command);
}

/// Its own modules, the generated ones, and a program of somebody who uses it.
#[test]
fn its_types_are_strict() {
    let folder = TempDir::new().unwrap();
    let Some(interpreter) = installed(folder.path(), Dependencies::Oldest) else { return };
    let user = folder.path().join("user.py");
    std::fs::write(&user, include_str!("python_client.py")).unwrap();
    for checked in [["--package", "antigravityqa"], ["--", user.to_str().unwrap()]] {
        let mut command = Command::new(builder());
        command.args(["-m", "mypy", "--strict", "--cache-dir", "cache", "--python-executable"]).arg(&interpreter).args(checked);
        python::run(on_its_own(command, folder.path()));
    }
}

#[tokio::test]
async fn it_speaks_to_the_running_program() {
    let folder = TempDir::new().unwrap();
    let Some(interpreter) = installed(folder.path(), Dependencies::Newest) else { return };
    let program = Program::serve().await;
    let mut command = isolated(&interpreter, folder.path());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/integrate/python_client.py")).arg(program.address());
    let printed = tokio::task::spawn_blocking(|| python::run(command)).await.unwrap();
    assert_eq!(printed, "all methods are served\n");
}

#[test]
fn it_has_the_version_and_the_licence_of_the_project() {
    let read = |path: &str| std::fs::read_to_string(paths::root().join(path)).unwrap();
    assert_eq!(read("proto/python/LICENSE"), read("LICENSE"));
    assert!(read("proto/python/pyproject.toml").contains(concat!("\nversion = \"", env!("CARGO_PKG_VERSION"), "\"\n")));
}

/// An interpreter that sees nothing of the current folder, of the user's own packages and of the variables that steer Python.
fn isolated(interpreter: &Path, folder: &Path) -> Command {
    let mut command = Command::new(interpreter);
    command.args(["-I", "-B"]);
    on_its_own(command, folder)
}

fn on_its_own(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).env_remove("PYTHONPATH").env_remove("MYPYPATH");
    command
}
