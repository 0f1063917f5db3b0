//! What the end-to-end suites stand on: the three services in both placements, the programs as processes, a scripted model server, records
//! of our own writing, and what must hold of every answer.
//!
//! Nothing here waits by the clock: a process is ready when it says where it listens, a socket is closed when its server sees it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "only tests use this, and a test fails by panicking and says on standard error what it leaves out"
)]

pub mod answer;
pub mod archive;
pub mod authority;
pub mod collector;
pub mod engine;
pub mod http;
pub mod indexing;
pub mod line;
pub mod model_server;
pub mod oai_server;
pub mod paths;
pub mod process;
pub mod python;
pub mod records;
pub mod seeds;
pub mod stack;
pub mod stall;
pub mod wheel;
