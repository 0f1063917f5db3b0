//! A query as it came, checked.

use antigravity_chassis::status::Problem;
use antigravity_proto::QUESTION_MAX;
use antigravity_proto::retriever::v1::{Query, Ranking};
use antigravity_proto::types::Reason;
use antigravity_text::{PreprintId, excerpt};
use qdrant_client::qdrant::Filter;

use crate::error::{RetrieverError, argument};
use crate::index::filter;

/// Most queries of one call.
pub(crate) const MAX_QUERIES: usize = 16;
/// Most hits of one query.
pub(crate) const MAX_LIMIT: u32 = 100;

/// A query that can be run. It has a text or is near something, or both.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    /// Empty when only `near` counts.
    pub(crate) text: String,
    pub(crate) filter: Option<Filter>,
    pub(crate) limit: usize,
    pub(crate) near: Option<PreprintId>,
    pub(crate) ranking: Ranking,
}

/// Checks all queries of a call; the first that is wrong is reported, by its field's path.
pub(crate) fn check(queries: Vec<Query>) -> Result<Vec<Checked>, RetrieverError> {
    if queries.is_empty() || queries.len() > MAX_QUERIES {
        return Err(argument("queries", format!("there are {}: 1 to {MAX_QUERIES} are accepted", queries.len())).into());
    }
    queries.into_iter().enumerate().map(|(place, query)| check_one(place, query)).collect()
}

fn check_one(place: usize, query: Query) -> Result<Checked, RetrieverError> {
    let path = |field: &str| format!("queries[{place}].{field}");
    let ranking = match query.ranking() {
        Ranking::Unspecified => Ranking::Fused,
        ranking => ranking,
    };
    let Query { text, filter, limit, near, ranking: _ } = query;
    let text = text.trim().to_owned();
    let length = text.chars().count();
    if text.is_empty() && near.trim().is_empty() {
        return Err(question(Reason::QuestionEmpty, &path("text"), "is empty: ask something, or name a preprint in `near`".into()).into());
    }
    if length > QUESTION_MAX {
        let description = format!("has {length} characters: at most {QUESTION_MAX} are accepted");
        return Err(question(Reason::QuestionTooLong, &path("text"), description).into());
    }
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(argument(&path("limit"), format!("is {limit}: 1 to {MAX_LIMIT} are accepted")).into());
    }
    let near = match near.trim() {
        "" => None,
        near => Some(
            PreprintId::normalise(near)
                .ok_or_else(|| argument(&path("near"), format!("`{}` is no preprint id: write it as AG-2026.03-1712", excerpt(near))))?,
        ),
    };
    let filter = filter::to_index(&filter.unwrap_or_default()).map_err(|error| {
        let field = path(&format!("filter.{}", error.field));
        Problem::new(Reason::FilterInvalid, format!("`{field}`: {}", error.message)).field(&field, error.message)
    })?;
    Ok(Checked { text, filter, limit: limit as usize, near, ranking })
}

fn question(reason: Reason, field: &str, description: String) -> Problem {
    Problem::new(reason, format!("the question {description}")).field(field, description)
}

#[cfg(test)]
mod tests {
    use antigravity_chassis::status::reason_of;
    use antigravity_proto::types::Filter as Asked;
    use tonic::Status;

    use super::*;

    fn query(text: &str) -> Query {
        Query { text: text.into(), limit: 8, ..Default::default() }
    }

    #[test]
    fn each_wrong_field_is_named_by_its_path() {
        let with = |change: fn(&mut Query)| {
            let mut query = query("why?");
            change(&mut query);
            query
        };
        let table = [
            (with(|q| q.text = " \n".into()), Reason::QuestionEmpty, "text"),
            (with(|q| q.text = "ä".repeat(2_001)), Reason::QuestionTooLong, "text"),
            (with(|q| q.limit = 0), Reason::ArgumentInvalid, "limit"),
            (with(|q| q.limit = 101), Reason::ArgumentInvalid, "limit"),
            (with(|q| q.near = "2603.25794".into()), Reason::ArgumentInvalid, "near"),
            (with(|q| q.filter = Some(Asked { to_date: "soon".into(), ..Default::default() })), Reason::FilterInvalid, "filter.to_date"),
        ];
        for (wrong, reason, field) in table {
            let status: Status = check(vec![query("fine"), wrong]).unwrap_err().into();
            assert_eq!(reason_of(&status), Some(reason));
            // The details are an encoded message: the path stands in it as it is.
            assert!(String::from_utf8_lossy(status.details()).contains(&format!("queries[1].{field}")), "{field}");
        }
    }

    #[test]
    fn the_limits_are_included() {
        assert!(check(vec![Query { limit: 100, ..query(&"ä".repeat(2_000)) }]).is_ok());
        assert!(check(vec![query("why?"); 16]).is_ok());
        assert!(check(vec![query("why?"); 17]).is_err());
        assert!(check(vec![]).is_err());
    }

    #[test]
    fn an_empty_text_is_right_beside_an_id() {
        let checked = check(vec![Query { near: "[ag-2026.03-1712]".into(), ..query("") }]).unwrap();
        assert_eq!(checked[0].near.as_ref().unwrap().as_str(), "AG-2026.03-1712");
    }
}
