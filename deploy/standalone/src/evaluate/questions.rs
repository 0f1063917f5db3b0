//! Questions whose coverage is known, one a line, in two halves.

use std::path::Path;

use antigravity_proto::types::{CoverageLevel, CoverageReason};
use clap::ValueEnum;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::line::{SetError, for_each_line};

/// The kind of a question whose line names none.
const UNNAMED: &str = "questions";

/// A file of questions, or a half of it.
#[derive(Debug)]
pub(crate) struct QuestionSet {
    /// The file's name without its ending.
    pub(crate) name: String,
    /// Which of its questions these are.
    pub(crate) split: Split,
    /// In the order of the file; never empty.
    pub(crate) questions: Vec<LabelledQuestion>,
}

/// Which questions of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    /// The half to tune on
    Development,
    /// The half to report, which nothing was tuned on
    Reporting,
    /// Both
    All,
}

/// A question with what an archive has on it.
#[derive(Debug, PartialEq)]
pub(crate) struct LabelledQuestion {
    /// Its text.
    pub(crate) text: String,
    /// What kind of question it is.
    pub(crate) kind: String,
    /// How far the archive reaches.
    pub(crate) expected: CoverageLevel,
    /// Why, where that matters.
    pub(crate) reason: Option<CoverageReason>,
    /// What it asks about that the archive doesn't have, in the words of the question. Empty: not said.
    pub(crate) absent: Vec<String>,
}

/// A line. Other keys are ignored.
#[derive(Deserialize)]
struct Line {
    question: String,
    expected: String,
    kind: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    absent: Vec<String>,
}

impl Split {
    /// Which half a question belongs to is settled by its text alone: by whether the first byte of its SHA-256 is even.
    fn holds(self, question: &str) -> bool {
        let even = Sha256::digest(question.as_bytes()).first().is_some_and(|byte| byte % 2 == 0);
        match self {
            Self::Development => even,
            Self::Reporting => !even,
            Self::All => true,
        }
    }

    /// As the command line has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Reporting => "reporting",
            Self::All => "all",
        }
    }
}

impl QuestionSet {
    /// Reads the questions of a split; `-` is standard input.
    pub(crate) fn read(path: &Path, split: Split) -> Result<Self, SetError> {
        let mut questions: Vec<LabelledQuestion> = Vec::new();
        for_each_line(path, |_, line| {
            let question = question(line)?;
            if questions.iter().any(|other| other.text == question.text) {
                return Err("the question stands there twice".to_owned());
            }
            questions.push(question);
            Ok(())
        })?;
        questions.retain(|question| split.holds(&question.text));
        if questions.is_empty() {
            return Err(SetError::NoQuestions { path: path.display().to_string(), split: split.name() });
        }
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Self { name, split, questions })
    }

    /// The kinds, in the order of the file.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = Vec::new();
        for question in &self.questions {
            if !kinds.contains(&question.kind.as_str()) {
                kinds.push(&question.kind);
            }
        }
        kinds
    }
}

fn question(line: &str) -> Result<LabelledQuestion, String> {
    let line: Line = serde_json::from_str(line).map_err(|error| format!("no question with `question` and `expected`: {error}"))?;
    if line.question.trim().is_empty() {
        return Err("the question is empty".to_owned());
    }
    let expected = match line.expected.as_str() {
        "full" => CoverageLevel::Full,
        "partial" => CoverageLevel::Partial,
        "related" => CoverageLevel::Related,
        "none" => CoverageLevel::None,
        other => return Err(format!("`{other}` is no coverage: `full`, `partial`, `related` and `none` are")),
    };
    let named = |reason: String| {
        let found = CoverageReason::from_str_name(&format!("COVERAGE_REASON_{reason}"));
        found.ok_or_else(|| format!("`{reason}` is no reason: write it as the contract's CoverageReason without its prefix"))
    };
    let reason = line.reason.map(named).transpose()?;
    let kind = line.kind.unwrap_or_else(|| UNNAMED.to_owned());
    Ok(LabelledQuestion { text: line.question, kind, expected, reason, absent: line.absent })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(text: &str, split: Split) -> Result<QuestionSet, String> {
        let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        QuestionSet::read(file.path(), split).map_err(|error| error.to_string())
    }

    #[test]
    fn questions_are_read() {
        let set = read(
            "{\"question\": \"A?\", \"expected\": \"full\", \"more\": 1}\n\n{\"question\": \"B?\", \"expected\": \"none\", \"kind\": \"k\", \
             \"reason\": \"LANGUAGE_NOT_READ\", \"absent\": [\"b\"]}\n",
            Split::All,
        )
        .unwrap();
        let [first, second] = &set.questions[..] else { panic!("two questions") };
        assert_eq!((first.text.as_str(), first.kind.as_str(), first.expected), ("A?", "questions", CoverageLevel::Full));
        assert_eq!((second.expected, second.reason), (CoverageLevel::None, Some(CoverageReason::LanguageNotRead)));
        assert_eq!((second.absent.as_slice(), set.kinds()), (&["b".to_owned()][..], vec!["questions", "k"]));
    }

    /// The halves of a set stay what they are, so that nobody tunes on what was reported before.
    #[test]
    fn the_halves_are_settled_by_the_text() {
        let text: String = (0..200).map(|n| format!("{{\"question\": \"Question {n}?\", \"expected\": \"full\"}}\n")).collect();
        let [development, reporting] = [Split::Development, Split::Reporting].map(|split| read(&text, split).unwrap().questions);
        assert_eq!(development.len() + reporting.len(), 200);
        assert!((80..=120).contains(&development.len()), "{}", development.len());
        assert!(development.iter().all(|one| reporting.iter().all(|other| one.text != other.text)));
        assert!(Split::Development.holds("How large is the Hubble tension?") != Split::Reporting.holds("How large is the Hubble tension?"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let good = "{\"question\": \"A?\", \"expected\": \"full\"}\n";
        for (text, part) in [
            ("{}", "`question`"),
            (&format!("{good}{{\"question\": \"B?\", \"expected\": \"maybe\"}}"), ":2: `maybe`"),
            (&format!("{good}{good}"), "twice"),
            ("{\"question\": \" \", \"expected\": \"full\"}", "empty"),
            ("{\"question\": \"A?\", \"expected\": \"none\", \"reason\": \"WEATHER\"}", "`WEATHER`"),
            ("", "no question"),
        ] {
            let error = read(text, Split::All).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
