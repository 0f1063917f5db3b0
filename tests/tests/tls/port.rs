//! A port with nothing behind it but health, and calls of it.

use std::net::SocketAddr;
use std::time::Duration;

use antigravity_chassis::options::Address;
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::status::reason_of;
use antigravity_chassis::tls::Tls;
use antigravity_chassis::transport::{Peer, Transport, remote_over};
use antigravity_proto::types::Reason;
use tokio::task::JoinSet;
use tonic::service::RoutesBuilder;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// A served port, until it is dropped.
pub(crate) struct Port {
    pub(crate) address: SocketAddr,
    _serving: JoinSet<()>,
}

impl Port {
    pub(crate) async fn open(tls: &Tls) -> Self {
        Self::with_handshakes_within(Duration::from_secs(10), tls).await
    }

    pub(crate) async fn with_handshakes_within(handshake: Duration, tls: &Tls) -> Self {
        let options = ServerOptions { handshake, ..ServerOptions::new(([127, 0, 0, 1], 0).into()) };
        let server = Server::bind(&options).await.unwrap().with_tls(tls);
        let address = server.address();
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.run(RoutesBuilder::default().routes(), &[], std::future::pending()).await.unwrap() });
        Self { address, _serving: serving }
    }

    /// A way to it by this scheme and name.
    pub(crate) fn way(&self, tls: &Tls, scheme: &str, name: &str) -> Transport {
        let address: Address = format!("{scheme}://{name}:{}", self.address.port()).parse().unwrap();
        remote_over(tls, &address, Peer::Retriever)
    }

    /// Calls it by a connection of its own.
    pub(crate) async fn call(&self, tls: &Tls, scheme: &str, name: &str) -> Result<(), String> {
        call(&self.way(tls, scheme, name)).await
    }
}

/// Calls. What fails must have the reason for an unreachable peer, and is returned as it is told.
pub(crate) async fn call(way: &Transport) -> Result<(), String> {
    let answered: Result<_, Status> = HealthClient::new(way.clone()).check(HealthCheckRequest::default()).await;
    answered.map(drop).map_err(|status| {
        assert_eq!((status.code(), reason_of(&status)), (Code::Unavailable, Some(Reason::RetrieverUnavailable)), "{status:?}");
        status.message().to_owned()
    })
}
