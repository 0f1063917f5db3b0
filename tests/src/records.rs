//! Records to index: the bundled sample's, and more of the same kind.

use std::path::Path;

use antigravity_proto::types::{DatePrecision, PreprintRecord, TextOrigin};
use serde_json::Value;

use crate::paths;

/// The records of the bundled sample.
pub fn sample() -> Vec<PreprintRecord> {
    read(&paths::sample())
}

/// Records in JSON Lines.
pub fn read(file: &Path) -> Vec<PreprintRecord> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| record(&serde_json::from_str(line).unwrap())).collect()
}

/// As many records as wanted, all different: those of the sample with other ids and titles, and one sentence of their text, since it is
/// sentences that embedding takes its time for.
pub fn generated(count: usize) -> Vec<PreprintRecord> {
    let sample: Vec<PreprintRecord> = sample().into_iter().filter(|record| !record.abstract_text.is_empty()).collect();
    let made = |number: usize| {
        let record = sample[number % sample.len()].clone();
        let first = antigravity_text::sentences(&record.abstract_text)[0].clone();
        PreprintRecord {
            source_id: format!("2501.{:05}", number + 1),
            ag_id: String::new(),
            title: format!("{}, part {}", record.title, number / sample.len() + 1),
            abstract_text: record.abstract_text[first].to_owned(),
            date: "2025-01-15".into(),
            date_precision: DatePrecision::Day.into(),
            ..record
        }
    };
    (0..count).map(made).collect()
}

fn record(json: &Value) -> PreprintRecord {
    let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |key: &str| {
        let items = json.get(key).and_then(Value::as_array);
        items.map(|items| items.iter().map(|item| item.as_str().unwrap().to_owned()).collect()).unwrap_or_default()
    };
    let text_origin = match text("abstract_source").as_str() {
        _ if text("abstract").is_empty() => TextOrigin::TitleOnly,
        "summary" => TextOrigin::Summary,
        _ => TextOrigin::Authors,
    };
    let date_precision = match text("date_precision").as_str() {
        "day" => DatePrecision::Day,
        "listed" => DatePrecision::Listed,
        "month" => DatePrecision::Month,
        _ => DatePrecision::Unspecified,
    };
    PreprintRecord {
        source_id: text("id"),
        ag_id: text("ag_id"),
        title: text("title"),
        abstract_text: text("abstract"),
        text_origin: text_origin.into(),
        authors: list("authors"),
        primary_category: text("primary_category"),
        categories: list("categories"),
        date: text("date"),
        date_precision: date_precision.into(),
        doi: text("doi"),
        journal_ref: text("journal_ref"),
        comments: text("comments"),
    }
}
