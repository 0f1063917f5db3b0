//! What is counted of archives and of embedding.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::metrics::{Counters, Gauges, Histograms, SECONDS};
use antigravity_chassis::trace::Span;
use antigravity_proto::types::{HarvestMark, IndexOutcome, IndexResult};
use antigravity_text::ArchiveName;

use crate::error::RetrieverError;

static EMBEDDING: Histograms<1> =
    Histograms::new("antigravity_embedding_duration_seconds", "Embedding one request's texts.", ["work"], SECONDS);
static QUEUE: Gauges<1> = Gauges::new("antigravity_embedding_queue_depth", "Texts that are being embedded or wait for it.", ["work"]);
static RECORDS: Counters<1> =
    Counters::new("antigravity_records_total", "Records taken in, by what became of them, and removed.", ["result"]);
static PREPRINTS: Gauges<1> = Gauges::new("antigravity_archive_preprints", "Preprints in an archive, as last counted.", ["archive"]);
static MARKS: Gauges<2> =
    Gauges::new("antigravity_harvest_mark_timestamp_seconds", "The day up to which a set was harvested.", ["archive", "set"]);

/// What is embedded. Told apart since queries go first: bulk work keeps no search waiting.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    Query,
    Bulk,
}

impl Work {
    fn label(self) -> [&'static str; 1] {
        [match self {
            Self::Query => "query",
            Self::Bulk => "bulk",
        }]
    }
}

/// Embeds so many texts.
pub(crate) async fn embedding<T>(
    work: Work,
    texts: usize,
    embed: impl Future<Output = Result<T, RetrieverError>>,
) -> Result<T, RetrieverError> {
    let began = std::time::Instant::now();
    let _queued = QUEUE.hold(work.label(), u32::try_from(texts).map_or(f64::from(u32::MAX), f64::from));
    let vectors = embed.await?;
    EMBEDDING.observe(work.label(), began.elapsed().as_secs_f64());
    Ok(vectors)
}

/// The span of embedding a search's texts.
pub(crate) fn embedding_span(call: &CallContext, model: &str) -> Span {
    let mut span = call.span(format!("embeddings {model}"));
    span.set("gen_ai.operation.name", "embeddings");
    span.set("gen_ai.request.model", model.to_owned());
    span
}

/// Counts what became of a batch's records.
pub(crate) fn records(outcomes: &[IndexOutcome]) {
    for outcome in outcomes {
        let result = match outcome.result() {
            IndexResult::New | IndexResult::Updated => "indexed",
            IndexResult::Unchanged => "unchanged",
            IndexResult::Refused | IndexResult::Unspecified => "refused",
        };
        RECORDS.add([result], 1);
    }
}

/// Counts removals.
pub(crate) fn deleted(preprints: u64) {
    RECORDS.add(["deleted"], preprints);
}

/// An archive has so many preprints.
pub(crate) fn archive(name: &ArchiveName, preprints: u64) {
    #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 preprints")]
    PREPRINTS.set([name.as_str()], preprints as f64);
}

/// A set of an archive was harvested up to this mark.
pub(crate) fn mark(name: &ArchiveName, mark: &HarvestMark) {
    #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 seconds")]
    MARKS.set([name.as_str(), &mark.set], mark.datestamp.unwrap_or_default().seconds as f64);
}

/// Shows what has not happened yet, so that its first time is seen as an increase.
pub(crate) fn nothing_yet() {
    for result in ["indexed", "unchanged", "refused", "deleted"] {
        RECORDS.add([result], 0);
    }
    for work in [Work::Query, Work::Bulk] {
        drop(QUEUE.hold(work.label(), 0.0));
    }
}
