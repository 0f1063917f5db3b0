//! The conditions that the index sends, over four preprints: what each finds, in one table that must hold with and without an index, since the
//! engine then answers in another way; and which others are refused.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{self as pb};
use serde_json::json;
use tonic::Code;

use crate::support::{Fixture, NAME, dense, keyword, must, number, point};

/// What each filter finds, without payload indexes and with them.
#[tokio::test]
async fn filters_find_what_they_say_with_and_without_an_index() {
    let mut fixture = preprints().await;
    for indexed in [false, true] {
        if indexed {
            fixture.index("category", pb::FieldType::Keyword).await;
            fixture.index("year", pb::FieldType::Integer).await;
            fixture.index("authors[].name", pb::FieldType::Keyword).await;
        }
        for (name, filter, expected) in table() {
            assert_eq!(found(&mut fixture, filter).await, expected, "{name}, indexed: {indexed}");
        }
    }
}

#[tokio::test]
async fn conditions_that_are_not_translated_are_refused_not_ignored() {
    let mut fixture = preprints().await;
    let geo = pb::GeoRadius { center: Some(pb::GeoPoint { lon: 0.0, lat: 0.0 }), radius: 1.0 };
    let on_field = |change: &dyn Fn(&mut pb::FieldCondition)| {
        let mut condition = pb::FieldCondition { key: "year".into(), ..Default::default() };
        change(&mut condition);
        must(vec![of(ConditionOneOf::Field(condition))])
    };
    let min_should = pb::Filter { min_should: Some(pb::MinShould { conditions: vec![], min_count: 1 }), ..Default::default() };
    let strings = || pb::RepeatedStrings { strings: vec!["hep-ph".into()] };
    let table = [
        (on_field(&|condition| condition.geo_radius = Some(geo)), Code::Unimplemented),
        (on_field(&|condition| condition.values_count = Some(pb::ValuesCount::default())), Code::Unimplemented),
        (on_field(&|condition| condition.datetime_range = Some(pb::DatetimeRange::default())), Code::Unimplemented),
        (on_field(&|condition| condition.is_null = Some(false)), Code::Unimplemented),
        (on_field(&|condition| condition.is_empty = Some(false)), Code::Unimplemented),
        (on_field(&|_| {}), Code::InvalidArgument),
        (on_field(&|condition| condition.r#match = Some(pb::Match { match_value: None })), Code::InvalidArgument),
        (must(vec![pb::Condition { condition_one_of: None }]), Code::InvalidArgument),
        (must(vec![matches("category", MatchValue::Keyword("hep-ph".into()))]), Code::Unimplemented),
        (must(vec![matches("category", MatchValue::ExceptKeywords(strings()))]), Code::Unimplemented),
        (must(vec![matches("year", MatchValue::Integer(2010))]), Code::Unimplemented),
        (must(vec![matches("title", MatchValue::Text("Higgs".into()))]), Code::Unimplemented),
        (must(vec![matches("a..b[", MatchValue::Keywords(strings()))]), Code::InvalidArgument),
        (must(vec![pb::Condition::is_null("mass")]), Code::Unimplemented),
        (must(vec![of(ConditionOneOf::HasVector(pb::HasVectorCondition::default()))]), Code::Unimplemented),
        (must(vec![of(ConditionOneOf::Slice(pb::SliceCondition { total: 2, index: 1 }))]), Code::Unimplemented),
        (min_should, Code::Unimplemented),
    ];
    for (filter, code) in table {
        let request = pb::CountPoints { collection_name: NAME.into(), filter: Some(filter.clone()), ..Default::default() };
        let status = fixture.points.count(request).await.unwrap_err();
        assert_eq!(status.code(), code, "{}: {filter:?}", status.message());
    }
}

fn table() -> Vec<(&'static str, pb::Filter, Vec<u64>)> {
    let hep_ph = || keyword("category", "hep-ph");
    let after_2010 = || range("year", pb::Range { gt: Some(2010.0), ..Default::default() });
    let any = pb::Condition::matches("category", vec!["hep-ex".to_owned(), "cs.LG".to_owned()]);
    let nested = must(vec![keyword("orcid", "7"), keyword("name", "A")]);
    vec![
        ("nothing", pb::Filter::default(), vec![1, 2, 3, 4]),
        ("a keyword in an array", must(vec![hep_ph()]), vec![1, 2]),
        ("any of several keywords", must(vec![any]), vec![2, 3]),
        ("range of integers", must(vec![range("year", pb::Range { gte: Some(2010.0), lt: Some(2020.0), ..Default::default() })]), vec![2]),
        ("range of floats", must(vec![range("mass", pb::Range { lte: Some(125.5), ..Default::default() })]), vec![1]),
        ("has_id", must(vec![pb::Condition::has_id([3_u64, 1, 404])]), vec![1, 3]),
        ("must", must(vec![hep_ph(), after_2010()]), vec![]),
        ("must_not", pb::Filter { must_not: vec![hep_ph()], ..Default::default() }, vec![3, 4]),
        ("should", pb::Filter { should: vec![hep_ph(), after_2010()], ..Default::default() }, vec![1, 2, 3]),
        (
            "a filter in a filter",
            must(vec![
                of(ConditionOneOf::Filter(pb::Filter { should: vec![hep_ph(), after_2010()], ..Default::default() })),
                range("year", pb::Range { gte: Some(2010.0), ..Default::default() }),
            ]),
            vec![2, 3],
        ),
        ("nested", must(vec![of(ConditionOneOf::Nested(pb::NestedCondition { key: "authors".into(), filter: Some(nested) }))]), vec![2]),
    ]
}

async fn found(fixture: &mut Fixture, filter: pb::Filter) -> Vec<u64> {
    let request = pb::ScrollPoints { collection_name: NAME.into(), filter: Some(filter), ..Default::default() };
    let records = fixture.points.scroll(request).await.unwrap().into_inner().result;
    records.iter().map(|record| number(record.id.as_ref())).collect()
}

async fn preprints() -> Fixture {
    let mut fixture = Fixture::with_papers().await;
    let vector = || dense(&[1.0, 0.0, 0.0]);
    let points = vec![
        point(
            1,
            [("dense", vector())],
            json!({
                "category": ["hep-ph"], "year": 2000, "mass": 125.25,
                "authors": [{ "name": "A", "orcid": "1" }, { "name": "B", "orcid": "7" }]
            }),
        ),
        point(
            2,
            [("dense", vector())],
            json!({
                "category": ["hep-ex", "hep-ph"], "year": 2010, "mass": 173.0,
                "authors": [{ "name": "A", "orcid": "7" }]
            }),
        ),
        point(3, [("dense", vector())], json!({ "category": "cs.LG", "year": 2020 })),
        point(4, [("dense", vector())], json!({ "category": [], "mass": null })),
    ];
    fixture.upsert(points).await.unwrap();
    fixture
}

fn of(condition: ConditionOneOf) -> pb::Condition {
    pb::Condition { condition_one_of: Some(condition) }
}

fn matches(key: &str, value: MatchValue) -> pb::Condition {
    let r#match = Some(pb::Match { match_value: Some(value) });
    of(ConditionOneOf::Field(pb::FieldCondition { key: key.into(), r#match, ..Default::default() }))
}

fn range(key: &str, range: pb::Range) -> pb::Condition {
    of(ConditionOneOf::Field(pb::FieldCondition { key: key.into(), range: Some(range), ..Default::default() }))
}
