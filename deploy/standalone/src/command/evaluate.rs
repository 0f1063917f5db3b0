//! `antigravity evaluate`. Here `retrieval`: a set's documents into a scratch archive, its queries searched there, the rankings judged.

mod citations;
mod coverage;
mod follow_ups;
mod grounding;

use std::{path::Path, time::Duration};

use antigravity_chassis::transport::Transport;
use antigravity_proto::{
    retriever::v1::{Query, SearchRequest, SearchResponse, retriever_service_client::RetrieverServiceClient},
    types::Hit,
};
use tempfile::TempDir;

use crate::{
    backend::{Backend, request},
    cli::{Evaluate, Evaluation, RetrievalEvaluation},
    evaluate::{Corpus, Found, Provenance, RANKINGS, Report, SetError, TestSet},
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
    records::Input,
};

/// What one search may give, the most that the retriever accepts: recall is measured at 100.
const HITS: u32 = 100;
/// Queries of one call: with three rankings each 15 of the 16 that the retriever accepts.
const QUERIES_AT_ONCE: usize = 5;
/// Far more than a call takes.
const LIMIT: Duration = Duration::from_secs(120);
/// Largest reply that is read: 1,500 hits, each with its abstract and a similarity per sentence, have some 5 MiB.
const MESSAGE_LIMIT: usize = 64 * 1024 * 1024;

/// Evaluates, and reports.
pub(crate) async fn run(arguments: Evaluate, options: &Options) -> Result<(), Failure> {
    match arguments.what {
        Evaluation::Retrieval(arguments) => retrieval(arguments, options).await,
        Evaluation::Grounding(arguments) => grounding::run(&arguments),
        Evaluation::Citations(arguments) => citations::run(arguments, options).await,
        Evaluation::Coverage(arguments) => coverage::run(arguments, options).await,
        Evaluation::FollowUps(arguments) => follow_ups::run(arguments, options).await,
    }
}

async fn retrieval(arguments: RetrievalEvaluation, options: &Options) -> Result<(), Failure> {
    let scratch = TempDir::with_prefix("antigravity-evaluate-").map_err(|source| Failure::File { path: std::env::temp_dir(), source })?;
    let records = scratch.path().join("records.jsonl");
    let (corpus, set) = {
        let _reading = Stage::new("reading the set");
        read(&arguments, &records)?
    };
    let input = Input::open(&records).map_err(|source| Failure::File { path: records, source })?;
    let options = scratch_options(options, &scratch);
    let report = super::with_backend(&options, async |backend| {
        let taken = super::index::take_in(backend, vec![input]).await?;
        search(backend, &corpus, set, taken).await
    })
    .await?;
    report.warnings().iter().for_each(|warning| output::note(warning));
    output::print(&if arguments.json { format!("{:#}\n", report.json()) } else { report.table() })
}

/// Everything that can be wrong with the set is found before the model is loaded.
fn read(arguments: &RetrievalEvaluation, records: &Path) -> Result<(Corpus, TestSet), SetError> {
    let corpus = Corpus::lay_out(&arguments.dir, records)?;
    let set = TestSet::read(&arguments.dir, &arguments.split, &corpus.ids())?;
    Ok((corpus, set))
}

/// The model and its settings as they are; the archive in a folder of its own that goes away afterwards, whatever the settings say.
fn scratch_options(options: &Options, scratch: &TempDir) -> Options {
    let own = antigravity_retriever::Options::default();
    let retriever = antigravity_retriever::Options {
        data_dir: scratch.path().join("data"),
        model_dir: options.retriever.model_dir.clone(),
        workers: options.retriever.workers,
        embedding_precision: options.retriever.embedding_precision,
        ..own
    };
    Options { server: None, retriever, gateway: antigravity_gateway::Options::default(), ..options.clone() }
}

async fn search(backend: &Backend, corpus: &Corpus, mut set: TestSet, taken: u64) -> Result<Report, Failure> {
    let retriever = backend.retriever().ok_or(Failure::Cut("its retriever could be asked"))?.max_decoding_message_size(MESSAGE_LIMIT);
    let stage = Stage::new("searching");
    let documents = usize::try_from(taken).unwrap_or(usize::MAX);
    set.gaps.documents_refused = corpus.len().saturating_sub(documents);
    let mut provenance = Provenance { documents, ..Provenance::default() };
    let mut found = Vec::with_capacity(set.queries.len());
    for part in set.queries.chunks(QUERIES_AT_ONCE) {
        stage.set(format!("searching: {} of {} queries", found.len(), set.queries.len()));
        let reply = call(backend, retriever.clone(), part.iter().map(|query| query.text.as_str())).await?;
        found.extend(reply.results.chunks(RANKINGS.len()).map(|results| {
            let mut results = results.iter();
            RANKINGS.map(|_| results.next().map(|result| documents_of(corpus, &result.hits)).unwrap_or_default())
        }));
        provenance.embedding_model = reply.embedding_model;
        provenance.archive_revision = reply.archive_revision;
        provenance.candidates = reply.candidates;
        provenance.weights = [reply.dense_weight, reply.words_weight, reply.sentences_weight];
    }
    stage.set("resampling".to_owned());
    // A second or two of computing while nothing else runs in this process.
    Ok(tokio::task::block_in_place(|| Report::new(set, provenance, found)))
}

/// Every text once per ranking.
async fn call(
    backend: &Backend,
    mut retriever: RetrieverServiceClient<Transport>,
    texts: impl Iterator<Item = &str>,
) -> Result<SearchResponse, Failure> {
    let queries = texts.flat_map(|text| {
        RANKINGS.map(|(_, ranking)| Query { text: text.to_owned(), limit: HITS, ranking: ranking.into(), ..Default::default() })
    });
    let asked = request(SearchRequest { queries: queries.collect(), ..Default::default() }, LIMIT);
    Ok(retriever.search(asked).await.map_err(|status| backend.failed(status))?.into_inner())
}

fn documents_of<'a>(corpus: &'a Corpus, hits: &[Hit]) -> Found<'a> {
    hits.iter().filter_map(|hit| Some((corpus.document(&hit.preprint.as_ref()?.source_id)?, hit.rank_score))).collect()
}
