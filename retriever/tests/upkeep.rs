//! What keeps an archive right: removing, exporting, verifying, rebuilding, and how far harvests have come.
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

use antigravity_chassis::status::reason_of;
use antigravity_chassis::transport;
use antigravity_embedded::{Engine, EngineOptions};
use antigravity_proto::retriever::v1::index_preprints_request::Message;
use antigravity_proto::retriever::v1::{
    DeletePreprintsRequest, ExportPreprintsRequest, IndexPreprintsRequest, ListArchivesRequest, VerifyArchiveRequest,
};
use antigravity_proto::types::{
    ArchiveFault, DatePrecision, HarvestMark, IndexBatch, IndexEnd, IndexHeader, IndexResult, PreprintRecord, Reason, TextOrigin,
};
use antigravity_retriever::Retriever;
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{self as pb};
use support::*;

async fn export(running: &Running) -> Vec<PreprintRecord> {
    let mut messages = running.client.clone().export_preprints(ExportPreprintsRequest::default()).await.unwrap().into_inner();
    let mut records = Vec::new();
    while let Some(message) = messages.message().await.unwrap() {
        records.extend(message.records);
    }
    records
}

async fn faults(running: &Running) -> Vec<ArchiveFault> {
    running.client.clone().verify_archive(VerifyArchiveRequest::default()).await.unwrap().into_inner().faults
}

async fn delete(running: &Running, ids: &[&str]) -> u64 {
    let request = DeletePreprintsRequest { ids: ids.iter().map(|&id| id.to_owned()).collect(), ..Default::default() };
    running.client.clone().delete_preprints(request).await.unwrap().into_inner().deleted
}

