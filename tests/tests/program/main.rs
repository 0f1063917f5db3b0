//! The program `antigravity` as a person meets it: what it prints, what it refuses, how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod archive;
#[cfg(target_os = "linux")]
mod at_rest;
mod bad_files;
mod checking;
mod evaluation;
mod harvesting;
mod keys;
mod kills;
mod mcp;
mod output;
mod refusals;
mod run;
mod serving;
mod unasked;
