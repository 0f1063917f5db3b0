//! The contract's filter as Qdrant's.

use antigravity_proto::types;
use antigravity_text::PreprintId;
use qdrant_client::qdrant::{self as pb, condition::ConditionOneOf, r#match::MatchValue};

use crate::date::{WrittenDate, day_key};
use crate::lexical::name_words;

/// Most values of one field of a filter.
const MAX_VALUES: usize = 1_000;
/// Longest category or prefix, in bytes; arXiv's longest has 18.
const MAX_CATEGORY: usize = 40;

/// A condition that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FilterError {
    /// The field's path below the filter, such as `categories[1]`.
    pub(crate) field: String,
    /// What is wrong and what is accepted.
    pub(crate) message: String,
}

/// `None` when the filter admits everything.
pub(crate) fn to_index(filter: &types::Filter) -> Result<Option<pb::Filter>, FilterError> {
    let types::Filter { categories: wanted, from_date, to_date, authors: names, exclude_ids } = filter;
    let must: Vec<pb::Condition> = [categories(wanted)?, days(from_date, to_date)?, authors(names)?].into_iter().flatten().collect();
    let must_not: Vec<pb::Condition> = excluded(exclude_ids)?.into_iter().collect();
    let empty = must.is_empty() && must_not.is_empty();
    Ok((!empty).then(|| pb::Filter { must, must_not, ..Default::default() }))
}

/// Adds to a filter that the points of these UUIDs are not wanted.
pub(crate) fn without(filter: Option<pb::Filter>, ids: Vec<String>) -> pb::Filter {
    let mut filter = filter.unwrap_or_default();
    filter.must_not.push(has_id(ids));
    filter
}

/// The points that have one of these AG ids.
pub(crate) fn with_ag_ids(ids: Vec<String>) -> pb::Filter {
    pb::Filter { must: vec![any_of("ag_id", ids)], ..Default::default() }
}

/// The points of these UUIDs alone.
pub(crate) fn only(ids: Vec<String>) -> pb::Filter {
    pb::Filter { must: vec![has_id(ids)], ..Default::default() }
}

/// The points that a filter admits and this one too.
pub(crate) fn and(filter: Option<pb::Filter>, other: pb::Filter) -> pb::Filter {
    let mut filter = filter.unwrap_or_default();
    filter.must.push(other.into());
    filter
}

/// The points of these UUIDs and those of these AG ids.
pub(crate) fn any_id(points: Vec<String>, ag_ids: Vec<String>) -> pb::Filter {
    let should = [(!points.is_empty()).then(|| has_id(points)), (!ag_ids.is_empty()).then(|| any_of("ag_id", ag_ids))];
    pb::Filter { should: should.into_iter().flatten().collect(), ..Default::default() }
}

/// The points of which an author has one of these names; `None` without a name that can be read.
pub(crate) fn by_any_author(names: &[String]) -> Option<pb::Filter> {
    let should: Vec<pb::Condition> = names.iter().filter_map(|name| author(name)).collect();
    (!should.is_empty()).then(|| pb::Filter { should, ..Default::default() })
}

/// Exact names and prefixes, any of them.
fn categories(wanted: &[String]) -> Result<Option<pb::Condition>, FilterError> {
    bounded("categories", wanted)?;
    let (mut exact, mut prefixes) = (Vec::new(), Vec::new());
    let mut everything = false;
    for (place, category) in wanted.iter().enumerate() {
        let text = category.trim();
        let (name, prefix) = text.strip_suffix('*').map_or((text, false), |name| (name, true));
        let readable = name.len() <= MAX_CATEGORY && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
        if !readable || text.is_empty() {
            return Err(wrong(
                format!("categories[{place}]"),
                format!("`{}` is no category: write one such as hep-ph, or a prefix that ends in *, such as astro-ph*", excerpt(category)),
            ));
        }
        match (prefix, name.is_empty()) {
            (true, true) => everything = true,
            (true, false) => prefixes.push(name.to_owned()),
            (false, _) => exact.push(name.to_owned()),
        }
    }
    if everything || wanted.is_empty() {
        return Ok(None);
    }
    let conditions = [("categories", exact), ("category_prefixes", prefixes)];
    let should = conditions.into_iter().filter(|(_, names)| !names.is_empty()).map(|(key, names)| any_of(key, names)).collect();
    Ok(Some(pb::Filter { should, ..Default::default() }.into()))
}

