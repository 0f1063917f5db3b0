//! Points written, changed, read, paged through, counted and deleted.

use qdrant_client::qdrant::vector_output::Vector;
use qdrant_client::qdrant::{self as pb, points_selector::PointsSelectorOneOf};
use serde_json::json;
use tonic::Code;

use crate::support::{Fixture, NAME, dense, json_of, keyword, must, number, payload, point, rows, sparse, vectors_of};

#[tokio::test]
async fn a_point_comes_back_with_all_kinds_of_vectors_and_its_payload() {
    let mut fixture = Fixture::with_papers().await;
    let json = json!({
        "title": "Λ", "big": 9_007_199_254_740_993_i64, "year": 2026, "mass": 125.25, "null": null, "open": true,
        "authors": ["A", "B"], "nested": { "deep": [{ "x": 1 }] }
    });
    let uuid = "936da01f-9abd-4d9d-80c7-02af85c822a8";
    let vectors =
        || [("dense", dense(&[3.0, 4.0, 0.0])), ("sparse", sparse(&[7, 2], &[0.5, 1.5])), ("sentences", rows(&[&[1.0, 0.0], &[0.0, 2.0]]))];
    fixture.upsert(vec![point(1, vectors(), json.clone()), point(uuid, vectors(), json!({}))]).await.unwrap();

    let request = pb::GetPoints {
        collection_name: NAME.into(),
        ids: vec![uuid.to_uppercase().into(), 404.into(), 1.into()],
        with_payload: Some(true.into()),
        with_vectors: Some(true.into()),
        ..Default::default()
    };
    let result = fixture.points.get(request.clone()).await.unwrap().into_inner().result;
    assert_eq!(result.len(), 2, "an unknown id is left out");
    assert_eq!(result[0].id, Some(uuid.into()), "in the order asked for");
    assert_eq!(json_of(result[1].payload.clone()), json);
    let vectors = vectors_of(result[1].vectors.clone());
    assert_eq!(vectors["dense"], Vector::Dense(pb::DenseVector { data: vec![0.6, 0.8, 0.0] }), "normalised");
    assert_eq!(vectors["sparse"], Vector::Sparse(pb::SparseVector { indices: vec![2, 7], values: vec![1.5, 0.5] }), "sorted");
    let Vector::MultiDense(matrix) = &vectors["sentences"] else { panic!("a matrix") };
    let matrix: Vec<_> = matrix.vectors.iter().map(|row| row.data.clone()).collect();
    assert_eq!(matrix, [vec![1.0, 0.0], vec![0.0, 1.0]]);

    let bare = pb::GetPoints { with_payload: None, with_vectors: None, ..request.clone() };
    let result = fixture.points.get(bare).await.unwrap().into_inner().result;
    assert!(result[1].payload.is_empty() && result[1].vectors.is_none(), "nothing unless asked for");

    let include = pb::PayloadIncludeSelector { fields: vec!["nested.deep".into(), "year".into()] };
    let selected = pb::GetPoints {
        with_payload: Some(pb::WithPayloadSelector {
            selector_options: Some(pb::with_payload_selector::SelectorOptions::Include(include)),
        }),
        with_vectors: Some(vec!["sparse"].into()),
        ..request
    };
    let result = fixture.points.get(selected).await.unwrap().into_inner().result;
    assert_eq!(json_of(result[1].payload.clone()), json!({ "year": 2026, "nested": { "deep": [{ "x": 1 }] } }));
    assert_eq!(vectors_of(result[1].vectors.clone()).keys().collect::<Vec<_>>(), ["sparse"]);
}

