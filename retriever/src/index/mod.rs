//! Qdrant, and nothing else: what a collection looks like, how a preprint becomes a point and back, and the calls.
//!
//! All calls are Qdrant's own gRPC through qdrant-client's generated clients, over one boxed transport: a server, a cluster, or the embedded
//! engine in this process. Nothing here knows which. (The high-level client of the same crate was not taken: it repeats every call, writes
//! included, after some failures, has time limits of its own, and can't be placed over a transport.)

mod client;
mod error;
pub(crate) mod filter;
mod layout;
mod plain;
pub(crate) mod point;
pub(crate) mod schema;
mod upkeep;

pub(crate) use client::{Fetch, Fields, Index};
pub(crate) use error::IndexError;
pub(crate) use layout::Layout;
pub(crate) use plain::PlainCollection;
pub(crate) use upkeep::is_deferred;

#[cfg(all(test, feature = "embedded"))]
mod contract_tests;
