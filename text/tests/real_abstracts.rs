//! The readers over real abstracts, which hold what no table thinks of.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    reason = "a test fails by panicking and says what it skipped"
)]

use std::path::PathBuf;

use antigravity_text::{Background, PreprintId, SourceId, content_terms, numbers, phrases, plain, sentences, stems, tokens};

struct Record {
    id: String,
    ag_id: Option<String>,
    title: String,
    text: String,
}

/// The records of the sample, or `None` where there is no shared data at all.
fn sample() -> Option<Vec<Record>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    let file = std::fs::read_to_string(folder.join("arxiv_sample.jsonl")).expect("the shared data must hold arxiv_sample.jsonl");
    let records = file.lines().map(|line| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        Record {
            id: field("id").unwrap(),
            ag_id: field("ag_id"),
            title: field("title").unwrap(),
            text: field("abstract").unwrap_or_default(),
        }
    });
    Some(records.collect())
}

fn dollars(text: &str) -> usize {
    text.replace(r"\\", "").replace(r"\$", "").matches('$').count()
}

#[test]
fn sentences_of_real_abstracts_needs_shared_data() {
    let Some(records) = sample() else { return };
    let mut count = 0;
    for Record { text, id, .. } in &records {
        let mut end = 0;
        for span in sentences(text) {
            assert!(span.start >= end && span.start < span.end, "{id}: ordered and not empty");
            let sentence = text.get(span.clone()).unwrap_or_else(|| panic!("{id}: on character boundaries"));
            assert_eq!(sentence, sentence.trim(), "{id}");
            if dollars(text).is_multiple_of(2) {
                assert!(dollars(&text[..span.start]).is_multiple_of(2), "{id}: begins inside mathematics: {sentence}");
            }
            let between = &text[end..span.start];
            assert!(!between.chars().any(char::is_alphanumeric), "{id}: words lost: {between}");
            end = span.end;
            count += 1;
        }
        assert!(!text[end..].chars().any(char::is_alphanumeric), "{id}: words lost at the end");
    }
    let mean = f64::from(count) / records.len() as f64;
    assert!((5.0..12.0).contains(&mean), "an abstract has about eight sentences, not {mean}");
}

#[test]
fn ids_of_real_records_needs_shared_data() {
    let Some(records) = sample() else { return };
    let mut seen = std::collections::HashSet::new();
    let mut given = 0;
    for record in &records {
        let source: SourceId = record.id.parse().unwrap();
        assert!(seen.insert(PreprintId::derive(&source).unwrap()), "{}: derived twice", record.id);
        if let Some(ag_id) = &record.ag_id {
            assert!(seen.insert(PreprintId::given(ag_id).unwrap()), "{ag_id}: clashes");
            given += 1;
        }
    }
    assert_eq!(given, 14);
}

#[test]
fn every_reader_stays_within_real_texts_needs_shared_data() {
    let Some(records) = sample() else { return };
    for Record { id, title, text, .. } in records.iter().step_by(8) {
        for text in [title, text] {
            assert!(tokens(text).into_iter().all(|token| text.get(token.span).is_some()), "{id}");
            assert!(numbers(text).into_iter().all(|number| text.get(number.span).is_some() && number.value.is_finite()), "{id}");
            assert!(phrases(text).into_iter().all(|phrase| text.get(phrase.span).is_some() && !phrase.stems.is_empty()), "{id}");
            assert_eq!(stems(text), content_terms(text).into_iter().map(|term| term.stem).collect::<Vec<_>>(), "{id}");
        }
    }
}

/// What is left of LaTeX after reading is what authors broke, or macros of their own.
#[test]
fn little_latex_is_left_of_real_abstracts_needs_shared_data() {
    let Some(records) = sample() else { return };
    let with = |mark: char| records.iter().filter(|record| plain(&record.text).contains(mark)).count();
    let (dollars, backslashes) = (with('$'), with('\\'));
    eprintln!("of {} abstracts {dollars} keep a dollar, {backslashes} a backslash", records.len());
    assert!(dollars * 200 < records.len() && backslashes * 50 < records.len(), "{dollars} {backslashes}");
}

#[test]
fn the_background_knows_real_abstracts_needs_shared_data() {
    let Some(records) = sample() else { return };
    let background = Background::shipped();
    let stems: Vec<String> = records.iter().step_by(4).flat_map(|record| stems(&record.text)).collect();
    let known =
        stems.iter().filter(|stem| background.document_frequency(stem) > background.document_frequency("nobody wrote this")).count();
    assert!(known * 100 > stems.len() * 97, "{known} of {}", stems.len());
}
