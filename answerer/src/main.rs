//! The answerer as a program of its own: options → port → build → serve → drain → close.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use antigravity_answerer::{Answerer, Options, SERVICE_NAME};
use antigravity_chassis::options;
use antigravity_chassis::program::{self, EX_USAGE, ProgramError};
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::shutdown;
use antigravity_chassis::telemetry::{self, LogFormat};
use clap::Parser;
use serde::{Deserialize, Serialize};

/// Judges, writes and checks answers, over gRPC. Models are configured in the file, a table `[models.NAME]` for each.
#[derive(Parser, Serialize)]
#[command(name = "antigravity-answerer", version)]
struct Flags {
    /// The address to listen on [default: 127.0.0.1:7402]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// The model that requests without one get [default: extractive, which sends nothing anywhere]
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    default_model: Option<String>,
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
        let ServerOptions { listen, max_in_flight, drain } = ServerOptions::new(([127, 0, 0, 1], 7402).into());
        Self { listen, max_in_flight, drain_seconds: drain.as_secs(), log: "info".to_owned(), log_format: LogFormat::default() }
    }
}

fn main() -> ExitCode {
    program::main(run)
}

async fn run(flags: Flags) -> Result<(), ProgramError> {
    let process: Process = options::load(&flags, flags.config.as_deref())?;
    let options: Options = options::load(&flags, flags.config.as_deref())?;
    telemetry::init(&process.log, process.log_format)?;
    let Process { listen, max_in_flight, drain_seconds, .. } = process;
    let server = Server::bind(&ServerOptions { listen, max_in_flight, drain: Duration::from_secs(drain_seconds) }).await?;
    let answerer = Answerer::build(options).await.map_err(|error| ProgramError::with_code(error, EX_USAGE))?;
    tracing::info!(address = %server.address(), "the answerer listens");
    let served = server.run(answerer.routes(), &[SERVICE_NAME], shutdown::signal()).await;
    answerer.close().await;
    Ok(served?)
}
