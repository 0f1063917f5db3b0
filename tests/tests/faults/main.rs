//! Faults of what a service depends on. Of each: what the caller is told, what the metrics count, and that it is over without a restart of
//! anything but what had failed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod chain;
mod disk;
mod index;
mod model;
mod services;
