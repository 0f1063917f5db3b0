//! What this process knows of the archives between two calls. None of it is stored: the index alone is the truth, and whatever is forgotten
//! here is read from it again.

use std::collections::HashSet;
use std::collections::hash_map::{self, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use antigravity_chassis::call::CallContext;
use antigravity_text::{ArchiveName, ArchiveNameError};
use qdrant_client::qdrant::CollectionInfo;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use self::counted::Counted;
use crate::archive;
use crate::background::Background;
use crate::census::{Census, Entry};
use crate::core::writing;
use crate::error::{RetrieverError, argument, incompatible, laid_out_otherwise, rebuild_going_on};
use crate::index::schema::Identity;
use crate::index::{Index, IndexError};
use crate::measured;
use crate::search::KeptRarity;

mod counted;

/// The archives of one index, opened when they are first asked for.
#[derive(Debug)]
pub(crate) struct Archives {
    index: Index,
    identity: Identity,
    default: ArchiveName,
    /// Whether others may write to the same index. The embedded engine belongs to this process alone.
    shared: bool,
    open: Mutex<HashMap<ArchiveName, Arc<Archive>>>,
    /// Where archives are counted though nobody waits for it any more.
    background: Background,
    /// The archives that are being rebuilt.
    rebuilding: Arc<Mutex<HashSet<ArchiveName>>>,
}

/// An archive that is being rebuilt: only one at a time of each, since each removes what others left over. That holds within this process.
#[derive(Debug)]
pub(crate) struct Rebuild {
    /// The new collection, to be written to like any archive. It is not searched yet.
    pub(crate) archive: Arc<Archive>,
    _guard: Rebuilding,
}

#[derive(Debug)]
struct Rebuilding {
    all: Arc<Mutex<HashSet<ArchiveName>>>,
    name: ArchiveName,
}

impl Rebuilding {
    /// `None` while another is going on.
    fn begin(all: &Arc<Mutex<HashSet<ArchiveName>>>, name: &ArchiveName) -> Option<Self> {
        let is_first = all.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        is_first.then(|| Self { all: all.clone(), name: name.clone() })
    }
}

impl Drop for Rebuilding {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.name);
    }
}

/// One archive: its census, and the right to write to it.
///
/// Writers come one after the other, so that an AG id is looked up and taken in one step. That holds within this process: several retrievers
/// on one Qdrant must not index the same archive at the same time.
#[derive(Debug)]
pub(crate) struct Archive {
    pub(crate) name: ArchiveName,
    pub(crate) collection: String,
    counted: Mutex<Option<Counted>>,
    writer: Arc<AsyncMutex<()>>,
    /// How rare terms are in it.
    pub(crate) rarity: KeptRarity,
}

impl Archives {
    /// Of an index. `shared` says whether others may write to it too.
    pub(crate) fn new(index: Index, identity: Identity, default: ArchiveName, shared: bool, background: Background) -> Self {
        Self { index, identity, default, shared, open: Mutex::default(), background, rebuilding: Arc::default() }
    }

    /// The name that a request gives, empty meaning the default archive.
    pub(crate) fn name(&self, field: &str, requested: &str) -> Result<ArchiveName, RetrieverError> {
        if requested.is_empty() {
            return Ok(self.default.clone());
        }
        requested.parse().map_err(|error: ArchiveNameError| argument(field, error.to_string()).into())
    }

    /// The dimension of the model's vectors.
    pub(crate) fn dimension(&self) -> usize {
        usize::try_from(self.identity.dimension).unwrap_or(usize::MAX)
    }

    /// Whether this is the archive that requests without a name mean.
    pub(crate) fn is_default(&self, name: &ArchiveName) -> bool {
        *name == self.default
    }

    /// Whether others may write to the same archives.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The archive, if it is there and was made with our model and layout.
    pub(crate) async fn find(&self, call: &CallContext, name: &ArchiveName) -> Result<Option<Arc<Archive>>, RetrieverError> {
        if let Some(archive) = self.opened().get(name) {
            return Ok(Some(archive.clone()));
        }
        match self.index.collection(call, &archive::alias(name)).await? {
            Some(info) => self.open(name, &info).map(Some),
            None => Ok(None),
        }
    }

