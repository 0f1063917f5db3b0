//! The program `antigravity-gateway`: the public face as a process of its own. Options → build → port → serve → drain → close.

mod settings;

use std::process::ExitCode;

use antigravity_chassis::options::{ServiceOptions, Settings};
use antigravity_chassis::program::{self, ProgramError};
use antigravity_chassis::server::Server;
use antigravity_chassis::shutdown;
use antigravity_chassis::transport::{Peer, remote};
use antigravity_gateway::{Gateway, Options, SERVICE_NAME};

use self::settings::{Flags, Peers};

fn main() -> ExitCode {
    program::main(run)
}

async fn run(flags: Flags) -> Result<(), ProgramError> {
    let settings = Settings::read(&flags, flags.service.config.as_deref())?;
    let service: ServiceOptions = settings.load()?;
    let options: Options = settings.load()?;
    let peers: Peers = settings.load()?;
    service.start_logging().map_err(|wrong| settings.wrong(&wrong))?;
    let (retriever, answerer) = (peers.retriever()?, peers.answerer()?);
    tracing::info!(%retriever, %answerer, "joining");
    let gateway = Gateway::build(options, remote(&retriever, Peer::Retriever), remote(&answerer, Peer::Answerer));
    let server = Server::bind(&service.server(([127, 0, 0, 1], 7400).into())).await?.with_http(gateway.http());
    let served = server.run(gateway.routes(), &[SERVICE_NAME], shutdown::signal()).await;
    gateway.close().await;
    Ok(served?)
}
