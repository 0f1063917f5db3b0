//! The codes of a server's answers, also where the engine by itself would accept the request, answer it wrongly, or panic.

use qdrant_client::qdrant::vector_input::Variant;
use qdrant_client::qdrant::{self as pb};
use serde_json::json;
use tonic::Code;

use crate::support::{Fixture, NAME, dense, nearest, nearest_dense, nearest_sparse, point, rows, sparse};

#[tokio::test]
async fn wrong_points_are_refused_before_any_of_their_batch_is_written() {
    let mut fixture = Fixture::with_papers().await;
    let good = |id: u64| point(id, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({}));
    let without = |change: &dyn Fn(&mut pb::PointStruct)| {
        let mut point = good(2);
        change(&mut point);
        point
    };
    let table = [
        ("dimension", point(2, [("dense", dense(&[1.0, 0.0]))], json!({}))),
        ("name", point(2, [("unknown", dense(&[1.0, 0.0, 0.0]))], json!({}))),
        ("NaN", point(2, [("dense", dense(&[f32::NAN, 0.0, 0.0]))], json!({}))),
        ("infinity", point(2, [("dense", dense(&[f32::INFINITY, 0.0, 0.0]))], json!({}))),
        ("a norm that overflows", point(2, [("dense", dense(&[f32::MAX, f32::MAX, 0.0]))], json!({}))),
        ("sparse for dense", point(2, [("dense", sparse(&[1], &[1.0]))], json!({}))),
        ("matrix for dense", point(2, [("dense", rows(&[&[1.0, 0.0, 0.0]]))], json!({}))),
        ("dense for sparse", point(2, [("sparse", dense(&[1.0]))], json!({}))),
        ("an index twice", point(2, [("sparse", sparse(&[1, 1], &[1.0, 2.0]))], json!({}))),
        ("sparse lengths", point(2, [("sparse", sparse(&[1, 2], &[1.0]))], json!({}))),
        ("sparse NaN", point(2, [("sparse", sparse(&[1], &[f32::NAN]))], json!({}))),
        ("no rows", point(2, [("sentences", rows(&[]))], json!({}))),
        ("ragged rows", point(2, [("sentences", rows(&[&[1.0, 0.0], &[1.0]]))], json!({}))),
        ("row dimension", point(2, [("sentences", rows(&[&[1.0, 0.0, 0.0]]))], json!({}))),
        ("NaN in a row", point(2, [("sentences", rows(&[&[1.0, 0.0], &[0.0, f32::NAN]]))], json!({}))),
        ("no id", without(&|point| point.id = None)),
        ("an id that is no UUID", without(&|point| point.id = Some("42".into()))),
        ("no vectors", without(&|point| point.vectors = None)),
    ];
    for (what, wrong) in table {
        let status = fixture.upsert(vec![good(1), wrong, good(3)]).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{what}: {}", status.message());
        assert_eq!(fixture.count(None).await, 0, "{what}: nothing of the batch is there");
    }
    assert_eq!(fixture.upsert(vec![]).await.unwrap_err().code(), Code::InvalidArgument);
    // None of it reached the write-ahead log, which would be replayed now.
    let mut fixture = fixture.reopened().await;
    fixture.upsert(vec![good(1)]).await.unwrap();
    assert_eq!(fixture.count(None).await, 1);
}