    /// The archive, and what its collection is; made when it isn't there, completed when its making was cut short.
    pub(crate) async fn find_or_make(
        &self,
        call: &CallContext,
        name: &ArchiveName,
    ) -> Result<(Arc<Archive>, CollectionInfo), RetrieverError> {
        let alias = archive::alias(name);
        let info = match self.index.collection(call, &alias).await? {
            Some(info) => info,
            None => {
                let collection = archive::first_collection(name);
                match self.index.create(call, &collection, &self.identity).await {
                    Ok(()) => tracing::info!(archive = %name, "made an archive"),
                    // Another retriever was faster, or this one was cut short before it came to the alias.
                    Err(IndexError::CollectionExists) => {}
                    Err(error) => return Err(error.into()),
                }
                self.index.point_alias(call, &alias, &collection).await?;
                self.index.collection(call, &alias).await?.ok_or(IndexError::NoCollection)?
            }
        };
        let archive = self.open(name, &info)?;
        self.index.index_fields(call, &alias, &info).await?;
        Ok((archive, info))
    }

    /// The archive of a collection that is there.
    fn open(&self, name: &ArchiveName, info: &CollectionInfo) -> Result<Arc<Archive>, RetrieverError> {
        self.check(name, info)?;
        Ok(self.opened_as(name).0)
    }

    /// The archive as all hold it, else two could write at a time; and whether it is open for the first time.
    fn opened_as(&self, name: &ArchiveName) -> (Arc<Archive>, bool) {
        match self.opened().entry(name.clone()) {
            hash_map::Entry::Occupied(present) => (present.get().clone(), false),
            hash_map::Entry::Vacant(free) => (free.insert(Arc::new(Archive::new(name.clone()))).clone(), true),
        }
    }

    /// Whether the collection was made with our model and layout. If not, the archive that was opened before is forgotten.
    fn check(&self, name: &ArchiveName, info: &CollectionInfo) -> Result<(), RetrieverError> {
        let (made, laid_out) = (self.identity.differences(info), self.index.layout_differences(info));
        let problem = match (made.is_empty(), laid_out.is_empty()) {
            (true, true) => return Ok(()),
            (true, false) => laid_out_otherwise(name, &laid_out),
            (false, _) => incompatible(name, &made),
        };
        self.forget(name);
        Err(problem.into())
    }

    /// A failure, or what led to it: on a server that others use, the alias may stand for another collection since the archive was opened, to
    /// which our requests make no sense.
    pub(crate) async fn explained(&self, call: &CallContext, name: &ArchiveName, failure: RetrieverError) -> RetrieverError {
        if !failure.is_refused_request() {
            return failure;
        }
        match self.index.collection(call, &archive::alias(name)).await {
            Ok(Some(info)) => self.check(name, &info).err().unwrap_or(failure),
            Ok(None) | Err(_) => failure,
        }
    }

    /// A new, empty collection for the archive, beside the one that is searched. What earlier attempts left over is removed.
    ///
    /// What is there isn't looked at: a rebuild is the way out of a collection that can't be used any more.
    pub(crate) async fn begin_rebuild(&self, call: &CallContext, name: &ArchiveName) -> Result<Rebuild, RetrieverError> {
        let guard = Rebuilding::begin(&self.rebuilding, name).ok_or_else(|| rebuild_going_on(name))?;
        self.remove_leftovers(call, name).await?;
        let collection = archive::rebuilt_collection(name);
        self.index.create(call, &collection, &self.identity).await?;
        let info = self.index.collection(call, &collection).await?.ok_or(IndexError::NoCollection)?;
        self.index.index_fields(call, &collection, &info).await?;
        self.index.defer_indexing(call, &collection, true).await?;
        let archive = Archive { collection, ..Archive::new(name.clone()) };
        Ok(Rebuild { archive: Arc::new(archive), _guard: guard })
    }

    /// Has the rebuilt collection take the place of the old one, which is removed. Must not stop halfway; the caller's deadline doesn't count.
    pub(crate) async fn end_rebuild(&self, call: &CallContext, rebuild: &Rebuild) -> Result<(), RetrieverError> {
        let Archive { name, collection, .. } = &*rebuild.archive;
        self.index.defer_indexing(&writing(call), collection, false).await?;
        self.take_place(call, name, collection).await?;
        tracing::info!(archive = %name, "rebuilt an archive");
        self.remove_leftovers(&writing(call), name).await
    }

