//! What fails, and what a caller is told of it. What a caller or an operator can act on gets a reason; the rest is an internal error.

use std::path::PathBuf;
use std::time::Duration;

use antigravity_chassis::options::Wrong;
use antigravity_chassis::status::{self, Problem};
use antigravity_embed::EmbedError;
use antigravity_proto::types::Reason;
use antigravity_text::ArchiveName;
use tonic::{Code, Status};

use crate::index::IndexError;
use crate::index::schema::Difference;

/// How long a caller is told to wait before asking again while Qdrant is away.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// How long before asking again for a rebuild while another one of the archive is going on, which takes minutes.
const REBUILT_AFTER: Duration = Duration::from_secs(30);

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
    /// The data directory can't be written.
    #[error("the data directory {} can't be written: make it writable for this user, or name another with --data-dir", dir.display())]
    DataDirReadOnly {
        /// The directory as it was given.
        dir: PathBuf,
    },
    /// There is no room in the data directory.
    #[error("the disk of the data directory {} is full: make room, or name another with --data-dir", dir.display())]
    DataDirFull {
        /// The directory as it was given.
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

impl RetrieverError {
    /// Whether Qdrant found a request of ours wrong.
    pub(crate) fn is_refused_request(&self) -> bool {
        matches!(self, Self::Index(IndexFailure(IndexError::Status(status))) if status.code() == Code::InvalidArgument)
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
            RetrieverError::Index(IndexFailure(IndexError::Foreign(what))) => {
                let message = format!("the archive holds what this program didn't write ({what}): `antigravity archive verify` names it");
                Problem::new(Reason::IndexIncompatible, message).into()
            }
            RetrieverError::Embed(error @ EmbedError::NoDirection) => {
                tracing::error!(%error, "the embedding model is unfit");
                Problem::new(Reason::Internal, format!("{error}: replace the files in --model-dir")).into()
            }
            RetrieverError::Embed(EmbedError::Stopped) => Problem::new(Reason::Draining, "the retriever is shutting down").into(),
            error => status::internal(error),
        }
    }
}

