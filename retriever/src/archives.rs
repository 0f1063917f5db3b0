//! What this process knows of the archives between two calls. None of it is stored: the index alone is the truth, and whatever is forgotten
//! here is read from it again.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use antigravity_chassis::call::CallContext;
use antigravity_text::{ArchiveName, ArchiveNameError};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use crate::archive;
use crate::census::{Census, Entry};
use crate::error::{RetrieverError, argument, incompatible, laid_out_otherwise};
use crate::index::schema::Identity;
use crate::index::{Fetch, Fields, Index, IndexError, point};
use crate::search::KeptRarity;

/// For how long a census of an archive that others may write to is believed unseen.
const TRUSTED: Duration = Duration::from_secs(2);
/// For how long one is believed while the number of preprints stays. What others add or delete shows within [`TRUSTED`]; what they replace,
/// so that the number stays, shows within this time.
const RECOUNTED: Duration = Duration::from_secs(60);
/// Entries read per call for a census.
const PAGE: u32 = 2_000;

/// The archives of one index, opened when they are first asked for.
#[derive(Debug)]
pub(crate) struct Archives {
    index: Index,
    identity: Identity,
    default: ArchiveName,
    /// Whether others may write to the same index. The embedded engine belongs to this process alone.
    shared: bool,
    open: Mutex<HashMap<ArchiveName, Arc<Archive>>>,
    /// The archives that are being rebuilt.
    rebuilding: Arc<Mutex<HashSet<ArchiveName>>>,
}

/// An archive that is being rebuilt: only one at a time of each, since each removes what others left over.
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
    shared: bool,
    census: Mutex<Option<Counted>>,
    writer: Arc<AsyncMutex<()>>,
    /// How rare terms are in it.
    pub(crate) rarity: KeptRarity,
}

#[derive(Debug, Clone)]
struct Counted {
    census: Arc<Census>,
    /// When it was computed from what is stored.
    taken: Instant,
    /// When it was last found to agree with the number of points.
    checked: Instant,
}

