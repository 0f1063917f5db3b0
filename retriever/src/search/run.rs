//! The line that a search takes through this folder. All queries take it together: ten cost as many calls to Qdrant as one, or a few more.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use antigravity_chassis::call::CallContext;
use antigravity_proto::types::{Hit, QueryResult};

use super::aim::{Aim, aim};
use super::candidates::Titled;
use super::feedback;
use super::fusion::{Candidate, Ranked, fuse};
use super::query::Checked;
use super::ranking;
use super::rarity;
use super::weights::NAMED;
use super::{candidates, evidence, scores};
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

/// Runs all queries of a tenant over an archive of this revision.
pub(crate) async fn search(
    core: &Arc<Core>,
    call: &CallContext,
    tenant: &str,
    (archive, revision): (&Arc<Archive>, &str),
    queries: Vec<Checked>,
) -> Result<Found, RetrieverError> {
    let start = Instant::now();
    let vectors = core.query_vectors.of(core, call, tenant, &queries).await?;
    let embed_time = start.elapsed();

    let rarity = rarity::of(core, call, archive, revision).await?;
    let aims = aim(core, call, archive, &queries, vectors).await?;
    let mut ranked = rank(core, call, archive, &queries, &aims).await?;
    ranked.iter_mut().zip(&queries).for_each(|(ranked, query)| ranked.truncate(query.limit));

    let preprints = read(core, call, archive, ranked.iter().flatten()).await?;
    let results = queries.iter().zip(&aims).zip(&ranked).map(|((query, aim), ranked)| QueryResult {
        hits: hits(aim, ranked, &preprints),
        term_weights: evidence::term_weights(&query.text, &rarity),
    });
    let results = results.collect();
    Ok(Found { results, embed_time, search_time: start.elapsed().saturating_sub(embed_time) })
}

/// All candidates of each query, best first.
async fn rank(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    queries: &[Checked],
    aims: &[Aim],
) -> Result<Vec<Vec<Ranked>>, RetrieverError> {
    let (index, collection) = (&core.index, &archive.collection);
    let requests = candidates::requests(queries, aims);
    let answers = index.query(call, collection, requests.iter().map(|request| request.message.clone()).collect()).await?;
    let found = candidates::read(aims.len(), &requests, answers)?;
    let mut candidates = scores::scored(index, call, collection, aims, found).await?;

    let alone: Vec<Option<Vec<Ranked>>> =
        candidates.iter().zip(queries).map(|(candidates, query)| ranking::alone(candidates, query.ranking)).collect();

    let moved = move_towards(core, call, archive, aims, &mut candidates).await?;
    scores::rescore(index, call, collection, &moved, &mut candidates).await?;
    Ok(candidates.iter().zip(alone).map(|(candidates, alone)| alone.unwrap_or_else(|| fuse(candidates))).collect())
}

/// The dense vectors of all aims, moved towards their first hits. Of these the titles are read too: a question that is the title of one of
/// them names it, and no title shares more words with it than its own does. (To read those of all candidates took as long as the rest of a
/// search.)
async fn move_towards(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    aims: &[Aim],
    candidates: &mut [Vec<Candidate>],
) -> Result<Vec<Vec<f32>>, RetrieverError> {
    let first: Vec<Vec<Ranked>> = candidates.iter().map(|candidates| feedback::first(fuse(candidates))).collect();
    let ids = distinct(first.iter().flatten().map(|ranked| ranked.id.as_str()));
    let fetch = Fetch { payload: Fields::These(&["title"]), vectors: &[DENSE] };
    let mut read = HashMap::with_capacity(ids.len());
    for found in core.index.get(call, &archive.collection, &ids, fetch).await? {
        let title = point::read::<Titled>(found.payload)?.title;
        read.insert(point::uuid_text(found.id)?, (title, point::vectors(found.vectors).dense));
    }
    let moved = aims.iter().zip(candidates).zip(first).map(|((aim, candidates), first)| {
        let is_asked = |id: &str| aim.named.whole.as_ref().zip(read.get(id)).is_some_and(|(whole, (title, _))| whole.is(title));
        let asked: Vec<&str> = first.iter().map(|ranked| ranked.id.as_str()).filter(|id| is_asked(id)).collect();
        candidates.iter_mut().filter(|candidate| asked.contains(&candidate.id.as_str())).for_each(|candidate| candidate.named = NAMED);
        let first = if asked.is_empty() { first } else { feedback::first(fuse(candidates)) };
        let hits = feedback::shares(&first).into_iter().filter_map(|(id, share)| Some((share, read.get(id)?.1.as_slice())));
        feedback::moved(&aim.dense, &hits.collect::<Vec<(f64, &[f32])>>())
    });
    Ok(moved.collect())
}

/// The hits of one query. A preprint that was deleted since is left out.
fn hits(aim: &Aim, ranked: &[Ranked], preprints: &HashMap<String, (Stored, Vectors)>) -> Vec<Hit> {
    let hit = |ranked: &Ranked| {
        let (stored, vectors) = preprints.get(&ranked.id)?;
        Some(evidence::hit(aim, ranked, stored, vectors))
    };
    ranked.iter().filter_map(hit).collect()
}

/// The preprints of all hits, each read once.
async fn read(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    ranked: impl Iterator<Item = &Ranked>,
) -> Result<HashMap<String, (Stored, Vectors)>, RetrieverError> {
    let ids = distinct(ranked.map(|ranked| ranked.id.as_str()));
    let fetch = Fetch { payload: Fields::All, vectors: &[DENSE, SENTENCES] };
    let mut preprints = HashMap::with_capacity(ids.len());
    for part in ids.chunks(READ_AT_ONCE) {
        for found in core.index.get(call, &archive.collection, part, fetch).await? {
            preprints.insert(point::uuid_text(found.id)?, (point::stored(found.payload)?, point::vectors(found.vectors)));
        }
    }
    Ok(preprints)
}

fn distinct<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ids: Vec<String> = ids.map(str::to_owned).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
