//! What the services promise, asked as `retriever/src/index/` asks: through the generated clients over the engine's service.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod aliases;
mod collections;
mod durability;
mod errors;
mod filters;
mod points;
mod query;
mod support;
mod tcp;
