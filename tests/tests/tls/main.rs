//! TLS between the services: who is let in, what is told who isn't, and certificates that change while a service runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod handshakes;
mod neighbours;
mod port;
mod reload;
mod whole_way;
