//! One line as a record, or the reason why it is none.
//!
//! Only the form is judged here: JSON, an object, fields present and of the right type. What a field means (an id of a known archive, a date
//! of the calendar) the retriever judges, the same for every caller.

use antigravity_proto::types::{DatePrecision, PreprintRecord, TextOrigin};

use super::{dump, fields::Fields};

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "nearly all are records: a box would be one allocation more for each of them")]
pub(crate) enum Reading {
    /// A preprint to be taken in.
    Record(PreprintRecord),
    /// A preprint that was withdrawn, by its id at the origin.
    Withdrawn(String),
}

/// Reads a line: a record in our own form, or one of arXiv's metadata dump.
pub(crate) fn parse(line: &[u8]) -> Result<Reading, Malformed> {
    let fields = Fields::read(line).map_err(|reason| Malformed { id: String::new(), reason })?;
    let read = if dump::is_dump(&fields) { dump::read(&fields) } else { record(&fields).map(Reading::Record) };
    read.map_err(|reason| Malformed { id: fields.text("id").unwrap_or_default(), reason })
}

/// A line that is no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The id that it brings; empty when there is none to be read.
    pub(crate) id: String,
    /// What is wrong with it.
    pub(crate) reason: String,
}

fn record(fields: &Fields) -> Result<PreprintRecord, String> {
    let abstract_text = fields.text("abstract")?;
    let abstract_source = fields.one_of("abstract_source", &[("authors", TextOrigin::Authors), ("summary", TextOrigin::Summary)])?;
    let text_origin = match abstract_source {
        _ if abstract_text.trim().is_empty() => TextOrigin::TitleOnly,
        Some(origin) => origin,
        None => TextOrigin::Authors,
    };
    let precisions = [("day", DatePrecision::Day), ("listed", DatePrecision::Listed), ("month", DatePrecision::Month)];
    Ok(PreprintRecord {
        source_id: fields.required("id", Fields::text)?,
        ag_id: fields.text("ag_id")?,
        title: fields.required("title", Fields::text)?,
        abstract_text,
        text_origin: text_origin.into(),
        authors: fields.list("authors")?,
        primary_category: fields.text("primary_category")?,
        categories: fields.required("categories", Fields::list)?,
        date: fields.required("date", Fields::text)?,
        date_precision: fields.one_of("date_precision", &precisions)?.unwrap_or_default().into(),
        doi: fields.text("doi")?,
        journal_ref: fields.text("journal_ref")?,
        comments: fields.text("comments")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(line: &[u8]) -> PreprintRecord {
        match parse(line).unwrap() {
            Reading::Record(record) => record,
            Reading::Withdrawn(id) => panic!("{id} is withdrawn"),
        }
    }

    #[test]
    fn a_full_record_is_read_and_unknown_keys_are_ignored() {
        let line = r#"{"id": "2603.25794", "ag_id": "AG-2026.03-1712", "title": "T $x$", "abstract": "A.", "abstract_source": "summary", "authors": ["N. Name"],
            "categories": ["hep-ph", "cs.LG"], "primary_category": "hep-ph", "date": "2026-03-01", "date_precision": "listed", "doi": "10.1/x",
            "journal_ref": "J. 1", "comments": "5 pages", "source": "elsewhere", "hepml": true, "theme": {"deep": [1]}}"#;
        assert_eq!(
            taken(line.as_bytes()),
            PreprintRecord {
                source_id: "2603.25794".into(),
                ag_id: "AG-2026.03-1712".into(),
                title: "T $x$".into(),
                abstract_text: "A.".into(),
                text_origin: TextOrigin::Summary.into(),
                authors: vec!["N. Name".into()],
                primary_category: "hep-ph".into(),
                categories: vec!["hep-ph".into(), "cs.LG".into()],
                date: "2026-03-01".into(),
                date_precision: DatePrecision::Listed.into(),
                doi: "10.1/x".into(),
                journal_ref: "J. 1".into(),
                comments: "5 pages".into(),
            }
        );
    }

    #[test]
    fn whose_words_the_text_is_follows_from_the_record() {
        for (more, origin) in [
            (r#", "abstract": "A.""#, TextOrigin::Authors),
            (r#", "abstract": "A.", "abstract_source": "authors""#, TextOrigin::Authors),
            (r#", "abstract": "A.", "abstract_source": "summary""#, TextOrigin::Summary),
            ("", TextOrigin::TitleOnly),
            (r#", "abstract": null, "authors": null"#, TextOrigin::TitleOnly),
            (r#", "abstract": " ", "abstract_source": "summary""#, TextOrigin::TitleOnly),
        ] {
            let line = format!(r#"{{"id": "2603.25794", "title": "T", "categories": ["hep-ph"], "date": "2026-03"{more}}}"#);
            assert_eq!(taken(line.as_bytes()).text_origin(), origin, "{more}");
        }
    }

    #[test]
    fn every_kind_of_bad_line_is_refused_with_its_reason() {
        let with = |more: &str| {
            format!(r#"{{"id": "2603.25794", "title": "T", "categories": ["hep-ph"], "date": "2026-03", {more}}}"#).into_bytes()
        };
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for (line, reason) in [
            (b"nonsense".to_vec(), "not JSON: expected ident (column 2)"),
            (br#"{"id": "2603.25794""#.to_vec(), "not JSON: EOF while parsing an object (column 19)"),
            (b"{} {}".to_vec(), "not JSON: trailing characters (column 4)"),
            (deep.into_bytes(), "not JSON: recursion limit exceeded (column 128)"),
            (b"[1]".to_vec(), "a record is an object, not a list"),
            (b"null".to_vec(), "a record is an object, not null"),
            (b"{}".to_vec(), "`id` is missing"),
            (br#"{"id": "2603.25794"}"#.to_vec(), "`title` is missing"),
            (br#"{"id": "2603.25794", "title": "T"}"#.to_vec(), "`categories` is missing"),
            (br#"{"id": "2603.25794", "title": "T", "categories": ["x"], "date": null}"#.to_vec(), "`date` is missing"),
            (br#"{"id": 2603.25794}"#.to_vec(), "`id` must be a string, not a number"),
            (with(r#""abstract": ["A."]"#), "`abstract` must be a string, not a list"),
            (with(r#""authors": "N. Name""#), "`authors` must be a list of strings, not a string"),
            (with(r#""authors": ["N. Name", {}]"#), "`authors` must be a list of strings, but holds an object"),
            (with(r#""date_precision": "year""#), r#"`date_precision` is "year"; accepted: day, listed, month"#),
            (with(r#""abstract_source": "me""#), r#"`abstract_source` is "me"; accepted: authors, summary"#),
            (b"{\"id\": \"\xff\"}".to_vec(), "not UTF-8 (at byte 9): convert the file, for instance with iconv"),
        ] {
            assert_eq!(parse(&line).unwrap_err().reason, reason, "{}", String::from_utf8_lossy(&line));
        }
    }

    #[test]
    fn a_refusal_names_the_record_where_it_can() {
        for (line, id) in [(r#"{"id": "2401.00103"}"#, "2401.00103"), (r#"{"id": 7}"#, ""), ("{}", ""), ("nonsense", "")] {
            assert_eq!(parse(line.as_bytes()).unwrap_err().id, id, "{line}");
        }
    }
}
