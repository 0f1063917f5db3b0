//! Proving an archive sound: every point is read once, a page at a time, and nothing that is stored about it is believed.

mod preprint;

use std::collections::HashMap;

use antigravity_chassis::call::CallContext;
use antigravity_proto::types::ArchiveFault;

use crate::archives::Archive;
use crate::census::Census;
use crate::core::Core;
use crate::error::RetrieverError;
use crate::index::schema::{DENSE, FIELD_INDEXES, SENTENCES, SPARSE};
use crate::index::{Fetch, Fields, IndexError};

/// Points read per call: with their vectors some 25 KB each.
const PAGE: u32 = 200;
/// Most faults that are told. An archive with more is to be built anew, whatever they are.
const MAX_FAULTS: usize = 1_000;

/// Checks the archive; what is wrong with it. Nobody writes to it meanwhile: a count amid a write would be wrong.
///
/// For each preprint: [`preprint::check`]. For the archive: as many points as were read, no AG id twice, all field indexes, and the revision
/// that it states.
pub(crate) async fn verify(core: &Core, call: &CallContext, archive: &Archive) -> Result<Vec<ArchiveFault>, RetrieverError> {
    let _writer = archive.write().await;
    let (index, collection) = (&core.index, &archive.collection);
    let mut faults = Faults::default();
    let info = index.collection(call, collection).await?.ok_or(IndexError::NoCollection)?;
    for (field, _) in FIELD_INDEXES.iter().filter(|(field, _)| !info.payload_schema.contains_key(*field)) {
        faults.archive(format!("the field `{field}` has no index: index any preprint, which makes it"));
    }
    if core.archives.is_shared() {
        // Others may have written since it was taken.
        archive.doubtful();
    }
    let stated = match core.archives.census_as_writer(call, archive).await {
        Ok(census) => Some(census),
        // Told with the point that it is about.
        Err(RetrieverError::Index(failure)) if matches!(failure.0, IndexError::Foreign(_)) => None,
        Err(error) => return Err(error),
    };

    let fetch = Fetch { payload: Fields::All, vectors: &[DENSE, SPARSE, SENTENCES] };
    let mut read = 0;
    let mut found = Census::default();
    let mut owners: HashMap<String, String> = HashMap::new();
    let check = |point| {
        read += 1;
        let (entry, wrong) = preprint::check(point, core.archives.dimension());
        wrong.into_iter().for_each(|fault| faults.push(fault));
        let Some(entry) = entry else { return Ok(()) };
        found.add(&entry);
        if let Some(other) = owners.insert(entry.ag_id.clone(), entry.source_id.clone()) {
            let message = format!("is the id of both {other} and {}: delete one of them", entry.source_id);
            faults.push(ArchiveFault { id: entry.ag_id, message });
        }
        Ok(())
    };
    index.for_each(call, collection, fetch, PAGE, check).await?;
    let counted = index.count(call, collection).await?;
    if counted != read {
        faults.archive(format!("Qdrant counts {counted} preprints, but {read} can be read: restore it from a backup, or {REBUILD}"));
    }
    if let Some(stated) = stated.filter(|stated| **stated != found) {
        let (said, is) = ((stated.revision(), stated.preprints()), (found.revision(), found.preprints()));
        faults.archive(format!("says revision {} with {} preprints, but holds {} with {}: {REBUILD}", said.0, said.1, is.0, is.1));
    }
    Ok(faults.told())
}

/// What mends an archive whose stored preprints are not what they were written as.
const REBUILD: &str = "rebuild the archive from its files with `antigravity index --rebuild`";

#[derive(Default)]
struct Faults {
    told: Vec<ArchiveFault>,
    more: u64,
}

impl Faults {
    fn push(&mut self, fault: ArchiveFault) {
        if self.told.len() < MAX_FAULTS {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// One that concerns the archive as a whole.
    fn archive(&mut self, message: String) {
        self.push(ArchiveFault { id: String::new(), message });
    }

    fn told(mut self) -> Vec<ArchiveFault> {
        if self.more > 0 {
            self.told.push(ArchiveFault { id: String::new(), message: format!("{} more faults are not listed", self.more) });
        }
        self.told
    }
}
