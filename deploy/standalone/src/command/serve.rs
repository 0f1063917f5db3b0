//! `antigravity serve`: all three services in this process, the gateway at an address.

use antigravity_chassis::{server::Server, shutdown};
use antigravity_gateway::{SERVICE_NAME, access};

use crate::{failure::Failure, local::Prepared, options::Options, output};

/// Serves until SIGTERM or Ctrl-C; then calls in flight are finished and everything is written to disk.
pub(crate) async fn run(options: &Options) -> Result<(), Failure> {
    // In this order: what is wrong is known before a port is bound, a port in use before the archive is opened, and callers that are early
    // wait instead of being refused.
    let prepared = Prepared::new(options).await?;
    let serve = options.service.server(([127, 0, 0, 1], 7400).into());
    let guard =
        access::guard(&options.access, options.quota, &options.gateway, serve.listen).map_err(|wrong| options.settings.wrong(&wrong))?;
    let server = Server::bind(&serve).await?.with_tls(&options.tls).with_guard(guard);
    // One listener from here to the end: a signal that came between two would be lost.
    let mut stop = std::pin::pin!(shutdown::signal());
    let local = tokio::select! {
        local = Box::pin(prepared.open()) => local?,
        () = &mut stop => return Ok(()),
    };
    let scheme = if options.tls.serves() { "https" } else { "http" };
    let served = match output::print(&format!("antigravity listens on {scheme}://{}\n", server.address())) {
        // Whoever started it need not listen to what it says.
        Ok(()) | Err(Failure::ReaderGone) => {
            server.with_http(local.http()).run(local.routes(), &[SERVICE_NAME], stop).await.map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    local.close().await;
    tracing::info!("stopped");
    served
}
