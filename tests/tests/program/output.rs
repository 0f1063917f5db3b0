//! What the commands print, as it stands on a page. `UPDATE_EXPECT=1` rewrites the expectations.

use antigravity_proto::gateway::v1::SearchResponse;
use antigravity_proto::json::from_json;
use antigravity_proto::types::{Answer, Archive, CoverageLevel};
use antigravity_tests::answer::{assert_presentable, assert_same, comparable};
use expect_test::expect;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::Path;
use tempfile::TempDir;

use crate::run::{Printed, antigravity, file, over, run, stable};

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
    expect![[r#"
        6 records in … s (… per second)
          new               6
          unchanged         0
          updated           0
          refused           0
        archive preprints: 6 preprints, revision <revision>
    "#]]
    .assert_eq(&stable(&index().well()));
    expect![[r#"
        6 records in … s (… per second)
          new               0
          unchanged         6
          updated           0
          refused           0
        archive preprints: 6 preprints, revision <revision>
    "#]]
    .assert_eq(&stable(&index().well()));
}

#[test]
fn a_bad_line_never_stops_the_rest_and_each_is_named_with_its_reason() {
    let data = indexed();
    let refused = data.path().join("refused.jsonl");
    let broken = file("broken.jsonl");
    let printed = over(data.path(), &["index", broken.to_str().unwrap(), "--refused", refused.to_str().unwrap()]);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    expect![[r#"
        refused broken.jsonl:2: not JSON: EOF while parsing a string (column 51)
        refused broken.jsonl:3 2401.00103: title: is empty: a preprint needs a title
        refused broken.jsonl:4 abs/9901001: source_id: `abs/9901001` is no arXiv id: there is no archive `abs`
        refused broken.jsonl:5 2401.00105: ag_id: AG-2024.01-101 belongs to arXiv:2401.00101, so arXiv:2401.00105 can't have it: bring another one or none
    "#]].assert_eq(&stable(&printed.err));
    expect![[r#"
        6 records in … s (… per second)
          new               1
          unchanged         0
          updated           1
          refused           4
        archive preprints: 7 preprints, revision <revision>
    "#]]
    .assert_eq(&stable(&printed.out));
    let lines: Vec<(u64, String)> = std::fs::read_to_string(refused)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .map(|line: serde_json::Value| (line["line"].as_u64().unwrap(), line["id"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [(2, ""), (3, "2401.00103"), (4, "abs/9901001"), (5, "arXiv:2401.00105")];
    for (line, id) in expected {
        let found = lines.iter().find(|(number, _)| *number == line).unwrap_or_else(|| panic!("line {line} is not refused: {lines:?}"));
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
        let printed = run(antigravity(data.path(), &["index", name]), input).well();
        let unchanged = printed.lines().find(|line| line.contains("unchanged")).unwrap();
        assert_eq!(unchanged.split_whitespace().last(), Some("6"), "{name}: {printed}");
    }
}

/// Over those records, embedded exactly: which percent a similarity rounds to would otherwise depend on the processor.
fn exactly(data: &Path, arguments: &[&str]) -> Printed {
    let mut command = antigravity(data, arguments);
    command.env("ANTIGRAVITY_EMBEDDING_PRECISION", "f32");
    run(command, None)
}

fn indexed_exactly() -> TempDir {
    let data = TempDir::new().unwrap();
    exactly(data.path(), &["index", file("records.jsonl").to_str().unwrap()]).well();
    data
}

#[test]
fn ask_prints_the_page() {
    let data = indexed_exactly();
    expect![[r#"
        Antigravity Q&A

        When do pendulum clocks on one shelf synchronise?

        Answered by the archive itself (extractive) · <date>

        Answer

        Your question asks about *pendulum clocks*. The archive has direct research on this, and the preprints below speak to it.

        **Pendulum clocks.** [AG-2024.01-101] recalls that two pendulum clocks that share a wooden shelf pull each other into step. The authors find that 37 pairs end in antiphase, and that the time to synchronise grows with the stiffness of the shelf [AG-2024.01-101]. Clocks that hang from a brick wall never synchronise in the authors' runs [AG-2024.01-101].

        That is what the abstracts themselves report; the archive doesn't compare these preprints with one another.

        Sources · 6

        - 81% · physics.class-ph · Pendulum clocks on a swaying shelf · AG-2024.01-101
        - 51% · physics.ed-ph · Synchronisation of metronomes as a teaching experiment · AG-2024.02-102
        - 48% · physics.hist-ph · Clock shops through the ages · AG-2024.06-00106 · title only
        - 20% · physics.app-ph · A survey of stiffness in wooden furniture · AG-2024.03-00103
        - 19% · physics.class-ph · Bridges that sway under pedestrians · AG-2024.05-00105 · summary
        - 18% · physics.bio-ph · Fireflies in phase: a field study · AG-2024.04-00104

        Keep exploring

        The sources suggest no question to go on with.

        This is a research aid — not a peer review. Verify sources before citing.
    "#]].assert_eq(&stable(&exactly(data.path(), &["ask", QUESTION]).well()));
}

#[test]
fn ask_says_first_what_lies_outside_the_archive() {
    let data = indexed_exactly();
    expect![[r#"
        Antigravity Q&A

        What is the best fertiliser for tomatoes?

        Answered by the archive itself (extractive) · <date>

        Answer

        The archive does not address this question: none of the preprints nearest to it discusses *fertiliser* or *tomatoes* in this sense. The nearest sources, which are about other things, are:

        - *Fireflies in phase: a field study* [AG-2024.04-00104]
        - *Clock shops through the ages* [AG-2024.06-00106]
        - *Synchronisation of metronomes as a teaching experiment* [AG-2024.02-102]

        Nearest sources · 6

        - 7% · physics.bio-ph · Fireflies in phase: a field study · AG-2024.04-00104
        - 6% · physics.hist-ph · Clock shops through the ages · AG-2024.06-00106 · title only
        - 3% · physics.ed-ph · Synchronisation of metronomes as a teaching experiment · AG-2024.02-102
        - 1% · physics.app-ph · A survey of stiffness in wooden furniture · AG-2024.03-00103
        - −1% · physics.class-ph · Pendulum clocks on a swaying shelf · AG-2024.01-101
        - −7% · physics.class-ph · Bridges that sway under pedestrians · AG-2024.05-00105 · summary

        Keep exploring

        The sources suggest no question to go on with.

        This is a research aid — not a peer review. Verify sources before citing.
    "#]].assert_eq(&stable(
        &exactly(data.path(), &["ask", "What is the best fertiliser for tomatoes?"]).well(),
    ));
}

#[test]
fn search_prints_the_sources_alone() {
    let data = indexed_exactly();
    expect![[r#"
        Sources · 6

        - 46% · physics.ed-ph · Synchronisation of metronomes as a teaching experiment · AG-2024.02-102
        - 40% · physics.class-ph · Pendulum clocks on a swaying shelf · AG-2024.01-101
        - 34% · physics.bio-ph · Fireflies in phase: a field study · AG-2024.04-00104
        - 24% · physics.class-ph · Bridges that sway under pedestrians · AG-2024.05-00105 · summary
        - 18% · physics.hist-ph · Clock shops through the ages · AG-2024.06-00106 · title only
        - −5% · physics.app-ph · A survey of stiffness in wooden furniture · AG-2024.03-00103
    "#]]
    .assert_eq(&stable(&exactly(data.path(), &["search", "oscillators that fall into step"]).well()));
    let narrowed = ["search", "--category", "nlin.*", "--from", "2024-02", "oscillators that fall into step"];
    expect![[r#"
        Sources · 1

        - 34% · physics.bio-ph · Fireflies in phase: a field study · AG-2024.04-00104
    "#]]
    .assert_eq(&stable(&exactly(data.path(), &narrowed).well()));
}

#[test]
fn archive_tells_what_there_is() {
    let data = indexed();
    expect![[r#"
        Archive preprints
          preprints        6
          dates            2024-01-08 to 2024-06-01
          categories       nlin.AO 2 · physics.class-ph 2 · physics.app-ph 1 · physics.bio-ph 1 · physics.ed-ph 1 · physics.hist-ph 1
          revision         <revision>
          embedding model  sentence-transformers/all-MiniLM-L6-v2
    "#]]
    .assert_eq(&stable(&over(data.path(), &["archive"]).well()));
}

#[test]
fn json_is_the_contracts_own() {
    let data = indexed();
    let ask = || over(data.path(), &["ask", "--json", "--sources", "4", QUESTION]).well();
    let answer: Answer = from_json(&ask()).unwrap();
    assert_presentable(&answer);
    assert_eq!((answer.question.as_str(), answer.sources.len()), (QUESTION, 4));
    assert_ne!(answer.coverage.as_ref().unwrap().level(), CoverageLevel::None);
    assert_same("asked twice", &comparable(answer), &comparable(from_json(&ask()).unwrap()));

    let found: SearchResponse = from_json(&over(data.path(), &["search", "--json", QUESTION]).well()).unwrap();
    assert_eq!(found.sources.len(), 6, "no more than there are");
    let archive: Archive = from_json(&over(data.path(), &["archive", "--json"]).well()).unwrap();
    assert_eq!((archive.preprints, archive.revision), (6, found.archive_revision));
}
