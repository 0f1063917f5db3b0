//! Failures of both kinds: why a data directory can't be opened, and why a call is refused. The second are statuses with the server's own
//! codes, and its words where it has them.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use qdrant_edge::{OperationError, PointId};
use tonic::Status;

use crate::disk::Refusal;

/// Why a data directory can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// Another process, or another engine of this one, has the directory open.
    #[error("data directory {} is in use by another process", dir.display())]
    InUse {
        /// The data directory.
        dir: PathBuf,
    },
    /// The data directory can't be written.
    #[error("data directory {} can't be written", dir.display())]
    ReadOnly {
        /// The data directory.
        dir: PathBuf,
    },
    /// There is no room in the data directory.
    #[error("the disk of the data directory {} is full", dir.display())]
    Full {
        /// The data directory.
        dir: PathBuf,
    },
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// The directory doesn't hold what its catalog says; restore it from a backup.
    #[error("data directory is damaged: {}: {reason}", path.display())]
    Damaged {
        /// The file or directory in question.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The engine can't open a collection.
    #[error("cannot open collection `{collection}`: {reason}")]
    Open {
        /// Its name.
        collection: String,
        /// The engine's words.
        reason: String,
    },
}

impl EmbeddedError {
    /// For `map_err`: an I/O error with the action and path it belongs to.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

impl Refusal {
    /// Of a data directory that is being opened.
    pub(crate) fn error(self, dir: &Path) -> EmbeddedError {
        let dir = dir.to_owned();
        match self {
            Self::Full => EmbeddedError::Full { dir },
            Self::ReadOnly => EmbeddedError::ReadOnly { dir },
        }
    }
}

/// A call's failure on the file system.
pub(crate) fn io(action: &str, path: &Path, error: &std::io::Error) -> Status {
    match Refusal::of(error) {
        Some(refusal) => refusal.status(path),
        None => Status::internal(format!("cannot {action} {}: {error}", path.display())),
    }
}

/// The engine's error as the server would send it: code and text. `OperationError` may carry a backtrace;
/// only its description leaves the process.
pub(crate) fn engine(error: OperationError) -> Status {
    match error {
        OperationError::PointIdError { missed_point_id } => no_point(missed_point_id),
        OperationError::WrongSparse => wrong_input("Conversion between sparse and regular vectors failed"),
        OperationError::WrongMulti => wrong_input("Conversion between multi and regular vectors failed"),
        error @ (OperationError::WrongVectorDimension { .. }
        | OperationError::VectorNameNotExists { .. }
        | OperationError::MalformedVectorBlob { .. }
        | OperationError::MalformedPayloadBlob { .. }
        | OperationError::TypeError { .. }
        | OperationError::TypeInferenceError { .. }
        | OperationError::ValidationError { .. }
        | OperationError::MissingRangeIndexForOrderBy { .. }
        | OperationError::MissingMapIndexForFacet { .. }
        | OperationError::VariableTypeError { .. }
        | OperationError::NonFiniteNumber { .. }) => wrong_input(error),
        error @ OperationError::Timeout { .. } => Status::deadline_exceeded(error.to_string()),
        // They pass: when other calls are through, when the optimizer has made room. RESOURCE_EXHAUSTED means the disk here.
        error @ (OperationError::OutOfMemory { .. } | OperationError::OutOfAppendableCapacity { .. }) => {
            Status::unavailable(error.to_string())
        }
        error @ OperationError::Cancelled { .. } => Status::cancelled(error.to_string()),
        error
        @ (OperationError::ServiceError { .. } | OperationError::InconsistentStorage { .. } | OperationError::FileNotFound { .. }) => {
            Status::internal(error.to_string())
        }
    }
}

/// A collection (or alias) that isn't there, in the server's words.
pub(crate) fn no_collection(name: &str) -> Status {
    Status::not_found(format!("Not found: Collection `{name}` doesn't exist!"))
}

/// A point that isn't there, in the server's words.
pub(crate) fn no_point(id: PointId) -> Status {
    Status::not_found(format!("Not found: No point with id {id} found"))
}

/// The request makes no sense for this collection.
pub(crate) fn wrong_input(what: impl Display) -> Status {
    Status::invalid_argument(format!("Wrong input: {what}"))
}

/// The request makes no sense for any collection.
pub(crate) fn bad_request(what: impl Display) -> Status {
    Status::invalid_argument(format!("Bad request: {what}"))
}

/// One field of the message has a value that no request may have.
pub(crate) fn invalid_field(path: &str, what: impl Display) -> Status {
    Status::invalid_argument(format!("Validation error in body: [{path}: {what}]"))
}

/// A number below 1, in the server's words.
pub(crate) fn below_one(path: &str) -> Status {
    invalid_field(path, "value 0 invalid, must be 1 or larger")
}

/// Something a Qdrant server can do and this engine can't.
pub(crate) fn unsupported(what: impl Display) -> Status {
    Status::unimplemented(format!("not supported by the embedded engine: {what}"))
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    #[test]
    fn engine_errors_become_the_servers_codes_and_texts() {
        let text = || "text".to_string();
        let table = [
            (
                OperationError::WrongVectorDimension { expected_dim: 384, received_dim: 3 },
                Code::InvalidArgument,
                "Wrong input: Vector dimension error: expected dim: 384, got 3",
            ),
            (
                OperationError::ValidationError { description: "cannot apply Fusion without prefetches".into() },
                Code::InvalidArgument,
                "Wrong input: Validation failed: cannot apply Fusion without prefetches",
            ),
            (OperationError::WrongSparse, Code::InvalidArgument, "Wrong input: Conversion between sparse and regular vectors failed"),
            (OperationError::PointIdError { missed_point_id: PointId::NumId(7) }, Code::NotFound, "Not found: No point with id 7 found"),
            (OperationError::Timeout { description: text() }, Code::DeadlineExceeded, "Timeout error: text"),
            (OperationError::OutOfMemory { description: text(), free: 1 }, Code::Unavailable, "Out of memory, free: 1, text"),
            (
                OperationError::ServiceError { description: text(), backtrace: Some("secret".into()) },
                Code::Internal,
                "Service runtime error: text",
            ),
        ];
        for (error, code, message) in table {
            let status = engine(error);
            assert_eq!((status.code(), status.message()), (code, message));
        }
    }
}
