//! The answerer as a program of its own: options → build → port → serve → drain → close.

use std::process::ExitCode;

use antigravity_answerer::{Answerer, AnswererError, Options, SERVICE_NAME};
use antigravity_chassis::options::{ServiceFlags, ServiceOptions, Settings};
use antigravity_chassis::program::{self, ProgramError};
use antigravity_chassis::server::Server;
use antigravity_chassis::shutdown;
use antigravity_chassis::tls::{Callers, TlsOptions};
use clap::Parser;
use serde::Serialize;

/// Judges, writes and checks answers, over gRPC. Models are configured in the file, a table `[models.NAME]` for each.
///
/// Each option can also be given as a variable, such as ANTIGRAVITY_LISTEN, or in the file of --config, such as listen = "127.0.0.1:7402".
#[derive(Parser, Serialize)]
#[command(name = "antigravity-answerer", version)]
struct Flags {
    /// The address to listen on [default: 127.0.0.1:7402]
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// The model that requests without one get [default: extractive, which sends nothing anywhere]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    default_model: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    service: ServiceFlags,
}

fn main() -> ExitCode {
    program::main(run)
}

async fn run(flags: Flags) -> Result<(), ProgramError> {
    let settings = Settings::read(&flags, flags.service.config.as_deref())?;
    let service: ServiceOptions = settings.load()?;
    let options: Options = settings.load()?;
    let tls = settings.load::<TlsOptions>()?.open(Callers::Services).map_err(|wrong| settings.wrong(&wrong))?;
    service.start_telemetry("antigravity-answerer", &tls).map_err(|wrong| settings.wrong(&wrong))?;
    let stop = shutdown::signal();
    let answerer = Answerer::build(options).await.map_err(|error| match error {
        AnswererError::Option(wrong) => settings.wrong(&wrong).into(),
        error => ProgramError::new(program::chain(&error)),
    })?;
    let server = Server::bind(&service.server(([127, 0, 0, 1], 7402).into())).await?.with_tls(&tls);
    let served = server.run(answerer.routes(), &[SERVICE_NAME], stop).await;
    answerer.close().await;
    Ok(served?)
}
