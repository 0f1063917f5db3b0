//! Searches against scores worked out from their definitions (cosine, rarity of terms, best row): a wrong formula could
//! still give the right order.

use qdrant_client::qdrant::vector_input::Variant;
use qdrant_client::qdrant::{self as pb};
use serde_json::json;
use tonic::Code;

use crate::support::{Fixture, NAME, dense, ids, keyword, must, nearest, nearest_dense, nearest_sparse, point, rows, sparse, vectors_of};

/// Scores are compared to this: single precision, summed in another order.
const TOLERANCE: f32 = 1e-5;

#[tokio::test]
async fn dense_scores_are_the_cosine_in_falling_order() {
    let mut fixture = five_points().await;
    let hits = fixture.query(nearest_dense(&[2.0, 0.0, 0.0])).await.unwrap();
    assert_eq!(ids(&hits), [1, 2, 3, 4, 5]);
    let angles = [0.0, 30.0, 45.0, 60.0, 90.0_f32];
    for (hit, angle) in hits.iter().zip(angles) {
        assert!((hit.score - angle.to_radians().cos()).abs() < TOLERANCE, "{} against {angle}°", hit.score);
    }
    assert!(hits[0].payload.is_empty() && hits[0].vectors.is_none(), "nothing unless asked for");
}

#[tokio::test]
async fn limit_params_and_selectors_are_honoured() {
    let mut fixture = five_points().await;
    let base = nearest_dense(&[1.0, 0.0, 0.0]);
    let exact = pb::SearchParams { exact: Some(true), ..Default::default() };
    let wide = pb::SearchParams { hnsw_ef: Some(64), ..Default::default() };
    let table = [
        (pb::QueryPoints { limit: Some(2), ..base.clone() }, vec![1, 2]),
        (pb::QueryPoints { params: Some(exact), ..base.clone() }, vec![1, 2, 3, 4, 5]),
        (pb::QueryPoints { params: Some(wide), ..base.clone() }, vec![1, 2, 3, 4, 5]),
        (pb::QueryPoints { filter: Some(must(vec![has_id(&[2, 4, 404])])), ..base.clone() }, vec![2, 4]),
        (pb::QueryPoints { filter: Some(must(vec![keyword("parity", "odd")])), ..base.clone() }, vec![1, 3, 5]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&fixture.query(query.clone()).await.unwrap()), expected, "{query:?}");
    }
    let full = pb::QueryPoints { with_payload: Some(true.into()), with_vectors: Some(true.into()), ..base };
    let hits = fixture.query(full).await.unwrap();
    assert_eq!(hits[0].payload["parity"], "odd".into());
    assert_eq!(vectors_of(hits[0].vectors.clone()).len(), 3);
}

#[tokio::test]
async fn sparse_scores_weigh_rare_terms_more() {
    let mut fixture = Fixture::with_papers().await;
    // Term 1 is in every document, term 2 in one.
    let document = |id: u64, terms: &[u32]| point(id, [("sparse", sparse(terms, &vec![1.0; terms.len()]))], json!({}));
    fixture.upsert(vec![document(1, &[1, 7]), document(2, &[2, 1]), document(3, &[1]), document(4, &[1, 8])]).await.unwrap();
    let hits = fixture.query(nearest_sparse(&[2, 1], &[1.0, 1.0])).await.unwrap();
    assert_eq!(ids(&hits)[0], 2);
    // ln((n - df + 0.5) / (df + 0.5) + 1), n = 4.
    let idf = |df: f32| ((4.0 - df + 0.5) / (df + 0.5) + 1.0).ln();
    assert!((hits[0].score - (idf(1.0) + idf(4.0))).abs() < TOLERANCE, "{}", hits[0].score);
    assert!((hits[1].score - idf(4.0)).abs() < TOLERANCE, "{}", hits[1].score);
    assert!(fixture.query(nearest_sparse(&[], &[])).await.unwrap().is_empty(), "no terms, no hits");
    assert!(fixture.query(nearest_sparse(&[99], &[1.0])).await.unwrap().is_empty(), "an unknown term");
}

#[tokio::test]
async fn a_multivector_is_scored_by_the_best_row_for_each_row_of_the_query() {
    let mut fixture = Fixture::with_papers().await;
    let sentences = |id: u64, matrix: &[&[f32]]| point(id, [("sentences", rows(matrix))], json!({}));
    fixture.upsert(vec![sentences(1, &[&[1.0, 0.0], &[0.0, 1.0]]), sentences(2, &[&[1.0, 0.0]])]).await.unwrap();
    let query = [[1.0, 0.0], [0.0, 1.0]].map(|row: [f32; 2]| pb::DenseVector { data: row.to_vec() });
    let hits = fixture.query(nearest("sentences", Variant::MultiDense(pb::MultiDenseVector { vectors: query.to_vec() }))).await.unwrap();
    assert_eq!(ids(&hits), [1, 2]);
    assert!((hits[0].score - 2.0).abs() < TOLERANCE && (hits[1].score - 1.0).abs() < TOLERANCE);
    let one_row = fixture.query(nearest("sentences", Variant::Dense(pb::DenseVector { data: vec![0.0, 1.0] }))).await.unwrap();
    assert!((one_row[0].score - 1.0).abs() < TOLERANCE && one_row[1].score.abs() < TOLERANCE);
}

#[tokio::test]
async fn a_batch_answers_each_query_in_its_place_and_fails_as_a_whole() {
    let mut fixture = five_points().await;
    let queries = vec![
        pb::QueryPoints { limit: Some(1), ..nearest_dense(&[1.0, 0.0, 0.0]) },
        pb::QueryPoints { limit: Some(1), ..nearest_dense(&[0.0, 1.0, 0.0]) },
        nearest_sparse(&[5], &[1.0]),
    ];
    let mut batch = pb::QueryBatchPoints { collection_name: NAME.into(), query_points: queries, ..Default::default() };
    let result = fixture.points.query_batch(batch.clone()).await.unwrap().into_inner().result;
    let found: Vec<_> = result.iter().map(|batch| ids(&batch.result)).collect();
    assert_eq!(found, [vec![1], vec![5], vec![5]]);
    batch.query_points.push(nearest_dense(&[1.0]));
    assert_eq!(fixture.points.query_batch(batch).await.unwrap_err().code(), Code::InvalidArgument);
}

fn has_id(ids: &[u64]) -> pb::Condition {
    pb::Condition::has_id(ids.iter().copied())
}

/// Five points at 0°, 30°, 45°, 60° and 90° from the first axis; point 5 alone has the term 5.
async fn five_points() -> Fixture {
    let mut fixture = Fixture::with_papers().await;
    let at = |(id, angle): (u64, f32)| {
        let (sin, cos) = angle.to_radians().sin_cos();
        let parity = if id % 2 == 0 { "even" } else { "odd" };
        let vectors = [
            ("dense", dense(&[cos, sin, 0.0])),
            ("sparse", sparse(&[u32::try_from(id).unwrap()], &[1.0])),
            ("sentences", rows(&[&[cos, sin]])),
        ];
        point(id, vectors, json!({ "parity": parity }))
    };
    let points = [(1, 0.0), (2, 30.0), (3, 45.0), (4, 60.0), (5, 90.0)];
    fixture.upsert(points.into_iter().map(at).collect()).await.unwrap();
    fixture
}
