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
use support::scripted::{Act, Scripted};
use support::wire::{Dialect, Ends};

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
    let server = Scripted::start(vec![Act::Stream(Dialect::Anthropic.whole(&reply, 5, Ends::Done), 11)]).await;
    let request = ComposeRequest {
        question: seed.question.clone(),
        result: Some(found(&seed.question, &entries(shared, &seed))),
        ..ComposeRequest::default()
    };
    let answered = ask(&mut with_model(Dialect::Anthropic, &server.base_url).await, request).await;
    (seed, answered)
}

fn assert_released(seed: &Seed, answered: &Answered) {
    assert!(answered.restarts.is_empty() && answered.composition.notices.is_empty(), "{:?}", answered.composition.notices);
    assert!(answered.markdown.replace(" [unsupported]", "").ends_with(&seed.reply), "{}", answered.markdown);
    let offered: Vec<&str> =
        answered.composition.follow_up_candidates.iter().take(3).map(|follow_up: &FollowUp| follow_up.question.as_str()).collect();
    assert_eq!(offered, seed.follow_ups);
}

/// A sentence as it was labelled by hand: page, first words, verdict, why.
struct Label {
    page: String,
    begins: String,
    verdict: Verdict,
    why: String,
}

fn labels() -> Vec<Label> {
    let label = |line: &str| {
        let [page, begins, verdict, why] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("four columns: {line}") };
        let verdict = Verdict::from_str_name(&format!("VERDICT_{verdict}")).unwrap();
        Label { page: page.to_owned(), begins: begins.to_owned(), verdict, why: why.to_owned() }
    };
    include_str!("../../tests/evaluation/seeds.tsv")
        .lines()
        .filter(|line| !line.starts_with("# The") && !line.starts_with("# they"))
        .map(label)
        .collect()
}

/// Whether a sentence stands as it is. What overreaches must not.
fn is_sound(verdict: Verdict) -> bool {
    !matches!(verdict, Verdict::Unsupported | Verdict::PartlySupported)
}

const PAGES: [(&str, &str); 2] = [("latent", "000_d561eda925a5c51f.txt"), ("adversarial", "004_fcc9f343e1e25d24.txt")];

/// Verdicts beside labels. `UPDATE_EXPECT=1 cargo test -p antigravity-answerer --test seeds` writes the table anew.
#[tokio::test]
async fn verdicts_beside_labels_needs_shared_data() {
    let Some(shared) = shared() else { return };
    let labels = labels();
    let (mut rows, mut exact, mut alike, mut all) = (String::new(), 0, 0, 0);
    for (page, file) in PAGES {
        let (seed, answered) = replayed(&shared, file).await;
        assert_released(&seed, &answered);
        let labelled: Vec<&Label> = labels.iter().filter(|label| label.page == page).collect();
        assert_eq!(answered.claims.len(), labelled.len(), "every sentence of `{page}` is labelled");
        for (claim, label) in answered.claims.iter().zip(labelled) {
            assert!(claim.text.starts_with(&label.begins), "{} / {}", claim.text, label.begins);
            let (found, same) = (claim.verdict(), is_sound(claim.verdict()) == is_sound(label.verdict));
            all += 1;
            exact += usize::from(found == label.verdict);
            alike += usize::from(same);
            let mark = match (found == label.verdict, same) {
                (true, _) => "",
                (false, true) => "≈",
                (false, false) => "✗",
            };
            let [label_name, found_name] = [label.verdict, found].map(|verdict| verdict.as_str_name().replace("VERDICT_", ""));
            let reason = claim.reason().as_str_name().replace("VERDICT_REASON_", "");
            rows += &format!("| {page} | {} … | {label_name} | {found_name} | {reason} | {mark} | {} |\n", label.begins, label.why);
        }
    }
    let table = format!(
        "{HEAD}{exact} of {all} verdicts are the label's; {alike} of {all} agree whether the sentence may stand as it is.\n\n{COLUMNS}{rows}"
    );
    expect_test::expect_file!["../../tests/evaluation/seeds.md"].assert_eq(&table);
}

const HEAD: &str = "\
# The seeds replayed

The answers of the two pages that the shape of an answer was taken from, streamed by a scripted server, from the abstracts of the sources that the pages
list (one of the fifteen is known by its title alone). `seeds.tsv` has the labels: each sentence was read beside the abstracts and labelled before the check was
run on it. A sentence may stand when it is SUPPORTED, INFERENCE or NO_CITATION_NEEDED; one that overreaches is PARTLY_SUPPORTED or UNSUPPORTED. `≈`: another
verdict of the same side; `✗`: of the other side. No figure of the check was fitted on this table, but it was seen while the rules on negation were written, and
three of them were narrowed because of it: it is no independent measure of those.

Written by `UPDATE_EXPECT=1 cargo test -p antigravity-answerer --test seeds`, which without the variable holds it.

";

const COLUMNS: &str = "| page | sentence | label | verdict | reason | | why the label |\n|---|---|---|---|---|---|---|\n";

/// What must hold of single sentences whatever the table says: those that the shape of an answer names as overreaching don't stand, and the sound
/// ones do.
#[tokio::test]
async fn what_overreaches_is_found_and_what_is_sound_stands_needs_shared_data() {
    use Verdict::{Inference, NoCitationNeeded, PartlySupported, Supported, Unsupported};
    let Some(shared) = shared() else { return };
    let latent: &[(&str, &[Verdict])] = &[
        ("# Latent Space Structure", &[NoCitationNeeded]),
        ("This is an excellent question", &[NoCitationNeeded]),
        ("## The Diversity Advantage", &[NoCitationNeeded]),
        ("models trained on diverse BSM signals develop", &[Supported]),
        ("elevates sensitivity from previously inaccessible", &[Supported]),
        ("physically similar models cluster together", &[Supported, PartlySupported]),
        ("narrow, brittle", &[Unsupported, PartlySupported]),
        ("fails catastrophically", &[Unsupported, PartlySupported]),
        ("A companion study", &[Unsupported, PartlySupported]),
        ("Note: The provided preprints", &[NoCitationNeeded]),
    ];
    let adversarial: &[(&str, &[Verdict])] = &[
        ("Your question asks whether", &[NoCitationNeeded]),
        ("don't directly address adversarial training", &[NoCitationNeeded]),
        ("That said, here's what", &[NoCitationNeeded]),
        ("substantially affect BSM sensitivity", &[PartlySupported, Unsupported]),
        ("naive smoothing operations", &[Inference, Supported]),
        ("can still detect unseen topologies", &[Inference, Supported]),
        ("training on diverse background processes", &[Inference, Supported]),
        ("But the archive doesn't contain", &[NoCitationNeeded]),
    ];
    for ((_, file), sentences) in PAGES.into_iter().zip([latent, adversarial]) {
        let (_, answered) = replayed(&shared, file).await;
        for (text, allowed) in sentences {
            assert!(allowed.contains(&answered.verdict(text)), "{text}: {:?}", answered.verdict(text));
        }
    }
}
