//! Judgements: which document answers which query, and how well.
//!
//! Two forms are read, told apart by their number of columns: BEIR's (`query-id`, `corpus-id`, `score` between tabs, below a header with
//! these names) and TREC's (query, a column that nobody reads, document, grade, between white space, without a header).

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use super::line::{SetError, for_each_line};

/// Grades of one query's documents, by their ids. Above 0 is relevant, 0 and below are judged not to be; what isn't here wasn't judged.
pub(crate) type Judgements = HashMap<String, i32>;

/// The header of BEIR's form.
const HEADER: [&str; 3] = ["query-id", "corpus-id", "score"];

/// Reads a file of judgements: those of each query, by its id.
pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, Judgements>, SetError> {
    let mut all: BTreeMap<String, Judgements> = BTreeMap::new();
    let mut columns = None;
    for_each_line(path, |number, line| {
        let fields: Vec<&str> =
            if line.contains('\t') { line.split('\t').map(str::trim).collect() } else { line.split_whitespace().collect() };
        if number == 1 && fields == HEADER {
            columns = Some(fields.len());
            return Ok(());
        }
        if *columns.get_or_insert(fields.len()) != fields.len() {
            return Err(format!("has {} columns, the lines before have another number", fields.len()));
        }
        let (query, document, grade) = match *fields.as_slice() {
            [query, document, grade] | [query, _, document, grade] if !query.is_empty() && !document.is_empty() => (query, document, grade),
            _ => return Err("three columns (query-id, corpus-id, score) or TREC's four are expected".to_owned()),
        };
        let grade = grade.parse().map_err(|_| format!("the grade `{grade}` is no whole number"))?;
        match all.entry(query.to_owned()).or_default().insert(document.to_owned(), grade) {
            None => Ok(()),
            // As trec_eval does: one of the two would have to be believed.
            Some(_) => Err(format!("`{document}` was judged for query `{query}` already")),
        }
    })?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qrels(text: &str) -> Result<BTreeMap<String, Judgements>, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_read_alike() {
        let expected = BTreeMap::from([
            ("q1".to_owned(), Judgements::from([("d1".to_owned(), 2), ("d 2".to_owned(), 0)])),
            ("q2".to_owned(), Judgements::from([("d1".to_owned(), -1)])),
        ]);
        for text in [
            "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td 2\t0\nq2\td1\t-1\n",
            "q1\td1\t2\r\n\nq2\td1\t-1\r\nq1\td 2\t0",
            "q1\tQ0\td1\t2\nq1\tQ0\td 2\t0\nq2\t0\td1\t-1\n",
        ] {
            assert_eq!(qrels(text).unwrap(), expected, "{text}");
        }
        assert_eq!(qrels("q1 0  d1 3").unwrap(), BTreeMap::from([("q1".to_owned(), Judgements::from([("d1".to_owned(), 3)]))]));
        assert_eq!(qrels("").unwrap(), BTreeMap::new());
    }

    #[test]
    fn what_is_wrong_is_named_by_line() {
        for (text, parts) in [
            ("q1\td1\t1\nq1\td1\t1", [":2: ", "`d1` was judged for query `q1` already"]),
            ("q1\td1\t1\nq1\t0\td2\t1", [":2: ", "4 columns"]),
            ("q1\td1\t0.5", [":1: ", "`0.5` is no whole number"]),
            ("id\tdoc\tscore\nq1\td1\t1", [":1: ", "`score` is no whole number"]),
            ("query-id\tcorpus-id\tscore\n\nq1\td1", [":3: ", "2 columns"]),
            ("\tq1\t1", [":1: ", "three columns"]),
            ("q1 d1", [":1: ", "three columns"]),
        ] {
            let message = qrels(text).unwrap_err();
            assert!(parts.iter().all(|part| message.contains(part)), "{text:?}: {message}");
        }
    }
}
