//! Files that aren't as they should be: what `antigravity index` says of each, and that whatever is right in them is in the archive, whole. The
//! page docs/input.md tells users the same.

use std::io::Write as _;
use std::path::Path;

use expect_test::{Expect, expect};
use flate2::Compression;
use flate2::write::GzEncoder;
use regex::Regex;
use tempfile::TempDir;

use crate::run::{Printed, over};

/// A record, with fields put in the place of the usual ones.
fn record(id: &str, changes: serde_json::Value) -> String {
    let mut record = serde_json::json!({
        "id": id, "title": "Clocks", "abstract": "Two clocks agree.", "authors": ["A. Name"], "categories": ["hep-ph"], "date": "2024-01-08",
    });
    record.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    format!("{record}\n")
}

fn good(id: &str) -> String {
    record(id, serde_json::json!({}))
}

/// Indexes files of these names and contents, of which so many records must be in the archive afterwards.
fn index(files: &[(&str, Vec<u8>)], there: usize) -> Printed {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let data = folder.path().join("data");
    for (name, content) in files {
        std::fs::write(path(name), content).unwrap();
    }
    let names: Vec<String> = files.iter().map(|(name, _)| path(name)).collect();
    let words: Vec<&str> = ["index"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut printed = over(&data, &words);
    printed.err = printed.err.replace(&format!("{}/", folder.path().display()), "");
    assert_whole(&data, there);
    printed
}

/// So many preprints are in the archive, and each is whole.
fn assert_whole(data: &Path, there: usize) {
    let verified = over(data, &["archive", "verify"]).well();
    assert!(verified.contains(&format!("is sound: {there} preprint")), "{verified}");
}

#[test]
fn a_file_that_cannot_be_read_is_named_with_its_line_and_what_to_do() {
    let packed = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let three: String = ["2401.00101", "2401.00102", "2401.00103"].map(good).concat();
    let mut torn = packed(&three);
    torn.truncate(torn.len() - 40);
    let wide: Vec<u8> = three.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let table: [(&str, Vec<u8>, usize, Expect); 3] = [
        (
            "torn.jsonl.gz",
            torn,
            2,
            expect![[r#"
            error: torn.jsonl.gz:3: can't be read any further: the compressed file is cut off or damaged (incomplete deflate stream): fetch or compress it again; what stands before that is in the archive
        "#]],
        ),
        (
            "no.gz",
            b"\x1f\x8b".to_vec(),
            0,
            expect![[r#"
            error: no.gz:1: can't be read any further: the compressed file is cut off or damaged (unexpected end of file): fetch or compress it again; what stands before that is in the archive
        "#]],
        ),
        (
            "wide.jsonl",
            wide,
            0,
            expect![[r#"
            error: wide.jsonl:1: can't be read any further: the text is UTF-16 or UTF-32: convert it to UTF-8, for instance with iconv -f UTF-16 -t UTF-8; what stands before that is in the archive
        "#]],
        ),
    ];
    for (name, content, there, told) in table {
        let printed = index(&[(name, content)], there);
        assert_eq!(printed.code, Some(1), "{name}");
        told.assert_eq(&printed.err);
    }
}

#[test]
fn a_line_that_cannot_be_taken_is_refused_alone() {
    let latin = good("2401.00101").replace("A. Name", "A. Nom\u{e9}");
    // é as one byte.
    let latin: Vec<u8> = latin.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    let with = |number: u32, changes: serde_json::Value| record(&format!("2401.{number:05}"), changes).into_bytes();
    let lines: Vec<Vec<u8>> = vec![
        latin,
        good("2401.00102").replace("Clocks", "Cl\u{0}cks").into_bytes(),
        with(103, serde_json::json!({"title": "Cl\u{0}cks"})),
        with(104, serde_json::json!({"abstract": ""})),
        with(105, serde_json::json!({"abstract": "x".repeat(100 << 10)})),
        with(106, serde_json::json!({"authors": (0..5_000).map(|number| format!("Author Number{number}")).collect::<Vec<_>>()})),
        with(107, serde_json::json!({"date": "9999-12-31"})),
        with(108, serde_json::json!({"date": "0000-00-00"})),
        with(109, serde_json::json!({"date": "1066-10-14"})),
        with(110, serde_json::json!({"date": "2023-02-30"})),
        with(111, serde_json::json!({})),
        with(111, serde_json::json!({"title": "Other clocks"})),
        with(112, serde_json::json!({"abstract": "x".repeat(1 << 20)})),
        with(113, serde_json::json!({})),
    ];
    let printed = index(&[("lines.jsonl", lines.concat())], 5);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    // Places within a line are JSON's order of keys, today is today.
    let told = [(r"\(at byte \d+\)", "(at byte …)"), (r"\(column \d+\)", "(column …)"), (r"today is [\d-]+", "today is …")]
        .iter()
        .fold(printed.err, |text, (pattern, with)| Regex::new(pattern).unwrap().replace_all(&text, *with).into_owned());
    expect![[r#"
        refused lines.jsonl:1: not UTF-8 (at byte …): convert the file, for instance with iconv
        refused lines.jsonl:2: not JSON: control character (\u0000-\u001F) found while parsing a string (column …)
        refused lines.jsonl:12 2401.00111: the id stands already in line 11 with other content: keep one of the two lines
        refused lines.jsonl:13: the line is longer than 1024 KiB
        refused lines.jsonl:5 2401.00105: abstract_text: has 102400 bytes: at most 20000 are accepted
        refused lines.jsonl:7 2401.00107: date: 9999-12-31 lies in the future (today is …): correct it
        refused lines.jsonl:8 2401.00108: date: `0000-00-00` is no date: write it as YYYY-MM-DD or YYYY-MM
        refused lines.jsonl:9 2401.00109: date: 1066-10-14 is before 1900-01-01: correct the year
        refused lines.jsonl:10 2401.00110: date: `2023-02-30` is no date: write it as YYYY-MM-DD or YYYY-MM
    "#]]
    .assert_eq(&told);
}

#[test]
fn the_later_of_two_files_counts() {
    let other = record("2401.00101", serde_json::json!({"title": "Other clocks"}));
    let printed = index(&[("a.jsonl", good("2401.00101").into_bytes()), ("b.jsonl", other.into_bytes())], 1).well();
    assert!(printed.contains("2 records") && printed.contains(": 1 preprints"), "{printed}");
    let counted = |name: &str| printed.lines().find(|line| line.trim_start().starts_with(name)).unwrap().split_whitespace().last().unwrap();
    assert_eq!((counted("new"), counted("updated"), counted("refused")), ("1", "1", "0"));
}

/// A place where nothing can be made, whoever asks: permissions don't hold root.
#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file.jsonl");
    std::fs::write(&file, good("2401.00101")).unwrap();
    let data = Path::new("/proc/antigravity");
    let printed = over(data, &["index", file.to_str().unwrap()]);
    assert_eq!((printed.code, printed.err.lines().count()), (Some(1), 1), "{}", printed.err);
    assert!(printed.err.contains("/proc/antigravity"), "{}", printed.err);
}
