//! Indexing over the gateway, as a client does it.

use antigravity_chassis::transport::Transport;
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::gateway::v1::{IndexPreprintsRequest, index_preprints_request::Message};
use antigravity_proto::types::{IndexBatch, IndexHeader, IndexOutcome, IndexResult, PreprintRecord};

/// Records in a batch: several batches for the sample.
const BATCH: usize = 25;

/// What became of the records.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Not there before.
    pub new: usize,
    /// There with the same content.
    pub unchanged: usize,
    /// There with other content.
    pub updated: usize,
    /// Not taken in, with the reason.
    pub refused: Vec<String>,
}

impl Tally {
    /// All new.
    pub fn new(count: usize) -> Self {
        Self { new: count, ..Self::default() }
    }

    /// All unchanged.
    pub fn unchanged(count: usize) -> Self {
        Self { unchanged: count, ..Self::default() }
    }

    /// Counts one record.
    pub fn count(&mut self, outcome: &IndexOutcome) {
        match outcome.result() {
            IndexResult::New => self.new += 1,
            IndexResult::Unchanged => self.unchanged += 1,
            IndexResult::Updated => self.updated += 1,
            IndexResult::Refused => self.refused.push(format!("{}: {}", outcome.source_id, outcome.refusal)),
            IndexResult::Unspecified => panic!("an outcome without a result: {outcome:?}"),
        }
    }
}

/// Sends the records in batches and reads every acknowledgement.
pub async fn index(client: &mut GatewayServiceClient<Transport>, records: &[PreprintRecord]) -> Tally {
    let header = Message::Header(IndexHeader::default());
    let batches: Vec<Message> = batches(records, BATCH).into_iter().map(Message::Batch).collect();
    let wanted = batches.len();
    let messages: Vec<IndexPreprintsRequest> =
        [header].into_iter().chain(batches).map(|message| IndexPreprintsRequest { message: Some(message) }).collect();
    let mut replies = client.index_preprints(tokio_stream::iter(messages)).await.unwrap().into_inner();
    let mut tally = Tally::default();
    let mut acknowledged = Vec::new();
    while let Some(reply) = replies.message().await.unwrap() {
        let acknowledgement = reply.acknowledgement.unwrap();
        acknowledged.push(acknowledgement.sequence);
        acknowledgement.outcomes.iter().for_each(|outcome| tally.count(outcome));
    }
    acknowledged.sort_unstable();
    assert_eq!(acknowledged, (1..=wanted as u64).collect::<Vec<_>>(), "each batch is acknowledged once");
    tally
}

/// Records cut into batches numbered from 1.
pub fn batches(records: &[PreprintRecord], size: usize) -> Vec<IndexBatch> {
    let batch = |(number, records): (usize, &[PreprintRecord])| IndexBatch {
        sequence: number as u64 + 1,
        records: records.to_vec(),
        ..Default::default()
    };
    records.chunks(size).enumerate().map(batch).collect()
}
