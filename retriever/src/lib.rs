//! The retriever: takes preprints in and finds them. It alone talks to Qdrant and embeds.
//!
//! [`Retriever::build`] opens the index (a Qdrant server, or the embedded engine in this process) and loads the encoder;
//! [`Retriever::routes`] is its gRPC service. The rooms, in the order in which things pass through:
//!
//! * `service` (and `stream`, `preprints`, `delete`, `describe`, `export`, `verify`, one per kind of call): checks, finds the archive, hands
//!   over.
//! * `archive`, `archives`: names, and what is known of each open archive: its `census` and `revision`, and the right to write.
//! * `marks`: how far harvests have come.
//! * `answers`: what the gateway was told to keep, in a collection of its own.
//! * `ingest`: record in → read and checked → AG id → embedded → point written → counted.
//! * `search`: query → vectors and words (`lexical`) → candidates → fused → hits with their sentences.
//! * `index`: Qdrant's gRPC and nothing else; the only room that knows points, payloads and filters.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test fails by panicking"
    )
)]

mod answers;
mod archive;
mod archives;
mod background;
mod census;
mod core;
mod date;
mod delete;
mod describe;
mod error;
mod export;
mod flags;
mod index;
mod ingest;
mod lexical;
mod marks;
mod measured;
mod options;
mod preprints;
mod record;
mod retriever;
mod revision;
mod search;
mod service;
mod stream;
mod verify;

pub use error::{IndexFailure, RetrieverError};
pub use flags::QdrantFlags;
pub use options::Options;
pub use retriever::{Prepared, Retriever};
