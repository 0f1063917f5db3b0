//! Which AG id each record gets, and what is to be written. Pure: what is stored was looked up before.

use std::collections::HashMap;

use antigravity_proto::types::{IndexOutcome, IndexResult};
use antigravity_text::{PreprintId, SourceId};

use super::read::{Brought, Refusal};
use crate::census::Entry;
use crate::record::Record;

/// What is known of the preprints that a batch touches.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// The entries of the batch's source ids that are there.
    pub(crate) by_source: HashMap<String, Entry>,
    /// Who has the AG ids that the batch brings or needs: AG id → source id.
    pub(crate) owners: HashMap<String, String>,
}

/// A preprint to be written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Write {
    pub(crate) record: Record,
    pub(crate) entry: Entry,
    /// What it replaces.
    pub(crate) replaces: Option<Entry>,
}

impl Write {
    /// Whether the stored vectors stay right: the text is the same.
    pub(crate) fn keeps_vectors(&self) -> bool {
        self.replaces.as_ref().is_some_and(|replaced| replaced.text_hash == self.entry.text_hash)
    }
}

/// The AG id that a record will have, unless it is refused: the one that it brings, that it has already, or that is derived.
pub(crate) fn candidate(brought: &Brought, stored: Option<&Entry>) -> Option<String> {
    match (&brought.ag_id, stored) {
        (Some(given), _) => Some(given.to_string()),
        (None, Some(entry)) => Some(entry.ag_id.clone()),
        (None, None) => PreprintId::derive(&brought.content.source).ok().map(|id| id.to_string()),
    }
}

/// Decides about each record of a batch, in its order, each seeing what the ones before it did: one outcome per record, and the writes, one
/// per preprint. `brought` holds the source id as the caller wrote it, and what was read.
pub(crate) fn decide(brought: Vec<(String, Result<Brought, Refusal>)>, stored: Stored) -> (Vec<IndexOutcome>, Vec<Write>) {
    let Stored { by_source: before, mut owners } = stored;
    let mut known: HashMap<String, Entry> = before.clone();
    let mut writes: Vec<Write> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut outcomes = Vec::with_capacity(brought.len());
    for (as_written, read) in brought {
        let decided = read.and_then(|brought| {
            let present = known.get(brought.content.source.as_str());
            let id = identify(&brought, present, &owners)?;
            Ok((Record { id, content: brought.content }, present.cloned()))
        });
        let (record, present) = match decided {
            Ok(decided) => decided,
            Err(refusal) => {
                outcomes.push(refused(as_written, &refusal));
                continue;
            }
        };
        let entry = Entry::from(&record);
        let result = match &present {
            None => IndexResult::New,
            Some(present) if present.content_hash == entry.content_hash => IndexResult::Unchanged,
            Some(_) => IndexResult::Updated,
        };
        outcomes.push(IndexOutcome {
            source_id: entry.source_id.clone(),
            id: entry.ag_id.clone(),
            result: result.into(),
            refusal: String::new(),
        });
        if result == IndexResult::Unchanged {
            continue;
        }
        owners.insert(entry.ag_id.clone(), entry.source_id.clone());
        known.insert(entry.source_id.clone(), entry.clone());
        let replaces = before.get(&entry.source_id).cloned();
        let place = *places.entry(entry.source_id.clone()).or_insert(writes.len());
        let write = Write { record, entry, replaces };
        match writes.get_mut(place) {
            Some(earlier) => *earlier = write,
            None => writes.push(write),
        }
    }
    // What a later record of the batch put back needs no write.
    writes.retain(|write| write.replaces.as_ref() != Some(&write.entry));
    (outcomes, writes)
}

/// The rules of an archive's ids: the first AG id stays, and belongs to one source id.
fn identify(brought: &Brought, present: Option<&Entry>, owners: &HashMap<String, String>) -> Result<PreprintId, Refusal> {
    let source = &brought.content.source;
    if let (Some(given), Some(present)) = (&brought.ag_id, present)
        && given.as_str() != present.ag_id
    {
        let message = format!("{source} is {} already, not {given}: an id stays once it was given; bring that one or none", present.ag_id);
        return Err(Refusal::new("ag_id", message));
    }
    let id = match (&brought.ag_id, present) {
        (Some(given), _) => given.clone(),
        (None, Some(present)) => {
            let damaged =
                || Refusal::new("ag_id", format!("{source} is stored as `{}`, which is no id: index it into a new archive", present.ag_id));
            present.ag_id.parse().map_err(|_| damaged())?
        }
        (None, None) => derive(source)?,
    };
    match owners.get(id.as_str()) {
        Some(owner) if owner != source.as_str() => {
            Err(Refusal::new("ag_id", format!("{id} belongs to {owner}, so {source} can't have it: bring another one or none")))
        }
        _ => Ok(id),
    }
}

fn derive(source: &SourceId) -> Result<PreprintId, Refusal> {
    PreprintId::derive(source).map_err(|error| Refusal::new("source_id", error.to_string()))
}

