//! `served_engine FOLDER`: the embedded engine behind a free port, in a Qdrant server's place, until its input ends. Prints its address.
#![allow(clippy::print_stdout, reason = "its address is its result")]

use std::error::Error;
use std::path::PathBuf;

use antigravity_tests::engine::ServedEngine;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = std::env::args_os().nth(1).ok_or("usage: served_engine FOLDER")?.into();
    let engine = ServedEngine::start(&folder, ([127, 0, 0, 1], 0).into()).await;
    println!("{}", engine.address);
    tokio::task::spawn_blocking(|| std::io::read_to_string(std::io::stdin())).await??;
    engine.stop().await;
    Ok(())
}
