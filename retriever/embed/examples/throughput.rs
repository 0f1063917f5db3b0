//! How fast the encoder is: `throughput MODEL_DIR PRECISION WORKERS TEXTS.json`, driven by `tests/load/embedding/run.py`.
//!
//! TEXTS maps a set's name to its texts. A request is one line on standard input, `bulk SET` (all texts at once) or `query SET` (one after
//! the other); the reply is one line of JSON: CPU seconds (user + system, of all threads), wall seconds, and how many texts. `vectors SET`
//! replies with the vectors instead. Linux only, as `/proc` is.

#![allow(clippy::print_stdout, reason = "its replies are its result")]

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use antigravity_embed::{Encoder, ModelFolder, Pool};
use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, precision, workers, texts] = arguments.as_slice() else {
        return Err("usage: throughput MODEL_DIR int8|f32 WORKERS TEXTS.json".into());
    };
    let sets: HashMap<String, Vec<String>> = serde_json::from_str(&std::fs::read_to_string(texts)?)?;
    let encoder = Encoder::load_with(&ModelFolder::open(Path::new(folder))?, precision.parse()?)?;
    let pool = Pool::new(Arc::new(encoder), workers.parse()?)?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let (request, set) = line.split_once(' ').ok_or("a request is two words")?;
        let texts = sets.get(set).ok_or("no such set of texts")?;
        let (wall, cpu) = (Instant::now(), cpu_seconds()?);
        let mut vectors = Vec::new();
        if request == "query" {
            for text in texts {
                vectors.push(pool.embed_query(text.clone()).await?);
            }
        } else {
            vectors = pool.embed_bulk(texts.clone()).await?;
        }
        let measured = json!({ "cpu": cpu_seconds()? - cpu, "wall": wall.elapsed().as_secs_f64(), "texts": texts.len() });
        println!("{}", if request == "vectors" { json!(vectors) } else { measured });
    }
    Ok(())
}

/// User and system time of all threads, from `/proc/self/task/*/schedstat`, whose first number is nanoseconds on a CPU.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        nanoseconds += text.split_whitespace().next().ok_or("unexpected schedstat")?.parse::<f64>()?;
    }
    Ok(nanoseconds * 1e-9)
}
