//! The way in: a data directory opened and closed, and the one gate through which every call reaches it. The services hold a clone and know
//! nothing of threads.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use qdrant_client::qdrant::collections_server::CollectionsServer;
use qdrant_client::qdrant::points_server::PointsServer;
use qdrant_client::qdrant::qdrant_server::QdrantServer;
use tokio::sync::Semaphore;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tonic::service::Routes;
use tower::util::BoxCloneSyncService;
use tower::{BoxError, ServiceExt};

use crate::collection::Collection;
use crate::error::EmbeddedError;
use crate::options::EngineOptions;
use crate::registry::Registry;

/// What a generated client talks to: this engine, or a channel to a server, boxed alike.
pub type Transport = BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>;

/// One data directory, all collections in it, behind Qdrant's gRPC services. Cheap to clone; all clones are the same engine.
///
/// It holds a lock on the directory until [`close`](Self::close) or until the last clone (services included) is dropped. Prefer to close:
/// dropping flushes and joins too, but blocks the thread that drops, for as long as an optimizer still runs.
#[derive(Debug, Clone)]
pub struct Engine {
    registry: Arc<Registry>,
    /// One permit per call that may run at once; closed when the engine is.
    gate: Arc<Semaphore>,
    options: EngineOptions,
}

impl Engine {
    /// Opens `dir`, made if missing: locks it, removes what a crash left half-made, opens every collection and replays its write-ahead log.
    /// Takes about 70 ms per collection after a clean end, seconds after a crash under load; it runs on tokio's blocking pool.
    ///
    /// # Errors
    /// [`EmbeddedError::InUse`] when another engine has the directory; I/O errors; damaged collections.
    pub async fn open(dir: &Path, options: EngineOptions) -> Result<Self, EmbeddedError> {
        let path = dir.to_owned();
        let gate = Arc::new(Semaphore::new(options.concurrent_calls.max(1)));
        let for_registry = options.clone();
        let opened = tokio::task::spawn_blocking(move || Registry::open(&path, for_registry)).await;
        let registry = opened.map_err(|panic| EmbeddedError::Damaged { path: dir.to_owned(), reason: panic.to_string() })??;
        Ok(Self { registry: Arc::new(registry), gate, options })
    }

    /// The services `Points`, `Collections` and `Qdrant` in process: no socket, no HTTP/2. Give it to the generated clients, whose limits on
    /// message sizes must be raised too (tonic's default is 4 MiB).
    pub fn service(&self) -> Transport {
        BoxCloneSyncService::new(ServiceExt::<Request<Body>>::map_err(self.routes(), Into::into))
    }

    /// The same services, to be served over TCP.
    pub fn routes(&self) -> Routes {
        let limit = self.options.message_bytes;
        Routes::new(PointsServer::new(self.clone()).max_decoding_message_size(limit).max_encoding_message_size(limit))
            .add_service(CollectionsServer::new(self.clone()).max_decoding_message_size(limit).max_encoding_message_size(limit))
            .add_service(QdrantServer::new(self.clone()))
    }

    /// Optimizes every collection now (merges segments, builds the HNSW graph where there are enough points) and waits for it: seconds after
    /// a large ingest, nothing to do otherwise. It also happens by itself, see [`EngineOptions::optimize_after_points`].
    ///
    /// # Errors
    /// UNAVAILABLE when the engine is closed.
    pub async fn optimize(&self) -> Result<(), Status> {
        let optimize = |registry: &Registry| {
            for collection in registry.all() {
                collection.optimizer().start();
                collection.optimizer().join();
            }
            Ok(())
        };
        self.run(None, optimize).await.map(|_| ())
    }

    /// Waits for the calls and optimizers that run, flushes everything, closes it and frees the directory. Calls through what is left of the
    /// services are answered with UNAVAILABLE from then on.
    pub async fn close(self) {
        let all = u32::try_from(self.options.concurrent_calls.max(1)).unwrap_or(u32::MAX);
        // An error means that another clone closed the engine already.
        if let Ok(_permits) = self.gate.acquire_many(all).await {
            self.gate.close();
            let registry = self.registry.clone();
            if let Err(panic) = tokio::task::spawn_blocking(move || registry.close()).await {
                tracing::error!(%panic, "closing the engine panicked");
            }
        }
    }

    /// What the engine was opened with.
    pub(crate) fn options(&self) -> &EngineOptions {
        &self.options
    }

    /// Runs `work` on tokio's blocking pool, when it is its turn; the result, and the seconds that the work took.
    ///
    /// Every call to the engine blocks (locks, its thread pool, page faults, fsync) and can't be stopped: after `timeout`, or when the caller
    /// goes away, the answer is dropped, not the work. Its permit stays with it, so that abandoned work is counted too.
    pub(crate) async fn run<T, F>(&self, timeout: Option<Duration>, work: F) -> Result<(T, f64), Status>
    where
        T: Send + 'static,
        F: FnOnce(&Registry) -> Result<T, Status> + Send + 'static,
    {
        let call = async {
            let permit = self.gate.clone().acquire_owned().await.map_err(|_| Status::unavailable("the embedded engine is closed"))?;
            let registry = self.registry.clone();
            let task = tokio::task::spawn_blocking(move || {
                let start = Instant::now();
                let result = work(&registry).map(|value| (value, start.elapsed().as_secs_f64()));
                // In this order: once the permit is back, nothing of this call holds the registry.
                drop(registry);
                drop(permit);
                result
            });
            task.await.map_err(|panic| Status::internal(format!("the embedded engine failed: {panic}")))?
        };
        match timeout {
            None => call.await,
            Some(timeout) => tokio::time::timeout(timeout, call)
                .await
                .unwrap_or_else(|_| Err(Status::deadline_exceeded(format!("not answered within {} s", timeout.as_secs())))),
        }
    }

    /// [`run`](Self::run) on the collection (or alias) `name`.
    pub(crate) async fn on<T, F>(&self, name: String, timeout: Option<Duration>, work: F) -> Result<(T, f64), Status>
    where
        T: Send + 'static,
        F: FnOnce(&Collection) -> Result<T, Status> + Send + 'static,
    {
        self.run(timeout, move |registry| work(&*registry.resolve(&name)?)).await
    }
}