fn refused(source_id: String, refusal: &Refusal) -> IndexOutcome {
    IndexOutcome { source_id, id: String::new(), result: IndexResult::Refused.into(), refusal: refusal.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Content;
    use crate::record::tests::record;

    fn brought(source: &str, ag_id: Option<&str>, title: &str) -> (String, Result<Brought, Refusal>) {
        let content = Content { title: title.into(), ..record(source, "AG-2000.01-100").content };
        (source.to_owned(), Ok(Brought { ag_id: ag_id.map(|id| id.parse().unwrap()), content }))
    }

    /// A batch over an empty archive gives what is stored afterwards.
    fn stored(batch: Vec<(String, Result<Brought, Refusal>)>) -> Stored {
        let (_, writes) = decide(batch, Stored::default());
        let mut stored = Stored::default();
        for Write { entry, .. } in writes {
            stored.owners.insert(entry.ag_id.clone(), entry.source_id.clone());
            stored.by_source.insert(entry.source_id.clone(), entry);
        }
        stored
    }

    fn results(outcomes: &[IndexOutcome]) -> Vec<(&str, IndexResult)> {
        outcomes.iter().map(|outcome| (outcome.id.as_str(), outcome.result())).collect()
    }

    #[test]
    fn an_id_is_brought_kept_or_derived() {
        let before = || stored(vec![brought("2603.00001", Some("AG-2026.03-1712"), "a"), brought("2603.00002", None, "b")]);
        let batch = vec![
            brought("2603.00001", None, "a"),
            brought("2603.00001v3", None, "changed"),
            brought("2603.00002", Some("AG-2026.03-00002"), "b"),
            brought("2603.00003", Some("AG-2026.03-300"), "c"),
            brought("hep-th/9301001", None, "d"),
        ];
        let (outcomes, writes) = decide(batch, before());
        let expected = [
            ("AG-2026.03-1712", IndexResult::Unchanged),
            ("AG-2026.03-1712", IndexResult::Updated),
            ("AG-2026.03-00002", IndexResult::Unchanged),
            ("AG-2026.03-300", IndexResult::New),
            ("AG-1993.01-20001", IndexResult::New),
        ];
        assert_eq!(results(&outcomes), expected);
        assert_eq!(writes.len(), 3);
        assert_eq!(outcomes[1].source_id, "arXiv:2603.00001");
    }

    #[test]
    fn another_id_than_it_has_is_refused_with_both_named() {
        let before = stored(vec![brought("2603.00001", Some("AG-2026.03-1712"), "a")]);
        let (outcomes, writes) = decide(vec![brought("2603.00001", Some("AG-2026.03-1713"), "a")], before);
        assert_eq!(outcomes[0].result(), IndexResult::Refused);
        for part in ["ag_id: ", "arXiv:2603.00001", "AG-2026.03-1712", "AG-2026.03-1713"] {
            assert!(outcomes[0].refusal.contains(part), "{}", outcomes[0].refusal);
        }
        assert!(writes.is_empty());
    }

    #[test]
    fn an_id_of_another_source_is_refused_with_both_named_stored_or_in_the_batch() {
        let first = || brought("2603.00001", Some("AG-2026.03-1712"), "a");
        let second = || brought("2603.00002", Some("AG-2026.03-1712"), "b");
        let (of_stored, _) = decide(vec![second()], stored(vec![first()]));
        let (in_batch, writes) = decide(vec![first(), second()], Stored::default());
        assert_eq!(writes.len(), 1);
        for outcome in [of_stored.last().unwrap(), in_batch.last().unwrap()] {
            assert_eq!(outcome.result(), IndexResult::Refused);
            for part in ["AG-2026.03-1712", "arXiv:2603.00001", "arXiv:2603.00002"] {
                assert!(outcome.refusal.contains(part), "{}", outcome.refusal);
            }
        }
    }

    #[test]
    fn leading_zeros_count() {
        let batch = vec![brought("2603.01712", None, "a"), brought("2603.00002", Some("AG-2026.03-1712"), "b")];
        let (outcomes, _) = decide(batch, Stored::default());
        assert_eq!(results(&outcomes), [("AG-2026.03-01712", IndexResult::New), ("AG-2026.03-1712", IndexResult::New)]);
    }

    #[test]
    fn the_last_of_a_source_in_a_batch_is_written_once() {
        let batch = vec![brought("2603.00001", None, "a"), brought("2603.00001v2", None, "b"), brought("2603.00001v2", None, "b")];
        let (outcomes, writes) = decide(batch, Stored::default());
        let kinds: Vec<_> = outcomes.iter().map(IndexOutcome::result).collect();
        assert_eq!(kinds, [IndexResult::New, IndexResult::Updated, IndexResult::Unchanged]);
        assert_eq!(writes.len(), 1);
        assert_eq!(writes[0].record.content.title, "b");
        // There and back again is nothing to write.
        let (_, writes) = decide(
            vec![brought("2603.00001", None, "b"), brought("2603.00001", None, "a")],
            stored(vec![brought("2603.00001", None, "a")]),
        );
        assert!(writes.is_empty());
    }

    #[test]
    fn vectors_stay_while_the_text_stays() {
        let before = || stored(vec![brought("2603.00001", None, "a")]);
        let mut moved = brought("2603.00001", None, "a");
        moved.1.as_mut().unwrap().content.categories.reverse();
        let (_, writes) = decide(vec![moved], before());
        assert!(writes[0].keeps_vectors());
        let (_, writes) = decide(vec![brought("2603.00001", None, "b")], before());
        assert!(!writes[0].keeps_vectors());
    }

    #[test]
    fn a_refused_record_keeps_its_source_id_as_it_was_written_and_holds_nobody_up() {
        let wrong = ("nonsense".to_owned(), Err(Refusal::new("source_id", "is no id")));
        let (outcomes, writes) = decide(vec![wrong, brought("2603.00001", None, "a")], Stored::default());
        assert_eq!((outcomes[0].source_id.as_str(), outcomes[0].refusal.as_str()), ("nonsense", "source_id: is no id"));
        assert_eq!((outcomes[1].result(), writes.len()), (IndexResult::New, 1));
    }
}
