//! Health, which is also where clients learn the version.

use qdrant_client::qdrant::qdrant_server::Qdrant;
use qdrant_client::qdrant::{HealthCheckReply, HealthCheckRequest};
use tonic::{Request, Response, Status};

use crate::engine::Engine;

/// The version of Qdrant's API that is served: that of the client crate, which has the contract. Clients compare it with their own.
const API_VERSION: &str = "1.20.0";

#[tonic::async_trait]
impl Qdrant for Engine {
    async fn health_check(&self, _request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckReply>, Status> {
        let title = "qdrant-edge, embedded".to_owned();
        Ok(Response::new(HealthCheckReply { title, version: API_VERSION.to_owned(), commit: None }))
    }
}
