//! Filters and their conditions, all but the geographic ones: those are refused, since a filter that lacks a condition finds too much.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue as Message;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{
    Condition, DateTimeWrapper, FieldCondition, Filter, HasIdCondition, HasVectorCondition, IsEmptyCondition, IsNullCondition, Match,
    MatchExcept, MatchPhrase, MatchTextAny, MinShould, Nested, NestedCondition, Range, RangeInterface, Slice, SliceCondition, ValuesCount,
};
use tonic::Status;

use super::payload::path;
use super::point_id;
use crate::error::{bad_request, invalid_field, unsupported};

/// A filter; an absent one and an empty one both match every point.
pub(crate) fn from_message(filter: Option<pb::Filter>) -> Result<Option<Filter>, Status> {
    filter.map(required).transpose()
}

fn required(filter: pb::Filter) -> Result<Filter, Status> {
    let pb::Filter { should, must, must_not, min_should } = filter;
    Ok(Filter {
        should: conditions(should)?,
        must: conditions(must)?,
        must_not: conditions(must_not)?,
        min_should: min_should.map(at_least).transpose()?,
    })
}

fn conditions(messages: Vec<pb::Condition>) -> Result<Option<Vec<Condition>>, Status> {
    let conditions = messages.into_iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    Ok((!conditions.is_empty()).then_some(conditions))
}

fn at_least(message: pb::MinShould) -> Result<MinShould, Status> {
    let pb::MinShould { conditions, min_count } = message;
    if min_count == 0 {
        return Err(invalid_field("filter.min_should.min_count", "min_count must be greater than 0"));
    }
    Ok(MinShould { conditions: conditions.into_iter().map(condition).collect::<Result<_, _>>()?, min_count: count(min_count) })
}

fn condition(message: pb::Condition) -> Result<Condition, Status> {
    let one_of = message.condition_one_of.ok_or_else(|| bad_request("a filter has a condition of unknown kind"))?;
    Ok(match one_of {
        ConditionOneOf::Field(field) => Condition::Field(field_condition(field)?),
        ConditionOneOf::IsEmpty(pb::IsEmptyCondition { key }) => Condition::IsEmpty(IsEmptyCondition::from(path(&key)?)),
        ConditionOneOf::IsNull(pb::IsNullCondition { key }) => Condition::IsNull(IsNullCondition::from(path(&key)?)),
        ConditionOneOf::HasId(pb::HasIdCondition { has_id }) => {
            Condition::HasId(HasIdCondition::from_iter(point_id::all_from_message(has_id)?))
        }
        ConditionOneOf::Filter(filter) => Condition::Filter(required(filter)?),
        ConditionOneOf::Nested(pb::NestedCondition { key, filter }) => {
            let filter = filter.ok_or_else(|| bad_request("a nested condition has no filter"))?;
            Condition::Nested(NestedCondition::new(Nested { key: path(&key)?, filter: required(filter)? }))
        }
        ConditionOneOf::HasVector(pb::HasVectorCondition { has_vector }) => Condition::HasVector(HasVectorCondition::from(has_vector)),
        ConditionOneOf::Slice(pb::SliceCondition { total, index }) => {
            let total = total.try_into().map_err(|_| invalid_field("filter.slice.total", "must be 1 or larger"))?;
            if index >= u32::from(total) {
                return Err(invalid_field("filter.slice.index", "must be less than the total number of slices"));
            }
            Condition::Slice(SliceCondition { slice: Slice { total, index } })
        }
    })
}

