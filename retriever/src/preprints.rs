//! Reading preprints by their AG ids. By a filter, not by points' ids: those are made from the source id, a record's identity.

use std::collections::HashMap;

use antigravity_chassis::call::CallContext;
use antigravity_proto::types::Preprint;
use antigravity_text::{PreprintId, excerpt};

use crate::archives::Archive;
use crate::core::Core;
use crate::error::{RetrieverError, argument};
use crate::index::{Fetch, Fields, filter, point};

/// Most ids of one call.
const MAX_IDS: usize = 100;

/// The ids of a request, normalised.
pub(crate) fn check(ids: &[String]) -> Result<Vec<PreprintId>, RetrieverError> {
    if ids.is_empty() || ids.len() > MAX_IDS {
        return Err(argument("ids", format!("there are {}: 1 to {MAX_IDS} are accepted", ids.len())).into());
    }
    let read = ids.iter().enumerate().map(|(place, id)| {
        PreprintId::normalise(id).ok_or_else(|| {
            argument(&format!("ids[{place}]"), format!("`{}` is no preprint id: write it as AG-2026.03-1712", excerpt(id))).into()
        })
    });
    read.collect()
}

/// The preprints of these ids, in their order; unknown ones are left out.
pub(crate) async fn get(core: &Core, call: &CallContext, archive: &Archive, ids: Vec<PreprintId>) -> Result<Vec<Preprint>, RetrieverError> {
    let wanted = filter::with_ag_ids(ids.iter().map(ToString::to_string).collect());
    let fetch = Fetch { payload: Fields::All, vectors: &[] };
    let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let (points, _) = core.index.scroll(call, &archive.collection, Some(wanted), fetch, (limit, None)).await?;
    let mut found = HashMap::with_capacity(points.len());
    for read in points {
        let record = point::stored(read.payload)?.record;
        found.insert(record.id.clone(), record);
    }
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).map(crate::record::Record::into_preprint).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_normalised_and_bounded() {
        let ids = check(&["[ag-2026.03-1712]".to_owned()]).unwrap();
        assert_eq!(ids.first().unwrap().as_str(), "AG-2026.03-1712");
        for wrong in [vec![], vec!["2603.25794".to_owned()], vec!["AG-2026.03-1712".to_owned(); 101]] {
            assert!(matches!(check(&wrong), Err(RetrieverError::Problem(_))));
        }
    }
}
