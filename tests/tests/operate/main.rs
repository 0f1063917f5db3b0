//! What an operator sees of the three services.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod log;
mod metrics;
mod probes;
mod traces;
