//! One batch on its way: read, looked up, decided, embedded, written, counted. From the look-up on it holds the archive's right to write,
//! so that two batches can't take the same AG id.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::types::{HarvestMark, IndexOutcome, PreprintRecord, Reason};
use tokio_util::sync::CancellationToken;

use super::identity::{Stored, Write, candidate, decide};
use super::read::read;
use crate::archives::Archive;
use crate::census::Entry;
use crate::core::{Core, writing};
use crate::error::RetrieverError;
use crate::index::point::{self, Vectors, point_id, to_point};
use crate::index::schema::{DENSE, SENTENCES};
use crate::index::{Fetch, Fields, filter};
use crate::marks;
use crate::measured::{self, Work};

/// Texts embedded and vectors written together: bounds memory (3 MiB of vectors) and the size of a write, whatever a batch holds.
const VECTORS_PER_WRITE: usize = 2_000;

/// Takes a batch in: one outcome per record, in the batch's order. All of them are durable when it returns, and then its harvest mark.
///
/// The work runs as a task of its own, owned by the core: when the caller goes away it stops, but never amid a write.
pub(crate) async fn take_in(
    core: &Arc<Core>,
    call: &CallContext,
    archive: &Arc<Archive>,
    records: Vec<PreprintRecord>,
    mark: Option<HarvestMark>,
) -> Result<Vec<IndexOutcome>, RetrieverError> {
    let cancel = CancellationToken::new();
    let _cancel_when_dropped = cancel.clone().drop_guard();
    let batch = Batch { core: core.clone(), call: call.clone(), archive: archive.clone(), cancel };
    core.see_through(batch.run(records, mark)).await
}

struct Batch {
    core: Arc<Core>,
    call: CallContext,
    archive: Arc<Archive>,
    cancel: CancellationToken,
}

impl Batch {
    async fn run(self, records: Vec<PreprintRecord>, mark: Option<HarvestMark>) -> Result<Vec<IndexOutcome>, RetrieverError> {
        let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let brought: Vec<_> = records.into_iter().map(|record| (record.source_id.clone(), read(record, today))).collect();

        let _writer = self.unless_cancelled(self.archive.write()).await?;
        // Before the first write, so that there is something to keep up.
        self.unless_cancelled(self.core.archives.census_as_writer(&self.call, &self.archive)).await??;
        let right: Vec<_> = brought.iter().filter_map(|(_, read)| read.as_ref().ok()).collect();
        let stored = self.unless_cancelled(self.look_up(&right)).await??;
        let (outcomes, writes) = decide(brought, stored);

        let mut rest = writes;
        while !rest.is_empty() {
            let later = rest.split_off(first_part(&rest));
            self.write(std::mem::replace(&mut rest, later)).await?;
        }
        if let Some(mark) = mark {
            marks::keep(&self.core.index, &writing(&self.call), &self.archive.collection, mark.clone()).await?;
            measured::mark(&self.archive.name, &mark);
        }
        measured::records(&outcomes);
        Ok(outcomes)
    }

    /// What is there of a batch's source ids, and who has its AG ids.
    async fn look_up(&self, brought: &[&super::read::Brought]) -> Result<Stored, RetrieverError> {
        let (index, collection) = (&self.core.index, &self.archive.collection);
        let fetch = Fetch { payload: Fields::These(&Entry::FIELDS), vectors: &[] };
        let mut points: Vec<String> = brought.iter().map(|brought| point_id(&brought.content.source)).collect();
        points.sort_unstable();
        points.dedup();
        let mut stored = Stored::default();
        for found in index.get(&self.call, collection, &points, fetch).await? {
            let entry: Entry = point::read(found.payload)?;
            stored.by_source.insert(entry.source_id.clone(), entry);
        }
        let mut ids: Vec<String> =
            brought.iter().filter_map(|brought| candidate(brought, stored.by_source.get(brought.content.source.as_str()))).collect();
        ids.sort_unstable();
        ids.dedup();
        if let Ok(limit @ 1..) = u32::try_from(ids.len()) {
            // One owner per id, so one page holds all.
            let (owners, _) = index.scroll(&self.call, collection, Some(filter::with_ag_ids(ids)), fetch, (limit, None)).await?;
            for owner in owners {
                let entry: Entry = point::read(owner.payload)?;
                stored.owners.insert(entry.ag_id, entry.source_id);
            }
        }
        Ok(stored)
    }