#[tokio::test]
#[expect(deprecated, reason = "this is about the form that clients before 1.16 send")]
async fn vectors_in_the_older_form_are_the_same_vectors() {
    let mut fixture = Fixture::with_papers().await;
    let old = |data: &[f32], indices: Option<&[u32]>, rows: Option<u32>| pb::Vector {
        data: data.to_vec(),
        indices: indices.map(|indices| pb::SparseIndices { data: indices.to_vec() }),
        vectors_count: rows,
        vector: None,
    };
    let older = [
        ("dense", old(&[0.0, 1.0, 0.0], None, None)),
        ("sparse", old(&[0.5], Some(&[3]), None)),
        ("sentences", old(&[1.0, 0.0, 0.0, 1.0], None, Some(2))),
    ];
    let newer = [("dense", dense(&[0.0, 1.0, 0.0])), ("sparse", sparse(&[3], &[0.5])), ("sentences", rows(&[&[1.0, 0.0], &[0.0, 1.0]]))];
    fixture.upsert(vec![point(1, older, json!({})), point(2, newer, json!({}))]).await.unwrap();
    let stored = fixture.get(&[1, 2]).await;
    assert_eq!(vectors_of(stored[0].vectors.clone()), vectors_of(stored[1].vectors.clone()));
}

#[tokio::test]
async fn upserting_the_same_twice_changes_nothing_and_another_replaces_the_whole_point() {
    let mut fixture = Fixture::with_papers().await;
    let first = point(1, [("dense", dense(&[1.0, 0.0, 0.0])), ("sparse", sparse(&[1], &[1.0]))], json!({ "a": 1, "b": 2 }));
    fixture.upsert(vec![first.clone()]).await.unwrap();
    let before = fixture.get(&[1]).await;
    fixture.upsert(vec![first]).await.unwrap();
    assert_eq!(fixture.get(&[1]).await, before);
    assert_eq!(fixture.count(None).await, 1);

    fixture.upsert(vec![point(1, [("dense", dense(&[0.0, 1.0, 0.0]))], json!({ "c": 3 }))]).await.unwrap();
    let after = fixture.get(&[1]).await;
    assert_eq!(json_of(after[0].payload.clone()), json!({ "c": 3 }));
    assert_eq!(vectors_of(after[0].vectors.clone()).len(), 1, "the sparse vector is gone");
}

#[tokio::test]
async fn points_are_deleted_by_id_for_good() {
    let mut fixture = with_years().await;
    delete(&mut fixture, vec![1.into(), 404.into()]).await;
    assert_eq!(fixture.count(None).await, 24);
    assert_eq!(fixture.count(Some(must(vec![keyword("category", "hep-ex")]))).await, 11);
    assert_eq!(fixture.reopened().await.count(None).await, 24);
}

#[tokio::test]
async fn a_scroll_sees_every_point_once_page_by_page_in_order() {
    let mut fixture = with_years().await;
    let mut request = pb::ScrollPoints { collection_name: NAME.into(), limit: Some(7), ..Default::default() };
    let mut pages = Vec::new();
    loop {
        let page = fixture.points.scroll(request.clone()).await.unwrap().into_inner();
        assert!(!page.result[0].payload.is_empty(), "a scroll returns payloads unless told not to");
        pages.push(page.result.iter().map(|record| number(record.id.as_ref())).collect::<Vec<_>>());
        match page.next_page_offset {
            Some(next) => request.offset = Some(next),
            None => break,
        }
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 7, 4]);
    assert_eq!(pages.concat(), (0..25).collect::<Vec<_>>());

    let filtered = pb::ScrollPoints {
        collection_name: NAME.into(),
        filter: Some(must(vec![keyword("category", "hep-ph")])),
        with_payload: Some(false.into()),
        ..Default::default()
    };
    let page = fixture.points.scroll(filtered).await.unwrap().into_inner();
    assert_eq!(page.result.len(), 10, "the default limit");
    assert!(page.result[0].payload.is_empty());
}