    /// Has `collection` take the place of the archive's, between two writes: each goes wholly to the old one or wholly to the new.
    async fn take_place(&self, call: &CallContext, name: &ArchiveName, collection: &str) -> Result<(), RetrieverError> {
        // For its right to write, though what is there isn't checked: if it stays, it mustn't stay open.
        let (archive, is_unchecked) = self.opened_as(name);
        let _writer = archive.write().await;
        let switched = self.switch(&writing(call), name, collection).await;
        archive.doubtful();
        if is_unchecked && switched.is_err() {
            self.forget(name);
        }
        switched
    }

    /// Has the archive's alias stand for `collection`.
    async fn switch(&self, call: &CallContext, name: &ArchiveName, collection: &str) -> Result<(), RetrieverError> {
        let alias = archive::alias(name);
        if self.index.collections(call).await?.contains(&alias) {
            // Made when archives were collections: the alias can't have its name while it is there.
            self.index.remove(call, &alias).await?;
        }
        Ok(self.index.point_alias(call, &alias, collection).await?)
    }

    /// Gives a rebuild up; what it wrote goes.
    pub(crate) async fn give_up_rebuild(&self, call: &CallContext, rebuild: &Rebuild) -> Result<(), RetrieverError> {
        Ok(self.index.remove(call, &rebuild.archive.collection).await?)
    }

    /// Removes the archive's collections that its alias doesn't stand for.
    async fn remove_leftovers(&self, call: &CallContext, name: &ArchiveName) -> Result<(), RetrieverError> {
        let used = self.index.behind(call, &archive::alias(name)).await?;
        for collection in self.index.collections(call).await? {
            if archive::is_of(name, &collection) && collection != used {
                tracing::info!(%collection, "removing a collection that a rebuild left over");
                self.index.remove(call, &collection).await?;
            }
        }
        Ok(())
    }

    /// All archives' names, in alphabetical order.
    pub(crate) async fn names(&self, call: &CallContext) -> Result<Vec<ArchiveName>, RetrieverError> {
        let aliases = self.index.aliases(call).await?;
        // A collection of such a name is an archive too, from when they were collections.
        let collections = self.index.collections(call).await?;
        let mut names: Vec<_> = aliases.keys().chain(&collections).filter_map(|alias| archive::of_alias(alias)).collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Forgets an archive whose collection turned out to be gone.
    pub(crate) fn forget(&self, name: &ArchiveName) {
        self.opened().remove(name);
    }

    // Whole at every step: changed by single statements.
    fn opened(&self) -> MutexGuard<'_, HashMap<ArchiveName, Arc<Archive>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Archive {
    fn new(name: ArchiveName) -> Self {
        let collection = archive::alias(&name);
        Self { name, collection, counted: Mutex::default(), writer: Arc::default(), rarity: KeptRarity::default() }
    }

    /// The right to write, alone; `None` while another has it.
    fn try_write(&self) -> Option<OwnedMutexGuard<()>> {
        self.writer.clone().try_lock_owned().ok()
    }

    /// The right to write, alone.
    pub(crate) async fn write(&self) -> OwnedMutexGuard<()> {
        self.writer.clone().lock_owned().await
    }

    /// Keeps the census up with a write that was applied: what came, and what it replaced.
    pub(crate) fn applied<'a>(&self, changes: impl Iterator<Item = (Option<&'a Entry>, &'a Entry)>) {
        if let Some(counted) = self.lock().as_mut() {
            let census = Arc::make_mut(&mut counted.census);
            for (replaced, new) in changes {
                replaced.into_iter().for_each(|entry| census.remove(entry));
                census.add(new);
            }
            self.tell(&counted.census);
        }
    }

    /// Keeps the census up with a removal that was applied.
    pub(crate) fn removed(&self, entries: &[Entry]) {
        if let Some(counted) = self.lock().as_mut() {
            let census = Arc::make_mut(&mut counted.census);
            entries.iter().for_each(|entry| census.remove(entry));
            self.tell(&counted.census);
        }
    }

    /// Tells the metrics, unless this is a rebuild that has not taken the archive's place.
    fn tell(&self, census: &Census) {
        if self.collection == archive::alias(&self.name) {
            measured::archive(&self.name, census.preprints());
        }
    }

    /// Drops the census after a write of which it isn't known how much was applied.
    pub(crate) fn doubtful(&self) {
        *self.lock() = None;
    }

    fn latest(&self) -> Option<Counted> {
        self.lock().clone()
    }

    // Whole at every step but amid `applied`, which can't panic.
    fn lock(&self) -> MutexGuard<'_, Option<Counted>> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests;