#[tokio::test]
async fn wrong_queries_are_refused() {
    let mut fixture = Fixture::with_papers().await;
    fixture.upsert(vec![point(1, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({}))]).await.unwrap();
    let base = || nearest_dense(&[1.0, 0.0, 0.0]);
    let variant = |variant| Some(pb::Query { variant: Some(variant) });
    let prefetch = || vec![pb::PrefetchQuery { query: base().query, using: base().using, ..Default::default() }];
    let no_ef = pb::SearchParams { hnsw_ef: Some(0), ..Default::default() };
    let of = |fusion| pb::QueryPoints { prefetch: vec![], using: None, query: variant(fusion), ..base() };
    let with = |params| pb::QueryPoints { params: Some(params), ..base() };
    let table = [
        ("dimension", nearest_dense(&[1.0]), Code::InvalidArgument),
        ("NaN", nearest_dense(&[f32::NAN, 0.0, 0.0]), Code::InvalidArgument),
        ("name", nearest("unknown", Variant::Dense(pb::DenseVector { data: vec![1.0] })), Code::InvalidArgument),
        ("no name", pb::QueryPoints { using: None, ..base() }, Code::InvalidArgument),
        ("sparse for dense", pb::QueryPoints { using: Some("dense".into()), ..nearest_sparse(&[1], &[1.0]) }, Code::InvalidArgument),
        ("an index twice", nearest_sparse(&[1, 1], &[1.0, 1.0]), Code::InvalidArgument),
        ("sparse lengths", nearest_sparse(&[1, 2], &[1.0]), Code::InvalidArgument),
        ("limit 0", pb::QueryPoints { limit: Some(0), ..base() }, Code::InvalidArgument),
        ("hnsw_ef 0", with(no_ef), Code::InvalidArgument),
        ("timeout 0", pb::QueryPoints { timeout: Some(0), ..base() }, Code::InvalidArgument),
        ("using without query", pb::QueryPoints { query: None, ..base() }, Code::InvalidArgument),
        ("no variant", pb::QueryPoints { query: Some(pb::Query { variant: None }), ..base() }, Code::InvalidArgument),
        ("prefetch", pb::QueryPoints { prefetch: prefetch(), ..base() }, Code::Unimplemented),
        ("threshold", pb::QueryPoints { score_threshold: Some(0.5), ..base() }, Code::Unimplemented),
        ("offset", pb::QueryPoints { offset: Some(1), ..base() }, Code::Unimplemented),
        ("fusion", of(pb::query::Variant::Fusion(pb::Fusion::Rrf.into())), Code::Unimplemented),
        ("weighted fusion", of(pb::query::Variant::Rrf(pb::Rrf::default())), Code::Unimplemented),
        ("the vector of a point", nearest("dense", Variant::Id(1.into())), Code::Unimplemented),
        ("indexed_only", with(pb::SearchParams { indexed_only: Some(true), ..Default::default() }), Code::Unimplemented),
        ("idf", with(pb::SearchParams { idf: Some(Default::default()), ..Default::default() }), Code::Unimplemented),
        ("sample", pb::QueryPoints { query: variant(pb::query::Variant::Sample(0)), using: None, ..base() }, Code::Unimplemented),
        ("lookup", pb::QueryPoints { lookup_from: Some(Default::default()), ..base() }, Code::Unimplemented),
        ("shard key", pb::QueryPoints { shard_key_selector: Some(Default::default()), ..base() }, Code::Unimplemented),
        ("collection", pb::QueryPoints { collection_name: "unknown".into(), ..base() }, Code::NotFound),
    ];
    for (what, query, code) in table {
        let status = fixture.query(query).await.unwrap_err();
        assert_eq!(status.code(), code, "{what}: {}", status.message());
    }
    assert_eq!(fixture.query(base()).await.unwrap().len(), 1, "and it still answers");
}

#[tokio::test]
async fn wrong_reads_and_indexes_are_refused() {
    let mut fixture = Fixture::with_papers().await;
    fixture.upsert(vec![point(1, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({}))]).await.unwrap();
    let collection_name = || NAME.to_owned();
    let scroll = pb::ScrollPoints { collection_name: collection_name(), limit: Some(0), ..Default::default() };
    assert_eq!(fixture.points.scroll(scroll).await.unwrap_err().code(), Code::InvalidArgument);
    let get = pb::GetPoints { collection_name: collection_name(), ids: vec![pb::PointId::default()], ..Default::default() };
    assert_eq!(fixture.points.get(get).await.unwrap_err().code(), Code::InvalidArgument);
    let order_by = pb::OrderBy { key: "year".into(), ..Default::default() };
    let ordered = pb::ScrollPoints { collection_name: collection_name(), order_by: Some(order_by), ..Default::default() };
    assert_eq!(fixture.points.scroll(ordered).await.unwrap_err().code(), Code::Unimplemented);
    let delete = pb::DeletePoints { collection_name: collection_name(), points: None, ..Default::default() };
    assert_eq!(fixture.points.delete(delete).await.unwrap_err().code(), Code::InvalidArgument);
    for (field, kind) in [("a..b[", Some(0)), ("a", None), ("a", Some(99))] {
        let index = pb::CreateFieldIndexCollection {
            collection_name: collection_name(),
            field_name: field.into(),
            field_type: kind,
            ..Default::default()
        };
        assert_eq!(fixture.points.create_field_index(index).await.unwrap_err().code(), Code::InvalidArgument, "{field} {kind:?}");
    }
}

#[tokio::test]
async fn writes_by_a_condition_are_refused_and_write_nothing() {
    let mut fixture = Fixture::with_papers().await;
    let paper = |id: u64| point(id, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({}));
    fixture.upsert(vec![paper(1)]).await.unwrap();
    let upsert = pb::UpsertPoints { collection_name: NAME.into(), points: vec![paper(2)], ..Default::default() };
    for (filter, mode) in [(Some(pb::Filter::default()), None), (None, Some(pb::UpdateMode::InsertOnly.into()))] {
        let request = pb::UpsertPoints { update_filter: filter, update_mode: mode, ..upsert.clone() };
        let status = fixture.points.upsert(request).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{}", status.message());
    }
    let all = pb::points_selector::PointsSelectorOneOf::Filter(pb::Filter::default());
    let selector = Some(pb::PointsSelector { points_selector_one_of: Some(all) });
    let delete = pb::DeletePoints { collection_name: NAME.into(), points: selector, ..Default::default() };
    assert_eq!(fixture.points.delete(delete).await.unwrap_err().code(), Code::Unimplemented);
    assert_eq!(fixture.count(None).await, 1);
}

#[tokio::test]
async fn after_closing_every_call_is_unavailable() {
    let mut fixture = Fixture::with_papers().await;
    fixture.engine.clone().close().await;
    assert_eq!(fixture.info(NAME).await.unwrap_err().code(), Code::Unavailable);
    assert_eq!(fixture.query(nearest_dense(&[1.0, 0.0, 0.0])).await.unwrap_err().code(), Code::Unavailable);
}
