//! What a harvest did, counted.

use std::fmt;

use antigravity_proto::types::IndexResult;

/// Counts of records by what became of them.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    new: u64,
    unchanged: u64,
    updated: u64,
    refused: u64,
    removed: u64,
    /// The day up to which all records are in; empty when no mark moved.
    day: String,
}

impl Tally {
    /// One record more.
    pub(super) fn count(&mut self, result: IndexResult) {
        let counter = match result {
            IndexResult::New => &mut self.new,
            IndexResult::Unchanged => &mut self.unchanged,
            IndexResult::Updated => &mut self.updated,
            IndexResult::Refused | IndexResult::Unspecified => &mut self.refused,
        };
        *counter += 1;
    }

    /// So many preprints were in the archive and no longer are.
    pub(super) fn removed(&mut self, count: u64) {
        self.removed += count;
    }

    /// The mark moved.
    pub(super) fn moved(&mut self, day: String) {
        self.day = day;
    }

    /// Whether nothing was done.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// One line for while it lasts.
    pub(super) fn line(&self) -> String {
        let taken = self.new + self.unchanged + self.updated;
        let day = if self.day.is_empty() { String::new() } else { format!(", all in up to {}", self.day) };
        format!("harvesting: {taken} records{day}")
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { new, unchanged, updated, refused, removed, day } = self;
        for (name, count) in [("new", new), ("unchanged", unchanged), ("updated", updated), ("removed", removed), ("refused", refused)] {
            writeln!(out, "  {name:<9}  {count:>8}")?;
        }
        if day.is_empty() { writeln!(out, "the mark didn't move") } else { writeln!(out, "everything up to {day} is in") }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn what_was_done_is_told() {
        let mut tally = Tally::default();
        assert!(tally.is_empty());
        for result in [IndexResult::New, IndexResult::New, IndexResult::Updated, IndexResult::Refused] {
            tally.count(result);
        }
        tally.removed(3);
        assert_eq!(tally.line(), "harvesting: 3 records");
        tally.moved("2026-11-24".to_owned());
        assert_eq!(tally.line(), "harvesting: 3 records, all in up to 2026-11-24");
        expect![[r#"
              new               2
              unchanged         0
              updated           1
              removed           3
              refused           1
            everything up to 2026-11-24 is in
        "#]]
        .assert_eq(&tally.to_string());
    }
}
