//! What can be done with a whole archive: exported, verified, built anew.

use tempfile::TempDir;

use crate::run::{file, over};

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
