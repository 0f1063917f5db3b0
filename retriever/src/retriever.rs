//! Opening and closing: what is built in which order, and taken down again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::options::{Check as _, Wrong};
use antigravity_chassis::server::Dependency;
use antigravity_chassis::tls::Tls;
use antigravity_chassis::transport::{self, Peer, Transport};
use antigravity_embed::{EmbedError, Encoder, ModelFolder, Pool, Precision};
use antigravity_proto::retriever::v1::retriever_service_server::{RetrieverServiceServer, SERVICE_NAME};
use antigravity_text::ArchiveName;
use tokio::task::JoinError;
use tonic::service::Routes;

use crate::answers::Answers;
use crate::archives::Archives;
use crate::background::Background;
use crate::core::{Core, search_places};
use crate::error::RetrieverError;
use crate::index::Index;
use crate::index::schema::Identity;
use crate::measured;
use crate::options::Options;
use crate::search::query_vectors::QueryVectors;

/// How long the index may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// The service: the index, the encoder, and the calls over both. Cheap to clone; all clones are the same retriever.
#[derive(Clone)]
pub struct Retriever {
    pub(crate) core: Arc<Core>,
    #[cfg(feature = "embedded")]
    engine: Option<antigravity_embedded::Engine>,
}

impl Retriever {
    /// The service's full name, for health and reflection.
    pub const SERVICE_NAME: &'static str = SERVICE_NAME;

    /// Largest request in bytes: a batch has at most 3 MiB.
    const REQUEST_BYTES: usize = 4 << 20;

    /// Prepares and builds, without certificates of its own.
    ///
    /// # Errors
    /// As [`Prepared::new`] and [`Prepared::build`].
    pub async fn build(options: Options) -> Result<Self, RetrieverError> {
        Prepared::new(options).await?.build(&Tls::default()).await
    }

    /// The gRPC service. Answers to a Search of many queries can exceed tonic's 4 MiB: raise the client's limit.
    pub fn routes(&self) -> Routes {
        Routes::new(RetrieverServiceServer::new(self.clone()).max_decoding_message_size(Self::REQUEST_BYTES))
    }

    /// Whether the index answers, to be asked again and again: without it the retriever can serve nothing.
    pub fn dependency(&self) -> Dependency {
        let core = self.core.clone();
        Dependency::new(move || {
            let core = core.clone();
            async move {
                let call = CallContext::root().with_deadline(Deadline::within(PATIENCE));
                core.index.collections(&call).await.is_ok()
            }
        })
    }

    /// Gives up what only reads, waits for the batches that are being written, then flushes and closes the embedded engine and frees its directory.
    pub async fn close(self) {
        self.core.background.close().await;
        #[cfg(feature = "embedded")]
        if let Some(engine) = self.engine {
            engine.close().await;
        }
        // The pool waits for its threads when the last handle goes.
        let core = self.core;
        if let Err(error) = tokio::task::spawn_blocking(move || drop(core)).await {
            tracing::error!(%error, "closing the embedding pool failed");
        }
    }
}

/// Options and the model's files, found right, and nothing opened: what is wrong with them can be known before a port is bound.
#[derive(Debug)]
pub struct Prepared {
    options: Options,
    default: ArchiveName,
    folder: ModelFolder,
}

impl Prepared {
    /// Checks the options, and reads the model's files against their hashes, on tokio's blocking pool.
    ///
    /// # Errors
    /// A wrong option, missing or wrong weights. Each says what to do.
    pub async fn new(options: Options) -> Result<Self, RetrieverError> {
        options.check()?;
        let default = options.archive.parse::<ArchiveName>().map_err(|error| Wrong::new("archive", error))?;
        let model_dir = options.model_dir.clone();
        let folder = tokio::task::spawn_blocking(move || ModelFolder::open(&model_dir)).await.map_err(lost)?.map_err(of_folder)?;
        Ok(Self { options, default, folder })
    }

