//! The embedded engine behind a port, in the place of a Qdrant server: it speaks the same protocol.

use std::net::SocketAddr;
use std::path::Path;

use antigravity_chassis::options::Address;
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::tls::Tls;
use antigravity_embedded::{Engine, EngineOptions};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// An engine that listens.
pub struct ServedEngine {
    /// Where it listens.
    pub address: SocketAddr,
    engine: Engine,
    stop: oneshot::Sender<()>,
    serving: JoinSet<()>,
}

impl ServedEngine {
    /// Serves what is kept in this folder at this address; port 0 takes a free one.
    pub async fn start(folder: &Path, address: SocketAddr) -> Self {
        Self::start_with(folder, address, EngineOptions::default()).await
    }

    /// The same, with options of the engine's.
    pub async fn start_with(folder: &Path, address: SocketAddr, options: EngineOptions) -> Self {
        Self::start_over(&Tls::default(), folder, address, options).await
    }

    /// The same over TLS, at a free port.
    pub async fn start_with_tls(folder: &Path, tls: &Tls) -> Self {
        Self::start_over(tls, folder, ([127, 0, 0, 1], 0).into(), EngineOptions::default()).await
    }

    async fn start_over(tls: &Tls, folder: &Path, address: SocketAddr, options: EngineOptions) -> Self {
        let engine = Engine::open(folder, options).await.unwrap();
        let server = Server::bind(&ServerOptions::new(address)).await.unwrap().with_tls(tls);
        let (address, routes) = (server.address(), engine.routes());
        let (stop, stopped) = oneshot::channel::<()>();
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.run(routes, &[], async { drop(stopped.await) }).await.unwrap() });
        Self { address, engine, stop, serving }
    }

    /// The address as a setting.
    pub fn setting(&self) -> Address {
        self.address.to_string().parse().unwrap()
    }

    /// Goes away, with all its connections. Its folder is free afterwards.
    pub async fn stop(mut self) {
        self.stop.send(()).unwrap();
        self.serving.join_next().await.unwrap().unwrap();
        self.engine.close().await;
    }
}
