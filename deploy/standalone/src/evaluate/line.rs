//! Lines of a set's files, and what can be wrong with them.

use std::{io, io::BufRead, path::Path};

use crate::records::{Input, Place};

/// Why a set can't be used. A set that is wrong in one line measures something else than it says: nothing is passed over in silence.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetError {
    /// A file can't be opened.
    #[error("{path}: {source}{hint}")]
    File {
        /// The file.
        path: String,
        /// Why not.
        source: io::Error,
        /// What there is instead, or nothing.
        hint: String,
    },
    /// A line is not what it should be.
    #[error("{place}: {wrong}")]
    Line {
        /// The line.
        place: Place,
        /// What is wrong with it, and what is expected.
        wrong: String,
    },
    /// Claims of one label only: nothing can be told apart.
    #[error("{path}: no claim is labelled `{what}`: both labels are needed")]
    NoClaims {
        /// The file of claims.
        path: String,
        /// The label that is missing.
        what: &'static str,
    },
    /// No question of the split.
    #[error("{path}: no question in the split `{split}`: choose another --split")]
    NoQuestions {
        /// The file of questions.
        path: String,
        /// The split.
        split: &'static str,
    },
    /// No query of the split can be measured.
    #[error("{path}: no query of queries.jsonl has a relevant document here: choose another --split")]
    NothingJudged {
        /// The file of judgements.
        path: String,
    },
}

impl SetError {
    /// A file that can't be opened.
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.display().to_string(), source, hint: String::new() }
    }
}

/// Reads a file line by line; empty lines are passed over. What `read` says is wrong is told with the place.
pub(crate) fn for_each_line(path: &Path, mut read: impl FnMut(u64, &str) -> Result<(), String>) -> Result<(), SetError> {
    let input = Input::open(path).map_err(|source| SetError::file(path, source))?;
    let name = input.name.clone();
    let text = input.into_text().map_err(|source| SetError::file(path, source))?;
    for (number, line) in (1..).zip(text.lines()) {
        let fault = |wrong| SetError::Line { place: Place { file: name.clone(), line: number }, wrong };
        let line = line.map_err(|error| fault(format!("can't be read: {error}")))?;
        if !line.trim().is_empty() {
            read(number, &line).map_err(fault)?;
        }
    }
    Ok(())
}
