//! `antigravity harvest` against a server: to the end, killed on the way and run again, and once more when something has changed.

use std::process::Stdio;

use antigravity_tests::oai_server::{OaiRecord, OaiServer, TODAY};
use regex::Regex;
use tempfile::TempDir;

use crate::run::{Printed, antigravity, over};

/// The windows that a harvest from this day on is cut into: 32 days at first, and as long again while they take two pages.
const FROM: &str = "2026-09-01";
const WINDOWS: [(&str, &str); 3] = [("2026-09-01", "2026-10-02"), ("2026-10-03", "2026-11-03"), ("2026-11-04", TODAY)];
/// Records of a window: two pages.
const RECORDS: usize = 5;
/// The whole text, the title, and the abstract's one sentence.
const TEXTS_A_RECORD: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_harvest_goes_on_from_its_mark_and_embeds_nothing_twice() {
    let server = OaiServer::start(records()).await;
    let data = TempDir::new().unwrap();

    // The second window's second page never comes.
    server.answers(Some(3));
    let mut first = antigravity(data.path(), &words(&server, &["--from", FROM]));
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    server.stalled().await;
    first.kill().unwrap();
    first.wait().unwrap();
    let [(_, marked), ..] = WINDOWS;
    assert_eq!(archive(&data), (RECORDS + 3, Some(marked.to_owned())), "a page is durable before the next is asked for");
    server.asked();

    server.answers(None);
    let harvest = || over(data.path(), &words(&server, &["--log", "antigravity_retriever=debug"]));
    let second = tokio::task::block_in_place(harvest);
    // The mark's day once more, since something may have come in on it since.
    let asked = server.asked();
    assert!(asked[0].starts_with(&format!("{marked}/")), "{asked:?}");
    let days: Vec<&str> = asked.iter().filter_map(|asked| asked.split(['/', ' ']).next()).collect();
    assert!(days.iter().all(|day| *day >= marked), "nothing before the mark is asked for: {asked:?}");
    let new = 2 * RECORDS - 3;
    // One of the first window's was changed on the mark's day.
    assert_eq!(told(&second), [("new", new), ("unchanged", 3 + 1), ("updated", 0), ("removed", 0), ("refused", 0)]);
    assert_eq!(embedded(&second), new * TEXTS_A_RECORD, "{}", second.err);
    assert_eq!(archive(&data), (3 * RECORDS, Some(TODAY.to_owned())));
    let listed = tokio::task::block_in_place(|| over(data.path(), &["archive"]).well());
    assert!(listed.contains(&format!("up to {TODAY} from {}", server.endpoint())), "{listed}");

    // One gone, one with another text, one with another title only; and one gone that was never there.
    server.change(OaiRecord { text: None, ..record(0, 0, TODAY) });
    server.change(OaiRecord { text: Some(("Record 0 1 anew".into(), "A second version reports more.".into())), ..record(0, 1, TODAY) });
    server.change(OaiRecord { day: TODAY, id: "2609.99999".into(), text: None });
    let third = tokio::task::block_in_place(harvest);
    assert_eq!(server.asked()[0], format!("{TODAY}/{TODAY}"));
    assert_eq!(told(&third), [("new", 0), ("unchanged", 1), ("updated", 1), ("removed", 1), ("refused", 0)]);
    assert_eq!(embedded(&third), TEXTS_A_RECORD, "{}", third.err);
    assert_eq!(archive(&data).0, 3 * RECORDS - 1);
    let exported = tokio::task::block_in_place(|| over(data.path(), &["archive", "export"]).well());
    assert!(!exported.contains("2609.00000") && exported.contains("Record 0 1 anew"), "{exported}");
    let verified = tokio::task::block_in_place(|| over(data.path(), &["archive", "verify"]).well());
    assert!(verified.contains("is sound: 14 preprints"), "{verified}");
}

fn words<'a>(server: &'a OaiServer, more: &[&'a str]) -> Vec<&'a str> {
    [&["harvest", "--endpoint", server.endpoint(), "--set", "physics:hep-ph", "--pause", "0"], more].concat()
}

/// Two pages of records in each window, the last of each window on its last day.
fn records() -> Vec<OaiRecord> {
    let of = |(window, (from, until)): (usize, (&'static str, &'static str))| {
        (0..RECORDS).map(move |number| record(window, number, if number + 1 < RECORDS { from } else { until }))
    };
    WINDOWS.into_iter().enumerate().flat_map(of).collect()
}

fn record(window: usize, number: usize, day: &'static str) -> OaiRecord {
    let text = (format!("Record {window} {number}"), format!("Measurement number {number} of window {window} agrees with theory."));
    OaiRecord { day, id: format!("26{:02}.0000{number}", 9 + window), text: Some(text) }
}

/// How many preprints there are, and the day of the mark.
fn archive(data: &TempDir) -> (usize, Option<String>) {
    let printed = tokio::task::block_in_place(|| over(data.path(), &["archive", "--json"]).well());
    let archive: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let day = archive["harvestMarks"][0]["datestamp"].as_str().and_then(|stamp| stamp.get(..10)).map(str::to_owned);
    (archive["preprints"].as_str().map_or(0, |count| count.parse().unwrap()), day)
}

/// The counts of the report.
fn told(printed: &Printed) -> [(&'static str, usize); 5] {
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    ["new", "unchanged", "updated", "removed", "refused"].map(|name| {
        let line = printed.out.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{}", printed.out));
        (name, line.split_whitespace().last().unwrap().parse().unwrap())
    })
}

/// How many texts were embedded, by the log.
fn embedded(printed: &Printed) -> usize {
    let texts = Regex::new(r"embedding texts=(\d+)").unwrap();
    texts.captures_iter(&printed.err).map(|found| found[1].parse::<usize>().unwrap()).sum()
}
