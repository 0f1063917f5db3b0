//! `kill -9` while preprints are taken in: whatever was acknowledged is there afterwards, and indexing again ends where an undisturbed run does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;

use antigravity_chassis::transport::{Peer, Transport, remote};
use antigravity_proto::retriever::v1::index_preprints_request::Message;
use antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient;
use antigravity_proto::retriever::v1::{DescribeArchiveRequest, GetPreprintsRequest, IndexPreprintsRequest, IndexPreprintsResponse};
use antigravity_proto::types::{Archive, IndexEnd, IndexHeader, PreprintRecord};
use antigravity_tests::indexing::{Tally, batches};
use antigravity_tests::process::Service;
use antigravity_tests::records;
use antigravity_tests::stack::Setup;
use tempfile::TempDir;

/// Small batches: many acknowledgements, and so many different moments to die at.
const BATCH: usize = 10;
const RECORDS: usize = 150;
/// After how many acknowledgements the process is killed, run after run. The rest of the batches are on their way then, so that it dies in the
/// middle of embedding or of writing the next one. At 0 it is killed as soon as it has taken the stream.
const MOMENTS: [usize; 5] = [0, 1, 2, 5, 9];

#[tokio::test]
async fn what_was_acknowledged_survives_and_the_end_is_that_of_an_undisturbed_run() {
    let records = records::generated(RECORDS);
    let undisturbed = TempDir::new().unwrap();
    let (service, tally) = indexed(undisturbed.path(), &records).await;
    assert_eq!(tally, Tally::new(RECORDS));
    let expected = describe(&mut client(&service)).await;
    service.kill();

    let data = TempDir::new().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    for moment in MOMENTS {
        let service = Setup::over(data.path()).retriever_process();
        assert_all_there(&mut client(&service), &acknowledged).await;
        acknowledged.extend(killed_after(service, &records, moment).await);
    }
    let service = Setup::over(data.path()).retriever_process();
    assert_all_there(&mut client(&service), &acknowledged).await;
    service.kill();

    let (service, tally) = indexed(data.path(), &records).await;
    assert!(tally.refused.is_empty() && tally.updated == 0, "{tally:?}");
    assert_eq!(tally.new + tally.unchanged, RECORDS);
    assert!(tally.unchanged >= BATCH * MOMENTS.iter().max().unwrap(), "what was there is not written again: {tally:?}");
    assert_eq!(describe(&mut client(&service)).await, expected);
    assert!(service.stop().await.status.success());
}

/// The acknowledged archive outlives the process that was killed right after the last acknowledgement, without any orderly end.
#[tokio::test]
async fn the_last_acknowledgement_is_as_good_as_the_first() {
    let records = records::generated(2 * BATCH);
    let data = TempDir::new().unwrap();
    let (service, tally) = indexed(data.path(), &records).await;
    assert_eq!(tally, Tally::new(records.len()));
    let before = describe(&mut client(&service)).await;
    service.kill();
    let service = Setup::over(data.path()).retriever_process();
    assert_eq!(describe(&mut client(&service)).await, before);
    assert!(service.stop().await.status.success());
}

/// Killed while it builds the archive anew: the old one is as it was, and the next attempt removes what the first left over.
#[tokio::test]
async fn a_rebuild_that_dies_leaves_the_old_archive() {
    let records = records::generated(5 * BATCH);
    let data = TempDir::new().unwrap();
    let (service, _) = indexed(data.path(), &records[..2 * BATCH]).await;
    let before = describe(&mut client(&service)).await;
    let rebuild = || IndexHeader { rebuild: true, ..Default::default() };
    let mut replies = begin_with(rebuild(), &service, &records, false).await;
    replies.message().await.unwrap().expect("there are more batches");
    service.kill();
    drop(replies);

    let service = Setup::over(data.path()).retriever_process();
    let mut client = client(&service);
    assert_eq!(describe(&mut client).await, before);
    let mut replies = begin_with(rebuild(), &service, &records, true).await;
    while replies.message().await.unwrap().is_some() {}
    assert_eq!(describe(&mut client).await.preprints, records.len() as u64);
    assert_eq!(std::fs::read_dir(data.path().join("index/collections")).unwrap().count(), 1);
    assert!(service.stop().await.status.success());
}

fn client(service: &Service) -> RetrieverServiceClient<Transport> {
    RetrieverServiceClient::new(remote(&service.address(), Peer::Retriever))
}

/// Starts a retriever and sends it all records at once, without waiting for one batch's acknowledgement before the next.
async fn begin(service: &Service, records: &[PreprintRecord]) -> tonic::Streaming<IndexPreprintsResponse> {
    begin_with(IndexHeader::default(), service, records, false).await
}

async fn begin_with(
    header: IndexHeader,
    service: &Service,
    records: &[PreprintRecord],
    ended: bool,
) -> tonic::Streaming<IndexPreprintsResponse> {
    let batches = batches(records, BATCH).into_iter().map(Message::Batch);
    let end = ended.then_some(Message::End(IndexEnd {}));
    let messages = [Message::Header(header)].into_iter().chain(batches).chain(end);
    let messages: Vec<_> = messages.map(|message| IndexPreprintsRequest { message: Some(message) }).collect();
    client(service).index_preprints(tokio_stream::iter(messages)).await.unwrap().into_inner()
}

/// Indexes to the end.
async fn indexed(data: &Path, records: &[PreprintRecord]) -> (Service, Tally) {
    let service = Setup::over(data).retriever_process();
    let mut replies = begin(&service, records).await;
    let mut tally = Tally::default();
    while let Some(reply) = replies.message().await.unwrap() {
        reply.acknowledgement.unwrap().outcomes.iter().for_each(|outcome| tally.count(outcome));
    }
    (service, tally)
}

/// Kills the process after so many acknowledgements. The ids that were acknowledged, those that arrived while it died included.
async fn killed_after(service: Service, records: &[PreprintRecord], acknowledgements: usize) -> Vec<String> {
    let mut replies = begin(&service, records).await;
    let mut ids = Vec::new();
    let mut keep = |reply: IndexPreprintsResponse| {
        let outcomes = reply.acknowledgement.unwrap().outcomes;
        ids.extend(outcomes.into_iter().map(|outcome| outcome.id));
    };
    for _ in 0..acknowledgements {
        keep(replies.message().await.unwrap().expect("there are more batches"));
    }
    service.kill();
    while let Ok(Some(reply)) = replies.message().await {
        keep(reply);
    }
    ids
}

async fn assert_all_there(client: &mut RetrieverServiceClient<Transport>, ids: &[String]) {
    for ids in ids.chunks(100) {
        let request = GetPreprintsRequest { ids: ids.to_vec(), ..Default::default() };
        let found = client.get_preprints(request).await.unwrap().into_inner().preprints;
        let found: Vec<&str> = found.iter().map(|preprint| preprint.id.as_str()).collect();
        assert_eq!(found, ids, "every acknowledged record is there");
    }
}

async fn describe(client: &mut RetrieverServiceClient<Transport>) -> Archive {
    client.describe_archive(DescribeArchiveRequest::default()).await.unwrap().into_inner().archive.unwrap()
}