#[tokio::test]
async fn a_field_index_can_be_made_twice_and_of_other_types_never() {
    let mut fixture = with_years().await;
    fixture.index("category", pb::FieldType::Keyword).await;
    fixture.index("year", pb::FieldType::Integer).await;
    let request = pb::CreateFieldIndexCollection { collection_name: NAME.into(), field_name: "year".into(), ..Default::default() };
    let params = pb::PayloadIndexParams::default();
    for (request, code) in [
        (pb::CreateFieldIndexCollection { field_type: Some(pb::FieldType::Float.into()), ..request.clone() }, tonic::Code::Unimplemented),
        (pb::CreateFieldIndexCollection { field_index_params: Some(params), ..request.clone() }, tonic::Code::Unimplemented),
        (pb::CreateFieldIndexCollection { field_type: Some(99), ..request.clone() }, tonic::Code::InvalidArgument),
        (request, tonic::Code::InvalidArgument),
    ] {
        assert_eq!(fixture.points.create_field_index(request).await.unwrap_err().code(), code);
    }
    let schema = fixture.info(NAME).await.unwrap().payload_schema;
    let types: std::collections::BTreeMap<_, _> = schema.iter().map(|(field, info)| (field.as_str(), info.data_type())).collect();
    assert_eq!(types, [("category", pb::PayloadSchemaType::Keyword), ("year", pb::PayloadSchemaType::Integer)].into());
}

async fn delete(fixture: &mut Fixture, ids: Vec<pb::PointId>) {
    let selected = PointsSelectorOneOf::Points(pb::PointsIdsList { ids });
    let request = pb::DeletePoints {
        collection_name: NAME.into(),
        points: Some(pb::PointsSelector { points_selector_one_of: Some(selected) }),
        ..Default::default()
    };
    fixture.points.delete(request).await.unwrap();
}

#[tokio::test]
async fn fields_are_set_and_removed_where_a_filter_admits_it() {
    let mut fixture = with_years().await;
    let chosen = |filter| Some(pb::PointsSelector { points_selector_one_of: Some(PointsSelectorOneOf::Filter(filter)) });
    let only = |id: u64| must(vec![pb::Condition::has_id([id])]);
    let unmarked = |id: u64| must(vec![pb::Condition::has_id([id]), pb::Condition::is_empty("mark")]);
    for (filter, mark) in [(unmarked(3), "first"), (unmarked(3), "second"), (unmarked(404), "third"), (only(4), "fourth")] {
        let set = pb::SetPayloadPoints {
            collection_name: NAME.into(),
            payload: payload(json!({ "mark": mark })),
            points_selector: chosen(filter),
            ..Default::default()
        };
        fixture.points.set_payload(set).await.unwrap();
    }
    assert_eq!(fixture.count(None).await, 25, "no point is made");
    let marks = async |fixture: &mut Fixture| {
        let points = fixture.get(&[3, 4]).await;
        points.into_iter().map(|point| json_of(point.payload)).collect::<Vec<_>>()
    };
    let third = json!({ "category": "hep-ex", "year": 2003, "mark": "first" });
    assert_eq!(marks(&mut fixture).await, [third.clone(), json!({ "category": "hep-ph", "year": 2004, "mark": "fourth" })]);
    let remove = pb::DeletePayloadPoints {
        collection_name: NAME.into(),
        keys: vec!["mark".into(), "nothing".into()],
        points_selector: chosen(only(4)),
        ..Default::default()
    };
    fixture.points.delete_payload(remove.clone()).await.unwrap();
    let mut fixture = fixture.reopened().await;
    assert_eq!(marks(&mut fixture).await, [third, json!({ "category": "hep-ph", "year": 2004 })]);
    let nowhere = pb::DeletePayloadPoints { points_selector: None, ..remove };
    assert_eq!(fixture.points.delete_payload(nowhere).await.unwrap_err().code(), Code::InvalidArgument);
}

/// 25 points of the years 2000 to 2024, of two categories in turn; both fields indexed.
async fn with_years() -> Fixture {
    let mut fixture = Fixture::with_papers().await;
    fixture.index("category", pb::FieldType::Keyword).await;
    fixture.index("year", pb::FieldType::Integer).await;
    let paper = |id: u64| {
        let category = if id.is_multiple_of(2) { "hep-ph" } else { "hep-ex" };
        point(id, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({ "category": category, "year": 2000 + id }))
    };
    fixture.upsert((0..25).map(paper).collect()).await.unwrap();
    fixture
}
