//! `antigravity serve`: all three services in this process, the gateway at an address.

use std::time::Duration;

use antigravity_chassis::{
    server::{Server, ServerOptions},
    shutdown,
};
use antigravity_gateway::SERVICE_NAME;

use crate::{
    failure::Failure,
    local::{self, Local},
    options::Options,
    output,
};

/// Serves until SIGTERM or Ctrl-C; then calls in flight are finished and everything is written to disk.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    // In this order: wrong settings are known before a port is bound, a port in use before anything is opened, and callers that are early
    // wait instead of being refused.
    let answerer = local::answerer(options).await?;
    let server = Server::bind(&server_options(options)).await?;
    let local = tokio::select! {
        local = Box::pin(Local::with(answerer, options)) => local?,
        () = shutdown::signal() => return Ok(()),
    };
    let address = server.address();
    let served = match output::print(&format!("antigravity listens on http://{address}\n")) {
        // Whoever started it need not listen to what it says.
        Ok(()) | Err(Failure::ReaderGone) => server.run(local.routes(), &[SERVICE_NAME], shutdown::signal()).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    local.close().await;
    tracing::info!("stopped");
    served
}

fn server_options(options: &Options) -> ServerOptions {
    let mut server = ServerOptions::new(options.listen);
    if let Some(calls) = options.max_in_flight {
        server.max_in_flight = calls;
    }
    if let Some(seconds) = options.drain_seconds {
        server.drain = Duration::from_secs(seconds);
    }
    server
}
