//! A split of a set: its queries, each with its judgements, and what had to be left out.

use std::{
    collections::{BTreeMap, HashSet},
    io,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{
    line::{SetError, for_each_line},
    qrels::{self, Judgements},
};

/// The longest question that the archive takes, in characters.
const MAX_QUESTION: usize = 2_000;

/// The queries that are measured, and a count of everything that isn't as it should be.
#[derive(Debug)]
pub(crate) struct TestSet {
    /// The folder's name.
    pub(crate) name: String,
    /// The split.
    pub(crate) split: String,
    /// Queries with at least one relevant document, in the order of the file.
    pub(crate) queries: Vec<Query>,
    /// What had to be left out.
    pub(crate) gaps: Gaps,
}

/// A query of a set.
#[derive(Debug, PartialEq)]
pub(crate) struct Query {
    /// Its id.
    pub(crate) id: String,
    /// What is asked.
    pub(crate) text: String,
    /// How its documents were judged.
    pub(crate) judgements: Judgements,
}

/// What of a split can't be measured as it stands.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Gaps {
    /// Judged queries without a relevant document: no measure is defined for them, so that trec_eval leaves them out of its means, and so
    /// do we.
    pub(crate) queries_without_relevant: usize,
    /// Judged queries whose text isn't in `queries.jsonl`: left out.
    pub(crate) queries_unknown: usize,
    /// Queries longer than the archive takes: cut.
    pub(crate) queries_cut: usize,
    /// Judgements about documents that the corpus doesn't hold. The relevant ones count as missed, as they do for trec_eval, which doesn't
    /// know the corpus.
    pub(crate) judgements_unknown: usize,
    /// Documents that the archive refused: they are never found.
    pub(crate) documents_refused: usize,
}

/// A line of `queries.jsonl`. Other keys are ignored.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_id")]
    id: String,
    text: String,
}

impl TestSet {
    /// Reads queries and judgements of a split; `documents` are the ids of the corpus.
    pub(crate) fn read(dir: &Path, split: &str, documents: &HashSet<&str>) -> Result<Self, SetError> {
        let path = dir.join("qrels").join(format!("{split}.tsv"));
        let mut judged = qrels::read(&path).map_err(|error| with_splits(error, dir))?;
        let mut gaps = Gaps {
            judgements_unknown: judged.values().flat_map(Judgements::keys).filter(|id| !documents.contains(id.as_str())).count(),
            queries_without_relevant: judged.values().filter(|judgements| judgements.values().all(|grade| *grade <= 0)).count(),
            ..Gaps::default()
        };
        let mut queries = Vec::new();
        let mut known = HashSet::new();
        for_each_line(&dir.join("queries.jsonl"), |_, line| {
            let Line { id, text } = serde_json::from_str(line).map_err(|error| format!("no query with `_id` and `text`: {error}"))?;
            if !known.insert(id.clone()) {
                return Err(format!("`{id}` was there already: ids must differ"));
            }
            let Some(judgements) = judged.remove(&id).filter(|judgements| judgements.values().any(|grade| *grade > 0)) else {
                return Ok(());
            };
            if text.trim().is_empty() {
                return Err(format!("the text of query `{id}` is empty"));
            }
            gaps.queries_cut += usize::from(text.chars().count() > MAX_QUESTION);
            queries.push(Query { id, text: text.chars().take(MAX_QUESTION).collect(), judgements });
            Ok(())
        })?;
        gaps.queries_unknown = unknown(&judged);
        if queries.is_empty() {
            return Err(SetError::NothingJudged { path: path.display().to_string() });
        }
        let name = dir.canonicalize().ok().and_then(|dir| dir.file_name().map(|name| name.to_string_lossy().into_owned()));
        Ok(Self { name: name.unwrap_or_default(), split: split.to_owned(), queries, gaps })
    }
}

/// Those with a relevant document that no query was found for.
fn unknown(left: &BTreeMap<String, Judgements>) -> usize {
    left.values().filter(|judgements| judgements.values().any(|grade| *grade > 0)).count()
}

/// A split that isn't there: which there are.
fn with_splits(error: SetError, dir: &Path) -> SetError {
    match error {
        SetError::File { path, source, .. } if source.kind() == io::ErrorKind::NotFound => {
            let files = dir.join("qrels").read_dir().into_iter().flatten().flatten();
            let mut splits: Vec<String> =
                files.filter_map(|file| file.file_name().to_str().and_then(|name| name.strip_suffix(".tsv")).map(str::to_owned)).collect();
            splits.sort_unstable();
            let hint = if splits.is_empty() { String::new() } else { format!("; there are: {}", splits.join(", ")) };
            SetError::File { path, source, hint }
        }
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(queries: &str, qrels: &str) -> Result<TestSet, String> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("qrels")).unwrap();
        std::fs::write(dir.path().join("queries.jsonl"), queries).unwrap();
        std::fs::write(dir.path().join("qrels/test.tsv"), qrels).unwrap();
        TestSet::read(dir.path(), "test", &HashSet::from(["d1", "d2"])).map_err(|error| error.to_string())
    }

    #[test]
    fn only_judged_queries_are_measured_and_the_rest_is_counted() {
        let long = "ä".repeat(MAX_QUESTION + 1);
        let queries = format!(
            r#"{{"_id": "b", "text": "{long}"}}
               {{"_id": "a", "text": "why?", "metadata": {{}}}}
               {{"_id": "zero", "text": "nothing?"}}
               {{"_id": "unjudged", "text": ""}}"#
        );
        let set = set(&queries, "a\td1\t1\nb\td2\t2\nb\td9\t1\nzero\td1\t0\nmissing\td1\t1\nmissing0\td8\t0").unwrap();
        let ids: Vec<&str> = set.queries.iter().map(|query| query.id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
        assert_eq!(set.queries[0].text.chars().count(), MAX_QUESTION);
        assert_eq!(set.queries[0].judgements, Judgements::from([("d2".into(), 2), ("d9".into(), 1)]));
        let expected =
            Gaps { queries_without_relevant: 2, queries_unknown: 1, queries_cut: 1, judgements_unknown: 2, documents_refused: 0 };
        assert_eq!(set.gaps, expected);
    }

    #[test]
    fn what_is_wrong_is_named_by_file_and_line() {
        let good = r#"{"_id": "a", "text": "why?"}"#;
        for (queries, qrels, parts) in [
            (&format!("{good}\n{good}")[..], "a\td1\t1", ["queries.jsonl:2", "`a` was there already"]),
            (r#"{"_id": "a"}"#, "a\td1\t1", ["queries.jsonl:1", "missing field `text`"]),
            (r#"{"_id": "a", "text": " "}"#, "a\td1\t1", ["queries.jsonl:1", "is empty"]),
            (good, "a\td1", ["test.tsv:1", "three columns"]),
            (good, "b\td1\t1", ["test.tsv", "no query"]),
            (good, "a\td1\t0", ["test.tsv", "no query"]),
        ] {
            let message = set(queries, qrels).unwrap_err();
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }

    #[test]
    fn a_split_that_is_not_there_is_told_with_those_that_are() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("qrels")).unwrap();
        for split in ["train", "dev"] {
            std::fs::write(dir.path().join(format!("qrels/{split}.tsv")), "").unwrap();
        }
        let message = TestSet::read(dir.path(), "test", &HashSet::new()).unwrap_err().to_string();
        assert!(message.contains("qrels/test.tsv") && message.ends_with("there are: dev, train"), "{message}");
    }
}
