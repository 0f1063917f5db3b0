//! Bad input and bad surroundings for every command: the exit code, and one line on standard error that says what was wrong. What is refused
//! here is refused before a model is loaded; what takes an archive is tested in the crate `tests`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::{
    net::TcpListener,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

const FAILED: i32 = 1;
const USAGE: i32 = 64;
const UNAVAILABLE: i32 = 69;

/// The program without any option that the surrounding shell happens to set.
fn antigravity(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_antigravity"));
    for (variable, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ANTIGRAVITY_")) {
        command.env_remove(variable);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn refused(mut command: Command, code: i32, parts: &[&str]) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let told = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(code), "{command:?}: {told}");
    assert!(stdout.is_empty(), "{command:?}: {}", String::from_utf8_lossy(&stdout));
    assert_eq!(told.lines().count(), 1, "{command:?}: {told}");
    assert!(told.starts_with("error: "), "{told}");
    for part in parts {
        assert!(told.contains(part), "{command:?}: {told:?} lacks {part:?}");
    }
}

/// A folder with a file of records, a settings file that is wrong and one that names a model without its key.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        ("records.jsonl", "{\"id\": \"2401.00101\", \"title\": \"T\", \"categories\": [\"hep-th\"], \"date\": \"2024-01-08\"}\n"),
        ("wrong.toml", "workers = 0\n"),
        ("unknown.toml", "data_dri = 'x'\n"),
        ("default.toml", "default_model = 'haiku'\n"),
        ("key.toml", "[models.haiku]\nmodel = 'm'\napi_key_env = 'NO_SUCH_KEY_IS_SET'\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    std::fs::create_dir(folder.path().join("no-weights")).unwrap();
    folder
}

#[test]
fn every_command_refuses_in_one_line() {
    let folder = folder();
    // Everything is named by its path, so that the line shows which of them it is about.
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (records, directory) = (path("records.jsonl"), path("no-weights"));
    let (missing, below_a_file, data) = (path("missing"), path("records.jsonl/data"), path("data"));
    let (wrong, unknown, default, key) = (path("wrong.toml"), path("unknown.toml"), path("default.toml"), path("key.toml"));
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["index", &missing], FAILED, &[&missing]),
        (&["index", &records, &missing, "--data-dir", &data], FAILED, &[&missing]),
        (&["index", &directory], FAILED, &[&directory, "directory"]),
        (&["index", &records, "--refused", &below_a_file], FAILED, &[&below_a_file]),
        (&["index", &records, "--refused", &records], USAGE, &["--refused", &records, "overwritten"]),
        (
            &["index", &records, "--data-dir", &data, "--model-dir", &missing],
            USAGE,
            &["`model_dir`", "the flag --model-dir", &missing, "config.json"],
        ),
        (&["ask", "Why?", "--data-dir", &data, "--model-dir", &directory], USAGE, &["`model_dir`", "the flag --model-dir", &directory]),
        (&["search", "Why?", "--data-dir", &below_a_file], FAILED, &[&below_a_file]),
        (&["archive", "--data-dir", &below_a_file], FAILED, &[&below_a_file]),
        (&["serve", "--listen", "127.0.0.1:0", "--data-dir", &below_a_file], FAILED, &[&below_a_file]),
        (&["ask", "Why?", "--config", &missing], USAGE, &["`config`", &missing]),
        (&["ask", "Why?", "--config", &wrong], USAGE, &["`workers`", "at least 1"]),
        (&["index", &records, "--config", &unknown], USAGE, &["data_dri", &unknown]),
        (&["ask", "Why?", "--config", &default], USAGE, &["haiku", "extractive"]),
        (&["serve", "--config", &key], USAGE, &["`models.haiku.api_key_env`", &key, "NO_SUCH_KEY_IS_SET is not set", "accepted"]),
        (&["search", "Why?", "--archive", "a b"], USAGE, &["`archive`", "a b"]),
        (&["search", "Why?", "--server", "nowhere"], USAGE, &["`server`", "--server", "nowhere"]),
        (&["serve", "--listen", "localhost"], USAGE, &["`listen`", "--listen"]),
        (&["ask", "Why?", "--length", "epic"], USAGE, &["--length", "short, medium, long"]),
        (&["ask", "--sources", "many", "Why?"], USAGE, &["--sources", "many"]),
        (&["explain"], USAGE, &["explain"]),
        (&["archive", "--verbose"], USAGE, &["--verbose"]),
    ];
    for (arguments, code, parts) in cases {
        refused(antigravity(arguments), *code, parts);
    }
    assert!(std::fs::metadata(&records).unwrap().len() > 0, "what was to be indexed is still there");
}

#[test]
fn a_harvest_that_cannot_be_is_refused_before_the_archive_is_opened() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    for (arguments, parts) in [
        (&["--endpoint", "nowhere"][..], &["--endpoint", "nowhere"][..]),
        (&["--endpoint", "http://h/oai?verb=Identify"], &["--endpoint", "base URL"]),
        (&["--endpoint", "http://h/oai", "--contact", "me"], &["--contact", "me"]),
        (&["--endpoint", "http://h/oai", "--from", "2026-02-01", "--until", "2026-01-31"], &["--from", "2026-02-01", "2026-01-31"]),
        (&["--endpoint", "http://h/oai", "--from", "yesterday"], &["--from", "yesterday"]),
        (&["--set", "cs"], &["--endpoint"]),
    ] {
        refused(antigravity(&[&["harvest", "--data-dir", data.to_str().unwrap()], arguments].concat()), USAGE, parts);
    }
    assert!(!data.exists());
}

#[test]
fn a_wrong_variable_is_named() {
    let mut command = antigravity(&["archive"]);
    command.env("ANTIGRAVITY_SERVER", "ftp://h:1");
    refused(command, USAGE, &["`server`", "ANTIGRAVITY_SERVER", "http://"]);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    // A port that was free a moment ago, and that nothing listens on now.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let folder = folder();
    let records = folder.path().join("records.jsonl");
    for arguments in [&["archive"][..], &["ask", "Why?"], &["search", "Why?"], &["index", records.to_str().unwrap()]] {
        refused(antigravity(&[arguments, &["--server", &address]].concat()), UNAVAILABLE, &[&address]);
    }
}

#[test]
fn a_port_in_use_is_known_before_anything_is_opened() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = held.local_addr().unwrap().to_string();
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let command = antigravity(&["serve", "--listen", &address, "--data-dir", data.to_str().unwrap()]);
    refused(command, FAILED, &[&address]);
    assert!(!data.exists());
}

#[test]
fn help_is_no_error_and_a_reader_that_leaves_is_none_either() {
    for arguments in [
        &["--help"][..],
        &["index", "--help"],
        &["ask", "--help"],
        &["search", "--help"],
        &["serve", "--help"],
        &["archive", "--help"],
        &["harvest", "--help"],
    ] {
        let Output { status, stdout, stderr } = antigravity(arguments).output().unwrap();
        assert_eq!((status.code(), stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
        assert!(String::from_utf8(stdout).unwrap().contains("--data-dir"), "{arguments:?}");
    }
    let mut child = antigravity(&["--help"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait_with_output().unwrap().stderr, b"");
}
