//! What the fields of a request must be, for every method alike. Pure: no I/O.

mod filter;
mod page;

use std::ops::RangeInclusive;

use antigravity_chassis::status::Problem;
use antigravity_proto::QUESTION_MAX;
use antigravity_proto::types::Reason;
use antigravity_text::{ArchiveName, ArchiveNameError, PreprintId, excerpt};

pub(crate) use page::Page;

/// How many preprints are found when a request doesn't say.
pub(crate) const COUNT_DEFAULT: u32 = 8;

/// Where the fields being checked stand in the message that the caller sent, so that an error names them as the caller sees them:
/// `filter.from_date` for `Ask`, `ask.filter.from_date` for `AskStream`.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    outer: &'static str,
}

impl Fields {
    /// The fields of the request itself.
    pub(crate) fn of_the_request() -> Self {
        Self { outer: "" }
    }

    /// The fields of a message within the request.
    pub(crate) fn within(outer: &'static str) -> Self {
        Self { outer }
    }

    /// Refuses the value of a field.
    pub(crate) fn refuse(self, reason: Reason, field: &str, message: impl Into<String>) -> Problem {
        let message = message.into();
        let path = if self.outer.is_empty() { field.to_owned() } else { format!("{}.{field}", self.outer) };
        Problem::new(reason, message.clone()).field(&path, message)
    }

    /// A message that must be there.
    pub(crate) fn required<T>(self, field: &str, value: Option<T>) -> Result<T, Problem> {
        value.ok_or_else(|| self.refuse(Reason::ArgumentInvalid, field, format!("`{field}` is missing")))
    }

    /// A question: not empty unless something else says what is looked for, and not too long.
    pub(crate) fn question(self, field: &str, text: &str, may_be_empty: bool) -> Result<(), Problem> {
        if text.trim().is_empty() && !may_be_empty {
            return Err(self.refuse(Reason::QuestionEmpty, field, "the question is empty"));
        }
        let characters = text.chars().count();
        if characters > QUESTION_MAX {
            let message = format!("the question has {characters} characters; at most {QUESTION_MAX} are accepted");
            let problem = self.refuse(Reason::QuestionTooLong, field, message);
            return Err(problem.with("characters", characters).with("limit", QUESTION_MAX));
        }
        Ok(())
    }

    /// A number of preprints: 0 is the default.
    pub(crate) fn count(self, field: &str, value: u32, accepted: RangeInclusive<u32>) -> Result<u32, Problem> {
        match value {
            0 => Ok(COUNT_DEFAULT),
            _ if accepted.contains(&value) => Ok(value),
            _ => {
                let message =
                    format!("{value} is out of range: {} to {} are accepted, 0 means {COUNT_DEFAULT}", accepted.start(), accepted.end());
                Err(self.refuse(Reason::ArgumentInvalid, field, message))
            }
        }
    }

    /// The name of an archive, empty meaning the default one. Which archives there are, the retriever knows.
    pub(crate) fn archive(self, name: &str) -> Result<(), Problem> {
        if name.is_empty() {
            return Ok(());
        }
        let checked: Result<ArchiveName, ArchiveNameError> = name.parse();
        checked.map(drop).map_err(|error| self.refuse(Reason::ArgumentInvalid, "archive", error.to_string()))
    }

    /// An AG id, however it was typed; see [`PreprintId::normalise`].
    pub(crate) fn preprint_id(self, field: &str, text: &str) -> Result<PreprintId, Problem> {
        PreprintId::normalise(text).ok_or_else(|| {
            self.refuse(Reason::ArgumentInvalid, field, format!("`{}` is no preprint id: write it as AG-2026.03-1712", excerpt(text)))
        })
    }

    /// An AG id that may be left out.
    pub(crate) fn optional_preprint_id(self, field: &str, text: &str) -> Result<Option<PreprintId>, Problem> {
        if text.is_empty() { Ok(None) } else { self.preprint_id(field, text).map(Some) }
    }
}
