//! Hostile strings in every place where a page shows what came from outside. Whether they do anything is for the browser to say.

use std::ffi::OsStr;
use std::path::Path;

use antigravity_proto::types::PreprintRecord;
use antigravity_tests::indexing::{Tally, index};
use antigravity_tests::model_server::{End, ModelServer, Reply, reply};
use antigravity_tests::paths;
use antigravity_tests::stack::{Placement, Setup};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{keeping_for_keys, new_key, run, script, serve_with};

const FILES: [&str; 7] = [
    "garak_strings",
    "h5sc",
    "naughty_strings",
    "prompt_injection_deepset",
    "prompt_injection_purplellama",
    "xss_payloads",
    "xss_payloads_payloadbox",
];
/// What fits into a question and into a title; longer strings are cut. A record's name is bounded too.
const GROUP: usize = 1_900;
const NAME: usize = 480;
/// Strings on one page.
const ON_A_PAGE: usize = 25;

/// With all that have a dollar sign: two of them on a page make prose into mathematics, which was wider than the screen.
#[tokio::test]
async fn a_tenth_of_the_payloads_does_nothing_needs_shared_data() {
    judge(|payload| hash(payload).is_multiple_of(10) || payload.contains('$')).await;
}

#[tokio::test]
#[ignore = "takes half an hour: make page-payloads"]
async fn no_payload_does_anything_needs_shared_data() {
    judge(|_| true).await;
}

async fn judge(chosen: impl Fn(&str) -> bool) {
    let Some(mut judge) = script("payloads.py") else {
        return;
    };
    let Some(folder) = paths::shared("data/security/xss_payloads.jsonl").and_then(|file| file.parent().map(Path::to_path_buf)) else {
        return;
    };
    let all: Vec<String> = FILES.iter().flat_map(|file| payloads(&folder.join(file).with_extension("jsonl"))).collect();
    let payloads: Vec<&str> = all.iter().map(String::as_str).filter(|payload| chosen(payload)).collect();
    let groups = groups(&payloads);
    println!("{} of {} strings in {} groups", payloads.len(), all.len(), groups.len());

    let data = TempDir::new().unwrap();
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    let records: Vec<PreprintRecord> = groups.iter().enumerate().map(|(number, group)| record(number, group)).collect();
    assert_eq!(index(&mut stack.gateway(), &records).await, Tally::new(records.len()));
    stack.stop().await;

    let model =
        ModelServer::start(groups.iter().map(|group| Reply::Streams(reply(&group.join("\n\n"), group), End::Stop("end_turn")))).await;
    let work = TempDir::new().unwrap();
    let config = model.config(work.path(), "");
    let [keep, days, named] = ["--keep-answers-days", "30", "--config"].map(OsStr::new);
    let server = serve_with(data.path(), [keep, days, named, config.as_os_str()]);
    let (empty, keys) = (TempDir::new().unwrap(), work.path().join("keys.toml"));
    new_key(&keys);
    let locked = serve_with(empty.path(), keeping_for_keys(&keys));
    let plan: Vec<Value> = groups
        .iter()
        .enumerate()
        .map(|(number, group)| {
            let question = format!("Qstart {} Qend", group.join(" "));
            json!({"preprint": format!("AG-2024.01-{:05}", number + 1), "question": question})
        })
        .collect();
    let file = work.path().join("plan.json");
    std::fs::write(&file, Value::from(plan).to_string()).unwrap();
    judge.arg(server.address().to_string()).arg(locked.address().to_string()).arg(file);
    run(judge).await;
    assert!(server.stop().await.status.success());
    assert!(!model.received().is_empty(), "the model was never asked, so that its output was not judged");
}

fn payloads(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let of = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let field = ["payload", "text", "user_input"].into_iter().find_map(|field| record[field].as_str());
        field.unwrap_or_else(|| panic!("no payload in {line}")).to_owned()
    };
    text.lines().filter(|line| !line.is_empty()).map(of).collect()
}

/// As many strings as one page takes.
fn groups<'a>(payloads: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut groups: Vec<Vec<&str>> = Vec::new();
    let mut room = 0;
    for payload in payloads {
        let payload = cut(payload, GROUP - 20);
        match groups.last_mut() {
            Some(group) if group.len() < ON_A_PAGE && payload.len() < room => group.push(payload),
            _ => {
                groups.push(vec![payload]);
                room = GROUP;
            }
        }
        room -= payload.len() + 1;
    }
    groups
}

/// A record that holds the strings as title, abstract and authors, each between two words that tell whether it is whole.
fn record(number: usize, group: &[&str]) -> PreprintRecord {
    let names = group.iter().map(|payload| cut(payload, NAME).to_owned());
    PreprintRecord {
        source_id: format!("2401.{:05}", number + 1),
        title: format!("Tstart {} Tend", group.join(" ")),
        abstract_text: format!("Astart {} Aend", group.join("\n")),
        authors: ["Nstart".to_owned()].into_iter().chain(names).chain(["Nend".to_owned()]).collect(),
        categories: vec!["hep-ph".to_owned()],
        date: "2024-01-15".to_owned(),
        ..Default::default()
    }
}

fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// FNV-1a: which tenth is chosen must not depend on the order of the collections, nor on the version of a library.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