    /// Embeds and writes one part of a batch, and counts it.
    async fn write(&self, writes: Vec<Write>) -> Result<(), RetrieverError> {
        let spans: Vec<_> = writes.iter().map(|write| antigravity_text::sentences(&write.record.content.abstract_text)).collect();
        let vectors = self.unless_cancelled(self.vectors(&writes, &spans)).await??;
        let points =
            writes.iter().zip(&spans).zip(vectors).map(|((write, spans), vectors)| to_point(&write.record, spans, vectors)).collect();
        match self.core.index.upsert(&writing(&self.call), &self.archive.collection, points).await {
            Ok(()) => {
                self.archive.applied(writes.iter().map(|write| (write.replaces.as_ref(), &write.entry)));
                Ok(())
            }
            Err(error) => {
                self.archive.doubtful();
                Err(error.into())
            }
        }
    }

    /// The vectors of each write: those stored where the text stayed, new ones otherwise.
    async fn vectors(&self, writes: &[Write], spans: &[Vec<Range<usize>>]) -> Result<Vec<Vectors>, RetrieverError> {
        let mut kept = self.stored_vectors(writes).await?;
        let mut known = Vec::with_capacity(writes.len());
        let mut texts = Vec::new();
        for (write, spans) in writes.iter().zip(spans) {
            let stored = kept.remove(&point_id(&write.record.content.source)).filter(|stored| stored.sentences.len() == spans.len() + 1);
            if stored.is_none() {
                let content = &write.record.content;
                texts.extend([content.text(), content.title.clone()]);
                texts.extend(spans.iter().map(|span| content.abstract_text.get(span.clone()).unwrap_or_default().to_owned()));
            }
            known.push(stored);
        }
        let mut embedded = self.embed(texts).await?.into_iter();
        let vectors = known.into_iter().zip(spans).map(|(stored, spans)| {
            stored.unwrap_or_else(|| Vectors {
                dense: embedded.next().unwrap_or_default(),
                sentences: embedded.by_ref().take(spans.len() + 1).collect(),
            })
        });
        Ok(vectors.collect())
    }

    async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, RetrieverError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        // Counted by who wants to know that nothing is embedded twice.
        tracing::debug!(texts = texts.len(), "embedding");
        measured::embedding(Work::Bulk, texts.len(), async { Ok(self.core.pool.embed_bulk(texts).await?) }).await
    }

    async fn stored_vectors(&self, writes: &[Write]) -> Result<HashMap<String, Vectors>, RetrieverError> {
        let ids: Vec<_> = writes.iter().filter(|write| write.keeps_vectors()).map(|write| point_id(&write.record.content.source)).collect();
        let fetch = Fetch { payload: Fields::None, vectors: &[DENSE, SENTENCES] };
        let found = self.core.index.get(&self.call, &self.archive.collection, &ids, fetch).await?;
        found.into_iter().map(|found| Ok((point::uuid_text(found.id)?, point::vectors(found.vectors)))).collect()
    }

    async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, RetrieverError> {
        tokio::select! {
            () = self.cancel.cancelled() => Err(Problem::new(Reason::Cancelled, "the caller left").into()),
            done = work => Ok(done),
        }
    }
}

/// How many of the writes belong into the first part: at least one, then as many as stay within [`VECTORS_PER_WRITE`]. Sentences are
/// estimated by their shortest usual length, so that long abstracts count for more.
fn first_part(writes: &[Write]) -> usize {
    let mut vectors = 0;
    let fits = |write: &&Write| {
        vectors += 2 + write.record.content.abstract_text.len() / 50;
        vectors <= VECTORS_PER_WRITE
    };
    writes.iter().take_while(fits).count().max(1).min(writes.len())
}
