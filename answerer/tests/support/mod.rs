//! What the tests of the answerer share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and uses what it needs"
)]

pub(crate) mod archive;
pub(crate) mod client;
pub(crate) mod scripted;
pub(crate) mod wire;
