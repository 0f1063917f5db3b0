//! `antigravity serve`: all three services in this process, the gateway at an address.

use antigravity_chassis::{server::Server, shutdown};
use antigravity_gateway::SERVICE_NAME;

use crate::{failure::Failure, local::Local, options::Options, output};

/// Serves until SIGTERM or Ctrl-C; then calls in flight are finished and everything is written to disk.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    // In this order, so that a port that answers belongs to services that are ready, and whatever is wrong is known before one is bound.
    let local = tokio::select! {
        local = Box::pin(Local::open(options)) => local?,
        () = shutdown::signal() => return Ok(()),
    };
    let served = serve(options, &local).await;
    local.close().await;
    tracing::info!("stopped");
    served
}

async fn serve(options: &Options, local: &Local) -> Result<(), Failure> {
    let server = Server::bind(&options.service.server(([127, 0, 0, 1], 7400).into())).await?;
    match output::print(&format!("antigravity listens on http://{}\n", server.address())) {
        // Whoever started it need not listen to what it says.
        Ok(()) | Err(Failure::ReaderGone) => Ok(server.run(local.routes(), &[SERVICE_NAME], shutdown::signal()).await?),
        Err(failure) => Err(failure),
    }
}
