//! The gateway: the only public face, and the only service that knows both others. It assembles question, answer, sources and follow-ups
//! into one response.
//!
//! A question's way is one straight line in `ask/`: validate, search, compose, check follow-ups, assemble,
//! reply. The gateway holds nothing that a restart would lose: what it knows of the archive it asks the retriever, what it says about a question the
//! answerer wrote. In memory are the questions under way that have an id, and the start page's examples.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test fails by panicking"
    )
)]

pub mod access;
mod answers;
mod archives;
mod ask;
mod deadlines;
mod grounding;
mod http;
mod index;
pub mod mcp;
mod measured;
mod models;
mod options;
mod page;
mod peers;
mod preprint;
mod request;
mod schema;
mod search;
mod service;
mod sources;
mod upkeep;

use std::sync::Arc;

use antigravity_chassis::server::HttpFace;
use antigravity_chassis::transport::Transport;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayServiceServer;
use tonic::codec::CompressionEncoding;
use tonic::service::Routes;

use crate::peers::Peers;

pub use crate::options::Options;
/// The name by which health checks and reflection know the service.
pub use antigravity_proto::gateway::v1::gateway_service_server::SERVICE_NAME;

/// Largest message that a caller may send. A batch of records is at most 3 MiB by contract; the rest is room for its frame.
const MESSAGE_LIMIT: usize = 4 * 1024 * 1024;

/// A gateway that serves. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    options: Arc<Options>,
    peers: Peers,
    repeats: ask::Repeats,
    /// The page's own: what it offers on its first page.
    examples: page::Examples,
}

impl Gateway {
    /// Joins a retriever and an answerer, wherever they run. Nothing is connected before the first call.
    pub fn build(options: Options, retriever: Transport, answerer: Transport) -> Self {
        measured::nothing_yet();
        let (options, peers) = (Arc::new(options), Peers::new(retriever, answerer));
        Self { options, peers, repeats: ask::Repeats::default(), examples: page::Examples::default() }
    }

    /// The gateway's gRPC service.
    pub fn routes(&self) -> Routes {
        let service = GatewayServiceServer::new(self.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        Routes::new(service)
    }

    /// The same for callers that don't speak gRPC.
    pub fn http(&self) -> HttpFace {
        http::face(self)
    }

    /// Ends the gateway. It owns no task, so what remains is to let its peers go.
    pub async fn close(self) {
        drop(self);
    }

    /// The same gateway, but that it keeps no answer.
    fn keeping_nothing(&self) -> Self {
        let options = Options { keep_answers_days: None, ..Options::clone(&self.options) };
        Self { options: Arc::new(options), ..self.clone() }
    }

    /// The archive that a request means.
    fn archive(&self, requested: String) -> String {
        if requested.is_empty() { self.options.archive.clone().unwrap_or_default() } else { requested }
    }
}
