//! Every preprint of an archive as a record that indexes to the same archive.
//!
//! The ids are read first and sorted, then the preprints in that order: what is held is one short id per preprint and one page of them. An
//! export beside writers holds each preprint as it was at some moment of the export.

use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_proto::retriever::v1::ExportPreprintsResponse;
use antigravity_proto::types::PreprintRecord;
use antigravity_text::SourceId;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use prost::Message as _;
use qdrant_client::qdrant::RetrievedPoint;
use serde::Deserialize;
use tonic::Status;

use crate::archives::Archive;
use crate::core::Core;
use crate::error::RetrieverError;
use crate::index::point::{self, point_id};
use crate::index::{Fetch, Fields, IndexError};

/// Ids read per call.
const IDS: u32 = 5_000;
/// Preprints read per call.
const PREPRINTS: usize = 200;
/// Bytes of records from which a message is sent. A record has less than 3 MiB, so that none comes to gRPC's usual 4 MiB.
const MESSAGE_BYTES: usize = 512 << 10;

/// The records of `archive` in the order of their source ids; none without one.
pub(crate) fn records(
    core: Arc<Core>,
    call: CallContext,
    archive: Option<Arc<Archive>>,
) -> impl Stream<Item = Result<ExportPreprintsResponse, Status>> + Send {
    let read = async move {
        let Some(archive) = archive else { return Ok::<_, RetrieverError>(stream::empty().left_stream()) };
        let sources = sources(&core, &call, &archive).await?;
        let starts = (0..sources.len()).step_by(PREPRINTS);
        let pages = starts.map(move |start| sources.iter().skip(start).take(PREPRINTS).map(point_id).collect());
        let pages = stream::iter(pages).map(Ok).and_then(move |page| {
            let (core, call, archive) = (core.clone(), call.clone(), archive.clone());
            async move { self::page(&core, &call, &archive, page).await }
        });
        let messages = pages.map_ok(|records| stream::iter(messages(records)).map(Ok)).try_flatten();
        Ok(messages.right_stream())
    };
    stream::once(read).try_flatten().map_err(|error: RetrieverError| error.into())
}

#[derive(Deserialize)]
struct Source {
    source_id: String,
}

async fn sources(core: &Core, call: &CallContext, archive: &Archive) -> Result<Vec<SourceId>, RetrieverError> {
    let fetch = Fetch { payload: Fields::These(&["source_id"]), vectors: &[] };
    let mut sources = Vec::new();
    let keep = |found: RetrievedPoint| {
        let Source { source_id } = point::read(found.payload)?;
        sources.push(source_id.parse::<SourceId>().map_err(|_| IndexError::Foreign(format!("the source id `{source_id}`")))?);
        Ok(())
    };
    core.index.for_each(call, &archive.collection, fetch, IDS, keep).await?;
    sources.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
    Ok(sources)
}

/// The preprints of these points; one that was removed since is left out.
async fn page(core: &Core, call: &CallContext, archive: &Archive, ids: Vec<String>) -> Result<Vec<PreprintRecord>, RetrieverError> {
    let fetch = Fetch { payload: Fields::All, vectors: &[] };
    let found = core.index.get(call, &archive.collection, &ids, fetch).await?;
    found.into_iter().map(|found| Ok(point::stored(found.payload)?.record.into())).collect()
}

fn messages(records: Vec<PreprintRecord>) -> Vec<ExportPreprintsResponse> {
    let mut messages = vec![ExportPreprintsResponse::default()];
    let mut bytes = 0;
    for record in records {
        if bytes >= MESSAGE_BYTES {
            messages.push(ExportPreprintsResponse::default());
            bytes = 0;
        }
        bytes += record.encoded_len();
        if let Some(message) = messages.last_mut() {
            message.records.push(record);
        }
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_stay_small_and_lose_nothing() {
        let record = |n: usize| PreprintRecord { source_id: n.to_string(), abstract_text: "x".repeat(20_000), ..Default::default() };
        let messages = messages((0..200).map(record).collect());
        assert!(messages.iter().all(|message| message.encoded_len() < MESSAGE_BYTES + 30_000));
        let ids: Vec<_> = messages.iter().flat_map(|message| &message.records).map(|record| record.source_id.clone()).collect();
        assert_eq!(ids, (0..200).map(|n| n.to_string()).collect::<Vec<_>>());
    }
}