    /// Opens the index (the embedded engine, or the way to a Qdrant server, which is shown the certificate of `tls` and need not answer yet) and
    /// loads the weights. Blocking work runs on tokio's blocking pool.
    ///
    /// # Errors
    /// Weights that make no encoder, a data directory that is in use or damaged. Each says what to do.
    pub async fn build(self, tls: &Tls) -> Result<Retriever, RetrieverError> {
        let Self { options, default, folder } = self;
        // The data directory first: it is quick, and the likeliest thing to be in use.
        let opened = Opened::open(&options, tls).await?;
        let (pool, identity) = load(folder, options.embedding_precision, options.workers).await?;
        let index = Index::new(opened.transport, options.layout());
        let background = Background::default();
        let archives = Arc::new(Archives::new(index.clone(), identity.clone(), default.clone(), opened.shared, background.clone()));
        drop(background.run(archives.clone().count_ahead(default)));
        let core = Core {
            archives,
            answers: Answers::new(index.clone()),
            index,
            pool,
            query_vectors: QueryVectors::default(),
            searches: search_places(options.workers),
            model: identity.model,
            background,
        };
        measured::nothing_yet();
        Ok(Retriever {
            core: Arc::new(core),
            #[cfg(feature = "embedded")]
            engine: opened.engine,
        })
    }
}

/// What is wrong with the folder is wrong with the setting that names it, and is told as such: with the setting's origin.
fn of_folder(error: EmbedError) -> RetrieverError {
    match error {
        EmbedError::FolderMissing { .. }
        | EmbedError::FileMissing { .. }
        | EmbedError::WrongHash { .. }
        | EmbedError::Changed { .. }
        | EmbedError::Unusable { .. } => Wrong::new("model_dir", error).into(),
        error => error.into(),
    }
}

/// The way to the index.
struct Opened {
    transport: Transport,
    /// Whether others may write to it.
    shared: bool,
    #[cfg(feature = "embedded")]
    engine: Option<antigravity_embedded::Engine>,
}

impl Opened {
    async fn open(options: &Options, tls: &Tls) -> Result<Self, RetrieverError> {
        match &options.qdrant {
            Some(address) => Ok(Self {
                transport: transport::remote_over(tls, address, Peer::Index),
                shared: true,
                #[cfg(feature = "embedded")]
                engine: None,
            }),
            None => Self::embedded(&options.data_dir).await,
        }
    }

    #[cfg(feature = "embedded")]
    async fn embedded(data_dir: &Path) -> Result<Self, RetrieverError> {
        use antigravity_embedded::{EmbeddedError, Engine, EngineOptions};
        let dir = data_dir.join("index");
        let engine = Engine::open(&dir, EngineOptions::default()).await.map_err(|error| match error {
            EmbeddedError::InUse { .. } => RetrieverError::DataDirInUse { dir: data_dir.to_owned() },
            EmbeddedError::ReadOnly { .. } => RetrieverError::DataDirReadOnly { dir: data_dir.to_owned() },
            EmbeddedError::Full { .. } => RetrieverError::DataDirFull { dir: data_dir.to_owned() },
            error => RetrieverError::DataDir { dir: data_dir.to_owned(), reason: error.to_string() },
        })?;
        Ok(Self { transport: transport::in_process(engine.routes()), shared: false, engine: Some(engine) })
    }

    #[cfg(not(feature = "embedded"))]
    async fn embedded(_: &Path) -> Result<Self, RetrieverError> {
        Err(RetrieverError::NoEngine)
    }
}

/// The weights, packed, with threads to run them; and what makes their vectors comparable.
async fn load(folder: ModelFolder, precision: Precision, workers: usize) -> Result<(Pool, Identity), RetrieverError> {
    let load = move || {
        let encoder = Encoder::load_with(&folder, precision).map_err(of_folder)?;
        let identity = Identity::new(encoder.model(), encoder.dimension());
        Ok((Pool::new(Arc::new(encoder), workers)?, identity))
    };
    tokio::task::spawn_blocking(load).await.map_err(lost)?
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn lost(error: JoinError) -> RetrieverError {
    RetrieverError::Task(error.to_string())
}