/// From the first day of what `from` says to the last day of what `to` says.
fn days(from: &str, to: &str) -> Result<Option<pb::Condition>, FilterError> {
    let read = |field: &str, text: &str| match text.trim() {
        "" => Ok(None),
        text => WrittenDate::parse(text)
            .map(Some)
            .ok_or_else(|| wrong(field.to_owned(), format!("`{}` is no date: write it as YYYY, YYYY-MM or YYYY-MM-DD", excerpt(text)))),
    };
    let from = read("from_date", from)?.map(|date| date.first);
    let to = read("to_date", to)?.map(|date| date.last);
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        return Err(wrong("from_date".to_owned(), format!("{from} lies after to_date, {to}")));
    }
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    // A double holds eight digits exactly.
    let bound = |day: Option<jiff::civil::Date>| day.map(|day| day_key(day) as f64);
    let range = pb::Range { gte: bound(from), lte: bound(to), ..Default::default() };
    Ok(Some(field(pb::FieldCondition { key: "day".to_owned(), range: Some(range), ..Default::default() })))
}

/// All words of one of the filter's names, in one of the preprint's names.
fn authors(names: &[String]) -> Result<Option<pb::Condition>, FilterError> {
    bounded("authors", names)?;
    let mut should = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let no_word = || wrong(format!("authors[{place}]"), format!("`{}` holds no word of a name", excerpt(name)));
        should.push(author(name).ok_or_else(no_word)?);
    }
    Ok((!should.is_empty()).then(|| pb::Filter { should, ..Default::default() }.into()))
}

/// All words of a name in one of the preprint's; `None` for a name without words.
fn author(name: &str) -> Option<pb::Condition> {
    let must: Vec<pb::Condition> = name_words(name).into_iter().map(|word| any_of("words", vec![word])).collect();
    let filter = (!must.is_empty()).then(|| pb::Filter { must, ..Default::default() })?;
    Some(ConditionOneOf::Nested(pb::NestedCondition { key: "author_names".to_owned(), filter: Some(filter) }).into())
}

fn has_id(ids: Vec<String>) -> pb::Condition {
    let has_id = ids.into_iter().map(super::point::uuid).collect();
    ConditionOneOf::HasId(pb::HasIdCondition { has_id }).into()
}

fn excluded(ids: &[String]) -> Result<Option<pb::Condition>, FilterError> {
    bounded("exclude_ids", ids)?;
    let read = ids.iter().enumerate().map(|(place, id)| {
        PreprintId::normalise(id).map(|id| id.to_string()).ok_or_else(|| {
            wrong(format!("exclude_ids[{place}]"), format!("`{}` is no preprint id: write it as AG-2026.03-1712", excerpt(id)))
        })
    });
    let ids = read.collect::<Result<Vec<_>, _>>()?;
    Ok((!ids.is_empty()).then(|| any_of("ag_id", ids)))
}

fn bounded(field: &str, values: &[String]) -> Result<(), FilterError> {
    if values.len() > MAX_VALUES {
        return Err(wrong(field.to_owned(), format!("{} values: at most {MAX_VALUES} are accepted", values.len())));
    }
    Ok(())
}

