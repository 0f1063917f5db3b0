//! `kill -9` of `antigravity serve` at random moments of indexing. `tests/evaluation/kills.py` does the same, longer and with more records.

use std::collections::BTreeSet;
use std::time::Duration;

use antigravity_chassis::transport::{Peer, Transport, remote};
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::gateway::v1::{IndexPreprintsRequest, IndexPreprintsResponse, index_preprints_request::Message};
use antigravity_proto::types::{IndexEnd, IndexHeader, PreprintRecord};
use antigravity_tests::indexing::{Tally, batches, index};
use antigravity_tests::process::Service;
use antigravity_tests::records;
use tempfile::TempDir;

use crate::run::{antigravity, over};

const KILLS: usize = 10;
const RECORDS: usize = 160;
const BATCH: usize = 8;
/// Some two batches' time: the kill falls anywhere into reading, embedding, writing and acknowledging.
const MOST_MILLISECONDS: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_lose_nothing_double_nothing_and_end_as_an_undisturbed_run() {
    let records = records::generated(RECORDS);
    let undisturbed = TempDir::new().unwrap();
    let server = serve(&undisturbed);
    assert_eq!(index(&mut client(&server), &records).await, Tally::new(RECORDS));
    server.stop().await;
    let expected = tokio::task::block_in_place(|| over(undisturbed.path(), &["archive", "export"]).well());
    let known: BTreeSet<&str> = expected.lines().collect();

    let data = TempDir::new().unwrap();
    let mut random = Random(5);
    // How many acknowledged records each stream is left, spread evenly over all.
    let mut draws: Vec<usize> = (0..KILLS).map(|_| random.below(RECORDS as u64) as usize).collect();
    draws.sort_unstable();
    let mut acknowledged = BTreeSet::new();
    for draw in draws {
        let server = serve(&data);
        assert_right(&server, &acknowledged, &known);
        let moment = Duration::from_millis(random.below(MOST_MILLISECONDS));
        acknowledged.extend(killed_at(server, &records, draw, moment).await);
    }
    let server = serve(&data);
    assert_right(&server, &acknowledged, &known);
    let tally = index(&mut client(&server), &records).await;
    assert!(tally.refused.is_empty() && tally.updated == 0, "{tally:?}");
    assert!(tally.unchanged >= acknowledged.len() && tally.new + tally.unchanged == RECORDS, "{tally:?}");
    server.stop().await;

    tokio::task::block_in_place(|| {
        let verified = over(data.path(), &["archive", "verify"]).well();
        assert!(verified.contains(&format!("is sound: {RECORDS} preprints")), "{verified}");
        assert_eq!(over(data.path(), &["archive", "export"]).well(), expected);
    });
}

fn serve(data: &TempDir) -> Service {
    Service::start(antigravity(data.path(), &["serve", "--listen", "127.0.0.1:0"]))
}

fn client(server: &Service) -> GatewayServiceClient<Transport> {
    GatewayServiceClient::new(remote(&server.address(), Peer::Gateway))
}

/// Sends all records from the first on, and kills the server when this many are acknowledged and a moment more has passed. The source ids that
/// were acknowledged, those that arrived while it died included.
async fn killed_at(server: Service, records: &[PreprintRecord], draw: usize, moment: Duration) -> Vec<String> {
    let batches = batches(records, BATCH).into_iter().map(Message::Batch);
    let messages = [Message::Header(IndexHeader::default())].into_iter().chain(batches).chain([Message::End(IndexEnd {})]);
    let messages: Vec<_> = messages.map(|message| IndexPreprintsRequest { message: Some(message) }).collect();
    let mut replies = client(&server).index_preprints(tokio_stream::iter(messages)).await.unwrap().into_inner();
    let mut ids = Vec::new();
    let keep = |ids: &mut Vec<String>, reply: IndexPreprintsResponse| {
        ids.extend(reply.acknowledgement.unwrap().outcomes.into_iter().map(|outcome| outcome.source_id));
    };
    while ids.len() < draw {
        keep(&mut ids, replies.message().await.unwrap().expect("there are more batches"));
    }
    // The clock is the kill's, not the test's: whichever moment it strikes, the test holds.
    let _ = tokio::time::timeout(moment, async {
        while let Ok(Some(reply)) = replies.message().await {
            keep(&mut ids, reply);
        }
    })
    .await;
    server.kill();
    while let Ok(Some(reply)) = replies.message().await {
        keep(&mut ids, reply);
    }
    ids
}

/// What the server has: every acknowledged record, none twice, each as the undisturbed run has it.
fn assert_right(server: &Service, acknowledged: &BTreeSet<String>, known: &BTreeSet<&str>) {
    let address = server.address().to_string();
    let exported = tokio::task::block_in_place(|| over("/no/such/folder".as_ref(), &["archive", "export", "--server", &address]));
    let ids: Vec<String> = exported
        .out
        .lines()
        .inspect(|line| assert!(known.contains(line), "{line}"))
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    let there: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(ids.len(), there.len(), "a record is there twice");
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{lost:?} were acknowledged and are lost: {}", exported.err);
}

/// The same moments in every run, as far as a clock can repeat itself (Knuth's MMIX generator, its upper bits).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
