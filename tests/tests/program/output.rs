//! What the commands print, as it stands on a page. `UPDATE_EXPECT=1` rewrites the expectations.

use antigravity_proto::gateway::v1::SearchResponse;
use antigravity_proto::json::from_json;
use antigravity_proto::types::{Answer, Archive, CoverageLevel};
use antigravity_tests::answer::{assert_presentable, comparable};
use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use tempfile::TempDir;

use crate::run::{antigravity, file, over, run, stable};

const QUESTION: &str = "When do pendulum clocks on one shelf synchronise?";

fn indexed() -> TempDir {
    let data = TempDir::new().unwrap();
    over(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    data
}

#[test]
fn index_reports_and_indexing_again_changes_nothing() {
    let data = TempDir::new().unwrap();
    let records = file("records.jsonl");
    let index = || over(data.path(), &["index", records.to_str().unwrap()]);
    expect![[""]].assert_eq(&stable(&index().well()));
    expect![[""]].assert_eq(&stable(&index().well()));
}

#[test]
fn a_bad_line_never_stops_the_rest_and_each_is_named_with_its_reason() {
    let data = indexed();
    let refused = data.path().join("refused.jsonl");
    let broken = file("broken.jsonl");
    let printed = over(
        data.path(),
        &["index", broken.to_str().unwrap(), "--refused", refused.to_str().unwrap()],
    );
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    expect![[""]].assert_eq(&stable(&printed.err));
    expect![[""]].assert_eq(&stable(&printed.out));
    let lines: Vec<(u64, String)> = std::fs::read_to_string(refused)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|line: serde_json::Value| (line["line"].as_u64().unwrap(), line["id"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [(2, ""), (3, "2401.00103"), (4, "abs/9901001"), (5, "arXiv:2401.00105")];
    for (line, id) in expected {
        let found = lines
            .iter()
            .find(|(number, _)| *number == line)
            .unwrap_or_else(|| panic!("line {line} is not refused: {lines:?}"));
        assert!(found.1.ends_with(id.trim_start_matches("arXiv:")), "{lines:?}");
    }
    assert_eq!(lines.len(), expected.len());
}

/// A plain file, a compressed one and standard input hold the same records, and come to the same archive.
#[test]
fn records_are_read_from_files_compressed_files_and_standard_input() {
    let records = std::fs::read(file("records.jsonl")).unwrap();
    let folder = TempDir::new().unwrap();
    let compressed = folder.path().join("records.jsonl.gz");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&records).unwrap();
    std::fs::write(&compressed, encoder.finish().unwrap()).unwrap();

    let data = indexed();
    for (name, input) in [(compressed.to_str().unwrap(), None), ("-", Some(records.as_slice()))] {
        let mut command = antigravity(&["index", name]);
        command.arg("--data-dir").arg(data.path());
        let printed = run(command, input).well();
        let unchanged = printed.lines().find(|line| line.contains("unchanged")).unwrap();
        assert_eq!(unchanged.split_whitespace().last(), Some("6"), "{name}: {printed}");
    }
}

#[test]
fn ask_prints_the_page() {
    let data = indexed();
    expect![[""]].assert_eq(&stable(&over(data.path(), &["ask", QUESTION]).well()));
}

#[test]
fn ask_says_first_what_lies_outside_the_archive() {
    let data = indexed();
    expect![[""]].assert_eq(&stable(
        &over(data.path(), &["ask", "What is the best fertiliser for tomatoes?"]).well(),
    ));
}

#[test]
fn search_prints_the_sources_alone() {
    let data = indexed();
    expect![[""]].assert_eq(&stable(&over(data.path(), &["search", "oscillators that fall into step"]).well()));
    let narrowed = [
        "search",
        "--category",
        "nlin.*",
        "--from",
        "2024-02",
        "oscillators that fall into step",
    ];
    expect![[""]].assert_eq(&stable(&over(data.path(), &narrowed).well()));
}

#[test]
fn archive_tells_what_there_is() {
    let data = indexed();
    expect![[""]].assert_eq(&stable(&over(data.path(), &["archive"]).well()));
}

#[test]
fn json_is_the_contracts_own() {
    let data = indexed();
    let ask = || over(data.path(), &["ask", "--json", "--sources", "4", QUESTION]).well();
    let answer: Answer = from_json(&ask()).unwrap();
    assert_presentable(&answer);
    assert_eq!((answer.question.as_str(), answer.sources.len()), (QUESTION, 4));
    assert_ne!(answer.coverage.as_ref().unwrap().level(), CoverageLevel::None);
    assert_eq!(
        comparable(answer),
        comparable(from_json(&ask()).unwrap()),
        "the same question has the same answer"
    );

    let found: SearchResponse = from_json(&over(data.path(), &["search", "--json", QUESTION]).well()).unwrap();
    assert_eq!(found.sources.len(), 6, "no more than there are");
    let archive: Archive = from_json(&over(data.path(), &["archive", "--json"]).well()).unwrap();
    assert_eq!((archive.preprints, archive.revision), (6, found.archive_revision));
}
