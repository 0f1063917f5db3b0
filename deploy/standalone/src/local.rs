//! The three services in this process, joined in memory by the same clients over the same servers as over a network.

use antigravity_answerer::Answerer;
use antigravity_chassis::{server::HttpFace, tls::Tls, transport::in_process};
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
    /// Prepares and opens.
    pub(crate) async fn open(options: &Options) -> Result<Self, Failure> {
        Prepared::new(options).await?.open().await
    }

    /// The gateway's gRPC service, the only one that a caller sees.
    pub(crate) fn routes(&self) -> Routes {
        self.gateway.routes()
    }

    /// The same for callers that don't speak gRPC.
    pub(crate) fn http(&self) -> HttpFace {
        self.gateway.http()
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

/// Everything that can be known to be right without opening the archive.
pub(crate) struct Prepared {
    answerer: Answerer,
    retriever: antigravity_retriever::Prepared,
    gateway: antigravity_gateway::Options,
    tls: Tls,
}

impl Prepared {
    /// Sets up the models that write, and finds the one that embeds.
    pub(crate) async fn new(options: &Options) -> Result<Self, Failure> {
        let answerer = Answerer::build(options.answerer.clone()).await?;
        let retriever = antigravity_retriever::Prepared::new(options.retriever.clone()).await?;
        Ok(Self { answerer, retriever, gateway: options.gateway.clone(), tls: options.tls.clone() })
    }

    /// Opens the archive and loads the embedding model.
    pub(crate) async fn open(self) -> Result<Local, Failure> {
        let Self { answerer, retriever, gateway, tls } = self;
        let retriever = retriever.build(&tls).await?;
        let gateway = Gateway::build(gateway, in_process(retriever.routes()), in_process(answerer.routes()));
        Ok(Local { retriever, answerer, gateway })
    }
}
