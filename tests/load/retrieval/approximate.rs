//! How much of the exact dense search the graph finds: `approximate INDEX_DIR MODEL_DIR TEXTS.json COLLECTION`, driven by
//! `tests/load/retrieval/run.py`. INDEX_DIR is opened by the embedded engine, so no program may have it open.
//!
//! Each text's eight nearest preprints by the graph, searched as wide as a search does, against the eight nearest of all; prints
//! `{"recall@8", "n", "approximate_ms", "exact_ms"}` (medians).

#![allow(clippy::print_stdout, reason = "its replies are its result")]

use std::collections::HashSet;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use antigravity_embed::{Encoder, ModelFolder, Pool, Precision};
use antigravity_embedded::{Engine, EngineOptions, Transport};
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{DenseVector, PointId, Query, QueryBatchPoints, QueryPoints, SearchParams, VectorInput, query, vector_input};

/// As the retriever's search asks (`HNSW_EF` and `CANDIDATES` in `retriever/src/search/weights.rs`).
const BREADTH: u64 = 200;
const CANDIDATES: u64 = 100;
const HITS: usize = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [index_dir, model_dir, texts, collection] = arguments.as_slice() else {
        return Err("usage: approximate INDEX_DIR MODEL_DIR TEXTS.json COLLECTION".into());
    };
    let texts: Vec<String> = serde_json::from_str(&std::fs::read_to_string(texts)?)?;
    let encoder = Encoder::load_with(&ModelFolder::open(Path::new(model_dir))?, Precision::Int8)?;
    let pool = Pool::new(Arc::new(encoder), 1)?;
    let engine = Engine::open(Path::new(index_dir), EngineOptions::default()).await?;
    let points = PointsClient::new(engine.service()).max_decoding_message_size(64 << 20);
    let (mut shared, mut approximate_ms, mut exact_ms) = (0, Vec::new(), Vec::new());
    for text in &texts {
        let vector = pool.embed_query(text.clone()).await?;
        let approximate = SearchParams { hnsw_ef: Some(BREADTH), ..SearchParams::default() };
        let (found, took) = nearest(&points, collection, &vector, approximate).await?;
        approximate_ms.push(took);
        let (right, took) = nearest(&points, collection, &vector, SearchParams { exact: Some(true), ..SearchParams::default() }).await?;
        exact_ms.push(took);
        shared += right.intersection(&found).count();
    }
    let recall = shared as f64 / (HITS * texts.len()) as f64;
    let result = serde_json::json!({
        "recall@8": recall, "n": texts.len(), "approximate_ms": median(approximate_ms), "exact_ms": median(exact_ms),
    });
    println!("{result}");
    engine.close().await;
    Ok(())
}

/// The nearest preprints' ids, and the milliseconds that it took.
async fn nearest(
    points: &PointsClient<Transport>,
    collection: &str,
    vector: &[f32],
    params: SearchParams,
) -> Result<(HashSet<PointId>, f64), Box<dyn Error>> {
    let dense = vector_input::Variant::Dense(DenseVector { data: vector.to_vec() });
    let request = QueryPoints {
        collection_name: collection.to_owned(),
        query: Some(Query { variant: Some(query::Variant::Nearest(VectorInput { variant: Some(dense) })) }),
        using: Some("dense".to_owned()),
        limit: Some(CANDIDATES),
        params: Some(params),
        ..QueryPoints::default()
    };
    let batch = QueryBatchPoints { collection_name: collection.to_owned(), query_points: vec![request], ..QueryBatchPoints::default() };
    let asked = Instant::now();
    let results = points.clone().query_batch(batch).await?.into_inner().result;
    let took = asked.elapsed().as_secs_f64() * 1e3;
    Ok((results.into_iter().flat_map(|result| result.result).take(HITS).filter_map(|hit| hit.id).collect(), took))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
