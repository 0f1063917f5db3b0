//! Counting what an archive holds, in memory. Qdrant's facets could count categories, but neither dates nor the revision, and a census has
//! to be taken for the revision anyway.

use std::collections::BTreeMap;

use antigravity_proto::types::CategoryCount;
use serde::Deserialize;

use crate::date::{day_key, day_text};
use crate::record::Record;
use crate::revision::Revision;

/// What an archive holds, counted: computed anew from the stored entries when an archive is opened, and kept up with every write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Census {
    preprints: u64,
    revision: Revision,
    categories: BTreeMap<String, u64>,
    /// Day key → how many; all of them, so that the span stays right when the earliest goes.
    days: BTreeMap<i64, u64>,
}

/// The part of a stored preprint that a census counts and an index run compares. Its field names are those of the payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Entry {
    pub(crate) source_id: String,
    pub(crate) ag_id: String,
    pub(crate) content_hash: String,
    pub(crate) text_hash: String,
    pub(crate) categories: Vec<String>,
    pub(crate) day: i64,
}

impl Entry {
    /// The payload's fields that make an entry.
    pub(crate) const FIELDS: [&'static str; 6] = ["source_id", "ag_id", "content_hash", "text_hash", "categories", "day"];
}

impl From<&Record> for Entry {
    /// As it is computed, whatever is stored.
    fn from(record: &Record) -> Self {
        Self {
            source_id: record.content.source.to_string(),
            ag_id: record.id.to_string(),
            content_hash: record.content_hash(),
            text_hash: record.content.text_hash(),
            categories: record.content.categories.clone(),
            day: day_key(record.content.date),
        }
    }
}

impl Census {
    /// A preprint came.
    pub(crate) fn add(&mut self, entry: &Entry) {
        self.preprints += 1;
        self.revision.add(&entry.ag_id, &entry.content_hash);
        *self.days.entry(entry.day).or_default() += 1;
        for category in &entry.categories {
            *self.categories.entry(category.clone()).or_default() += 1;
        }
    }

    /// A preprint went.
    pub(crate) fn remove(&mut self, entry: &Entry) {
        self.preprints = self.preprints.saturating_sub(1);
        self.revision.remove(&entry.ag_id, &entry.content_hash);
        decrement(&mut self.days, &entry.day);
        for category in &entry.categories {
            decrement(&mut self.categories, category);
        }
    }

    /// How many preprints.
    pub(crate) fn preprints(&self) -> u64 {
        self.preprints
    }

    /// The archive's revision, 64 hexadecimal digits.
    pub(crate) fn revision(&self) -> String {
        self.revision.to_string()
    }

    /// Categories by falling count, equal ones in alphabetical order.
    pub(crate) fn categories(&self) -> Vec<CategoryCount> {
        let mut counts: Vec<CategoryCount> = self
            .categories
            .iter()
            .map(|(category, preprints)| CategoryCount { category: category.clone(), preprints: *preprints })
            .collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.preprints));
        counts
    }

    /// The earliest and the latest date, `YYYY-MM-DD`; both empty when there is no preprint.
    pub(crate) fn date_span(&self) -> (String, String) {
        let text = |day: Option<(&i64, &u64)>| day.map(|(key, _)| day_text(*key)).unwrap_or_default();
        (text(self.days.first_key_value()), text(self.days.last_key_value()))
    }
}

impl<'a> FromIterator<&'a Entry> for Census {
    fn from_iter<I: IntoIterator<Item = &'a Entry>>(entries: I) -> Self {
        let mut census = Self::default();
        entries.into_iter().for_each(|entry| census.add(entry));
        census
    }
}

fn decrement<K: Ord>(counts: &mut BTreeMap<K, u64>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry() -> impl Strategy<Value = Entry> {
        ("[a-e]", "[x-z]", proptest::sample::subsequence(vec!["hep-ph", "hep-ex", "cs.LG"], 1..=3), 20_200_101i64..20_200_105).prop_map(
            |(id, content, categories, day)| Entry {
                source_id: format!("arXiv:{id}"),
                ag_id: id,
                content_hash: content,
                text_hash: String::new(),
                categories: categories.into_iter().map(str::to_owned).collect(),
                day,
            },
        )
    }

    proptest! {
        /// Keeping up is the same as counting anew.
        #[test]
        fn incremental_is_exact(entries in proptest::collection::vec(entry(), 1..12), at in any::<proptest::sample::Index>(), new in entry()) {
            let mut kept_up: Census = entries.iter().collect();
            kept_up.remove(at.get(&entries));
            kept_up.add(&new);
            let mut after = entries.clone();
            after.remove(at.index(entries.len()));
            after.push(new);
            prop_assert_eq!(kept_up, after.iter().collect::<Census>());
        }
    }

    #[test]
    fn an_empty_archive_is_all_zeros() {
        let census = Census::default();
        assert_eq!((census.preprints(), census.categories(), census.date_span()), (0, vec![], (String::new(), String::new())));
    }

    #[test]
    fn categories_fall_by_count_and_dates_span() {
        let entry = |day, categories: &[&str]| Entry {
            source_id: String::new(),
            ag_id: format!("{day}"),
            content_hash: String::new(),
            text_hash: String::new(),
            categories: categories.iter().map(|&category| category.to_owned()).collect(),
            day,
        };
        let census: Census =
            [entry(20_240_229, &["hep-ph", "cs.LG"]), entry(20_260_301, &["hep-ph"]), entry(20_250_101, &["astro-ph.CO"])].iter().collect();
        let names: Vec<_> = census.categories().into_iter().map(|count| (count.category, count.preprints)).collect();
        assert_eq!(names, [("hep-ph".to_owned(), 2), ("astro-ph.CO".to_owned(), 1), ("cs.LG".to_owned(), 1)]);
        assert_eq!(census.date_span(), ("2024-02-29".to_owned(), "2026-03-01".to_owned()));
    }
}
