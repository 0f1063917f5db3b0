//! The default model against the vectors that sentence-transformers computed in f32.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod models;

use std::path::PathBuf;
use std::sync::Arc;

use antigravity_embed::{EmbedError, Encoder, ModelFolder, Pool, cosine};
use models::model_folder::installed_model;

#[derive(serde::Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

/// The default model; `None`, with one printed line, when it is not installed.
fn encoder() -> Option<Encoder> {
    let folder = installed_model()?;
    Some(Encoder::load(&ModelFolder::open(&folder).unwrap()).unwrap())
}

/// `None`, with one printed line, when the folder of shared data is absent.
fn references() -> Option<Vec<Reference>> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    if !folder.is_dir() {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("SKIPPED: no shared data in {}", folder.display());
        }
        return None;
    }
    let file = std::fs::read_to_string(folder.join("minilm_reference.jsonl")).unwrap();
    Some(file.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

async fn embed_all(encoder: Encoder, references: &[Reference]) -> Result<Vec<Vec<f32>>, EmbedError> {
    let pool = Pool::new(Arc::new(encoder), 2)?;
    pool.embed_bulk(references.iter().map(|reference| reference.text.clone()).collect()).await
}

#[tokio::test]
async fn every_reference_vector_is_reproduced_needs_shared_data() {
    let (Some(encoder), Some(references)) = (encoder(), references()) else {
        return;
    };
    assert_eq!(references.len(), 120);
    assert_eq!((encoder.dimension(), encoder.model()), (384, "sentence-transformers/all-MiniLM-L6-v2"));
    let vectors = embed_all(encoder, &references).await.unwrap();
    for (vector, reference) in vectors.iter().zip(&references) {
        let cosine = cosine(vector, &reference.vector);
        assert!(cosine >= 0.9999, "cosine {cosine} for {:?}", reference.text);
        assert!((cosine_of_self(vector) - 1.0).abs() < 1e-5);
    }
}

fn cosine_of_self(vector: &[f32]) -> f32 {
    cosine(vector, vector)
}

/// Bulk work, a query, and a direct call go through the same arithmetic.
#[tokio::test]
async fn every_way_gives_the_same_vector() {
    let Some(encoder) = encoder() else { return };
    let text = "Does anything bound the coupling of a dark photon to electrons below 1 MeV?";
    let direct = encoder.embed(text).unwrap();
    let pool = Pool::new(Arc::new(encoder), 1).unwrap();
    assert_eq!(pool.embed_query(text.to_owned()).await.unwrap(), direct);
    assert_eq!(pool.embed_bulk(vec![text.to_owned()]).await.unwrap(), [direct]);
}
