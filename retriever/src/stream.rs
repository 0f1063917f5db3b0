//! The stream of batches in, acknowledgements out.

use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status;
use antigravity_proto::retriever::v1::index_preprints_request::Message;
use antigravity_proto::retriever::v1::{IndexPreprintsRequest, IndexPreprintsResponse};
use antigravity_proto::types::{IndexAcknowledgement, IndexBatch, IndexHeader};
use futures_util::Stream;
use prost::Message as _;
use tonic::{Status, Streaming};

use crate::archives::Archive;
use crate::core::Core;
use crate::error::{RetrieverError, argument};
use crate::ingest;

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
    let run = Run { core, call, incoming, archive: None };
    futures_util::stream::try_unfold(run, |mut run| async move { Ok(run.next().await?.map(|acknowledgement| (acknowledgement, run))) })
}

struct Run {
    core: Arc<Core>,
    call: CallContext,
    incoming: Streaming<IndexPreprintsRequest>,
    /// Known once the header was read.
    archive: Option<Arc<Archive>>,
}

impl Run {
    /// The next acknowledgement; `None` at the end of the stream.
    async fn next(&mut self) -> Result<Option<IndexPreprintsResponse>, Status> {
        loop {
            let Some(request) = self.incoming.message().await? else {
                return Ok(None);
            };
            match (request.message, &self.archive) {
                (None, _) => return Err(wrong("message", "is empty: send a header, then batches")),
                (Some(Message::Header(_)), Some(_)) => return Err(wrong("header", "came twice: send it first and once")),
                (Some(Message::End(_)), Some(_)) => return Ok(None),
                (Some(Message::Batch(_) | Message::End(_)), None) => return Err(wrong("header", "is missing: send it first")),
                (Some(Message::Header(header)), None) => self.archive = Some(self.open(header).await?),
                (Some(Message::Batch(batch)), Some(archive)) => return self.take_in(archive, batch).await.map(Some),
            }
        }
    }

    /// `bulk` is a hint that needs nothing yet: the embedded engine puts optimising off by itself, a server does it on the side.
    async fn open(&self, header: IndexHeader) -> Result<Arc<Archive>, Status> {
        let IndexHeader { archive, rebuild, bulk: _ } = header;
        if rebuild {
            return Err(status::unimplemented("IndexPreprints with `rebuild`"));
        }
        let name = self.core.archives.name("header.archive", &archive)?;
        Ok(self.core.archives.find_or_make(&self.call, &name).await?)
    }

    async fn take_in(&self, archive: &Arc<Archive>, batch: IndexBatch) -> Result<IndexPreprintsResponse, Status> {
        let bytes = batch.encoded_len();
        if bytes > MAX_BYTES {
            return Err(wrong("batch", &format!("has {bytes} bytes: at most {MAX_BYTES} are accepted; send fewer records at once")));
        }
        let IndexBatch { sequence, records, harvest_mark } = batch;
        if harvest_mark.is_some() {
            return Err(status::unimplemented("IndexPreprints with a harvest mark"));
        }
        if records.len() > MAX_RECORDS {
            return Err(wrong("batch.records", &format!("there are {}: at most {MAX_RECORDS} are accepted", records.len())));
        }
        let outcomes = ingest::take_in(&self.core, &self.call, archive, records).await?;
        Ok(IndexPreprintsResponse { acknowledgement: Some(IndexAcknowledgement { sequence, outcomes }) })
    }
}

fn wrong(field: &str, description: &str) -> Status {
    RetrieverError::from(argument(field, description)).into()
}