fn field_condition(message: pb::FieldCondition) -> Result<FieldCondition, Status> {
    let pb::FieldCondition {
        key,
        r#match,
        range,
        geo_bounding_box,
        geo_radius,
        values_count,
        geo_polygon,
        datetime_range,
        is_empty,
        is_null,
    } = message;
    if geo_bounding_box.is_some() || geo_radius.is_some() || geo_polygon.is_some() {
        return Err(unsupported("geo conditions"));
    }
    let range = match (range, datetime_range) {
        (Some(_), Some(_)) => return Err(bad_request("a field condition has both `range` and `datetime_range`")),
        (Some(range), None) => Some(RangeInterface::Float(number_range(range))),
        (None, Some(range)) => Some(RangeInterface::DateTime(datetime_range_of(range)?)),
        (None, None) => None,
    };
    let condition = FieldCondition {
        key: path(&key)?,
        r#match: r#match.map(match_value).transpose()?,
        range,
        geo_bounding_box: None,
        geo_radius: None,
        geo_polygon: None,
        values_count: values_count.map(values_count_of),
        is_empty,
        is_null,
    };
    if condition.all_fields_none() {
        return Err(invalid_field("filter", "At least one field condition must be specified"));
    }
    Ok(condition)
}

fn match_value(message: pb::Match) -> Result<Match, Status> {
    let value = message.match_value.ok_or_else(|| bad_request("a match has no value"))?;
    Ok(match value {
        Message::Keyword(keyword) => Match::from(keyword),
        Message::Integer(integer) => Match::from(integer),
        Message::Boolean(flag) => Match::from(flag),
        Message::Text(text) => Match::new_text(&text),
        Message::TextAny(text_any) => Match::TextAny(MatchTextAny { text_any }),
        Message::Phrase(phrase) => Match::Phrase(MatchPhrase { phrase }),
        Message::Prefix(prefix) => Match::new_prefix(&prefix),
        Message::Substring(substring) => Match::new_substring(&substring),
        Message::Keywords(pb::RepeatedStrings { strings }) => Match::from(strings),
        Message::Integers(pb::RepeatedIntegers { integers }) => Match::from(integers),
        Message::ExceptKeywords(pb::RepeatedStrings { strings }) => Match::Except(MatchExcept::from(strings)),
        Message::ExceptIntegers(pb::RepeatedIntegers { integers }) => Match::Except(MatchExcept::from(integers)),
    })
}

fn number_range(message: pb::Range) -> Range<OrderedFloat<f64>> {
    let pb::Range { lt, gt, gte, lte } = message;
    Range { lt: lt.map(OrderedFloat), gt: gt.map(OrderedFloat), gte: gte.map(OrderedFloat), lte: lte.map(OrderedFloat) }
}

fn datetime_range_of(message: pb::DatetimeRange) -> Result<Range<DateTimeWrapper>, Status> {
    // `Timestamp` is prost's; taking seconds and nanoseconds apart here spares a dependency on its crate.
    let pb::DatetimeRange { lt, gt, gte, lte } = message;
    let bound = |parts: Option<(i64, i32)>| parts.map(|(seconds, nanos)| datetime(seconds, nanos)).transpose();
    Ok(Range {
        lt: bound(lt.map(|time| (time.seconds, time.nanos)))?,
        gt: bound(gt.map(|time| (time.seconds, time.nanos)))?,
        gte: bound(gte.map(|time| (time.seconds, time.nanos)))?,
        lte: bound(lte.map(|time| (time.seconds, time.nanos)))?,
    })
}

/// A point in time, cut to the microseconds that the engine keeps.
fn datetime(seconds: i64, nanos: i32) -> Result<DateTimeWrapper, Status> {
    seconds
        .checked_mul(1_000_000)
        .and_then(|micros| micros.checked_add(i64::from(nanos) / 1_000))
        .and_then(DateTimeWrapper::from_timestamp)
        .ok_or_else(|| bad_request("a timestamp is out of range"))
}

fn values_count_of(message: pb::ValuesCount) -> ValuesCount {
    let pb::ValuesCount { lt, gt, gte, lte } = message;
    ValuesCount { lt: lt.map(count), gt: gt.map(count), gte: gte.map(count), lte: lte.map(count) }
}

fn count(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
