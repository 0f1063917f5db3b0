//! Which collections are open, and one change to them after the other. A change is saved before it is shown, so that what a client has seen
//! is still there after a crash.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::available_parallelism;

use qdrant_client::qdrant::CollectionConfig;
use qdrant_edge::{EdgeConfig, ResourceBudget};
use tonic::Status;
use uuid::Uuid;

use crate::catalog::{Catalog, collections_dir};
use crate::collection::{Collection, Shared};
use crate::disk::{self, Refusal};
use crate::durable::sync_dir;
use crate::error::{EmbeddedError, bad_request, io, no_collection};
use crate::options::EngineOptions;

/// The collections and aliases of one data directory, which it holds locked.
#[derive(Debug)]
pub(crate) struct Registry {
    state: RwLock<State>,
    /// Held while a collection is made or deleted or an alias changed, so that these come one after the other; `state` is locked for writing
    /// only to publish the result, so that readers don't wait for them.
    changes: Mutex<()>,
    dir: PathBuf,
    shared: Shared,
    /// Dropped last: the directory is free when all shards are closed.
    lock: File,
}

#[derive(Debug, Default)]
struct State {
    catalog: Catalog,
    open: BTreeMap<String, Arc<Collection>>,
}

impl Registry {
    /// Locks `dir` (made if missing), removes what a crash left half-made or half-deleted, opens every collection. Blocks.
    pub(crate) fn open(dir: &Path, options: EngineOptions) -> Result<Self, EmbeddedError> {
        Self::open_writable(dir, options).map_err(|error| {
            let refusal = match &error {
                EmbeddedError::Io { source, .. } => Refusal::of(source),
                // The engine doesn't say why.
                EmbeddedError::Open { .. } => disk::refusal(dir),
                _ => None,
            };
            refusal.map_or(error, |refusal| refusal.error(dir))
        })
    }

    fn open_writable(dir: &Path, options: EngineOptions) -> Result<Self, EmbeddedError> {
        fs::create_dir_all(dir).map_err(EmbeddedError::io("create", dir))?;
        let lock = acquire(dir)?;
        let catalog = Catalog::load(dir)?;
        let collections = collections_dir(dir);
        if !collections.exists() {
            // Before the collections' directory, so that a crash between the two doesn't look like a lost catalog.
            catalog.save(dir).map_err(EmbeddedError::io("write the catalog of", dir))?;
        }
        fs::create_dir_all(&collections).map_err(EmbeddedError::io("create", &collections))?;
        remove_leftovers(&collections, &catalog).map_err(EmbeddedError::io("clean", &collections))?;

        let cpus = available_parallelism().map_or(2, usize::from);
        let shared = Shared { options, budget: ResourceBudget::new(cpus, cpus) };
        let mut open = BTreeMap::new();
        for (name, directory) in &catalog.collections {
            let path = collections.join(directory);
            let collection = Collection::open(&path, &shared).map_err(|reason| EmbeddedError::Open { collection: name.clone(), reason })?;
            open.insert(name.clone(), Arc::new(collection));
        }
        let state = RwLock::new(State { catalog, open });
        Ok(Self { state, changes: Mutex::new(()), dir: dir.to_owned(), shared, lock })
    }

    /// The collection that `name`, a collection's name or an alias, stands for.
    pub(crate) fn resolve(&self, name: &str) -> Result<Arc<Collection>, Status> {
        let state = self.read();
        let collection = state.catalog.resolve(name).and_then(|name| state.open.get(name));
        collection.cloned().ok_or_else(|| no_collection(name))
    }

