//! `antigravity`: Antigravity Q&A as one program. A command line is read, its options are checked, the archive is opened (or a gateway is
//! reached), the command is carried out, and everything is closed again.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test fails by panicking"
    )
)]

mod backend;
mod cli;
mod command;
mod evaluate;
mod failure;
mod harvest;
mod local;
mod options;
mod output;
mod progress;
mod records;
mod render;

use std::process::ExitCode;

use antigravity_chassis::program;

fn main() -> ExitCode {
    program::main(command::run)
}
