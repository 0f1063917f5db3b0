//! How long the check of an answer takes: `cargo run --release -p antigravity-answerer --example verification_time -- RECORDS.jsonl`.
//!
//! RECORDS are records as `antigravity index` reads them. From every eight in a row an answer of twelve sentences is made, each a sentence of an abstract
//! with its citation, and checked as any text is. Printed are the quantiles of the time per answer: of reading the sources, which coverage and prompt
//! need as well, and of the check that comes on top; of each answer the least of fifteen runs, which are spread over the whole measurement: what the work takes, without
//! what else the machine was doing.
#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use antigravity_answerer::check;
use antigravity_proto::types::Preprint;
use antigravity_text::sentences;

const SENTENCES: usize = 12;
const SOURCES: usize = 8;
const RUNS: usize = 15;

fn main() -> ExitCode {
    let Some(text) = std::env::args().nth(1).and_then(|path| std::fs::read_to_string(path).ok()) else {
        println!("give a file of records");
        return ExitCode::FAILURE;
    };
    let records: Vec<Preprint> = (1..).zip(text.lines()).filter_map(|(number, line)| record(number, line)).collect();
    let answers: Vec<(String, &[Preprint])> = records.chunks_exact(SOURCES).map(|sources| (answer(sources), sources)).collect();
    // The word lists and the table of rarities are read at the first use.
    answers.iter().take(20).for_each(|(markdown, sources)| drop(check(markdown, sources)));
    // Answer after answer, and all of them again: a neighbour that slows the processor down for a second slows no answer's every run.
    let mut times = vec![(Duration::MAX, Duration::MAX); answers.len()];
    for _ in 0..RUNS {
        for ((markdown, sources), (read, whole)) in answers.iter().zip(&mut times) {
            *read = time(|| drop(check("", sources))).min(*read);
            *whole = time(|| drop(check(markdown, sources))).min(*whole);
        }
    }
    let mut reading: Vec<Duration> = times.iter().map(|(read, _)| *read).collect();
    let mut checking: Vec<Duration> = times.iter().map(|(read, whole)| whole.saturating_sub(*read)).collect();
    println!("{} answers of {SENTENCES} sentences, {SOURCES} sources each", answers.len());
    for (name, times) in [("reading the sources", &mut reading), ("the check", &mut checking)] {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 1000).copied().unwrap_or_default();
        println!("{name}: p50 {:?}, p99 {:?}, p99.9 {:?}", at(500), at(990), at(999));
    }
    ExitCode::SUCCESS
}

fn time(work: impl Fn()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn record(number: usize, line: &str) -> Option<Preprint> {
    let record: serde_json::Value = serde_json::from_str(line).ok()?;
    let text = |key: &str| record.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    Some(Preprint { id: format!("AG-2026.01-{number}"), title: text("title")?, abstract_text: text("abstract")?, ..Preprint::default() })
}

/// Sentences of the sources in turn, each with its citation, in paragraphs of three.
fn answer(sources: &[Preprint]) -> String {
    let mut written = String::new();
    let mut taken = 0;
    for round in 0..SENTENCES {
        for source in sources {
            let Some(span) = sentences(&source.abstract_text).into_iter().nth(round) else { continue };
            if taken == SENTENCES {
                return written;
            }
            let sentence = source.abstract_text.get(span).unwrap_or("").trim_end_matches('.');
            taken += 1;
            written.push_str(&format!("{sentence} [{}].{}", source.id, if taken % 3 == 0 { "\n\n" } else { " " }));
        }
    }
    written
}
