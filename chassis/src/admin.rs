//! The admin port: metrics, probes and the log's level, over plain HTTP, for machines inside the cluster. Nothing of it is on the public port.

mod log;
mod state;

use std::{io, net::SocketAddr};

use axum::{Router, http::header, routing::get};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::metrics;

pub(crate) use state::State;

/// An admin port that answers, until it is dropped.
#[derive(Debug)]
pub(crate) struct AdminPort {
    state: watch::Sender<State>,
    /// Owns the one task that serves.
    _serving: JoinSet<()>,
}

impl AdminPort {
    /// Binds the port and answers from now on: a service that takes long to start says so.
    pub(crate) async fn open(listen: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (state, told) = watch::channel(State::Starting);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            if let Err(error) = axum::serve(listener, routes(told)).await {
                tracing::error!(%error, "the admin port has failed");
            }
        });
        tracing::info!(admin = %address, "the admin port answers");
        Ok(Self { state, _serving: serving })
    }

    /// Tells the probes how the service fares.
    pub(crate) fn tell(&self, state: State) {
        self.state.send_replace(state);
    }
}

fn routes(state: watch::Receiver<State>) -> Router {
    Router::new()
        .route("/metrics", get(async || ([(header::CONTENT_TYPE, metrics::MEDIA_TYPE)], metrics::scrape())))
        .route("/livez", get(async || "ok\n"))
        .route("/readyz", get(state::ready))
        .route("/startupz", get(state::started))
        .route("/log", get(log::show).put(log::change))
        .with_state(state)
}