fn any_of(key: &str, strings: Vec<String>) -> pb::Condition {
    let match_value = Some(MatchValue::Keywords(pb::RepeatedStrings { strings }));
    field(pb::FieldCondition { key: key.to_owned(), r#match: Some(pb::Match { match_value }), ..Default::default() })
}

fn field(condition: pb::FieldCondition) -> pb::Condition {
    ConditionOneOf::Field(condition).into()
}

fn wrong(field: String, message: String) -> FilterError {
    FilterError { field, message }
}

/// A value for a message, cut to 40 characters.
fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filter(change: impl FnOnce(&mut types::Filter)) -> types::Filter {
        let mut filter = types::Filter::default();
        change(&mut filter);
        filter
    }

    #[test]
    fn an_empty_filter_admits_everything() {
        assert_eq!(to_index(&types::Filter::default()), Ok(None));
        assert_eq!(to_index(&filter(|f| f.categories = vec!["*".into(), "hep-ph".into()])), Ok(None));
    }

    #[test]
    fn a_month_means_all_of_it_at_both_ends() {
        for (from, to, gte, lte) in [
            ("2024-02", "2024-02", Some(20_240_201.0), Some(20_240_229.0)),
            ("2024", "", Some(20_240_101.0), None),
            ("", "2025", None, Some(20_251_231.0)),
            ("2024-03-17", "2024-03-17", Some(20_240_317.0), Some(20_240_317.0)),
        ] {
            let built = to_index(&filter(|f| (f.from_date, f.to_date) = (from.into(), to.into()))).unwrap().unwrap();
            let expected = pb::Range { gte, lte, ..Default::default() };
            let condition = pb::FieldCondition { key: "day".into(), range: Some(expected), ..Default::default() };
            assert_eq!(built.must, [field(condition)], "{from} to {to}");
        }
    }

    #[test]
    fn categories_are_exact_or_prefixes_and_any_of_them_is_enough() {
        let built = to_index(&filter(|f| f.categories = vec!["hep-ph".into(), "astro-ph*".into(), "cs.LG".into()])).unwrap().unwrap();
        let either = pb::Filter {
            should: vec![any_of("categories", vec!["hep-ph".into(), "cs.LG".into()]), any_of("category_prefixes", vec!["astro-ph".into()])],
            ..Default::default()
        };
        assert_eq!(built.must, [pb::Condition::from(either)]);
    }

    #[test]
    fn all_words_must_be_in_one_name() {
        let built = to_index(&filter(|f| f.authors = vec!["Ada LOVELACE".into()])).unwrap().unwrap();
        let words =
            pb::Filter { must: vec![any_of("words", vec!["ada".into()]), any_of("words", vec!["lovelace".into()])], ..Default::default() };
        let name = ConditionOneOf::Nested(pb::NestedCondition { key: "author_names".into(), filter: Some(words) });
        assert_eq!(built.must, [pb::Condition::from(pb::Filter { should: vec![name.into()], ..Default::default() })]);
    }

    #[test]
    fn points_are_found_by_either_id_and_within_another_filter() {
        let ids = any_id(vec!["5f0e".into()], vec!["AG-2026.03-1712".into()]);
        assert_eq!(ids.should, [has_id(vec!["5f0e".into()]), any_of("ag_id", vec!["AG-2026.03-1712".into()])]);
        assert_eq!(any_id(vec![], vec!["AG-2026.03-1712".into()]).should.len(), 1);
        let both = and(Some(only(vec!["5f0e".into()])), ids.clone());
        assert_eq!(both.must, [has_id(vec!["5f0e".into()]), ids.into()]);
        assert_eq!(by_any_author(&["...".into()]), None);
        assert_eq!(by_any_author(&["...".into(), "Ada".into()]).unwrap().should.len(), 1);
    }

    #[test]
    fn excluded_ids_are_normalised() {
        let built = to_index(&filter(|f| f.exclude_ids = vec!["ag-2026.03-1712".into()])).unwrap().unwrap();
        assert_eq!(built.must_not, [any_of("ag_id", vec!["AG-2026.03-1712".into()])]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        type Change = fn(&mut types::Filter);
        let table: [(Change, &str, &str); 9] = [
            (|f| f.categories = vec!["hep-ph".into(), "hep ph".into()], "categories[1]", "hep ph"),
            (|f| f.categories = vec!["h*p".into()], "categories[0]", "h*p"),
            (|f| f.categories = vec![" ".into()], "categories[0]", "prefix"),
            (|f| f.from_date = "yesterday".into(), "from_date", "yesterday"),
            (|f| f.to_date = "2024-02-30".into(), "to_date", "YYYY-MM-DD"),
            (|f| (f.from_date, f.to_date) = ("2025".into(), "2024".into()), "from_date", "after"),
            (|f| f.authors = vec!["...".into()], "authors[0]", "..."),
            (|f| f.exclude_ids = vec!["2603.25794".into()], "exclude_ids[0]", "AG-"),
            (|f| f.exclude_ids = vec!["AG-2026.03-1712".into(); 1_001], "exclude_ids", "1000"),
        ];
        for (change, field, part) in table {
            let error = to_index(&filter(change)).unwrap_err();
            assert_eq!(error.field, field);
            assert!(error.message.contains(part), "{} lacks {part}", error.message);
        }
    }

    proptest! {
        #[test]
        fn never_panics(category in ".*", from in ".*", author in ".*", id in ".*") {
            let _ = to_index(&types::Filter { categories: vec![category], from_date: from, authors: vec![author], exclude_ids: vec![id], ..Default::default() });
        }
    }
}
