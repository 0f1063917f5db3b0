//! A page's records as what they change in the archive.

use std::collections::HashSet;

use antigravity_proto::types::PreprintRecord;
use prost::Message as _;

use super::response::Record;
use crate::records::{MAX_LINE, Reading};

/// What a page changes. No id is in it twice.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// New preprints and new versions.
    pub(crate) records: Vec<PreprintRecord>,
    /// Preprints that were deleted or withdrawn, by their ids at the origin.
    pub(crate) removed: Vec<String>,
    /// Records that can't be taken in: id and reason.
    pub(crate) refused: Vec<(String, String)>,
}

impl Changes {
    /// Of a page. A preprint that comes twice counts as it comes last.
    pub(super) fn of(records: Vec<Record>) -> Self {
        let mut changes = Self::default();
        let mut seen = HashSet::new();
        let last: Vec<_> = records.into_iter().rev().filter(|record| seen.insert(record.id.clone())).collect();
        for Record { id, reading } in last.into_iter().rev() {
            match reading {
                // The same bound as for a line of a file: it leaves every record room within a batch.
                Ok(Reading::Record(record)) if record.encoded_len() > MAX_LINE => {
                    changes.refused.push((id, format!("the record is longer than {} KiB", MAX_LINE / 1024)));
                }
                Ok(Reading::Record(record)) => changes.records.push(record),
                Ok(Reading::Withdrawn(id)) => changes.removed.push(id),
                Err(reason) => changes.refused.push((id, reason)),
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, title: &str) -> Record {
        Record {
            id: id.into(),
            reading: Ok(Reading::Record(PreprintRecord { source_id: id.into(), title: title.into(), ..Default::default() })),
        }
    }

    #[test]
    fn the_last_word_on_a_preprint_counts() {
        let gone = |id: &str| Record { id: id.into(), reading: Ok(Reading::Withdrawn(id.into())) };
        let changes =
            Changes::of(vec![record("1", "old"), gone("2"), record("1", "new"), record("3", "x"), record("2", "back"), gone("3")]);
        assert_eq!(changes.records.iter().map(|record| record.title.as_str()).collect::<Vec<_>>(), ["new", "back"]);
        assert_eq!(changes.removed, ["3"]);
    }

    #[test]
    fn what_is_no_record_or_too_large_is_refused() {
        let changes =
            Changes::of(vec![Record { id: "1".into(), reading: Err("the title is missing".into()) }, record("2", &"x".repeat(MAX_LINE))]);
        assert_eq!(
            changes.refused,
            [("1".into(), "the title is missing".into()), ("2".into(), "the record is longer than 1024 KiB".into())]
        );
    }
}
