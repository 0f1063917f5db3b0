//! The seeds' two answers, streamed by a scripted server, from the sources that their pages list.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::{Path, PathBuf};

use antigravity_proto::answerer::v1::ComposeRequest;
use antigravity_proto::types::{FollowUp, Verdict};
use support::archive::{Entry, TextOrigin, found};
use support::client::{Answered, ask, with_model};
use support::scripted::{Act, Scripted, whole};

/// One seed: what was asked, what was answered and what was listed below it.
struct Seed {
    question: String,
    reply: String,
    follow_ups: Vec<String>,
    ids: Vec<String>,
}

fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    if !folder.exists() {
        println!("skipped: {} is absent", folder.display());
    }
    folder.exists().then_some(folder)
}

/// Reads a page. Its text has lost the marks of headings and bold; a line without a full stop is a heading again, each other line a paragraph.
fn seed(path: &Path) -> Seed {
    let text = std::fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once("\nAnswer\n").unwrap();
    let (answer, rest) = rest.split_once("\nSources ·").unwrap();
    let (sources, rest) = rest.split_once("\nKeep exploring\n").unwrap();
    let paragraph = |line: &str| match line {
        _ if line.starts_with('#') || line.starts_with("---") || line.ends_with(['.', ':', '?']) => line.to_owned(),
        _ => format!("## {line}"),
    };
    let ids = sources.lines().filter_map(|line| line.rfind("AG-").and_then(|at| line.get(at..)).map(ToOwned::to_owned)).collect();
    let follow_ups = rest.lines().filter_map(|line| line.strip_prefix("- ").map(ToOwned::to_owned)).collect();
    Seed {
        question: head.lines().nth(1).unwrap().to_owned(),
        reply: answer.lines().map(paragraph).collect::<Vec<_>>().join("\n\n"),
        follow_ups,
        ids,
    }
}

/// The sources that the seed lists, as real records; the one that is known by its title alone as that.
fn entries(shared: &Path, seed: &Seed) -> Vec<Entry> {
    let records = std::fs::read_to_string(shared.join("data/arxiv_sample.jsonl")).unwrap();
    let leaked = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
    let mut entries: Vec<Entry> = records
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|record| record["ag_id"].as_str().is_some_and(|id| seed.ids.iter().any(|listed| listed == id)))
        .map(|record| Entry {
            id: leaked(record["ag_id"].as_str().unwrap()),
            category: leaked(record["primary_category"].as_str().unwrap()),
            title: leaked(record["title"].as_str().unwrap()),
            text: leaked(record["abstract"].as_str().unwrap()),
            origin: TextOrigin::Authors,
        })
        .collect();
    if seed.ids.iter().any(|id| id == "AG-2025.03-220") {
        let title = "How many simulations do we need for simulation-based inference in cosmology?";
        entries.push(Entry { id: "AG-2025.03-220", category: "astro-ph.CO", title, text: "", origin: TextOrigin::TitleOnly });
    }
    assert_eq!(entries.len(), seed.ids.len(), "all sources of the seed are in the data");
    entries
}

async fn replayed(shared: &Path, file: &str) -> (Seed, Answered) {
    let seed = seed(&shared.join("seeds").join(file));
    let reply = format!("{}\n\n@@FOLLOW-UPS@@\n- {}\n", seed.reply, seed.follow_ups.join("\n- "));
    let server = Scripted::start(vec![Act::Stream(whole(&reply, 5, "end_turn"), 11)]).await;
    let request = ComposeRequest {
        question: seed.question.clone(),
        result: Some(found(&seed.question, &entries(shared, &seed))),
        ..ComposeRequest::default()
    };
    let answered = ask(&mut with_model(&server.base_url).await, request).await;
    for claim in &answered.claims {
        println!("{:?}\t{:?}\t{}", claim.verdict(), claim.reason(), claim.text);
    }
    (seed, answered)
}

fn assert_released(seed: &Seed, answered: &Answered) {
    assert!(answered.restarts.is_empty() && answered.composition.notices.is_empty(), "{:?}", answered.composition.notices);
    assert!(answered.markdown.replace(" [unsupported]", "").ends_with(&seed.reply), "{}", answered.markdown);
    let offered: Vec<&str> =
        answered.composition.follow_up_candidates.iter().take(3).map(|follow_up: &FollowUp| follow_up.question.as_str()).collect();
    assert_eq!(offered, seed.follow_ups);
}

#[tokio::test]
async fn the_latent_space_page_needs_shared_data() {
    let Some(shared) = shared() else { return };
    let (seed, answered) = replayed(&shared, "000_d561eda925a5c51f.txt").await;
    assert_released(&seed, &answered);
    for (text, allowed) in [
        ("# Latent Space Structure", &[Verdict::NoCitationNeeded][..]),
        ("This is an excellent question", &[Verdict::NoCitationNeeded]),
        ("## The Diversity Advantage", &[Verdict::NoCitationNeeded]),
        ("models trained on diverse BSM signals develop", &[Verdict::Supported]),
        ("elevates sensitivity from previously inaccessible", &[Verdict::Supported]),
        ("physically similar models cluster together", &[Verdict::Supported, Verdict::PartlySupported]),
        ("narrow, brittle", &[Verdict::Unsupported, Verdict::PartlySupported]),
        ("fails catastrophically", &[Verdict::Unsupported, Verdict::PartlySupported]),
        ("Note: The provided preprints", &[Verdict::NoCitationNeeded]),
    ] {
        assert!(allowed.contains(&answered.verdict(text)), "{text}: {:?}", answered.verdict(text));
    }
}

#[tokio::test]
async fn the_adversarial_page_needs_shared_data() {
    let Some(shared) = shared() else { return };
    let (seed, answered) = replayed(&shared, "004_fcc9f343e1e25d24.txt").await;
    assert_released(&seed, &answered);
    for (text, allowed) in [
        ("Your question asks whether", &[Verdict::NoCitationNeeded][..]),
        ("don't directly address adversarial training", &[Verdict::NoCitationNeeded]),
        ("That said, here's what", &[Verdict::NoCitationNeeded]),
        ("substantially affect BSM sensitivity", &[Verdict::PartlySupported, Verdict::Unsupported]),
        ("naive smoothing operations", &[Verdict::Inference, Verdict::Supported]),
        ("can still detect unseen topologies", &[Verdict::Inference, Verdict::Supported]),
        ("training on diverse background processes", &[Verdict::Inference, Verdict::Supported]),
        ("But the archive doesn't contain", &[Verdict::NoCitationNeeded]),
    ] {
        assert!(allowed.contains(&answered.verdict(text)), "{text}: {:?}", answered.verdict(text));
    }
}
