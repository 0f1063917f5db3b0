//! Records and collections that aren't as they should be: each is refused or taken by a rule, named, and nothing is half written.
#![cfg(feature = "embedded")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test fails by panicking, says what it skips, and shares helpers that not every test uses"
)]

mod support;

use antigravity_chassis::options::Wrong;
use antigravity_chassis::status::reason_of;
use antigravity_embedded::{Engine, EngineOptions};
use antigravity_proto::retriever::v1::VerifyArchiveRequest;
use antigravity_proto::types::{Filter, IndexResult, PreprintRecord, Reason};
use antigravity_retriever::{Options, Retriever, RetrieverError};
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::{self as pb};
use support::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_name_and_the_rest_is_whole() {
    let Some(running) = Running::start().await else { return };
    let with = |n: usize, change: fn(&mut PreprintRecord)| {
        let mut record = record(&format!("2603.{n:05}"), "A title", "An abstract of one sentence.");
        change(&mut record);
        record
    };
    let table: [(PreprintRecord, &str); 12] = [
        (with(1, |_| ()), ""),
        (with(2, |r| r.abstract_text = "x".repeat(100 << 10)), "abstract_text: has 102400 bytes"),
        (with(3, |r| r.abstract_text.clear()), ""),
        (with(4, |r| r.authors = (0..5_000).map(|n| format!("Author Number{n}")).collect()), ""),
        (with(5, |r| r.date = "9999-12-31".into()), "date: 9999-12-31 lies in the future"),
        (with(6, |r| r.date = "0000-00-00".into()), "date: `0000-00-00` is no date"),
        (with(7, |r| r.date = "1066-10-14".into()), "date: 1066-10-14 is before 1900-01-01"),
        // The same id twice, with other content: the later one counts, as with two files one after the other.
        (with(8, |_| ()), ""),
        (with(8, |r| r.title = "Another title".into()), ""),
        (with(9, |r| r.title = "\u{0}\u{1b}[2J".into()), ""),
        (with(10, |r| r.categories = vec!["hep-ph; drop".into()]), "categories: `hep-ph; drop` is no category"),
        (with(11, |r| r.source_id = "2699.99999".into()), "source_id: "),
    ];
    let outcomes = running.index(table.iter().map(|(record, _)| record.clone()).collect()).await;
    for ((record, refusal), outcome) in table.iter().zip(&outcomes) {
        assert!(outcome.refusal.starts_with(refusal) && outcome.refusal.is_empty() == refusal.is_empty(), "{outcome:?}");
        assert!(outcome.source_id.ends_with(&record.source_id));
    }
    assert_eq!(outcomes[8].result(), IndexResult::Updated);
    assert_eq!(running.describe().await.preprints, 5);
    let by = Filter { authors: vec!["number4999".into()], ..Default::default() };
    let found = running.search(antigravity_proto::retriever::v1::Query { filter: Some(by), ..query("title", 8) }).await.unwrap();
    assert_eq!(ids(&found), ["AG-2026.03-00004"]);
    let faults = running.client.clone().verify_archive(VerifyArchiveRequest::default()).await.unwrap().into_inner().faults;
    assert_eq!(faults, []);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_of_another_model_is_refused_untouched() {
    let Some(mut running) = Running::start().await else { return };
    running.index(sample()).await;
    let kept = running.keep();
    let Running { retriever, options, .. } = running;
    retriever.close().await;
    let engine = Engine::open(&options.data_dir.join("index"), EngineOptions::default()).await.unwrap();
    let metadata = [("embedding_model", "other/model"), ("embedding_dimension", "768")];
    let update = pb::UpdateCollection {
        collection_name: "antigravity-archive-preprints".into(),
        metadata: metadata.map(|(key, value)| (key.to_owned(), value.into())).into(),
        ..Default::default()
    };
    CollectionsClient::new(engine.service()).update(update).await.unwrap();
    engine.close().await;
    let running = Running::on(options).await;
    let search = running.search(query("halos", 8)).await.unwrap_err();
    let index = running.stream(vec![header(), batch(1, sample())]).await.unwrap_err();
    for status in [search, index] {
        assert_eq!(reason_of(&status), Some(Reason::IndexIncompatible));
        for part in ["other/model", "768", "384", "--rebuild"] {
            assert!(status.message().contains(part), "{status}");
        }
    }
    running.retriever.close().await;
    drop(kept);
}

#[tokio::test]
async fn a_layout_that_the_engine_cannot_have_is_a_wrong_setting() {
    let options = Options { shard_number: Some(3), ..Options::default() };
    match Retriever::build(options).await.err().unwrap() {
        RetrieverError::Option(Wrong { setting, wrong, .. }) => {
            assert_eq!(setting, "shard_number");
            assert!(wrong.contains('3') && wrong.contains("--qdrant"), "{wrong}");
        }
        other => panic!("{other}"),
    }
}

/// A file where the directory should be stands for a place that can't be written: permissions don't hold root.
#[tokio::test]
async fn a_data_directory_that_cannot_be_made_is_named() {
    let Some(model_dir) = weights() else { return };
    let dir = tempfile::tempdir().unwrap();
    let data_dir = dir.path().join("file");
    std::fs::write(&data_dir, "").unwrap();
    let error = Retriever::build(Options { data_dir: data_dir.clone(), model_dir, ..Options::default() }).await.err().unwrap();
    assert!(error.to_string().contains(&data_dir.display().to_string()), "{error}");
}
