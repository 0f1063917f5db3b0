//! What indexing embeds of some records, for the encoder to be measured on alone: `passages RECORDS.jsonl`, driven by
//! `tests/load/retrieval/run.py`. Prints `{"records": [text, …]}`: of each record title and abstract together, the title, every sentence.

#![allow(clippy::print_stdout, reason = "its replies are its result")]

use std::error::Error;

use serde::Deserialize;

#[derive(Deserialize)]
struct Record {
    title: String,
    #[serde(rename = "abstract")]
    abstract_text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: passages RECORDS.jsonl")?;
    let mut passages = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let Record { title, abstract_text } = serde_json::from_str(line)?;
        passages.extend([format!("{title} {abstract_text}"), title]);
        passages
            .extend(antigravity_text::sentences(&abstract_text).into_iter().filter_map(|span| abstract_text.get(span)).map(str::to_owned));
    }
    println!("{}", serde_json::json!({ "records": passages }));
    Ok(())
}
