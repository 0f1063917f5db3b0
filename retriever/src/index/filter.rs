//! The contract's filter as Qdrant's. What its conditions mean is `antigravity_text::filter`'s part.

use antigravity_proto::types;
use antigravity_text::{CategoryPattern, ConditionError, Conditions, WrittenConditions, name_words};
use jiff::civil::Date;
use qdrant_client::qdrant::{self as pb, condition::ConditionOneOf, r#match::MatchValue};

use crate::date::day_key;

/// `None` when the filter admits everything.
pub(crate) fn to_index(filter: &types::Filter) -> Result<Option<pb::Filter>, ConditionError> {
    let types::Filter { categories: names, from_date, to_date, authors: people, exclude_ids } = filter;
    let Conditions { categories: wanted, from, to, authors: named, excluded } =
        Conditions::read(&WrittenConditions { categories: names, from_date, to_date, authors: people, exclude_ids })?;
    let must: Vec<pb::Condition> = [categories(wanted), days(from, to), authors(named)].into_iter().flatten().collect();
    let excluded: Vec<String> = excluded.iter().map(ToString::to_string).collect();
    let must_not: Vec<pb::Condition> = (!excluded.is_empty()).then(|| any_of("ag_id", excluded)).into_iter().collect();
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
    let should: Vec<pb::Condition> = names.iter().filter_map(|name| author(name_words(name))).collect();
    (!should.is_empty()).then(|| pb::Filter { should, ..Default::default() })
}

/// Exact names and prefixes, any of them.
fn categories(wanted: Vec<CategoryPattern>) -> Option<pb::Condition> {
    let (mut exact, mut prefixes) = (Vec::new(), Vec::new());
    for pattern in wanted {
        match pattern {
            CategoryPattern::Exact(name) => exact.push(name),
            CategoryPattern::Prefix(prefix) => prefixes.push(prefix),
        }
    }
    let conditions = [("categories", exact), ("category_prefixes", prefixes)];
    any(conditions.into_iter().filter(|(_, names)| !names.is_empty()).map(|(key, names)| any_of(key, names)).collect())
}

/// From the first day to the last, both included.
fn days(from: Option<Date>, to: Option<Date>) -> Option<pb::Condition> {
    from.or(to)?;
    // A double holds eight digits exactly.
    let bound = |day: Option<Date>| day.map(|day| day_key(day) as f64);
    let range = pb::Range { gte: bound(from), lte: bound(to), ..Default::default() };
    Some(number("day", range))
}

/// All words of one of the filter's names, in one of the preprint's names.
fn authors(names: Vec<Vec<String>>) -> Option<pb::Condition> {
    any(names.into_iter().filter_map(author).collect())
}

/// All words of a name in one of the preprint's; `None` for a name without words.
fn author(words: Vec<String>) -> Option<pb::Condition> {
    let must: Vec<pb::Condition> = words.into_iter().map(|word| any_of("words", vec![word])).collect();
    let filter = (!must.is_empty()).then(|| pb::Filter { must, ..Default::default() })?;
    Some(ConditionOneOf::Nested(pb::NestedCondition { key: "author_names".to_owned(), filter: Some(filter) }).into())
}

/// The points of these UUIDs.
pub(crate) fn has_id(ids: Vec<String>) -> pb::Condition {
    let has_id = ids.into_iter().map(super::point::uuid).collect();
    ConditionOneOf::HasId(pb::HasIdCondition { has_id }).into()
}

/// One of these must hold; `None` when there is none.
fn any(should: Vec<pb::Condition>) -> Option<pb::Condition> {
    (!should.is_empty()).then(|| pb::Filter { should, ..Default::default() }.into())
}

/// The points of which a field is one of these.
pub(crate) fn any_of(key: &str, strings: Vec<String>) -> pb::Condition {
    let match_value = Some(MatchValue::Keywords(pb::RepeatedStrings { strings }));
    field(pb::FieldCondition { key: key.to_owned(), r#match: Some(pb::Match { match_value }), ..Default::default() })
}

/// The points of which a field lies in this range.
pub(crate) fn number(key: &str, range: pb::Range) -> pb::Condition {
    field(pb::FieldCondition { key: key.to_owned(), range: Some(range), ..Default::default() })
}

fn field(condition: pb::FieldCondition) -> pb::Condition {
    ConditionOneOf::Field(condition).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(change: impl FnOnce(&mut types::Filter)) -> types::Filter {
        let mut filter = types::Filter::default();
        change(&mut filter);
        filter
    }

    #[test]
    fn an_empty_filter_admits_everything() {
        assert_eq!(to_index(&types::Filter::default()), Ok(None));
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
    fn what_cannot_be_read_is_refused() {
        assert_eq!(to_index(&filter(|f| f.to_date = "soon".into())).unwrap_err().field, "to_date");
    }
}
