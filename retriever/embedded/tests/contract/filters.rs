//! Conditions of every kind over four preprints: what each finds, in one table that must hold with and without an index, since the engine
//! then answers in another way; and which are refused.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{self as pb};
use serde_json::json;
use tonic::Code;

use crate::support::{Fixture, NAME, dense, must, number, point, sparse};

/// What each filter finds, without payload indexes and with them.
#[tokio::test]
async fn filters_find_what_they_say_with_and_without_an_index() {
    let mut fixture = preprints().await;
    for indexed in [false, true] {
        if indexed {
            for (field, kind) in [
                ("category", pb::FieldType::Keyword),
                ("year", pb::FieldType::Integer),
                ("mass", pb::FieldType::Float),
                ("date", pb::FieldType::Datetime),
                ("title", pb::FieldType::Text),
                ("open", pb::FieldType::Bool),
            ] {
                fixture.index(field, kind).await;
            }
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
    let min_should = pb::Filter { min_should: Some(pb::MinShould { conditions: vec![], min_count: 0 }), ..Default::default() };
    let table = [
        (on_field(&|condition| condition.geo_radius = Some(geo)), Code::Unimplemented),
        (on_field(&|_| {}), Code::InvalidArgument),
        (on_field(&|condition| condition.r#match = Some(pb::Match { match_value: None })), Code::InvalidArgument),
        (must(vec![pb::Condition { condition_one_of: None }]), Code::InvalidArgument),
        (min_should, Code::InvalidArgument),
        (must(vec![matches("a..b[", MatchValue::Integer(1))]), Code::InvalidArgument),
        (must(vec![of(ConditionOneOf::Slice(pb::SliceCondition { total: 2, index: 2 }))]), Code::InvalidArgument),
    ];
    for (filter, code) in table {
        let request = pb::CountPoints { collection_name: NAME.into(), filter: Some(filter.clone()), ..Default::default() };
        let status = fixture.points.count(request).await.unwrap_err();
        assert_eq!(status.code(), code, "{}: {filter:?}", status.message());
    }
}

fn table() -> Vec<(&'static str, pb::Filter, Vec<u64>)> {
    let strings = |words: &[&str]| pb::RepeatedStrings { strings: words.iter().map(|word| (*word).to_owned()).collect() };
    let hep_ph = || matches("category", MatchValue::Keyword("hep-ph".into()));
    let after_2010 = || range("year", pb::Range { gt: Some(2010.0), ..Default::default() });
    let is_open = || matches("open", MatchValue::Boolean(true));
    let nested = must(vec![matches("orcid", MatchValue::Keyword("7".into())), matches("name", MatchValue::Keyword("A".into()))]);
    vec![
        ("nothing", pb::Filter::default(), vec![1, 2, 3, 4]),
        ("keyword in an array", must(vec![hep_ph()]), vec![1, 2]),
        ("any keyword", must(vec![matches("category", MatchValue::Keywords(strings(&["hep-ex", "cs.LG"])))]), vec![2, 3]),
        ("except keywords", must(vec![matches("category", MatchValue::ExceptKeywords(strings(&["hep-ph"])))]), vec![2, 3]),
        ("prefix", must(vec![matches("category", MatchValue::Prefix("hep-".into()))]), vec![1, 2]),
        ("integer", must(vec![matches("year", MatchValue::Integer(2010))]), vec![2]),
        ("any integer", must(vec![matches("year", MatchValue::Integers(pb::RepeatedIntegers { integers: vec![2000, 2020] }))]), vec![1, 3]),
        ("bool", must(vec![is_open()]), vec![1, 3]),
        ("range of integers", must(vec![range("year", pb::Range { gte: Some(2010.0), lt: Some(2020.0), ..Default::default() })]), vec![2]),
        ("range of floats", must(vec![range("mass", pb::Range { lte: Some(125.5), ..Default::default() })]), vec![1]),
        ("range of dates", must(vec![dates(1_262_304_000, 1_577_836_799)]), vec![2]),
        ("has_id", must(vec![pb::Condition::has_id([3_u64, 1, 404])]), vec![1, 3]),
        ("has_vector", must(vec![of(ConditionOneOf::HasVector(pb::HasVectorCondition { has_vector: "sparse".into() }))]), vec![2]),
        ("is_empty", must(vec![pb::Condition::is_empty("category")]), vec![4]),
        ("is_null", must(vec![pb::Condition::is_null("mass")]), vec![4]),
        ("must", must(vec![hep_ph(), is_open()]), vec![1]),
        ("must_not", pb::Filter { must_not: vec![hep_ph()], ..Default::default() }, vec![3, 4]),
        ("should", pb::Filter { should: vec![hep_ph(), after_2010()], ..Default::default() }, vec![1, 2, 3]),
        (
            "min_should",
            pb::Filter {
                min_should: Some(pb::MinShould { conditions: vec![hep_ph(), after_2010(), is_open()], min_count: 2 }),
                ..Default::default()
            },
            vec![1, 3],
        ),
        (
            "a filter in a filter",
            must(vec![of(ConditionOneOf::Filter(pb::Filter { should: vec![hep_ph(), after_2010()], ..Default::default() })), is_open()]),
            vec![1, 3],
        ),
        ("nested", must(vec![of(ConditionOneOf::Nested(pb::NestedCondition { key: "authors".into(), filter: Some(nested) }))]), vec![2]),
        (
            "values_count",
            must(vec![of(ConditionOneOf::Field(pb::FieldCondition {
                key: "category".into(),
                values_count: Some(pb::ValuesCount { gte: Some(2), ..Default::default() }),
                ..Default::default()
            }))]),
            vec![2],
        ),
        ("text", must(vec![matches("title", MatchValue::Text("Higgs".into()))]), vec![1]),
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
                "category": ["hep-ph"], "year": 2000, "mass": 125.25, "date": "2000-06-01T00:00:00Z", "title": "The Higgs boson",
                "open": true, "authors": [{ "name": "A", "orcid": "1" }, { "name": "B", "orcid": "7" }]
            }),
        ),
        point(
            2,
            [("dense", vector()), ("sparse", sparse(&[1], &[1.0]))],
            json!({
                "category": ["hep-ex", "hep-ph"], "year": 2010, "mass": 173.0, "date": "2010-06-01T00:00:00Z", "title": "The top quark",
                "open": false, "authors": [{ "name": "A", "orcid": "7" }]
            }),
        ),
        point(
            3,
            [("dense", vector())],
            json!({ "category": "cs.LG", "year": 2020, "date": "2020-06-01T00:00:00Z", "title": "Flows", "open": true }),
        ),
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

/// Both ends included, in seconds since 1970.
fn dates(from: i64, to: i64) -> pb::Condition {
    let mut range = pb::DatetimeRange::default();
    range.gte.get_or_insert_default().seconds = from;
    range.lte.get_or_insert_default().seconds = to;
    of(ConditionOneOf::Field(pb::FieldCondition { key: "date".into(), datetime_range: Some(range), ..Default::default() }))
}
