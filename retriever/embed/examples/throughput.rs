//! How fast the encoder is on one thread: `cargo run --release -p antigravity-embed --example throughput -- MODEL_DIR TEXTS.jsonl [KEY]`.
//!
//! TEXTS holds one JSON object per line, with the text under KEY (`text` by default). CPU time is user + system of the whole process,
//! which stays comparable when the machine is busy; memory is the peak resident set (Linux only, as is `/proc`).

#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use antigravity_embed::{Encoder, ModelFolder, Pool};

const QUERY: &str = "How does the topology of the base distribution of a normalizing flow affect the quality of the posterior when \
                     the target is multi-modal, and which choices of base distribution were already tried?";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, file, key @ ..] = arguments.as_slice() else {
        return Err("usage: throughput MODEL_DIR TEXTS.jsonl [KEY]".into());
    };
    let key = key.first().map_or("text", String::as_str);

    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    let folder = ModelFolder::open(Path::new(folder))?;
    println!("check the hashes      {:.3} s CPU, {:.3} s", cpu_seconds()? - cpu, wall.elapsed().as_secs_f64());
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    let encoder = Arc::new(Encoder::load(&folder)?);
    println!("load and pack         {:.3} s CPU, {:.3} s", cpu_seconds()? - cpu, wall.elapsed().as_secs_f64());
    println!("memory after loading  {}", memory()?);

    let mut texts = Vec::new();
    for line in std::fs::read_to_string(file)?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        texts.push(record.get(key).and_then(|text| text.as_str()).ok_or("a line has no such key")?.to_owned());
    }
    let pool = Pool::new(encoder, 1)?;
    pool.embed_query(QUERY.to_owned()).await?;

    let cpu = cpu_seconds()?;
    let count = texts.len();
    pool.embed_bulk(texts).await?;
    let cpu = cpu_seconds()? - cpu;
    println!("texts                 {:.1} per CPU-second ({count} in {cpu:.2} s)", count as f64 / cpu);

    const QUERIES: u32 = 200;
    let (wall, cpu) = (Instant::now(), cpu_seconds()?);
    for _ in 0..QUERIES {
        pool.embed_query(QUERY.to_owned()).await?;
    }
    let (wall, cpu) = (wall.elapsed() / QUERIES, (cpu_seconds()? - cpu) / f64::from(QUERIES));
    println!("query of 40 tokens    {:.2} ms CPU, {:.2} ms", cpu * 1e3, wall.as_secs_f64() * 1e3);
    println!("memory at the end     {}", memory()?);
    Ok(())
}

/// User and system time of this process: fields 14 and 15 of `/proc/self/stat`, in ticks of 10 ms (proc(5)).
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // Field 2, the name, may contain blanks, and ends at the last parenthesis.
    let (_, after_name) = stat.rsplit_once(')').ok_or("unexpected /proc/self/stat")?;
    let ticks: Vec<f64> = after_name.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

fn memory() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let field = |name| status.lines().find_map(|line: &str| line.strip_prefix(name)).map_or("?", str::trim);
    Ok(format!("{} resident, {} at the peak", field("VmRSS:"), field("VmHWM:")))
}
