//! The program `antigravity-gateway`: the public face as a process of its own. Options → build → port → serve → drain → close.

mod settings;

use std::process::ExitCode;

use antigravity_chassis::access::{AccessOptions, QuotaOptions};
use antigravity_chassis::options::{ServiceOptions, Settings};
use antigravity_chassis::program::{self, ProgramError};
use antigravity_chassis::server::Server;
use antigravity_chassis::shutdown;
use antigravity_chassis::tls::{Callers, TlsOptions};
use antigravity_chassis::transport::{Peer, remote_over};
use antigravity_gateway::{Gateway, Options, SERVICE_NAME, access};

use self::settings::{Flags, Peers};

fn main() -> ExitCode {
    program::main(run)
}

async fn run(flags: Flags) -> Result<(), ProgramError> {
    let settings = Settings::read(&flags, flags.service.config.as_deref())?;
    let service: ServiceOptions = settings.load()?;
    let options: Options = settings.load()?;
    let peers: Peers = settings.load()?;
    let (access, quota): (AccessOptions, QuotaOptions) = (settings.load()?, settings.load()?);
    let tls = settings.load::<TlsOptions>()?.open(Callers::Anybody).map_err(|wrong| settings.wrong(&wrong))?;
    service.start_telemetry("antigravity-gateway", &tls).map_err(|wrong| settings.wrong(&wrong))?;
    let stop = shutdown::signal();
    let serve = service.server(([127, 0, 0, 1], 7400).into());
    let guard = access::guard(&access, quota, &options, serve.listen).map_err(|wrong| settings.wrong(&wrong))?;
    let (retriever, answerer) = (peers.retriever()?, peers.answerer()?);
    tracing::info!(%retriever, %answerer, "joining");
    let gateway = Gateway::build(options, remote_over(&tls, &retriever, Peer::Retriever), remote_over(&tls, &answerer, Peer::Answerer));
    let server = Server::bind(&serve).await?.with_tls(&tls).with_http(gateway.http()).with_guard(guard);
    let served = server.run(gateway.routes(), &[SERVICE_NAME], stop).await;
    gateway.close().await;
    Ok(served?)
}
