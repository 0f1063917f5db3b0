//! The gateway between a scripted retriever and a scripted answerer, all in one process, called through the generated client.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and nobody calls it"
)]

mod access;
mod archive;
mod conversation;
mod deadlines;
mod documentation;
mod events;
mod fakes;
mod follow_ups;
mod grounding;
mod http;
mod index;
mod kept;
mod leaving;
mod logs;
mod page;
mod peer_errors;
mod validation;
