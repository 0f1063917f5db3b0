//! The questions of a set.

use std::path::Path;

use serde::Deserialize;

use crate::evaluate::line::{SetError, for_each_line};

/// Questions, in the order of the file.
#[derive(Debug)]
pub(crate) struct QuestionList {
    /// The file.
    pub(crate) name: String,
    /// The questions.
    pub(crate) questions: Vec<String>,
}

/// What a line must have; sets for other measurements have more.
#[derive(Deserialize)]
struct Line {
    question: String,
}

impl QuestionList {
    /// Reads JSON Lines with a `question` each.
    pub(crate) fn read(path: &Path) -> Result<Self, SetError> {
        let mut questions = Vec::new();
        for_each_line(path, |_, line| {
            let Line { question } = serde_json::from_str(line).map_err(|error| format!("expected {{\"question\": \"…\"}}: {error}"))?;
            if question.trim().is_empty() {
                return Err("`question` is empty".to_owned());
            }
            questions.push(question);
            Ok(())
        })?;
        Ok(Self { name: path.display().to_string(), questions })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_wrong_ones_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("questions.jsonl");
        for (text, expected) in [
            ("{\"question\": \"Why?\", \"expected\": \"full\"}\n\n{\"question\": \"How?\"}\n", Ok(2)),
            ("{\"question\": \"Why?\"}\n{\"asked\": \"How?\"}\n", Err("questions.jsonl:2")),
            ("{\"question\": \" \"}\n", Err("`question` is empty")),
        ] {
            std::fs::write(&path, text).unwrap();
            match (QuestionList::read(&path), expected) {
                (Ok(set), Ok(count)) => assert_eq!(set.questions.len(), count),
                (Err(error), Err(wrong)) => assert!(error.to_string().contains(wrong), "{error}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
