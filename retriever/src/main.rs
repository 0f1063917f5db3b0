//! The retriever as a program of its own: options → port → build → serve → drain → close.

use std::path::PathBuf;
use std::process::ExitCode;

use antigravity_chassis::options::{ServiceFlags, ServiceOptions, Settings};
use antigravity_chassis::program::{self, ProgramError, chain};
use antigravity_chassis::server::Server;
use antigravity_chassis::shutdown;
use antigravity_chassis::tls::{Callers, TlsOptions};
use antigravity_retriever::{Options, Prepared, QdrantFlags, Retriever, RetrieverError};
use clap::Parser;
use serde::Serialize;

/// Takes preprints in and finds them, over gRPC.
///
/// Each option can also be given as a variable, such as ANTIGRAVITY_LISTEN, or in the file of --config, such as listen = "127.0.0.1:7401".
#[derive(Parser, Serialize)]
#[command(name = "antigravity-retriever", version)]
struct Flags {
    /// The address to listen on [default: 127.0.0.1:7401]
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// Where the embedded index lies [default: the platform's data directory]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    /// The folder that holds model.safetensors [default: `models` in the platform's data directory]
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    model_dir: Option<PathBuf>,
    /// The archive that requests without a name mean [default: preprints]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    /// Threads that embed [default: one per CPU]
    #[arg(long, value_name = "THREADS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<usize>,
    /// How exactly texts are embedded: int8, or f32, the reference at a third of the speed [default: int8]
    #[arg(long, value_name = "PRECISION")]
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding_precision: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    qdrant: QdrantFlags,
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
    service.start_telemetry("antigravity-retriever", &tls).map_err(|wrong| settings.wrong(&wrong))?;
    let mut stop = std::pin::pin!(shutdown::signal());
    let prepared = Prepared::new(options).await.map_err(|error| failed(error, &settings))?;
    let server = Server::bind(&service.server(([127, 0, 0, 1], 7401).into())).await?.with_tls(&tls);
    let retriever = tokio::select! {
        built = Box::pin(prepared.build(&tls)) => built.map_err(|error| failed(error, &settings))?,
        () = &mut stop => return Ok(()),
    };
    let server = server.with_dependency(retriever.dependency());
    let served = server.run(retriever.routes(), &[Retriever::SERVICE_NAME], stop).await;
    retriever.close().await;
    Ok(served?)
}

fn failed(error: RetrieverError, settings: &Settings) -> ProgramError {
    match error {
        RetrieverError::Option(wrong) => settings.wrong(&wrong).into(),
        error => ProgramError::new(chain(&error)),
    }
}
