//! What a harvest did, counted.

use std::fmt;

use super::super::counts::Counts;

/// What became of records, how many preprints went, and how far the mark has come.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(super) records: Counts,
    removed: u64,
    /// The day up to which all records are in; empty when no mark moved.
    day: String,
}

impl Tally {
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
        let taken = self.records.taken();
        let day = if self.day.is_empty() { String::new() } else { format!(", all in up to {}", self.day) };
        format!("harvesting: {taken} records{day}")
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { records, removed, day } = self;
        out.write_str(&records.table(Some(("removed", *removed))))?;
        if day.is_empty() { writeln!(out, "the mark didn't move") } else { writeln!(out, "everything up to {day} is in") }
    }
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::IndexResult;
    use expect_test::expect;

    use super::*;

    #[test]
    fn what_was_done_is_told() {
        let mut tally = Tally::default();
        assert!(tally.is_empty());
        for result in [IndexResult::New, IndexResult::New, IndexResult::Updated, IndexResult::Refused] {
            tally.records.count(result);
        }
        tally.removed(3);
        assert_eq!(tally.line(), "harvesting: 3 records");
        tally.moved("2026-11-24".to_owned());
        assert_eq!(tally.line(), "harvesting: 3 records, all in up to 2026-11-24");
        expect![[r#"
              new               2
              unchanged         0
              updated           1
              refused           1
              removed           3
            everything up to 2026-11-24 is in
        "#]]
        .assert_eq(&tally.to_string());
    }
}