/// All that can be told of a record, each kind once.
fn every_kind() -> Vec<PreprintRecord> {
    let mut records = sample();
    records[0].ag_id = "AG-2026.03-1712".into();
    records[1].text_origin = TextOrigin::Summary.into();
    (records[2].doi, records[2].journal_ref, records[2].comments) = ("10.1/x".into(), "J. 1".into(), "5 pages".into());
    records[3].date_precision = DatePrecision::Listed.into();
    records.push(record("hep-th/9301001", "An old paper", "It was written long ago. It is short."));
    records
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_indexes_to_the_same_archive() {
    let Some(running) = Running::start().await else { return };
    assert_eq!(export(&running).await, []);
    running.index(every_kind()).await;
    let (exported, archive) = (export(&running).await, running.describe().await);
    let sources: Vec<_> = exported.iter().map(|record| record.source_id.clone()).collect();
    assert!(sources.is_sorted() && sources.len() == 7, "{sources:?}");

    let Some(other) = Running::start().await else { return };
    let outcomes = other.index(exported.clone()).await;
    assert_eq!(results(&outcomes), [IndexResult::New; 7]);
    assert_eq!(other.describe().await, archive);
    assert_eq!(export(&other).await, exported);
    assert_eq!(results(&running.index(exported).await), [IndexResult::Unchanged; 7]);
    running.retriever.close().await;
    other.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn removed_preprints_are_gone_by_any_of_their_ids() {
    let Some(running) = Running::start().await else { return };
    assert_eq!(delete(&running, &["AG-2026.03-1712"]).await, 0, "nothing was indexed yet");
    let records = every_kind();
    running.index(records.clone()).await;
    let before = running.describe().await;
    assert_eq!(delete(&running, &["[ag-2026.03-1712]", "arXiv:2603.00001", "2512.00003v3", "2604.00001"]).await, 2, "one by both its ids");
    let after = running.describe().await;
    assert_eq!(after.preprints, 5);
    assert_eq!(delete(&running, &["2512.00003"]).await, 0);
    let running = running.restart().await;
    assert_eq!(running.describe().await, after, "counted anew it is the same");
    assert_eq!(faults(&running).await, []);
    running.index(records).await;
    assert_eq!(running.describe().await, before);
    running.retriever.close().await;
}

/// The same engine, behind the retriever's back.
async fn tamper(running: Running, change: impl AsyncFnOnce(PointsClient<antigravity_embedded::Transport>, String)) -> Running {
    let Running { retriever, client, options, .. } = running;
    drop(client);
    retriever.close().await;
    let engine = Engine::open(&options.data_dir.join("index"), EngineOptions::default()).await.unwrap();
    let transport = engine.service();
    let aliases = CollectionsClient::new(transport.clone()).list_aliases(pb::ListAliasesRequest {}).await.unwrap().into_inner().aliases;
    change(PointsClient::new(transport), aliases[0].collection_name.clone()).await;
    engine.close().await;
    Running::on(options).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_archive_has_no_fault_and_what_was_tampered_with_is_named() {
    let Some(mut running) = Running::start().await else { return };
    assert_eq!(faults(&running).await, []);
    running.index(every_kind()).await;
    assert_eq!(faults(&running).await, []);
    // The folder stays: its owner is taken apart below.
    let kept = running.keep();

    let running = tamper(running, async |mut points, collection_name| {
        let scroll = pb::ScrollPoints {
            collection_name: collection_name.clone(),
            with_payload: Some(true.into()),
            with_vectors: Some(true.into()),
            ..Default::default()
        };
        let found = points.scroll(scroll).await.unwrap().into_inner().result;
        let of_title = |title: &str| {
            let found = found.iter().find(|point| point.payload["title"].as_str().is_some_and(|text| text == title)).unwrap();
            pb::PointStruct { id: found.id.clone(), payload: found.payload.clone(), vectors: Some(no_vectors()) }
        };
        let mut retitled = of_title("An old paper");
        retitled.payload.insert("title".into(), "Another paper".into());
        let mut twice = of_title("Dark matter halo profiles");
        twice.payload.insert("ag_id".into(), "AG-2026.03-1712".into());
        let foreign = pb::PointStruct { id: Some(7.into()), vectors: Some(no_vectors()), ..Default::default() };
        let request = pb::UpsertPoints { collection_name, wait: Some(true), points: vec![retitled, twice, foreign], ..Default::default() };
        points.upsert(request).await.unwrap();
    })
    .await;
    let told: Vec<_> = faults(&running).await.into_iter().map(|fault| format!("{} {}", fault.id, fault.message)).collect();
    for part in ["content_hash", "text_hash", "0 dimensions instead of 384", "is the id of both", "is no preprint that this program wrote"]
    {
        assert!(told.iter().any(|fault| fault.contains(part)), "{told:#?} lack {part}");
    }
    // Searching meets what isn't ours, and says what to do.
    let status = running.search(query("halos", 8)).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(Reason::IndexIncompatible));
    assert!(status.message().contains("archive verify"), "{status}");

    // And a rebuild is the way out.
    running.stream(vec![rebuild(), batch(1, every_kind()), Message::End(IndexEnd {})]).await.unwrap();
    assert_eq!(faults(&running).await, []);
    running.retriever.close().await;
    drop(kept);
}

fn no_vectors() -> pb::Vectors {
    pb::Vectors { vectors_options: Some(pb::vectors::VectorsOptions::Vectors(pb::NamedVectors::default())) }
}

fn rebuild() -> Message {
    Message::Header(IndexHeader { rebuild: true, ..Default::default() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_takes_the_place_of_the_old_at_its_end_alone() {
    let Some(running) = Running::start().await else { return };
    let records = sample();
    running.index(records.clone()).await;
    let before = running.describe().await;
    let rest = || batch(1, records[..2].to_vec());

    // Without its end, or broken off, nothing changes.
    running.stream(vec![rebuild(), rest()]).await.unwrap();
    assert_eq!(running.describe().await, before);
    let broken = running.stream(vec![rebuild(), rest(), header()]).await.unwrap_err();
    assert_eq!(reason_of(&broken), Some(Reason::ArgumentInvalid));
    assert_eq!(running.describe().await, before);
    let running = running.restart().await;
    assert_eq!(running.describe().await, before);

    // The old one is searched until the end has come.
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    let requests = tokio_stream::wrappers::ReceiverStream::new(receiver);
    let send = |message| sender.send(IndexPreprintsRequest { message: Some(message) });
    send(rebuild()).await.unwrap();
    let mut replies = running.client.clone().index_preprints(requests).await.unwrap().into_inner();
    send(rest()).await.unwrap();
    assert_eq!(results(&replies.message().await.unwrap().unwrap().acknowledgement.unwrap().outcomes), [IndexResult::New; 2]);
    assert_eq!(running.describe().await, before);
    assert_eq!(running.search(query("halos", 8)).await.unwrap().hits.len(), 6);
    let second = running.stream(vec![rebuild()]).await.unwrap_err();
    assert_eq!(reason_of(&second), Some(Reason::Overloaded), "one at a time: {second}");
    assert_eq!(second.metadata().get("grpc-retry-pushback-ms").unwrap(), "30000", "when to come back: {second}");
    send(Message::End(IndexEnd {})).await.unwrap();
    assert!(replies.message().await.unwrap().is_none());

    assert_eq!(running.describe().await.preprints, 2);
    assert_eq!(running.search(query("halos", 8)).await.unwrap().hits.len(), 2);
    let names = running.client.clone().list_archives(ListArchivesRequest {}).await.unwrap().into_inner().archives;
    assert_eq!(names, ["preprints"]);
    let collections = std::fs::read_dir(running.options.data_dir.join("index/collections")).unwrap().count();
    assert_eq!(collections, 1, "the old one is removed, and what was left over");
    // It goes on like any archive.
    assert_eq!(results(&running.index(records.clone()).await)[..3], [IndexResult::Unchanged, IndexResult::Unchanged, IndexResult::New]);
    let running = running.restart().await;
    assert_eq!(running.describe().await, before);
    assert_eq!(faults(&running).await, []);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_bulk_nothing_is_missing_and_indexing_is_taken_up_again() {
    let Some(mut running) = Running::start().await else { return };
    let bulk = || Message::Header(IndexHeader { bulk: true, ..Default::default() });
    let kept = running.keep();
    // Broken off, it stays put off until the next stream.
    running.stream(vec![bulk(), batch(1, sample()), header()]).await.unwrap_err();
    assert_eq!(running.search(query("halos", 8)).await.unwrap().hits.len(), 6);
    let running = tamper(running, async |_, _| {}).await;
    assert_eq!(threshold(&running).await, Some(0));
    let running = Running::on(running.options.clone()).await;
    running.stream(vec![header()]).await.unwrap();
    assert_eq!(threshold(&running).await, Some(10_000));
    let running = Running::on(running.options.clone()).await;
    running.stream(vec![bulk(), batch(1, sample()), Message::End(IndexEnd {})]).await.unwrap();
    assert_eq!(threshold(&running).await, Some(10_000));
    drop(kept);
}

/// The threshold of indexing in the stored configuration. Closes the retriever.
async fn threshold(running: &Running) -> Option<u64> {
    let Running { retriever, options, .. } = running;
    Retriever::clone(retriever).close().await;
    let engine = Engine::open(&options.data_dir.join("index"), EngineOptions::default()).await.unwrap();
    let request = pb::GetCollectionInfoRequest { collection_name: "antigravity-archive-preprints".into() };
    let info = CollectionsClient::new(engine.service()).get(request).await.unwrap().into_inner().result.unwrap();
    engine.close().await;
    info.config.unwrap().optimizer_config.unwrap().indexing_threshold
}

#[tokio::test(flavor = "multi_thread")]
async fn harvest_marks_are_kept_with_their_batch() {
    let Some(running) = Running::start().await else { return };
    let mark = |set: &str, seconds| HarvestMark {
        endpoint: "https://oaipmh.arxiv.org/oai".into(),
        set: set.into(),
        datestamp: Some(prost_types::Timestamp { seconds, nanos: 0 }),
    };
    let marked = |sequence, records, mark| Message::Batch(IndexBatch { sequence, records, harvest_mark: Some(mark) });
    let records = sample();
    let messages = vec![
        header(),
        marked(1, records[..2].to_vec(), mark("physics:hep-ph", 100)),
        marked(2, vec![], mark("cs", 150)),
        marked(3, records[2..].to_vec(), mark("physics:hep-ph", 200)),
    ];
    running.stream(messages).await.unwrap();
    let expected = vec![mark("cs", 150), mark("physics:hep-ph", 200)];
    assert_eq!(running.describe().await.harvest_marks, expected);
    let running = running.restart().await;
    assert_eq!(running.describe().await.harvest_marks, expected);
    assert_eq!(faults(&running).await, []);
    running.retriever.close().await;
}

/// A collection of another program under an archive's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_collection_of_another_program_is_refused_with_what_to_do() {
    let Some(mut running) = Running::start().await else { return };
    let kept = running.keep();
    let Running { retriever, options, .. } = running;
    retriever.close().await;
    let engine = Engine::open(&options.data_dir.join("index"), EngineOptions::default()).await.unwrap();
    let params = pb::VectorParams { size: 4, distance: pb::Distance::Cosine.into(), ..Default::default() };
    let create = pb::CreateCollection {
        collection_name: "antigravity-archive-preprints".into(),
        vectors_config: Some(pb::VectorsConfig { config: Some(pb::vectors_config::Config::Params(params)) }),
        ..Default::default()
    };
    CollectionsClient::new(transport::in_process(engine.routes())).create(create).await.unwrap();
    engine.close().await;
    let running = Running::on(options).await;
    let search = running.search(query("halos", 8)).await.unwrap_err();
    let index = running.stream(vec![header()]).await.unwrap_err();
    for status in [search, index] {
        assert_eq!(reason_of(&status), Some(Reason::IndexIncompatible));
        assert!(status.message().contains("another program"), "{status}");
    }
    // Asked for by name, it is replaced.
    running.stream(vec![rebuild(), batch(1, sample()), Message::End(IndexEnd {})]).await.unwrap();
    assert_eq!(running.describe().await.preprints, 6);
    running.retriever.close().await;
    drop(kept);
}
