//! How long a search takes for whoever asks: `search_load ADDRESS TEXTS.json [SECONDS]`, driven by `tests/load/retrieval/run.py`.
//!
//! Asks the gateway at ADDRESS each text once for eight preprints with their evidence, one after the other (with SECONDS: over and over,
//! that long), and prints every wall time in milliseconds as one JSON array.

#![allow(clippy::print_stdout, reason = "its replies are its result")]

use std::error::Error;
use std::time::{Duration, Instant};

use antigravity_proto::gateway::v1::SearchRequest;
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (address, texts, seconds) = match arguments.as_slice() {
        [address, texts] => (address, texts, 0),
        [address, texts, seconds] => (address, texts, seconds.parse()?),
        _ => return Err("usage: search_load ADDRESS TEXTS.json [SECONDS]".into()),
    };
    let texts: Vec<String> = serde_json::from_str(&std::fs::read_to_string(texts)?)?;
    let mut gateway = GatewayServiceClient::connect(format!("http://{address}")).await?;
    let (start, least) = (Instant::now(), Duration::from_secs(seconds));
    let mut milliseconds = Vec::new();
    loop {
        for text in &texts {
            let asked = Instant::now();
            let found = gateway.search(SearchRequest { query: text.clone(), limit: 8, ..SearchRequest::default() }).await?.into_inner();
            milliseconds.push(asked.elapsed().as_secs_f64() * 1e3);
            if found.sources.is_empty() {
                return Err("nothing found: the archive is empty".into());
            }
            if seconds > 0 && start.elapsed() > least {
                break;
            }
        }
        if start.elapsed() > least {
            break;
        }
    }
    println!("{}", serde_json::to_string(&milliseconds)?);
    Ok(())
}
