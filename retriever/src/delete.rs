//! Removing preprints by any of their ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_text::{PreprintId, SourceId, excerpt};

use crate::archives::Archive;
use crate::census::Entry;
use crate::core::{Core, writing};
use crate::error::{RetrieverError, argument};
use crate::index::point::{self, point_id};
use crate::index::{Fetch, Fields, filter};
use crate::measured;

/// Most ids of one call.
const MAX_IDS: usize = 1_000;

/// The ids of a request, told apart.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    ag: Vec<String>,
    sources: Vec<SourceId>,
}

/// Reads the ids of a request.
pub(crate) fn check(ids: &[String]) -> Result<Ids, RetrieverError> {
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(argument("ids", format!("there are {}: 1 to {MAX_IDS} are accepted", ids.len())).into());
    }
    let mut read = Ids::default();
    for (place, text) in ids.iter().enumerate() {
        match (PreprintId::normalise(text), text.trim().parse::<SourceId>()) {
            (Some(id), _) => read.ag.push(id.to_string()),
            (None, Ok(source)) => read.sources.push(source),
            (None, Err(_)) => {
                let description = format!("`{}` is no id: write AG-2026.03-1712 or arXiv:2603.25794", excerpt(text));
                return Err(argument(&format!("ids[{place}]"), description).into());
            }
        }
    }
    Ok(read)
}

/// Removes the preprints of these ids; how many there were. On disk when it returns.
///
/// A task of its own, owned by the core: a caller that goes away leaves no removal half counted.
pub(crate) async fn delete(core: &Arc<Core>, call: &CallContext, archive: &Arc<Archive>, ids: Ids) -> Result<u64, RetrieverError> {
    let (inner, call, archive) = (core.clone(), call.clone(), archive.clone());
    core.see_through(async move { remove(&inner, &call, &archive, ids).await }).await
}

async fn remove(core: &Core, call: &CallContext, archive: &Archive, ids: Ids) -> Result<u64, RetrieverError> {
    let _writer = archive.write().await;
    let (index, collection) = (&core.index, &archive.collection);
    let fetch = Fetch { payload: Fields::These(&Entry::FIELDS), vectors: &[] };
    let points: Vec<String> = ids.sources.iter().map(point_id).collect();
    let mut found = index.get(call, collection, &points, fetch).await?;
    if let Ok(limit @ 1..) = u32::try_from(ids.ag.len()) {
        found.extend(index.scroll(call, collection, Some(filter::with_ag_ids(ids.ag)), fetch, (limit, None)).await?.0);
    }
    // By point: an AG id and a source id may name the same one.
    let mut entries = BTreeMap::new();
    for read in found {
        entries.insert(point::uuid_text(read.id)?, point::read::<Entry>(read.payload)?);
    }
    if entries.is_empty() {
        return Ok(0);
    }
    let (points, entries): (Vec<String>, Vec<Entry>) = entries.into_iter().unzip();
    match index.delete(&writing(call), collection, &points).await {
        Ok(()) => {
            archive.removed(&entries);
            measured::deleted(entries.len() as u64);
            Ok(entries.len() as u64)
        }
        Err(error) => {
            archive.doubtful();
            Err(error.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_kinds_are_told_apart() {
        let ids = check(&["[ag-2026.03-1712]".into(), "arXiv:2603.00001v2".into(), "hep-th/9301001".into()]).unwrap();
        assert_eq!((ids.ag, ids.sources.len()), (vec!["AG-2026.03-1712".to_owned()], 2));
        for wrong in [vec![], vec!["preprint".to_owned()], vec!["2603.00001".to_owned(); 1_001]] {
            assert!(check(&wrong).is_err());
        }
    }
}
