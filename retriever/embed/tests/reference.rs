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

use antigravity_embed::{EmbedError, Encoder, ModelFolder, Pool, Precision, cosine};
use models::model_folder::installed_model;

#[derive(serde::Deserialize)]
struct Reference {
    text: String,
    vector: Vec<f32>,
}

/// The default model; `None`, with one printed line, when it is not installed.
fn encoder(precision: Precision) -> Option<Encoder> {
    let folder = installed_model()?;
    Some(Encoder::load_with(&ModelFolder::open(&folder).unwrap(), precision).unwrap())
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

/// (smallest, mean) cosine to the reference vectors; `None` where the test is skipped.
async fn cosines(precision: Precision) -> Option<(f32, f32)> {
    let (encoder, references) = (encoder(precision)?, references()?);
    assert_eq!(references.len(), 120);
    assert_eq!((encoder.dimension(), encoder.model()), (384, "sentence-transformers/all-MiniLM-L6-v2"));
    let vectors = embed_all(encoder, &references).await.unwrap();
    assert!(vectors.iter().all(|vector| (cosine(vector, vector) - 1.0).abs() < 1e-5));
    let cosines: Vec<f32> = vectors.iter().zip(&references).map(|(vector, reference)| cosine(vector, &reference.vector)).collect();
    let found = (cosines.iter().copied().fold(1.0, f32::min), cosines.iter().sum::<f32>() / cosines.len() as f32);
    #[allow(clippy::print_stderr, reason = "the measured figure, beside the bar")]
    {
        eprintln!("{precision}: cosine at least {}, mean {}", found.0, found.1);
    }
    Some(found)
}

#[tokio::test]
async fn f32_reproduces_every_reference_vector_needs_shared_data() {
    let Some((least, _)) = cosines(Precision::F32).await else { return };
    assert!(least >= 0.9999, "{least}");
}

/// With 8-bit products of full width (VNNI, NEON); AVX2 has one bit less for the weights, and its figures are lower.
#[tokio::test]
async fn int8_is_close_to_every_reference_vector_needs_shared_data() {
    let Some((least, mean)) = cosines(Precision::Int8).await else { return };
    let saturates = rten_gemm::GemmExecutor::<u8, i8, i32>::new().may_saturate();
    let (least_accepted, mean_accepted) = if saturates { (0.985, 0.996) } else { (0.990, 0.998) };
    assert!(least >= least_accepted && mean >= mean_accepted, "least {least}, mean {mean}");
}

/// Bulk work, a query, and a direct call go through the same arithmetic, and so does a text that others keep company.
#[tokio::test]
async fn every_way_gives_the_same_vector() {
    for precision in [Precision::Int8, Precision::F32] {
        let Some(encoder) = encoder(precision) else { return };
        let text = "Does anything bound the coupling of a dark photon to electrons below 1 MeV?";
        let direct = encoder.embed(text).unwrap();
        let pool = Pool::new(Arc::new(encoder), 1).unwrap();
        assert_eq!(pool.embed_query(text.to_owned()).await.unwrap(), direct);
        assert_eq!(pool.embed_bulk(vec![text.to_owned()]).await.unwrap(), std::slice::from_ref(&direct));
        let texts = ["A short one.", text, "", text, "Another that is of some length but not of much.", text];
        for (given, vector) in texts.iter().zip(pool.embed_bulk(texts.map(str::to_owned).to_vec()).await.unwrap()) {
            assert!(*given != text || cosine(&vector, &direct) > 0.999_99, "{precision}");
        }
    }
}
