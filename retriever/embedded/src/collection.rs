//! What makes a shard of the engine a collection: a description beside it, writes that are on disk when they are answered, an optimizer,
//! and an end that waits for its readers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use prost::Message;
use qdrant_client::qdrant::{CollectionConfig, Value};
use qdrant_edge::{EdgeConfig, EdgeShard, EdgeShardRead, ResourceBudget, UpdateOperation};
use tonic::Status;

use crate::convert::config;
use crate::disk::{self, check_room};
use crate::durable::{sync_tree, write_atomically};
use crate::error::{engine, io};
use crate::optimizer::Optimizer;
use crate::options::EngineOptions;

/// Beside the shard: what the collection was created with, as the `CollectionConfig` message that `Get` answers, metadata included.
const DESCRIPTION: &str = "description.binpb";

/// One collection: a shard, what it was created with, and its optimizer.
///
/// The fields are dropped in this order: the optimizer is joined, the shard flushed and closed, the directory removed if it is doomed. So a
/// deleted collection disappears when its last reader is through, not under it.
#[derive(Debug)]
pub(crate) struct Collection {
    optimizer: Optimizer,
    shard: Arc<EdgeShard>,
    schema: Arc<EdgeConfig>,
    description: RwLock<CollectionConfig>,
    directory: Directory,
    free_bytes: u64,
}

/// What a collection shares with the others of its engine.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    pub(crate) options: EngineOptions,
    pub(crate) budget: ResourceBudget,
}

impl Collection {
    /// Makes a collection in `path`, which mustn't exist; all of it is on disk when this returns. Blocks.
    pub(crate) fn create(path: &Path, config: EdgeConfig, description: CollectionConfig, shared: &Shared) -> Result<Self, Status> {
        // Its parent: the directory itself is made by the engine.
        check_room(path.parent().unwrap_or(path), shared.options.free_bytes)?;
        let shard = EdgeShard::new(path, config).map_err(engine)?;
        write_atomically(&path.join(DESCRIPTION), &description.encode_to_vec())
            .and_then(|()| sync_tree(path))
            .map_err(|error| io("write", path, &error))?;
        Ok(Self::new(path, shard, description, shared))
    }

    /// Opens the collection in `path` and replays its write-ahead log. Blocks.
    pub(crate) fn open(path: &Path, shared: &Shared) -> Result<Self, String> {
        let description = std::fs::read(path.join(DESCRIPTION)).map_err(|error| format!("{DESCRIPTION}: {error}"))?;
        let description = CollectionConfig::decode(description.as_slice()).map_err(|error| format!("{DESCRIPTION}: {error}"))?;
        // Empty but for what may differ from the last time: the rest is taken from what is stored.
        let config = EdgeConfig::builder().max_search_threads(shared.options.search_threads.max(1)).build();
        let shard = EdgeShard::load(path, Some(config)).map_err(|error| error.to_string())?;
        // The description is changed first: a crash in between left the engine with the settings before.
        let optimizers = config::optimizers(description.optimizer_config).map_err(|status| status.message().to_owned())?;
        shard.set_optimizers_config(optimizers).map_err(|error| error.to_string())?;
        Ok(Self::new(path, shard, description, shared))
    }

    fn new(path: &Path, shard: EdgeShard, description: CollectionConfig, shared: &Shared) -> Self {
        let shard = Arc::new(shard);
        Self {
            optimizer: Optimizer::new(shard.clone(), shared.budget.clone(), shared.options.optimize_after_points),
            schema: shard.config_snapshot(),
            shard,
            description: RwLock::new(description),
            directory: Directory { path: path.to_owned(), doomed: AtomicBool::new(false) },
            free_bytes: shared.options.free_bytes,
        }
    }

    /// For reads.
    pub(crate) fn shard(&self) -> &EdgeShard {
        &self.shard
    }

    /// Vector names, dimensions, kinds. They never change: the calls that could change them aren't served.
    pub(crate) fn schema(&self) -> &EdgeConfig {
        &self.schema
    }

    /// What the collection was created with, and what was changed since.
    pub(crate) fn description(&self) -> CollectionConfig {
        self.description.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the threshold of indexing, if one is given, and the metadata (the keys given); on disk when this returns. Blocks.
    pub(crate) fn change(&self, indexing_threshold: Option<u64>, metadata: HashMap<String, Value>) -> Result<(), Status> {
        let path = &self.directory.path;
        // Held throughout: a second change must see the first.
        let mut current = self.description.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = current.clone();
        changed.metadata.extend(metadata);
        if indexing_threshold.is_some() {
            changed.optimizer_config.get_or_insert_default().indexing_threshold = indexing_threshold;
        }
        write_atomically(&path.join(DESCRIPTION), &changed.encode_to_vec()).map_err(|error| io("write", path, &error))?;
        if indexing_threshold.is_some() {
            self.shard.set_optimizers_config(config::optimizers(changed.optimizer_config)?).map_err(engine)?;
        }
        *current = changed;
        Ok(())
    }

    /// The optimizer, to start it or to see whether it runs.
    pub(crate) fn optimizer(&self) -> &Optimizer {
        &self.optimizer
    }

    /// Applies a write to `points` points and has it on disk when it returns. Blocks.
    ///
    /// The engine appends to its log without fsync: a write would survive the process's death but not the machine's. There is no way to sync
    /// the log alone, so the whole shard is flushed; once per request, whatever its number of points.
    ///
    /// A write must have been validated: it is in the log already when the engine finds it wrong, and it is applied up to the wrong point.
    pub(crate) fn write(&self, operation: UpdateOperation, points: usize) -> Result<(), Status> {
        let path = &self.directory.path;
        check_room(path, self.free_bytes)?;
        let written = self.shard.update(operation).and_then(|_| self.shard.flush());
        written.map_err(|error| match disk::refusal(path) {
            Some(refusal) => refusal.status(path),
            None => engine(error),
        })?;
        self.optimizer.written(points);
        Ok(())
    }

    /// Has the directory removed as soon as nobody uses the collection any more.
    pub(crate) fn doom(&self) {
        self.directory.doomed.store(true, Ordering::Relaxed);
    }
}

/// The directory of a collection; removed on drop if it is doomed.
#[derive(Debug)]
struct Directory {
    path: PathBuf,
    doomed: AtomicBool,
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.doomed.load(Ordering::Relaxed)
            && let Err(error) = std::fs::remove_dir_all(&self.path)
        {
            // The next start removes it: the catalog doesn't name it.
            tracing::warn!(%error, path = %self.path.display(), "cannot remove a deleted collection's directory");
        }
    }
}
