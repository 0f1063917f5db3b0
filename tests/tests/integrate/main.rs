//! What stands in `docs/integrate.md`, held against the running program: every client that it promises, and every example on the page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails by panicking and says what it leaves out"
)]

mod clients;
mod examples;
mod openapi;
mod python_client;
mod server;
