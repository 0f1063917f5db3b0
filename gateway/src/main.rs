//! The program `antigravity-gateway`: the public face as a process of its own.

mod settings;

use std::process::ExitCode;
use std::time::Duration;

use antigravity_chassis::options::{self, Address};
use antigravity_chassis::program::{self, ProgramError};
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::shutdown;
use antigravity_chassis::telemetry;
use antigravity_chassis::transport::{Peer, remote};
use antigravity_gateway::{Gateway, Options, SERVICE_NAME};

use self::settings::{Flags, Settings};

fn main() -> ExitCode {
    program::main(run)
}

async fn run(flags: Flags) -> Result<(), ProgramError> {
    let settings: Settings = options::load(&flags, flags.config.as_deref())?;
    telemetry::init(&settings.log, settings.log_format)?;
    let retriever = address(settings.retriever, "127.0.0.1:7401")?;
    let answerer = address(settings.answerer, "127.0.0.1:7402")?;
    let drain = Duration::from_secs(settings.drain_seconds);
    let server = Server::bind(&ServerOptions { listen: settings.listen, max_in_flight: settings.max_in_flight.get(), drain }).await?;
    tracing::info!(%retriever, %answerer, "joining");
    let options = Options { archive: settings.archive };
    let gateway = Gateway::build(options, remote(&retriever, Peer::Retriever), remote(&answerer, Peer::Answerer));
    server.run(gateway.routes(), &[SERVICE_NAME], shutdown::signal()).await?;
    gateway.close().await;
    Ok(())
}

fn address(given: Option<Address>, default: &str) -> Result<Address, ProgramError> {
    given.map_or_else(|| default.parse(), Ok).map_err(ProgramError::new)
}
