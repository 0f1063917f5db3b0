//! The retriever as a program of its own: options → port → build → serve → drain → close.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use antigravity_chassis::options::{self, OptionsError};
use antigravity_chassis::program::{self, ProgramError, chain};
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::shutdown;
use antigravity_chassis::telemetry::{self, LogFormat};
use antigravity_retriever::{Options, Retriever, RetrieverError};
use clap::Parser;
use serde::{Deserialize, Serialize};

/// Takes preprints in and finds them, over gRPC.
#[derive(Parser, Serialize)]
#[command(name = "antigravity-retriever", version)]
struct Flags {
    /// The address to listen on [default: 127.0.0.1:7401]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// Where the embedded index lies [default: the platform's data directory]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    data_dir: Option<PathBuf>,
    /// The folder that holds model.safetensors [default: `models` in the platform's data directory]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    model_dir: Option<PathBuf>,
    /// The address of a Qdrant server, such as http://127.0.0.1:6334 [default: the embedded engine]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    qdrant: Option<String>,
    /// The archive that requests without a name mean [default: preprints]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<String>,
    /// Threads that embed [default: one per CPU]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<usize>,
    /// A TOML file with the same settings
    #[arg(long)]
    #[serde(skip)]
    config: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(default)]
struct Process {
    listen: SocketAddr,
    max_in_flight: usize,
    drain_seconds: u64,
    log: String,
    log_format: LogFormat,
}

impl Default for Process {
    fn default() -> Self {
        let default = ServerOptions::new(([127, 0, 0, 1], 7401).into());
        Self {
            listen: default.listen,
            max_in_flight: default.max_in_flight,
            drain_seconds: default.drain.as_secs(),
            log: "info".to_owned(),
            log_format: LogFormat::default(),
        }
    }
}

fn main() -> ExitCode {
    program::main(run)
}

async fn run(flags: Flags) -> Result<(), ProgramError> {
    let process: Process = options::load(&flags, flags.config.as_deref())?;
    let options: Options = options::load(&flags, flags.config.as_deref())?;
    telemetry::init(&process.log, process.log_format)?;
    let server = Server::bind(&ServerOptions {
        listen: process.listen,
        max_in_flight: process.max_in_flight,
        drain: Duration::from_secs(process.drain_seconds),
    })
    .await?;
    let retriever = Retriever::build(options).await.map_err(|error| match error {
        RetrieverError::Option { setting, wrong } => OptionsError::new(setting, wrong).into(),
        error => ProgramError::new(chain(&error)),
    })?;
    tracing::info!(address = %server.address(), "the retriever listens");
    let served = server.run(retriever.routes(), &[Retriever::SERVICE_NAME], shutdown::signal()).await;
    retriever.close().await;
    Ok(served?)
}
