//! Qdrant's own gRPC services over the in-process engine `qdrant-edge`: what `retriever/src/index/` needs from a Qdrant server, without a
//! server.
//!
//! The generated server traits of `qdrant-client` (`Points`, `Collections`, `Qdrant`) are implemented over shards of `qdrant-edge`, put
//! behind one router and handed out as one boxed service. The same generated clients talk to it as to a server or a cluster, so that the
//! client path is always the tested path. Neither socket nor HTTP/2 lies between them; protobuf does, so that the wire contract holds.
//!
//! Three rules:
//! * A field that can't be honoured is refused, never ignored: [`tonic::Code::Unimplemented`] names it.
//! * What the server checks and the engine doesn't is checked here (`validate`): a bad write that reaches the engine's write-ahead log
//!   stays there, and one that panics makes the collection unreadable.
//! * An acknowledged write is on disk: every write is flushed before it is answered.
//!
//! The way of a request: `service/` (one file per gRPC service) → `convert/` and `validate` (message → engine) → [`Engine`] (admission,
//! blocking pool) → `collection` (shard, flush, optimizer) → `convert/record` (engine → message). `registry` and `catalog` know which
//! collections and aliases there are.

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

mod catalog;
mod collection;
mod convert;
mod disk;
mod durable;
mod engine;
mod error;
mod optimizer;
mod options;
mod registry;
mod service;
mod unimplemented;
mod validate;

pub use engine::{Engine, Transport};
pub use error::EmbeddedError;
pub use options::EngineOptions;