    /// The collections' names, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.read().open.keys().cloned().collect()
    }

    /// All collections.
    pub(crate) fn all(&self) -> Vec<Arc<Collection>> {
        self.read().open.values().cloned().collect()
    }

    /// Alias → collection, in order of the aliases.
    pub(crate) fn aliases(&self) -> BTreeMap<String, String> {
        self.read().catalog.aliases.clone()
    }

    /// Makes a collection. It is there as a whole or, after an error or a crash, not at all. Blocks.
    pub(crate) fn create(&self, name: &str, config: EdgeConfig, description: CollectionConfig) -> Result<(), Status> {
        check_name(name)?;
        let _changing = self.changing();
        check_free(&self.read().catalog, name)?;
        if self.read().catalog.aliases.contains_key(name) {
            return Err(bad_request(format!("`{name}` is an alias")));
        }
        // A name of its own for each: the old directory of a deleted collection may still be in use when the name is used again.
        let directory = directory_of(name);
        let collections = collections_dir(&self.dir);
        let path = collections.join(&directory);
        let created = Collection::create(&path, config, description, &self.shared).and_then(|collection| {
            sync_dir(&collections).map_err(|error| io("write", &collections, &error))?;
            self.publish(|catalog| {
                catalog.collections.insert(name.to_owned(), directory);
                Ok(())
            })?;
            Ok(collection)
        });
        match created {
            Ok(collection) => {
                self.write().open.insert(name.to_owned(), Arc::new(collection));
                Ok(())
            }
            Err(status) => {
                if let Err(error) = fs::remove_dir_all(&path) {
                    tracing::debug!(%error, path = %path.display(), "a half-made collection stays until the next start");
                }
                Err(status)
            }
        }
    }

    /// Deletes a collection and its aliases; false if there is none of that name. Its directory goes when its last reader is through. Blocks.
    pub(crate) fn delete(&self, name: &str) -> Result<bool, Status> {
        let _changing = self.changing();
        if !self.read().catalog.collections.contains_key(name) {
            return Ok(false);
        }
        self.publish(|catalog| {
            catalog.collections.remove(name);
            catalog.aliases.retain(|_, collection| collection != name);
            Ok(())
        })?;
        let removed = self.write().open.remove(name);
        if let Some(collection) = removed {
            collection.doom();
        }
        Ok(true)
    }

    /// Changes aliases: all of `actions` or, after an error, none.
    pub(crate) fn change_aliases(&self, actions: impl FnOnce(&mut Catalog) -> Result<(), Status>) -> Result<(), Status> {
        let _changing = self.changing();
        self.publish(actions)
    }

    /// Waits for the optimizers, flushes and closes every collection, and frees the directory. Nothing may run any more. Blocks.
    pub(crate) fn close(&self) {
        let state = std::mem::take(&mut *self.write());
        for (name, collection) in &state.open {
            collection.optimizer().join();
            if let Err(error) = collection.shard().flush() {
                tracing::error!(%error, collection = %name, "cannot flush");
            }
        }
        drop(state);
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, dir = %self.dir.display(), "cannot unlock");
        }
    }

    /// Changes a copy of the catalog, saves it, and only then shows it. Hold `changes`.
    fn publish(&self, change: impl FnOnce(&mut Catalog) -> Result<(), Status>) -> Result<(), Status> {
        let mut catalog = self.read().catalog.clone();
        change(&mut catalog)?;
        catalog.save(&self.dir).map_err(|error| io("write the catalog of", &self.dir, &error))?;
        self.write().catalog = catalog;
        Ok(())
    }

    // A panic while one of these is held leaves the state whole: each is changed by single statements.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing(&self) -> std::sync::MutexGuard<'_, ()> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses a name that a collection has already, in the server's words.
pub(crate) fn check_free(catalog: &Catalog, name: &str) -> Result<(), Status> {
    if catalog.collections.contains_key(name) {
        return Err(Status::already_exists(format!("Wrong input: Collection `{name}` already exists!")));
    }
    Ok(())
}

/// A collection's name becomes part of a path; 200 bytes leave room for the suffix below the 255 that file systems allow.
fn check_name(name: &str) -> Result<(), Status> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if name.is_empty() || name.len() > 200 || !name.bytes().all(plain) {
        return Err(bad_request(format!("collection name `{name}`: 1 to 200 of A-Z, a-z, 0-9, _ and - are accepted")));
    }
    Ok(())
}

/// Locks the directory, before any shard is touched and also when there is none. The lock dies with the process, however it dies.
fn acquire(dir: &Path) -> Result<File, EmbeddedError> {
    let path = dir.join("lock");
    let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(EmbeddedError::io("open", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(EmbeddedError::InUse { dir: dir.to_owned() }),
        Err(TryLockError::Error(source)) => Err(EmbeddedError::Io { action: "lock", path, source }),
    }
}

/// A new directory's name for a collection.
fn directory_of(collection: &str) -> String {
    format!("{collection}.{}", Uuid::now_v7().simple())
}

/// Whether a directory's name is one that [`directory_of`] gives.
fn is_directory_of_ours(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(collection, id)| check_name(collection).is_ok() && id.len() == 32 && Uuid::try_parse(id).is_ok())
}

/// Removes the directories of collections that the catalog doesn't name. What never was one is somebody else's and stays.
fn remove_leftovers(collections: &Path, catalog: &Catalog) -> std::io::Result<()> {
    let known: HashSet<&str> = catalog.collections.values().map(String::as_str).collect();
    for entry in fs::read_dir(collections)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_str().unwrap_or_default();
        if known.contains(name) {
            continue;
        }
        if !entry.file_type()?.is_dir() || !is_directory_of_ours(name) {
            tracing::warn!(path = %path.display(), "not a collection: it is left alone, and doesn't belong here");
            continue;
        }
        tracing::info!(path = %path.display(), "removing a half-made or deleted collection");
        fs::remove_dir_all(path)?;
    }
    Ok(())
}
