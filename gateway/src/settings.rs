//! What the program can be told, and by which flags.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use antigravity_chassis::options::Address;
use antigravity_chassis::telemetry::LogFormat;
use serde::{Deserialize, Serialize};

/// Answers questions from an archive of preprints, over gRPC. Needs a retriever and an answerer.
///
/// Each option can also be given as a variable, such as ANTIGRAVITY_LISTEN, or in the file of --config, such as listen = "127.0.0.1:7400".
#[derive(Serialize, clap::Parser)]
#[command(name = "antigravity-gateway", version)]
pub(crate) struct Flags {
    /// Where to serve [default: 127.0.0.1:7400]
    #[arg(long, value_name = "HOST:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listen: Option<String>,
    /// Where the retriever is [default: http://127.0.0.1:7401]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retriever: Option<String>,
    /// Where the answerer is [default: http://127.0.0.1:7402]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) answerer: Option<String>,
    /// The archive that a question without one is asked of
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archive: Option<String>,
    /// How many calls may be in flight; more are refused [default: 256]
    #[arg(long, value_name = "CALLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_in_flight: Option<usize>,
    /// How long calls in flight may take to end after SIGTERM [default: 25]
    #[arg(long, value_name = "SECONDS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) drain_seconds: Option<u64>,
    /// A TOML file of options
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) retriever: Option<Address>,
    pub(crate) answerer: Option<Address>,
    pub(crate) archive: String,
    pub(crate) max_in_flight: NonZeroUsize,
    pub(crate) drain_seconds: u64,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 7400).into(),
            retriever: None,
            answerer: None,
            archive: String::new(),
            max_in_flight: NonZeroUsize::MIN.saturating_add(255),
            drain_seconds: 25,
            log: "info".into(),
            log_format: LogFormat::Auto,
        }
    }
}
