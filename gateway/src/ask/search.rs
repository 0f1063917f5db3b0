//! The preprints that the answer can draw on.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status;
use antigravity_proto::retriever::v1::{Query, SearchRequest, SearchResponse};
use antigravity_proto::types::{QueryResult, Source};
use tonic::Status;

use super::validate::Ask;
use crate::peers::Peers;
use crate::preprint;
use crate::sources::sources;

/// What a search found.
pub(super) struct Found {
    /// What the answer is written from.
    pub(super) result: QueryResult,
    /// The same preprints as the answer lists them.
    pub(super) sources: Vec<Source>,
    /// The question to write about: the one that was asked, or without one the title of the preprint that was to stay near to.
    pub(super) question: String,
    /// Where and how it was found; without results, they have moved to `result`.
    pub(super) search: SearchResponse,
}

pub(super) async fn search(peers: &Peers, context: &CallContext, ask: &Ask) -> Result<Found, Status> {
    let query = Query {
        text: ask.standalone.clone().unwrap_or_else(|| ask.question.clone()),
        filter: ask.filter.clone(),
        limit: ask.sources,
        near: ask.near.as_ref().map(ToString::to_string).unwrap_or_default(),
        ..Default::default()
    };
    let request = SearchRequest { archive: ask.archive.clone(), queries: vec![query], tenant: context.caller.tenant().to_string() };
    let (mut search, question) = tokio::try_join!(peers.search(context, request), question(peers, context, ask))?;
    let result = search.results.pop().ok_or_else(|| status::internal("the search's one result is missing"))?;
    Ok(Found { sources: sources(&result.hits), result, question, search })
}

/// Neighbours alone are asked for without words. An answer needs some: those of the title say best what the neighbours have in common.
async fn question(peers: &Peers, context: &CallContext, ask: &Ask) -> Result<String, Status> {
    match &ask.near {
        Some(near) if ask.question.trim().is_empty() => Ok(preprint::read(peers, context, ask.archive.clone(), near).await?.title),
        _ => Ok(ask.question.clone()),
    }
}
