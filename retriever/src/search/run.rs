//! The line that a search takes through this folder. All queries take it together: ten cost as many calls to Qdrant as one, or a few more.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use antigravity_chassis::call::CallContext;
use antigravity_proto::types::QueryResult;

use super::aim::{aim, embed};
use super::fusion::Ranked;
use super::query::Checked;
use super::ranking::rank;
use super::{candidates, evidence};
use crate::archives::Archive;
use crate::core::Core;
use crate::error::RetrieverError;
use crate::index::point::{self, Stored, Vectors};
use crate::index::schema::{DENSE, SENTENCES};
use crate::index::{Fetch, Fields};

/// Preprints read in one call: with their sentences about 20 KB each.
const READ_AT_ONCE: usize = 200;

/// The results of several queries, and how long they took.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) results: Vec<QueryResult>,
    pub(crate) embed_time: Duration,
    pub(crate) search_time: Duration,
}

/// Runs all queries: one call for the candidates of all, one (or a few) for the hits of all.
pub(crate) async fn search(
    core: &Arc<Core>,
    call: &CallContext,
    archive: &Archive,
    queries: Vec<Checked>,
) -> Result<Found, RetrieverError> {
    let start = Instant::now();
    let vectors = embed(core, &queries).await?;
    let embed_time = start.elapsed();

    let aims = aim(core, call, archive, &queries, vectors).await?;
    let answers = core.index.query(call, &archive.collection, candidates::requests(&queries, &aims)).await?;
    let candidates = candidates::read(&aims, answers)?;
    let ranked: Vec<Vec<Ranked>> = candidates
        .into_iter()
        .zip(&queries)
        .map(|(candidates, query)| {
            let mut ranked = rank(candidates, query.ranking);
            ranked.truncate(query.limit);
            ranked
        })
        .collect();

    let preprints = read(core, call, archive, ranked.iter().flatten()).await?;
    let results = queries.iter().zip(&aims).zip(&ranked).map(|((query, aim), ranked)| QueryResult {
        // A preprint that was deleted since is left out.
        hits: ranked
            .iter()
            .filter_map(|ranked| preprints.get(&ranked.id).map(|(stored, vectors)| evidence::hit(aim, ranked, stored, vectors)))
            .collect(),
        term_weights: evidence::term_weights(&query.text),
    });
    let results = results.collect();
    Ok(Found { results, embed_time, search_time: start.elapsed().saturating_sub(embed_time) })
}

/// The preprints of all hits, each read once.
async fn read(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    ranked: impl Iterator<Item = &Ranked>,
) -> Result<HashMap<String, (Stored, Vectors)>, RetrieverError> {
    let mut ids: Vec<String> = ranked.map(|ranked| ranked.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let fetch = Fetch { payload: Fields::All, vectors: &[DENSE, SENTENCES] };
    let mut preprints = HashMap::with_capacity(ids.len());
    for part in ids.chunks(READ_AT_ONCE) {
        for found in core.index.get(call, &archive.collection, part, fetch).await? {
            preprints.insert(point::uuid_text(found.id)?, (point::stored(found.payload)?, point::vectors(found.vectors)));
        }
    }
    Ok(preprints)
}
