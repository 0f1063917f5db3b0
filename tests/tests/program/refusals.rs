//! Bad input for every command: the exit code, and one line on standard error that says what was wrong and what is accepted.

use tempfile::TempDir;

use crate::run::{antigravity, file, over, run};

/// The exit code for a wrong option, question or filter.
const USAGE: i32 = 64;
const UNAVAILABLE: i32 = 69;

#[test]
fn a_wrong_command_line_is_one_line_that_names_it() {
    let long = "x".repeat(2_001);
    let data = TempDir::new().unwrap();
    let wrong: &[(&[&str], i32, &[&str])] = &[
        (&["answer"], USAGE, &["answer"]),
        (&["index"], USAGE, &["FILE"]),
        (&["index", "/no/such/file.jsonl"], 1, &["/no/such/file.jsonl"]),
        (&["ask"], USAGE, &["QUESTION"]),
        (&["ask", "--sources", "0", "Why?"], USAGE, &["--sources", "0"]),
        (&["ask", "--sources", "33", "Why?"], USAGE, &["--sources", "33"]),
        (&["ask", "--length", "epic", "Why?"], USAGE, &["--length", "short, medium, long"]),
        (&["ask", "--colour", "Why?"], USAGE, &["--colour"]),
        (&["search"], USAGE, &["QUERY"]),
        (&["search", "--sources", "101", "Why?"], USAGE, &["--sources", "101"]),
        (&["archive", "--archive", "a/b"], USAGE, &["`archive`", "a/b", "letters"]),
        (&["archive", "--server", "ftp://h:1"], USAGE, &["`server`", "--server", "http://"]),
        (&["archive", "--config", "/no/such.toml"], USAGE, &["`config`", "/no/such.toml"]),
        (&["serve", "--listen", "nowhere"], USAGE, &["`listen`", "--listen", "127.0.0.1:7400"]),
        (&["serve", "--server", "h:1"], USAGE, &["--server"]),
        (&["ask", "--log", "warn", ""], USAGE, &["QUESTION_EMPTY"]),
        (&["ask", &long], USAGE, &["2001", "QUESTION_TOO_LONG"]),
        (&["ask", "--from", "yesterday", "Why?"], USAGE, &["yesterday", "YYYY-MM", "FILTER_INVALID"]),
        (&["search", "--category", "*", "Why?"], USAGE, &["`*`", "hep-*", "FILTER_INVALID"]),
        (&["ask", "--near", "next to it", "Why?"], USAGE, &["next to it", "AG-2026.03-1712", "ARGUMENT_INVALID"]),
        (&["ask", "--model", "gpt-2", "Why?"], USAGE, &["gpt-2", "extractive", "UNKNOWN_MODEL"]),
        (&["ask", "Why?"], 1, &["antigravity index FILE", "ARCHIVE_EMPTY"]),
        (&["search", "Why?"], 1, &["antigravity index FILE", "ARCHIVE_EMPTY"]),
    ];
    let mut faults = Vec::new();
    for (arguments, code, parts) in wrong {
        let printed = over(data.path(), arguments);
        let one_line = printed.err.lines().count() == 1 && printed.err.starts_with("error: ") && printed.out.is_empty();
        let missing: Vec<_> = parts.iter().filter(|part| !printed.err.contains(**part)).collect();
        if printed.code != Some(*code) || !one_line || !missing.is_empty() {
            faults.push(format!("{arguments:?}: exit code {:?}, lacks {missing:?}: {}", printed.code, printed.err));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_wrong_setting_is_told_with_its_origin_and_what_is_accepted() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("antigravity.toml");
    std::fs::write(&file, "max_in_flight = 'many'\n").unwrap();
    let of_file = antigravity(folder.path(), &["serve", "--config", file.to_str().unwrap()]);
    let mut of_variable = antigravity(folder.path(), &["serve"]);
    of_variable.env("ANTIGRAVITY_LISTEN", "somewhere");
    for (command, parts) in [
        (of_file, ["`max_in_flight`", file.to_str().unwrap(), "at least 1"]),
        (of_variable, ["`listen`", "ANTIGRAVITY_LISTEN", "127.0.0.1:7400"]),
    ] {
        let printed = run(command, None);
        assert_eq!(printed.code, Some(USAGE), "{}", printed.err);
        for part in parts {
            assert!(printed.err.contains(part), "{:?} lacks {part:?}", printed.err);
        }
    }
}

#[test]
fn a_model_or_a_server_that_is_not_there_is_told() {
    let data = TempDir::new().unwrap();
    let mut command = antigravity_tests::process::program("antigravity");
    command.args(["archive", "--model-dir", "/no/such/folder", "--data-dir"]).arg(data.path());
    let printed = run(command, None);
    assert_eq!(printed.code, Some(USAGE));
    for part in ["`model_dir`", "--model-dir", "/no/such/folder"] {
        assert!(printed.err.contains(part), "{}", printed.err);
    }

    // A port that was free a moment ago, and that nothing listens on now.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    for command in [&["archive"][..], &["ask", "Why?"], &["search", "Why?"], &["index", file("records.jsonl").to_str().unwrap()]] {
        let printed = over(data.path(), &[command, &["--server", &address]].concat());
        assert_eq!(printed.code, Some(UNAVAILABLE), "{command:?}: {}", printed.err);
        assert!(printed.err.contains(&address), "{}", printed.err);
    }
}

#[test]
fn help_teaches_every_command() {
    for (arguments, parts) in [
        (&["--help"][..], &["index", "ask", "search", "serve", "archive", "Exit codes"][..]),
        (&["index", "--help"], &["JSON Lines", "abstract_source", "--refused"]),
        (&["ask", "--help"], &["--category", "hep-*", "--from", "--sources", "--model", "--json", "--server"]),
        (&["search", "--help"], &["--near", "--sources"]),
        (&["serve", "--help"], &["--listen", "SIGTERM"]),
        (&["archive", "--help"], &["revision"]),
    ] {
        let mut command = antigravity_tests::process::program("antigravity");
        command.args(arguments);
        let help = run(command, None).well();
        for part in parts {
            assert!(help.contains(part), "{arguments:?} lacks {part:?}");
        }
    }
}