/// What Qdrant, or the way to it, answered. Its code alone counts: Qdrant sends no reasons of ours, and the transport, which gives one to
/// every status that passes, can't know what Qdrant means by a code.
fn of_index(status: Status) -> Status {
    let reason = match status.code() {
        Code::Unavailable => Reason::IndexUnavailable,
        Code::DeadlineExceeded => Reason::DeadlineExceeded,
        Code::Cancelled => Reason::Cancelled,
        // A server's limit on calls says when to come back; a full disk can't.
        Code::ResourceExhausted if status.metadata().contains_key("retry-after") => Reason::Overloaded,
        Code::ResourceExhausted => Reason::StorageFull,
        // Qdrant found a request of ours wrong, or failed itself: nothing that a caller could mend.
        _ => return status::internal(format!("qdrant: {status}")),
    };
    let problem = Problem::new(reason, format!("qdrant: {}", status.message()));
    match reason {
        Reason::IndexUnavailable | Reason::Overloaded => problem.retry_after(RETRY_AFTER).into(),
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

/// The collection was made with another model or layout, or by another program.
pub(crate) fn incompatible(name: &ArchiveName, differences: &[Difference]) -> Problem {
    let message = if differences.iter().all(|difference| difference.theirs.is_none()) {
        let collection = crate::archive::alias(name);
        format!(
            "the collection `{collection}` was made by another program: name another archive, or replace it with `antigravity index --rebuild`"
        )
    } else {
        let list: Vec<_> = differences.iter().map(ToString::to_string).collect();
        format!(
            "the archive `{name}` was made otherwise ({}): build it anew with `antigravity index --rebuild`, or use the model and the version of \
             this program that it was made with",
            list.join(", ")
        )
    };
    let problem = Problem::new(Reason::IndexIncompatible, message).with("archive", name);
    let found = |difference: &Difference| difference.theirs.clone().unwrap_or_default();
    differences.iter().fold(problem, |problem, difference| problem.with(difference.what, found(difference)))
}

/// The collection lies otherwise than the settings say.
pub(crate) fn laid_out_otherwise(name: &ArchiveName, differences: &[Difference]) -> Problem {
    let list: Vec<_> = differences.iter().map(ToString::to_string).collect();
    let message = format!(
        "the archive `{name}` is laid out otherwise than the settings say ({}): set what it has, or build it anew with `antigravity index \
         --rebuild`",
        list.join(", ")
    );
    let problem = Problem::new(Reason::IndexIncompatible, message).with("archive", name);
    differences.iter().fold(problem, |problem, difference| problem.with(difference.what, &difference.ours))
}

/// The archive is being rebuilt already.
pub(crate) fn rebuild_going_on(name: &ArchiveName) -> Problem {
    Problem::new(Reason::Overloaded, format!("the archive `{name}` is being rebuilt already: try again when that has ended"))
        .with("archive", name)
        .retry_after(REBUILT_AFTER)
}

/// A field of a request has a value that is not accepted.
pub(crate) fn argument(field: &str, description: impl Into<String>) -> Problem {
    let description = description.into();
    Problem::new(Reason::ArgumentInvalid, format!("`{field}`: {description}")).field(field, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bare, and with the reason that the transport gave it on its way.
    #[test]
    fn each_failure_of_the_index_has_one_reason() {
        let mut limited = Status::resource_exhausted("too many requests");
        limited.metadata_mut().insert("retry-after", tonic::metadata::MetadataValue::from_static("3"));
        for (status, reason) in [
            (Status::unavailable("x"), Reason::IndexUnavailable),
            (Status::deadline_exceeded("x"), Reason::DeadlineExceeded),
            (Status::cancelled("x"), Reason::Cancelled),
            (Status::resource_exhausted("x"), Reason::StorageFull),
            (limited, Reason::Overloaded),
            (Status::invalid_argument("Wrong input: x"), Reason::Internal),
            (Status::unimplemented("x"), Reason::Internal),
            (Problem::new(Reason::IndexUnavailable, "refused").into(), Reason::IndexUnavailable),
        ] {
            for status in [status.clone(), status::with_reason(status)] {
                let status: Status = RetrieverError::from(IndexError::from(status)).into();
                assert_eq!(status::reason_of(&status), Some(reason));
            }
        }
        let status: Status = RetrieverError::from(IndexError::NotApplied("WaitTimeout")).into();
        assert_eq!(status::reason_of(&status), Some(Reason::IndexUnavailable));
    }

    #[test]
    fn what_is_incompatible_says_what_to_do() {
        let name: ArchiveName = "lab".parse().unwrap();
        let difference = |theirs: Option<&str>| Difference { what: "schema_version", ours: "2".into(), theirs: theirs.map(str::to_owned) };
        let status: Status = incompatible(&name, &[difference(Some("1"))]).into();
        assert!(status.message().contains("schema_version is 1, not 2") && status.message().contains("--rebuild"), "{status}");
        let status: Status = incompatible(&name, &[difference(None)]).into();
        assert!(status.message().contains("antigravity-archive-lab") && status.message().contains("another program"), "{status}");
        let status: Status = RetrieverError::from(IndexError::Foreign("no title".into())).into();
        assert_eq!(status::reason_of(&status), Some(Reason::IndexIncompatible));
        assert!(status.message().contains("antigravity archive verify"), "{status}");
    }

    #[test]
    fn a_broken_model_is_told_with_what_to_do() {
        let status: Status = RetrieverError::from(EmbedError::NoDirection).into();
        assert_eq!(status::reason_of(&status), Some(Reason::Internal));
        assert!(status.message().contains("NaN") && status.message().contains("--model-dir"), "{status}");
    }

    #[test]
    fn what_is_inside_is_not_told() {
        let status: Status = RetrieverError::Task("secret path".into()).into();
        assert!(!status.message().contains("secret"));
    }
}
