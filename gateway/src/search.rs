//! Finding preprints without writing about them.

use std::time::Instant;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::duration::to_proto;
use antigravity_proto::gateway::v1::{SearchRequest, SearchResponse};
use antigravity_proto::retriever::v1 as retriever;
use antigravity_proto::types::Timings;
use tonic::Status;

use crate::Gateway;
use crate::deadlines;
use crate::request::Fields;
use crate::sources::sources;

/// How many preprints a search may ask for.
const LIMITS: std::ops::RangeInclusive<u32> = 1..=100;

pub(crate) async fn search(gateway: &Gateway, context: CallContext, request: SearchRequest) -> Result<SearchResponse, Status> {
    let started = Instant::now();
    let fields = Fields::of_the_request();
    fields.archive(&request.archive)?;
    let near = fields.optional_preprint_id("near", &request.near)?;
    fields.question("query", &request.query, near.is_some())?;
    let query = retriever::Query {
        text: request.query,
        filter: request.filter.map(|filter| fields.filter(filter)).transpose()?,
        limit: fields.count("limit", request.limit, LIMITS)?,
        near: near.map(|id| id.to_string()).unwrap_or_default(),
        ..Default::default()
    };
    let request = retriever::SearchRequest {
        archive: gateway.archive(request.archive),
        queries: vec![query],
        tenant: context.caller.tenant().to_string(),
    };
    let found = gateway.peers.search(&deadlines::for_peers(context), request).await?;
    let total = Some(to_proto(started.elapsed()));
    Ok(SearchResponse {
        sources: found.results.iter().flat_map(|result| sources(&result.hits)).collect(),
        archive_revision: found.archive_revision,
        embedding_model: found.embedding_model,
        timings: Some(Timings { embed: found.embed_time, search: found.search_time, total, overhead: total, ..Default::default() }),
    })
}
