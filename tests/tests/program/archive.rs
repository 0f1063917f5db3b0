//! What can be done with a whole archive: exported, verified, built anew.

use std::io::Read as _;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::run::{antigravity, file, over};

fn revision(data: &std::path::Path) -> String {
    let printed = over(data, &["archive", "--json"]).well();
    serde_json::from_str::<serde_json::Value>(&printed).unwrap()["revision"].as_str().unwrap().to_owned()
}

#[test]
fn an_export_makes_the_same_archive_and_both_are_sound() {
    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    over(first.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    let exported = first.path().join("exported.jsonl");
    assert_eq!(over(first.path(), &["archive", "export", exported.to_str().unwrap()]).well(), "");
    assert_eq!(over(first.path(), &["archive", "export"]).well(), std::fs::read_to_string(&exported).unwrap());
    over(second.path(), &["index", exported.to_str().unwrap(), "--bulk"]).well();
    assert_eq!(revision(first.path()), revision(second.path()));
    for data in [first.path(), second.path()] {
        let verified = over(data, &["archive", "verify"]).well();
        assert_eq!(verified, format!("archive preprints is sound: 6 preprints, revision {}\n", revision(data)));
    }
    let refused = over(first.path(), &["archive", "export", "/no/such/folder/x.jsonl"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("/no/such/folder/x.jsonl"), "{}", refused.err);
}

/// A reader that has stopped reading holds the pipe for as long as it likes: Ctrl-C is heard all the same.
#[test]
fn an_export_that_nobody_reads_can_be_interrupted() {
    let data = TempDir::new().unwrap();
    // More than a pipe takes, which is 64 KiB unless told otherwise.
    let lines = (0..80).map(|number| {
        let record = serde_json::json!({
            "id": format!("2603.{number:05}"), "title": "Pendulums", "abstract": "swing ".repeat(300), "categories": ["physics.pop-ph"], "date": "2026-03",
        });
        format!("{record}\n")
    });
    let records = data.path().join("many.jsonl");
    std::fs::write(&records, lines.collect::<String>()).unwrap();
    over(data.path(), &["index", records.to_str().unwrap()]).well();

    let mut command = antigravity(data.path(), &["archive", "export"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0]).unwrap();
    assert!(Command::new("kill").arg("-INT").arg(child.id().to_string()).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8(ended.stderr).unwrap().as_str()), (Some(130), "error: interrupted\n"));
}

#[test]
fn an_export_that_fails_leaves_nothing_behind() {
    let data = TempDir::new().unwrap();
    let exports = TempDir::new().unwrap();
    let printed = over(data.path(), &["archive", "export", exports.path().join("x.jsonl").to_str().unwrap(), "--archive", "nope"]);
    assert_eq!(printed.code, Some(1), "{}", printed.err);
    assert_eq!(std::fs::read_dir(exports.path()).unwrap().count(), 0);
}

/// As a server says it too: only the archive that nobody had to name can be there and empty.
#[test]
fn an_archive_that_is_not_there_is_not_called_empty() {
    let data = TempDir::new().unwrap();
    for (arguments, reason) in [
        (&["search", "Why?"][..], "ARCHIVE_EMPTY"),
        (&["archive", "--archive", "nope"], "ARCHIVE_NOT_FOUND"),
        (&["search", "Why?", "--archive", "nope"], "ARCHIVE_NOT_FOUND"),
    ] {
        let printed = over(data.path(), arguments);
        assert_eq!(printed.code, Some(1));
        assert!(printed.err.contains(reason), "{arguments:?}: {}", printed.err);
    }
}

#[test]
fn a_rebuild_holds_what_its_files_hold_and_a_broken_file_changes_nothing() {
    let data = TempDir::new().unwrap();
    let records = std::fs::read_to_string(file("records.jsonl")).unwrap();
    over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    let before = revision(data.path());
    let broken = data.path().join("broken.jsonl.gz");
    // The beginning of a gzip file, and no more.
    std::fs::write(&broken, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]).unwrap();
    // What comes before the tear changes nothing either, not even a preprint that it calls withdrawn.
    let withdrawn = data.path().join("withdrawn.jsonl");
    let first: serde_json::Value = serde_json::from_str(records.lines().next().unwrap()).unwrap();
    let line = serde_json::json!({
        "id": first["id"], "comments": "This paper has been withdrawn", "categories": "hep-ph", "authors_parsed": [],
        "versions": [{ "created": "Mon, 2 Apr 2007 19:18:42 GMT" }],
    });
    std::fs::write(&withdrawn, format!("{line}\n")).unwrap();
    let printed = over(data.path(), &["index", "--rebuild", withdrawn.to_str().unwrap(), broken.to_str().unwrap()]);
    assert_eq!(printed.code, Some(1));
    assert!(printed.err.contains("the archive is as it was before"), "{}", printed.err);
    assert_eq!(revision(data.path()), before);

    let half = data.path().join("half.jsonl");
    std::fs::write(&half, records.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    assert!(over(data.path(), &["index", "--rebuild", half.to_str().unwrap()]).well().contains("3 preprints"));
    over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    assert_eq!(revision(data.path()), before);
}
