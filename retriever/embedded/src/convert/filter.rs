//! Filters, of the conditions that the retriever makes: points by id, fields by keywords or by a range of numbers, fields that are empty,
//! conditions on one element of a list, filters within filters. Any other is refused, since a filter that lacks a condition finds too much.

use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{Condition, FieldCondition, Filter, HasIdCondition, Match, Nested, NestedCondition, Range, RangeInterface};
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
    if min_should.is_some() {
        return Err(unsupported("filter.min_should"));
    }
    Ok(Filter { should: conditions(should)?, must: conditions(must)?, must_not: conditions(must_not)?, min_should: None })
}

fn conditions(messages: Vec<pb::Condition>) -> Result<Option<Vec<Condition>>, Status> {
    let conditions = messages.into_iter().map(condition).collect::<Result<Vec<_>, _>>()?;
    Ok((!conditions.is_empty()).then_some(conditions))
}

fn condition(message: pb::Condition) -> Result<Condition, Status> {
    let one_of = message.condition_one_of.ok_or_else(|| bad_request("a filter has a condition of unknown kind"))?;
    Ok(match one_of {
        ConditionOneOf::Field(field) => Condition::Field(field_condition(field)?),
        ConditionOneOf::HasId(pb::HasIdCondition { has_id }) => {
            Condition::HasId(HasIdCondition::from_iter(point_id::all_from_message(has_id)?))
        }
        ConditionOneOf::Filter(filter) => Condition::Filter(required(filter)?),
        ConditionOneOf::Nested(pb::NestedCondition { key, filter }) => {
            let filter = filter.ok_or_else(|| bad_request("a nested condition has no filter"))?;
            Condition::Nested(NestedCondition::new(Nested { key: path(&key)?, filter: required(filter)? }))
        }
        ConditionOneOf::IsEmpty(pb::IsEmptyCondition { key }) => Condition::Field(FieldCondition::new_is_empty(path(&key)?, true)),
        ConditionOneOf::IsNull(_) => return Err(unsupported("is_null conditions")),
        ConditionOneOf::HasVector(_) => return Err(unsupported("has_vector conditions")),
        ConditionOneOf::Slice(_) => return Err(unsupported("slice conditions")),
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
    for (name, given) in [
        ("geo conditions", geo_bounding_box.is_some() || geo_radius.is_some() || geo_polygon.is_some()),
        ("values_count conditions", values_count.is_some()),
        ("datetime_range conditions", datetime_range.is_some()),
        ("is_empty conditions", is_empty.is_some()),
        ("is_null conditions", is_null.is_some()),
    ] {
        if given {
            return Err(unsupported(name));
        }
    }
    let condition = FieldCondition {
        key: path(&key)?,
        r#match: r#match.map(keywords).transpose()?,
        range: range.map(|range| RangeInterface::Float(number_range(range))),
        geo_bounding_box: None,
        geo_radius: None,
        geo_polygon: None,
        values_count: None,
        is_empty: None,
        is_null: None,
    };
    if condition.all_fields_none() {
        return Err(invalid_field("filter", "At least one field condition must be specified"));
    }
    Ok(condition)
}

fn keywords(message: pb::Match) -> Result<Match, Status> {
    match message.match_value {
        Some(MatchValue::Keywords(pb::RepeatedStrings { strings })) => Ok(Match::from(strings)),
        Some(_) => Err(unsupported("matches of anything but keywords")),
        None => Err(bad_request("a match has no value")),
    }
}

fn number_range(message: pb::Range) -> Range<OrderedFloat<f64>> {
    let pb::Range { lt, gt, gte, lte } = message;
    Range { lt: lt.map(OrderedFloat), gt: gt.map(OrderedFloat), gte: gte.map(OrderedFloat), lte: lte.map(OrderedFloat) }
}
