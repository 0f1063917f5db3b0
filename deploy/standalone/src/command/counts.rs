//! What became of records, counted and told alike wherever they come from: files or a harvest.

use antigravity_proto::types::IndexResult;

/// Counts of records by what became of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) new: u64,
    pub(super) unchanged: u64,
    pub(super) updated: u64,
    pub(super) refused: u64,
}

impl Counts {
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

    /// How many are in the archive, whether they were there before or not.
    pub(super) fn taken(self) -> u64 {
        self.new + self.unchanged + self.updated
    }

    /// A line for each count, and one for what else was counted.
    pub(super) fn table(self, also: Option<(&str, u64)>) -> String {
        let Self { new, unchanged, updated, refused } = self;
        let rows = [("new", new), ("unchanged", unchanged), ("updated", updated), ("refused", refused)];
        rows.into_iter().chain(also).map(|(name, count)| format!("  {name:<9}  {count:>8}\n")).collect()
    }
}
