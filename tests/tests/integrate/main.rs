//! What stands in `docs/integrate.md`, held against the running program: every client that it promises, and every example on the page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod clients;
mod examples;
mod python_client;
mod server;
