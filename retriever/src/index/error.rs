//! Qdrant's failures, told apart only where the retriever acts differently on them; all others pass through as they came.

use tonic::{Code, Status};

/// Why a call to Qdrant failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    /// The collection isn't there (any more).
    #[error("collection not found")]
    NoCollection,
    /// The collection is there already.
    #[error("collection already exists")]
    CollectionExists,
    /// The write was not, or not yet, applied; it may be later.
    #[error("write not applied, qdrant says {0}")]
    NotApplied(&'static str),
    /// Qdrant's answer makes no sense.
    #[error("unreadable answer from qdrant: {0}")]
    Unreadable(String),
    /// A point that isn't as this program writes them.
    #[error("{0}")]
    Foreign(String),
    /// Any other failure, as it arrived.
    #[error("qdrant: {0}")]
    Status(Box<Status>),
}

impl From<Status> for IndexError {
    /// Codes are matched, never texts: they differ between versions. The index never asks for a point that must exist, so NOT_FOUND is always
    /// the collection.
    fn from(status: Status) -> Self {
        match status.code() {
            Code::NotFound => Self::NoCollection,
            Code::AlreadyExists => Self::CollectionExists,
            _ => Self::Status(Box::new(status)),
        }
    }
}
