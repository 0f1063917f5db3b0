//! A record as a line that [`parse`](super::record::parse) reads as the same record.

use antigravity_proto::types::{DatePrecision, PreprintRecord, TextOrigin};
use serde_json::{Map, Value};

/// The record as one line of JSON, with its end. What is empty is left out.
pub(crate) fn line(record: &PreprintRecord) -> String {
    let texts = [
        ("id", record.source_id.as_str()),
        ("ag_id", &record.ag_id),
        ("title", &record.title),
        ("abstract", &record.abstract_text),
        ("abstract_source", source(record.text_origin())),
        ("primary_category", &record.primary_category),
        ("date", &record.date),
        ("date_precision", precision(record.date_precision())),
        ("doi", &record.doi),
        ("journal_ref", &record.journal_ref),
        ("comments", &record.comments),
    ];
    let mut fields: Map<String, Value> =
        texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name.to_owned(), text.into())).collect();
    for (name, list) in [("authors", &record.authors), ("categories", &record.categories)] {
        if !list.is_empty() {
            fields.insert(name.to_owned(), list.clone().into());
        }
    }
    format!("{}\n", Value::Object(fields))
}

/// Only summaries say so: the authors' own words are the default, and a title alone has no abstract.
fn source(origin: TextOrigin) -> &'static str {
    match origin {
        TextOrigin::Summary => "summary",
        TextOrigin::Unspecified | TextOrigin::Authors | TextOrigin::TitleOnly => "",
    }
}

fn precision(precision: DatePrecision) -> &'static str {
    match precision {
        DatePrecision::Unspecified => "",
        DatePrecision::Day => "day",
        DatePrecision::Listed => "listed",
        DatePrecision::Month => "month",
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{Reading, parse};
    use super::*;

    #[test]
    fn a_written_record_is_read_as_the_same() {
        let full = PreprintRecord {
            source_id: "arXiv:2603.25794".into(),
            ag_id: "AG-2026.03-1712".into(),
            title: "T $\\Lambda$ \"x\"".into(),
            abstract_text: "We search.\nWe find.".into(),
            text_origin: TextOrigin::Summary.into(),
            authors: vec!["N. Name".into()],
            primary_category: "hep-ph".into(),
            categories: vec!["hep-ph".into(), "cs.LG".into()],
            date: "2026-03-01".into(),
            date_precision: DatePrecision::Month.into(),
            doi: "10.1/x".into(),
            journal_ref: "J. 1".into(),
            comments: "5 pages".into(),
        };
        let authors =
            PreprintRecord { text_origin: TextOrigin::Authors.into(), date_precision: DatePrecision::Listed.into(), ..full.clone() };
        let title_only = PreprintRecord {
            text_origin: TextOrigin::TitleOnly.into(),
            abstract_text: String::new(),
            authors: vec![],
            doi: String::new(),
            ..full.clone()
        };
        for record in [full, authors, title_only] {
            let line = line(&record);
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            assert_eq!(parse(line.trim_end().as_bytes()).unwrap(), Reading::Record(record));
        }
    }
}
