//! How far harvests have come, as entries of a collection's metadata.
//!
//! Not a point of its own: searches, counts and scrolls would have to leave it out. A mark is written after its batch and acknowledged with
//! it: after a crash in between, the harvest takes the batch again, which changes nothing.

use std::collections::HashMap;

use antigravity_chassis::call::CallContext;
use antigravity_proto::types::HarvestMark;
use qdrant_client::qdrant::{CollectionInfo, Value};
use serde::{Deserialize, Serialize};

use crate::error::{RetrieverError, argument};
use crate::index::{Index, IndexError};

/// Where the marks stand in the metadata.
const KEY: &str = "harvest_marks";
/// Longest endpoint and set, in bytes.
const MAX_LENGTH: usize = 500;
/// Most marks of one archive.
const MAX_MARKS: usize = 1_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    endpoint: String,
    set: String,
    /// Since the Unix epoch.
    seconds: i64,
    nanos: i32,
}

/// Checks a mark that a batch brings.
pub(crate) fn check(mark: &HarvestMark) -> Result<(), RetrieverError> {
    let wrong = |field: &str, description: String| Err(argument(&format!("batch.harvest_mark.{field}"), description).into());
    if mark.endpoint.is_empty() || mark.endpoint.len() > MAX_LENGTH {
        return wrong("endpoint", format!("has {} bytes: 1 to {MAX_LENGTH} are accepted", mark.endpoint.len()));
    }
    if mark.set.len() > MAX_LENGTH {
        return wrong("set", format!("has {} bytes: at most {MAX_LENGTH} are accepted", mark.set.len()));
    }
    if mark.datestamp.is_none() {
        return wrong("datestamp", "is missing".to_owned());
    }
    Ok(())
}

/// The marks of a collection, by endpoint and set.
pub(crate) fn of(info: &CollectionInfo) -> Vec<HarvestMark> {
    let datestamp = |kept: &Kept| prost_types::Timestamp { seconds: kept.seconds, nanos: kept.nanos };
    let mark = |kept: Kept| HarvestMark { datestamp: Some(datestamp(&kept)), endpoint: kept.endpoint, set: kept.set };
    kept(info).into_iter().map(mark).collect()
}

/// Keeps a mark, in the place of the one of the same endpoint and set. Only who holds the archive's right to write may.
pub(crate) async fn keep(index: &Index, call: &CallContext, collection: &str, mark: HarvestMark) -> Result<(), RetrieverError> {
    let info = index.collection(call, collection).await?.ok_or(IndexError::NoCollection)?;
    let marks = replaced(kept(&info), mark);
    if marks.len() > MAX_MARKS {
        return Err(argument("batch.harvest_mark", format!("would be one too many: an archive keeps {MAX_MARKS}")).into());
    }
    let value = serde_json::to_value(marks).map_or(Value::default(), Value::from);
    Ok(index.describe(call, collection, HashMap::from([(KEY.to_owned(), value)])).await?)
}

/// What can't be read is as if it weren't there: the harvest begins anew, which is right if slow.
fn kept(info: &CollectionInfo) -> Vec<Kept> {
    let value = info.config.as_ref().and_then(|config| config.metadata.get(KEY));
    value.and_then(|value| serde_json::from_value(value.clone().into_json()).ok()).unwrap_or_default()
}

fn replaced(mut marks: Vec<Kept>, mark: HarvestMark) -> Vec<Kept> {
    let prost_types::Timestamp { seconds, nanos } = mark.datestamp.unwrap_or_default();
    marks.retain(|kept| (&kept.endpoint, &kept.set) != (&mark.endpoint, &mark.set));
    marks.push(Kept { endpoint: mark.endpoint, set: mark.set, seconds, nanos });
    marks.sort_by(|a, b| (&a.endpoint, &a.set).cmp(&(&b.endpoint, &b.set)));
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(endpoint: &str, set: &str, seconds: i64) -> HarvestMark {
        let datestamp = Some(prost_types::Timestamp { seconds, nanos: 0 });
        HarvestMark { endpoint: endpoint.into(), set: set.into(), datestamp }
    }

    #[test]
    fn a_mark_takes_the_place_of_its_own_set_alone() {
        let marks = [mark("b", "", 1), mark("a", "y", 2), mark("a", "x", 3), mark("a", "y", 4)].into_iter().fold(Vec::new(), replaced);
        let found: Vec<_> = marks.iter().map(|kept| (kept.endpoint.as_str(), kept.set.as_str(), kept.seconds)).collect();
        assert_eq!(found, [("a", "x", 3), ("a", "y", 4), ("b", "", 1)]);
    }

    #[test]
    fn half_a_mark_is_refused() {
        assert!(check(&mark("https://oaipmh.arxiv.org/oai", "physics:hep-ph", 1)).is_ok());
        for wrong in [mark("", "x", 1), mark("e", &"x".repeat(501), 1), HarvestMark { datestamp: None, ..mark("e", "x", 1) }] {
            assert!(check(&wrong).is_err(), "{wrong:?}");
        }
    }
}
