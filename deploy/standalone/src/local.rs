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
    /// Whether it could be opened, as far as that shows without opening the archive.
    pub(crate) async fn check(options: &Options) -> Result<(), Failure> {
        Answerer::build(options.answerer.clone()).await?.close().await;
        Ok(Retriever::check(&options.retriever).await?)
    }

    /// Sets up the models, opens the archive and loads the embedding model.
    pub(crate) async fn open(options: &Options) -> Result<Self, Failure> {
        // The answerer first: it opens nothing, and finds out whether the models in the settings are right.
        let answerer = Answerer::build(options.answerer.clone()).await?;
        let retriever = Retriever::build(options.retriever.clone()).await?;
        let gateway = Gateway::build(options.gateway.clone(), in_process(retriever.routes()), in_process(answerer.routes()));
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
