//! What fails, and what a caller is told of it. What a caller or an operator can act on gets a reason; the rest is an internal error.

use std::path::PathBuf;
use std::time::Duration;

use antigravity_chassis::options::Wrong;
use antigravity_chassis::status::{self, Problem};
use antigravity_embed::EmbedError;
use antigravity_proto::types::Reason;
use tonic::{Code, Status};

use crate::index::IndexError;
use antigravity_text::ArchiveName;

/// How long a caller is told to wait before asking again while Qdrant is away.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Why the retriever could not be built or a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetrieverError {
    /// An option has a value that is not accepted.
    #[error(transparent)]
    Option(#[from] Wrong),
    /// Another process has the data directory open.
    #[error("the data directory {} is in use by another process: stop it, or let it answer with --server", dir.display())]
    DataDirInUse {
        /// The directory as it was given, not the engine's own below it.
        dir: PathBuf,
    },
    /// The embedded engine could not open the data directory.
    #[error("can't open the data directory {}: {reason}", dir.display())]
    DataDir {
        /// The directory.
        dir: PathBuf,
        /// The engine's words.
        reason: String,
    },
    /// Neither an address of Qdrant nor an embedded engine.
    #[error("this build has no embedded engine: give the address of a Qdrant server with --qdrant")]
    NoEngine,
    /// The weights could not be loaded, or a text not be embedded.
    #[error(transparent)]
    Embed(#[from] EmbedError),
    /// The caller's fault, or a state that the caller is told of.
    #[error(transparent)]
    Problem(#[from] Box<Problem>),
    /// Qdrant failed.
    #[error(transparent)]
    Index(#[from] IndexFailure),
    /// A task of this process was lost.
    #[error("a task failed: {0}")]
    Task(String),
}

/// Why a call to Qdrant failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct IndexFailure(pub(crate) IndexError);

impl From<IndexError> for RetrieverError {
    fn from(error: IndexError) -> Self {
        Self::Index(IndexFailure(error))
    }
}

impl From<Problem> for RetrieverError {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

/// The one place where a failure becomes a status.
impl From<RetrieverError> for Status {
    fn from(error: RetrieverError) -> Self {
        match error {
            RetrieverError::Problem(problem) => (*problem).into(),
            RetrieverError::Index(IndexFailure(IndexError::Status(status))) => of_index(*status),
            RetrieverError::Index(IndexFailure(error @ IndexError::NotApplied(_))) => {
                Problem::new(Reason::IndexUnavailable, format!("{error}: send the batch again")).retry_after(RETRY_AFTER).into()
            }
            RetrieverError::Embed(EmbedError::Stopped) => Problem::new(Reason::Draining, "the retriever is shutting down").into(),
            error => status::internal(error),
        }
    }
}

/// What Qdrant, or the way to it, answered.
fn of_index(status: Status) -> Status {
    if status::reason_of(&status).is_some() {
        return status;
    }
    let reason = match status.code() {
        Code::Unavailable => Reason::IndexUnavailable,
        Code::DeadlineExceeded => Reason::DeadlineExceeded,
        Code::Cancelled => Reason::Cancelled,
        Code::ResourceExhausted => Reason::StorageFull,
        // Qdrant found a request of ours wrong, or failed itself: nothing that a caller could mend.
        _ => return status::internal(format!("qdrant: {status}")),
    };
    let problem = Problem::new(reason, format!("qdrant: {}", status.message()));
    match reason {
        Reason::IndexUnavailable => problem.retry_after(RETRY_AFTER).into(),
        _ => problem.into(),
    }
}

/// There is no archive of this name.
pub(crate) fn archive_not_found(name: &ArchiveName) -> Problem {
    Problem::new(Reason::ArchiveNotFound, format!("there is no archive `{name}`: index preprints to make it, or see ListArchives"))
        .resource("archive", name.as_str())
        .with("archive", name)
}

/// The archive holds nothing yet.
pub(crate) fn archive_empty(name: &ArchiveName) -> Problem {
    Problem::new(Reason::ArchiveEmpty, format!("the archive `{name}` holds no preprint yet: index some first")).with("archive", name)
}

/// The collection was made with another model or layout.
pub(crate) fn incompatible(name: &ArchiveName, differences: &[(&'static str, String, String)]) -> Problem {
    let list: Vec<_> = differences.iter().map(|(what, ours, theirs)| format!("{what} is {theirs}, not {ours}")).collect();
    let message = format!(
        "the archive `{name}` was made otherwise ({}): use the model and version that it was made with, or index into another archive",
        list.join(", ")
    );
    let problem = Problem::new(Reason::IndexIncompatible, message).with("archive", name);
    differences.iter().fold(problem, |problem, (what, _, theirs)| problem.with(what, theirs))
}

/// A field of a request has a value that is not accepted.
pub(crate) fn argument(field: &str, description: impl Into<String>) -> Problem {
    let description = description.into();
    Problem::new(Reason::ArgumentInvalid, format!("`{field}`: {description}")).field(field, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_the_index_has_one_reason() {
        for (status, reason) in [
            (Status::unavailable("x"), Reason::IndexUnavailable),
            (Status::deadline_exceeded("x"), Reason::DeadlineExceeded),
            (Status::resource_exhausted("x"), Reason::StorageFull),
            (Status::invalid_argument("Wrong input: x"), Reason::Internal),
            (Problem::new(Reason::IndexUnavailable, "refused").into(), Reason::IndexUnavailable),
        ] {
            let status: Status = RetrieverError::from(IndexError::from(status)).into();
            assert_eq!(status::reason_of(&status), Some(reason));
        }
        let status: Status = RetrieverError::from(IndexError::NotApplied("WaitTimeout")).into();
        assert_eq!(status::reason_of(&status), Some(Reason::IndexUnavailable));
    }

    #[test]
    fn what_is_inside_is_not_told() {
        let status: Status = RetrieverError::Task("secret path".into()).into();
        assert!(!status.message().contains("secret"));
    }
}
