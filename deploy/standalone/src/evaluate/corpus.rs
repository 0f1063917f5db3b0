//! The documents of a set, as records that `antigravity index` reads.
//!
//! A preprint's identity is an arXiv id and a set's documents have ids of any form, so each is given the id that its row stands for, and hits
//! are named back. The set's own ids are never indexed: a set whose ids are arXiv's (as `hep_citations`) is searched by its texts alone.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
};

use serde::Deserialize;
use serde_json::json;

use super::line::{SetError, for_each_line};

/// arXiv's ids have five digits after the dot since 2015 (<https://info.arxiv.org/help/arxiv_identifier.html>): 99,999 rows a month.
const ROWS_A_MONTH: usize = 99_999;
const FIRST_YEAR: usize = 15;
/// Where a document without a title is cut in two, in characters. The archive wants a title, and reads title and abstract as one text.
const TITLE: usize = 200;

/// The documents' own ids, by row.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    ids: Vec<String>,
}

/// A line of `corpus.jsonl` in BEIR's layout (Thakur et al. 2021, <https://github.com/beir-cellar/beir>). Other keys are ignored.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "_id")]
    id: String,
    #[serde(default)]
    title: String,
    text: String,
}

impl Corpus {
    /// Reads `corpus.jsonl`, or `corpus.jsonl.gz` where only that is there, and writes each document as a record to `records`.
    pub(crate) fn lay_out(dir: &Path, records: &Path) -> Result<Self, SetError> {
        let plain = dir.join("corpus.jsonl");
        let packed = dir.join("corpus.jsonl.gz");
        let path = if !plain.exists() && packed.exists() { packed } else { plain };
        let mut out = BufWriter::new(File::create(records).map_err(|source| SetError::file(records, source))?);
        let mut corpus = Self::default();
        let mut known = HashSet::new();
        for_each_line(&path, |_, line| {
            let document: Document = serde_json::from_str(line).map_err(|error| format!("no document with `_id` and `text`: {error}"))?;
            let record = record(corpus.ids.len(), &document);
            writeln!(out, "{record}").map_err(|error| format!("{} can't be written: {error}", records.display()))?;
            if !known.insert(document.id.clone()) {
                return Err(format!("`{}` was there already: ids must differ", document.id));
            }
            corpus.ids.push(document.id);
            Ok(())
        })?;
        out.flush().map_err(|source| SetError::file(records, source))?;
        Ok(corpus)
    }

    /// How many documents there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The documents' own ids.
    pub(crate) fn ids(&self) -> HashSet<&str> {
        self.ids.iter().map(String::as_str).collect()
    }

    /// The document that a preprint of the scratch archive stands for, by its source id (`arXiv:1501.00001`).
    pub(crate) fn document(&self, source_id: &str) -> Option<&str> {
        self.ids.get(row(source_id)?).map(String::as_str)
    }
}

fn record(row: usize, document: &Document) -> serde_json::Value {
    let (title, text) = match document.title.trim() {
        "" => opening(&document.text),
        title => (title, document.text.trim()),
    };
    // One date and category for all, so that nothing but the text tells documents apart.
    json!({"id": source_id(row), "title": title, "abstract": text, "categories": ["other"], "date": "2015-01"})
}

/// A text without a title, cut between two words: both parts together are the text, no word is doubled.
fn opening(text: &str) -> (&str, &str) {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(TITLE) else { return (text, "") };
    let (head, _) = text.split_at_checked(end).unwrap_or((text, ""));
    let end = head.rfind(char::is_whitespace).unwrap_or(end);
    let (title, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (title, rest.trim_start())
}

/// `1501.00001` for the first row, `1502.00001` for the 100,000th.
fn source_id(row: usize) -> String {
    let month = row / ROWS_A_MONTH;
    format!("{:02}{:02}.{:05}", FIRST_YEAR + month / 12, month % 12 + 1, row % ROWS_A_MONTH + 1)
}

/// The inverse of [`source_id`].
fn row(source_id: &str) -> Option<usize> {
    let (month, number) = source_id.strip_prefix("arXiv:")?.split_once('.')?;
    let (year, month) = month.split_at_checked(2)?;
    let months = year.parse::<usize>().ok()?.checked_sub(FIRST_YEAR)? * 12 + month.parse::<usize>().ok()?.checked_sub(1)?;
    Some(months * ROWS_A_MONTH + number.parse::<usize>().ok()?.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corpus(text: &str) -> Result<(Corpus, Vec<serde_json::Value>), SetError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("corpus.jsonl"), text).unwrap();
        let records = dir.path().join("records");
        let corpus = Corpus::lay_out(dir.path(), &records)?;
        let lines = std::fs::read_to_string(records).unwrap();
        Ok((corpus, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()))
    }

    #[test]
    fn documents_become_records_and_are_named_back() {
        let (corpus, records) = corpus(
            "{\"_id\": \"hep-th/9301001\", \"title\": \"T\", \"text\": \" A. \", \"metadata\": {}}\n\n{\"_id\": \"7\", \"text\": \"B\"}",
        )
        .unwrap();
        assert_eq!(
            records,
            [
                json!({"id": "1501.00001", "title": "T", "abstract": "A.", "categories": ["other"], "date": "2015-01"}),
                json!({"id": "1501.00002", "title": "B", "abstract": "", "categories": ["other"], "date": "2015-01"}),
            ]
        );
        assert_eq!((corpus.document("arXiv:1501.00001"), corpus.document("arXiv:1501.00002")), (Some("hep-th/9301001"), Some("7")));
        for stranger in ["arXiv:1501.00003", "arXiv:1501.00000", "arXiv:0704.0001", "arXiv:hep-th/9301001", "1501.00001", ""] {
            assert_eq!(corpus.document(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn rows_have_ids_of_arxiv_s_form_and_back() {
        for (number, id) in
            [(0, "1501.00001"), (99_998, "1501.99999"), (99_999, "1502.00001"), (12 * 99_999, "1601.00001"), (9_000_000, "2207.00091")]
        {
            assert_eq!(source_id(number), id);
            assert_eq!(row(&format!("arXiv:{id}")), Some(number));
        }
    }

    #[test]
    fn a_text_without_title_is_cut_between_words_and_nothing_is_lost() {
        assert_eq!(opening(" short "), ("short", ""));
        let long = "ünd ".repeat(100);
        let (title, rest) = opening(&long);
        assert_eq!(format!("{title} {rest}"), long.trim());
        assert!(title.chars().count() <= TITLE && !title.ends_with(' '), "{title}");
        let unbroken = "ü".repeat(300);
        assert_eq!(opening(&unbroken).0.chars().count(), TITLE);
    }

    #[test]
    fn what_is_wrong_is_named_by_file_and_line() {
        for (text, parts) in [
            ("{\"_id\": \"a\", \"text\": \"\"}\n{\"_id\": \"a\", \"text\": \"\"}", ["corpus.jsonl:2", "`a` was there already"]),
            ("{\"_id\": 1, \"text\": \"\"}", ["corpus.jsonl:1", "expected a string"]),
            ("{\"_id\": \"a\", \"text\": \"\"}\n\n{\"_id\": \"b\"}", ["corpus.jsonl:3", "missing field `text`"]),
            ("not", ["corpus.jsonl:1", "no document"]),
        ] {
            let message = corpus(text).unwrap_err().to_string();
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
        let nowhere = Corpus::lay_out(Path::new("/no/such"), &tempfile::tempdir().unwrap().path().join("r")).unwrap_err().to_string();
        assert!(nowhere.contains("/no/such/corpus.jsonl"), "{nowhere}");
    }
}
