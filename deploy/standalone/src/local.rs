//! The three services in this process, joined in memory by the same clients over the same servers as over a network.

use antigravity_answerer::Answerer;
use antigravity_chassis::transport::in_process;
use antigravity_gateway::Gateway;
use antigravity_retriever::Retriever;
use tonic::service::Routes;

use crate::{failure::Failure, options::Options};

/// Retriever, answerer and gateway, open.
pub(crate) struct Local {
    retriever: Retriever,
    answerer: Answerer,
    gateway: Gateway,
}

impl Local {
    /// Opens the archive and loads the embedding model.
    pub(crate) async fn open(options: &Options) -> Result<Self, Failure> {
        Self::with(answerer(options).await?, options).await
    }

    /// The same, with an answerer that is there already.
    pub(crate) async fn with(answerer: Answerer, options: &Options) -> Result<Self, Failure> {
        let retriever = Retriever::build(retriever_options(options)).await?;
        let gateway_options = antigravity_gateway::Options { archive: options.archive.clone() };
        let gateway = Gateway::build(gateway_options, in_process(retriever.routes()), in_process(answerer.routes()));
        Ok(Self { retriever, answerer, gateway })
    }

    /// The gateway's gRPC service, the only one that a caller sees.
    pub(crate) fn routes(&self) -> Routes {
        self.gateway.routes()
    }

    /// The retriever's gRPC service, for an evaluation of it alone.
    pub(crate) fn retriever_routes(&self) -> Routes {
        self.retriever.routes()
    }

    /// From the top down, so that nothing calls what is closed already. Afterwards all is on disk, and another process may open it.
    pub(crate) async fn close(self) {
        self.gateway.close().await;
        self.answerer.close().await;
        self.retriever.close().await;
    }
}

/// The answerer. Opens nothing: it finds out whether the models in the settings are right.
pub(crate) async fn answerer(options: &Options) -> Result<Answerer, Failure> {
    let models = antigravity_answerer::Options { models: options.models.clone(), default_model: options.default_model.clone() };
    Ok(Answerer::build(models).await?)
}

fn retriever_options(options: &Options) -> antigravity_retriever::Options {
    let mut retriever = antigravity_retriever::Options {
        data_dir: options.data_dir.clone(),
        model_dir: options.model_dir.clone(),
        qdrant: options.qdrant.clone(),
        ..Default::default()
    };
    if !options.archive.is_empty() {
        retriever.archive.clone_from(&options.archive);
    }
    if let Some(workers) = options.workers {
        retriever.workers = workers;
    }
    retriever
}
