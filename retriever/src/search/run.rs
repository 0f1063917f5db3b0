//! The line that a search takes through this folder. All queries take it together: ten cost as many calls to Qdrant as one, or a few more.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use antigravity_chassis::call::CallContext;
use antigravity_proto::types::{Hit, QueryResult};

use super::aim::{Aim, aim, embed};
use super::feedback;
use super::fusion::{Candidate, Ranked, fuse};
use super::query::Checked;
use super::ranking;
use super::rarity;
use super::scores::{Probe, score, unscored};
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

/// Runs all queries over an archive of this revision.
pub(crate) async fn search(
    core: &Arc<Core>,
    call: &CallContext,
    archive: &Arc<Archive>,
    revision: &str,
    queries: Vec<Checked>,
) -> Result<Found, RetrieverError> {
    let start = Instant::now();
    let vectors = embed(core, &queries).await?;
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
    let mut candidates: Vec<Vec<Candidate>> = candidates::read(aims.len(), &requests, answers)?.into_iter().map(unscored).collect();

    let probes: Vec<Probe<'_>> =
        aims.iter().map(|aim| Probe { dense: &aim.dense, words: Some(&aim.words), sentence: Some(&aim.sentence) }).collect();
    score(index, call, collection, &probes, &mut candidates).await?;
    let first: Vec<Vec<Ranked>> = candidates.iter().map(|candidates| fuse(candidates)).collect();

    let alone: Vec<Option<Vec<Ranked>>> =
        candidates.iter().zip(queries).map(|(candidates, query)| ranking::alone(candidates, query.ranking)).collect();

    let moved = move_towards(core, call, archive, aims, &first).await?;
    let probes: Vec<Probe<'_>> = moved.iter().map(|dense| Probe { dense, words: None, sentence: None }).collect();
    score(index, call, collection, &probes, &mut candidates).await?;
    Ok(candidates.iter().zip(alone).map(|(candidates, alone)| alone.unwrap_or_else(|| fuse(candidates))).collect())
}

/// The dense vectors of all aims, moved towards their first hits.
async fn move_towards(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    aims: &[Aim],
    first: &[Vec<Ranked>],
) -> Result<Vec<Vec<f32>>, RetrieverError> {
    let shares: Vec<Vec<(&str, f64)>> = first.iter().map(|ranked| feedback::shares(ranked)).collect();
    let ids = distinct(shares.iter().flatten().map(|(id, _)| *id));
    let fetch = Fetch { payload: Fields::None, vectors: &[DENSE] };
    let mut read = HashMap::with_capacity(ids.len());
    for found in core.index.get(call, &archive.collection, &ids, fetch).await? {
        read.insert(point::uuid_text(found.id)?, point::vectors(found.vectors).dense);
    }
    let moved = aims.iter().zip(&shares).map(|(aim, shares)| {
        let hits: Vec<(f64, &[f32])> = shares.iter().filter_map(|(id, share)| Some((*share, read.get(*id)?.as_slice()))).collect();
        feedback::moved(&aim.dense, &hits)
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