impl Archives {
    /// Of an index. `shared` says whether others may write to it too.
    pub(crate) fn new(index: Index, identity: Identity, default: ArchiveName, shared: bool) -> Self {
        Self { index, identity, default, shared, open: Mutex::default(), rebuilding: Arc::default() }
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

    /// The archive, if it is there and was made with our model and layout.
    pub(crate) async fn find(&self, call: &CallContext, name: &ArchiveName) -> Result<Option<Arc<Archive>>, RetrieverError> {
        if let Some(archive) = self.opened().get(name) {
            return Ok(Some(archive.clone()));
        }
        let Some(info) = self.index.collection(call, &archive::alias(name)).await? else {
            return Ok(None);
        };
        let differences = self.identity.differences(&info);
        if !differences.is_empty() {
            return Err(incompatible(name, &differences).into());
        }
        let differences = self.index.layout_differences(&info);
        if !differences.is_empty() {
            return Err(laid_out_otherwise(name, &differences).into());
        }
        let archive = Arc::new(Archive::new(name.clone(), self.shared));
        // Another call may have been faster: all must hold the same one, else two could write at a time.
        Ok(Some(self.opened().entry(name.clone()).or_insert(archive).clone()))
    }

    /// The archive; made when it isn't there, completed when its making was cut short.
    pub(crate) async fn find_or_make(&self, call: &CallContext, name: &ArchiveName) -> Result<Arc<Archive>, RetrieverError> {
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
        let archive = self.find(call, name).await?.ok_or(IndexError::NoCollection)?;
        self.index.index_fields(call, &alias, &info).await?;
        Ok(archive)
    }

    /// A new, empty collection for the archive, beside the one that is searched. What earlier attempts left over is removed.
    ///
    /// What is there isn't looked at: a rebuild is the way out of a collection that can't be used any more.
    pub(crate) async fn begin_rebuild(&self, call: &CallContext, name: &ArchiveName) -> Result<Rebuild, RetrieverError> {
        let guard =
            Rebuilding::begin(&self.rebuilding, name).ok_or_else(|| argument("header.rebuild", "is going on already: wait for it"))?;
        self.remove_leftovers(call, name).await?;
        let collection = archive::rebuilt_collection(name);
        self.index.create(call, &collection, &self.identity).await?;
        let info = self.index.collection(call, &collection).await?.ok_or(IndexError::NoCollection)?;
        self.index.index_fields(call, &collection, &info).await?;
        self.index.defer_indexing(call, &collection, true).await?;
        let archive = Archive { collection, ..Archive::new(name.clone(), self.shared) };
        Ok(Rebuild { archive: Arc::new(archive), _guard: guard })
    }

    /// Has the rebuilt collection take the place of the old one, which is removed.
    pub(crate) async fn end_rebuild(&self, call: &CallContext, rebuild: &Rebuild) -> Result<(), RetrieverError> {
        let name = &rebuild.archive.name;
        let alias = archive::alias(name);
        self.index.defer_indexing(call, &rebuild.archive.collection, false).await?;
        let archive = self.opened().entry(name.clone()).or_insert_with(|| Arc::new(Archive::new(name.clone(), self.shared))).clone();
        // Whoever else writes must write wholly to the old or wholly to the new.
        let _writer = archive.write().await;
        if self.index.collections(call).await?.contains(&alias) {
            // Made when archives were collections: the alias can't have its name while it is there.
            self.index.remove(call, &alias).await?;
        }
        self.index.point_alias(call, &alias, &rebuild.archive.collection).await?;
        archive.doubtful();
        tracing::info!(archive = %name, "rebuilt an archive");
        self.remove_leftovers(call, name).await
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
    fn new(name: ArchiveName, shared: bool) -> Self {
        let collection = archive::alias(&name);
        Self { name, collection, shared, census: Mutex::default(), writer: Arc::default(), rarity: KeptRarity::default() }
    }

    /// What the archive holds.
    ///
    /// With the embedded engine it is exact: nobody else writes, and a write keeps it up. On a server others may write, so that it is checked
    /// against the number of points every 2 s and computed anew at least every 60 s; see [`TRUSTED`] and [`RECOUNTED`].
    pub(crate) async fn census(&self, call: &CallContext, index: &Index) -> Result<Arc<Census>, RetrieverError> {
        if let Some(census) = self.believed(call, index).await? {
            return Ok(census);
        }
        // A census taken amid a write would count a part of it: wait for the writer, unless there is an older one to answer with.
        let _no_writer = match self.writer.try_lock() {
            Ok(guard) => guard,
            Err(_) => match self.counted() {
                Some(counted) => return Ok(counted.census),
                None => self.writer.lock().await,
            },
        };
        self.census_as_writer(call, index).await
    }

    /// The right to write, alone.
    pub(crate) async fn write(&self) -> OwnedMutexGuard<()> {
        self.writer.clone().lock_owned().await
    }

    /// As [`census`](Self::census), for who holds the right to write: the present one, or one computed from what is stored.
    pub(crate) async fn census_as_writer(&self, call: &CallContext, index: &Index) -> Result<Arc<Census>, RetrieverError> {
        if let Some(census) = self.believed(call, index).await? {
            return Ok(census);
        }
        let mut census = Census::default();
        let fetch = Fetch { payload: Fields::These(&Entry::FIELDS), vectors: &[] };
        let mut offset = None;
        loop {
            let (points, next) = index.scroll(call, &self.collection, None, fetch, (PAGE, offset)).await?;
            for found in points {
                census.add(&point::read(found.payload)?);
            }
            offset = next;
            if offset.is_none() {
                break;
            }
        }
        let (census, now) = (Arc::new(census), Instant::now());
        *self.lock() = Some(Counted { census: census.clone(), taken: now, checked: now });
        Ok(census)
    }

    /// Keeps the census up with a write that was applied: what came, and what it replaced.
    pub(crate) fn applied<'a>(&self, changes: impl Iterator<Item = (Option<&'a Entry>, &'a Entry)>) {
        if let Some(counted) = self.lock().as_mut() {
            let census = Arc::make_mut(&mut counted.census);
            for (replaced, new) in changes {
                replaced.into_iter().for_each(|entry| census.remove(entry));
                census.add(new);
            }
        }
    }

    /// Keeps the census up with a removal that was applied.
    pub(crate) fn removed(&self, entries: &[Entry]) {
        if let Some(counted) = self.lock().as_mut() {
            let census = Arc::make_mut(&mut counted.census);
            entries.iter().for_each(|entry| census.remove(entry));
        }
    }

    /// Drops the census after a write of which it isn't known how much was applied.
    pub(crate) fn doubtful(&self) {
        *self.lock() = None;
    }

    /// Whether others may write to it.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The present census, unless it has to be taken anew.
    async fn believed(&self, call: &CallContext, index: &Index) -> Result<Option<Arc<Census>>, RetrieverError> {
        let Some(counted) = self.counted() else {
            return Ok(None);
        };
        if !self.shared || counted.checked.elapsed() < TRUSTED {
            return Ok(Some(counted.census));
        }
        let same = counted.taken.elapsed() < RECOUNTED && index.count(call, &self.collection).await? == counted.census.preprints();
        if let (true, Some(counted)) = (same, self.lock().as_mut()) {
            counted.checked = Instant::now();
        }
        Ok(same.then_some(counted.census))
    }

    fn counted(&self) -> Option<Counted> {
        self.lock().clone()
    }

    // Whole at every step but amid `applied`, which can't panic.
    fn lock(&self) -> MutexGuard<'_, Option<Counted>> {
        self.census.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
