//! The stream of batches in, acknowledgements out.

use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_proto::retriever::v1::index_preprints_request::Message;
use antigravity_proto::retriever::v1::{IndexPreprintsRequest, IndexPreprintsResponse};
use antigravity_proto::types::{IndexAcknowledgement, IndexBatch, IndexHeader};
use futures_util::Stream;
use prost::Message as _;
use tonic::{Status, Streaming};

use crate::archives::{Archive, Rebuild};
use crate::core::Core;
use crate::error::{RetrieverError, argument};
use crate::index::is_deferred;
use crate::ingest;
use crate::marks;

/// Most records of one batch.
const MAX_RECORDS: usize = 500;
/// Largest batch in bytes, as it is sent.
const MAX_BYTES: usize = 3 << 20;

/// One acknowledgement per batch, in order. The next batch is read when the one before is durable, so that a fast caller waits and memory
/// stays bounded. The stream ends with the caller's, or with the first error; what was acknowledged stays.
pub(crate) fn acknowledgements(
    core: Arc<Core>,
    call: CallContext,
    incoming: Streaming<IndexPreprintsRequest>,
) -> impl Stream<Item = Result<IndexPreprintsResponse, Status>> + Send {
    let run = Run { core, call, incoming, into: None };
    futures_util::stream::try_unfold(run, |mut run| async move { Ok(run.next().await?.map(|acknowledgement| (acknowledgement, run))) })
}

struct Run {
    core: Arc<Core>,
    call: CallContext,
    incoming: Streaming<IndexPreprintsRequest>,
    /// Known once the header was read.
    into: Option<Destination>,
}

/// Where the batches of a stream go.
struct Destination {
    archive: Arc<Archive>,
    /// Whether indexing is put off until the stream ends.
    bulk: bool,
    /// The new collection whose archive it is.
    rebuild: Option<Rebuild>,
}

impl Run {
    /// The next acknowledgement; `None` at the end of the stream.
    async fn next(&mut self) -> Result<Option<IndexPreprintsResponse>, Status> {
        loop {
            let Some(request) = self.incoming.message().await? else {
                return self.finish(false).await;
            };
            match (request.message, &self.into) {
                (None, _) => return Err(wrong("message", "is empty: send a header, then batches")),
                (Some(Message::Header(_)), Some(_)) => return Err(wrong("header", "came twice: send it first and once")),
                (Some(Message::End(_)), Some(_)) => return self.finish(true).await,
                (Some(Message::Batch(_) | Message::End(_)), None) => return Err(wrong("header", "is missing: send it first")),
                (Some(Message::Header(header)), None) => self.into = Some(self.open(header).await?),
                (Some(Message::Batch(batch)), Some(into)) => return self.take_in(&into.archive, batch).await.map(Some),
            }
        }
    }

    /// A stream that breaks off in bulk mode leaves indexing put off; the next one takes it up again.
    async fn open(&self, header: IndexHeader) -> Result<Destination, Status> {
        let IndexHeader { archive, rebuild, bulk } = header;
        let Core { archives, index, .. } = &*self.core;
        let name = archives.name("header.archive", &archive)?;
        if rebuild {
            let rebuild = archives.begin_rebuild(&self.call, &name).await?;
            return Ok(Destination { archive: rebuild.archive.clone(), bulk: false, rebuild: Some(rebuild) });
        }
        let (archive, info) = archives.find_or_make(&self.call, &name).await?;
        if bulk != is_deferred(&info) {
            index.defer_indexing(&self.call, &archive.collection, bulk).await.map_err(RetrieverError::from)?;
        }
        Ok(Destination { archive, bulk, rebuild: None })
    }

    /// The caller has sent all, as its `end` says or the end of its stream: HTTP/2 can't tell the latter from a caller that broke off, so
    /// that a rebuild needs the former.
    async fn finish(&mut self, said: bool) -> Result<Option<IndexPreprintsResponse>, Status> {
        let Some(Destination { archive, bulk, rebuild }) = self.into.take() else {
            return Ok(None);
        };
        let Core { archives, index, .. } = &*self.core;
        match rebuild {
            Some(rebuild) if said => {
                let (core, call) = (self.core.clone(), self.call.clone());
                self.core.see_through(async move { core.archives.end_rebuild(&call, &rebuild).await }).await?;
            }
            Some(rebuild) => archives.give_up_rebuild(&self.call, &rebuild).await?,
            None if bulk => index.defer_indexing(&self.call, &archive.collection, false).await.map_err(RetrieverError::from)?,
            None => {}
        }
        Ok(None)
    }

    async fn take_in(&self, archive: &Arc<Archive>, batch: IndexBatch) -> Result<IndexPreprintsResponse, Status> {
        let bytes = batch.encoded_len();
        if bytes > MAX_BYTES {
            return Err(wrong("batch", &format!("has {bytes} bytes: at most {MAX_BYTES} are accepted; send fewer records at once")));
        }
        let IndexBatch { sequence, records, harvest_mark } = batch;
        harvest_mark.as_ref().map_or(Ok(()), marks::check)?;
        if records.len() > MAX_RECORDS {
            return Err(wrong("batch.records", &format!("there are {}: at most {MAX_RECORDS} are accepted", records.len())));
        }
        let outcomes = ingest::take_in(&self.core, &self.call, archive, records, harvest_mark).await?;
        Ok(IndexPreprintsResponse { acknowledgement: Some(IndexAcknowledgement { sequence, outcomes }) })
    }
}

fn wrong(field: &str, description: &str) -> Status {
    RetrieverError::from(argument(field, description)).into()
}
