//! A retriever on a fresh directory, and records to put into it.

use std::path::PathBuf;

use antigravity_chassis::options::data_dir;
use antigravity_chassis::transport::{self, Transport};
use antigravity_proto::retriever::v1::index_preprints_request::Message;
use antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient;
use antigravity_proto::retriever::v1::{DescribeArchiveRequest, IndexPreprintsRequest, Query, SearchRequest};
use antigravity_proto::types::{Archive, IndexBatch, IndexHeader, IndexOutcome, IndexResult, PreprintRecord, QueryResult};
use antigravity_retriever::{Options, Retriever};
use tempfile::TempDir;
use tonic::Status;

pub type Client = RetrieverServiceClient<Transport>;

/// The folder of the weights: named by the environment, or where `make model` puts them. `None`, with one printed line, where there are none.
pub fn weights() -> Option<PathBuf> {
    let named = std::env::var_os("ANTIGRAVITY_MODEL_DIR").map(PathBuf::from);
    let dir = named.unwrap_or_else(|| data_dir().join("models"));
    if dir.join("model.safetensors").is_file() {
        return Some(dir);
    }
    println!("SKIPPED: no weights in {}: run `make model`", dir.display());
    None
}

/// A retriever and its client, in process.
pub struct Running {
    pub retriever: Retriever,
    pub client: Client,
    pub options: Options,
    _dir: Option<TempDir>,
}

impl Running {
    /// On an empty data directory. `None` without weights.
    pub async fn start() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { data_dir: dir.path().to_owned(), model_dir: weights()?, workers: 2, ..Options::default() };
        let mut running = Self::on(options).await;
        running._dir = Some(dir);
        Some(running)
    }

    /// On a data directory that is there already.
    pub async fn on(options: Options) -> Self {
        let retriever = Retriever::build(options.clone()).await.unwrap();
        let client = RetrieverServiceClient::new(transport::in_process(retriever.routes())).max_decoding_message_size(64 << 20);
        Self { retriever, client, options, _dir: None }
    }

    /// The folder, to be held for as long as anything works in it; for tests that take this apart.
    pub fn keep(&mut self) -> Option<TempDir> {
        self._dir.take()
    }

    /// Closes the retriever and opens another on the same directory.
    pub async fn restart(self) -> Self {
        let Self { retriever, client, options, _dir } = self;
        drop(client);
        retriever.close().await;
        let mut running = Self::on(options).await;
        running._dir = _dir;
        running
    }

    /// Indexes one batch into the default archive.
    pub async fn index(&self, records: Vec<PreprintRecord>) -> Vec<IndexOutcome> {
        let mut acknowledgements = self.stream(vec![header(), batch(1, records)]).await.unwrap();
        assert_eq!(acknowledgements.len(), 1);
        acknowledgements.remove(0).1
    }

    /// Sends messages as one stream; sequence and outcomes of each acknowledgement.
    pub async fn stream(&self, messages: Vec<Message>) -> Result<Vec<(u64, Vec<IndexOutcome>)>, Status> {
        let requests = messages.into_iter().map(|message| IndexPreprintsRequest { message: Some(message) });
        let mut replies = self.client.clone().index_preprints(tokio_stream::iter(requests.collect::<Vec<_>>())).await?.into_inner();
        let mut acknowledgements = Vec::new();
        while let Some(reply) = replies.message().await? {
            let acknowledgement = reply.acknowledgement.unwrap();
            acknowledgements.push((acknowledgement.sequence, acknowledgement.outcomes));
        }
        Ok(acknowledgements)
    }

    /// The result of one query of the default archive.
    pub async fn search(&self, query: Query) -> Result<QueryResult, Status> {
        let request = SearchRequest { queries: vec![query], ..Default::default() };
        Ok(self.client.clone().search(request).await?.into_inner().results.remove(0))
    }

    /// What the default archive holds.
    pub async fn describe(&self) -> Archive {
        self.client.clone().describe_archive(DescribeArchiveRequest::default()).await.unwrap().into_inner().archive.unwrap()
    }
}

pub fn header() -> Message {
    Message::Header(IndexHeader::default())
}

pub fn batch(sequence: u64, records: Vec<PreprintRecord>) -> Message {
    Message::Batch(IndexBatch { sequence, records, harvest_mark: None })
}

pub fn query(text: &str, limit: u32) -> Query {
    Query { text: text.into(), limit, ..Default::default() }
}

/// The AG ids of a result's hits, in order.
pub fn ids(result: &QueryResult) -> Vec<&str> {
    result.hits.iter().map(|hit| hit.preprint.as_ref().unwrap().id.as_str()).collect()
}

pub fn results(outcomes: &[IndexOutcome]) -> Vec<IndexResult> {
    outcomes.iter().map(IndexOutcome::result).collect()
}

pub fn record(source: &str, title: &str, abstract_text: &str) -> PreprintRecord {
    PreprintRecord {
        source_id: source.into(),
        title: title.into(),
        abstract_text: abstract_text.into(),
        categories: vec!["hep-ph".into()],
        date: "2026-03-17".into(),
        ..Default::default()
    }
}

/// Six preprints of three fields.
pub fn sample() -> Vec<PreprintRecord> {
    let mut records = vec![
        record(
            "2603.00001",
            "Jet tagging with graph networks",
            "We tag jets with graph neural networks. The background rejection doubles at equal efficiency. Pile-up degrades it.",
        ),
        record(
            "2603.00002",
            "Anomaly detection at colliders",
            "Autoencoders find anomalous events without labels. They miss signals that resemble noise.",
        ),
        record("2512.00003", "Dark matter halo profiles", "Simulated halos follow a cuspy profile. Observed dwarf galaxies prefer cores."),
        record(
            "2407.00004",
            "The Hubble tension",
            "Local measurements of $H_0$ disagree with the $\\Lambda$CDM value. New physics or systematics may explain it.",
        ),
        record(
            "2301.00005",
            "Adversarial examples in image classification",
            "Small perturbations change the label. Training on them makes classifiers robust.",
        ),
        record("2503.00006", "How many simulations do we need for inference?", ""),
    ];
    let fields = [
        (vec!["hep-ph", "cs.LG"], "2026-03-17", vec!["Ada Lovelace", "Emmy Noether"]),
        (vec!["hep-ex"], "2026-03-02", vec!["Emmy Noether"]),
        (vec!["astro-ph.CO"], "2025-12-31", vec!["Vera Rubin"]),
        (vec!["astro-ph.CO", "gr-qc"], "2024-07-01", vec!["G. Lema\\^itre", "Noether Lovelace"]),
        (vec!["cs.LG"], "2023-01", vec!["Alan Turing"]),
        (vec!["astro-ph"], "2025-03", vec![]),
    ];
    for (record, (categories, date, authors)) in records.iter_mut().zip(fields) {
        record.categories = categories.into_iter().map(str::to_owned).collect();
        record.date = date.into();
        record.authors = authors.into_iter().map(str::to_owned).collect();
    }
    records
}
