//! What the program can be told, and by which flags.

use antigravity_chassis::access::AccessFlags;
use antigravity_chassis::options::{Address, Check, ServiceFlags, Wrong};
use antigravity_chassis::program::ProgramError;
use serde::{Deserialize, Serialize};

/// Answers questions from an archive of preprints, over gRPC, HTTP and MCP. Needs a retriever and an answerer.
///
/// Each option can also be given as a variable, such as ANTIGRAVITY_LISTEN, or in the file of --config, such as listen = "127.0.0.1:7400".
#[derive(Serialize, clap::Parser)]
#[command(name = "antigravity-gateway", version)]
pub(crate) struct Flags {
    /// The address to listen on [default: 127.0.0.1:7400]
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
    /// The archive that a question without one is asked of [default: the retriever's default]
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) archive: Option<String>,
    /// The names by which /mcp may be called, and all else that asks for no key, separated by commas [default: this machine's own]
    #[arg(long, value_name = "NAMES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed_hosts: Option<String>,
    /// The origins whose pages may call the gateway, separated by commas [default: none]
    #[arg(long, value_name = "ORIGINS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed_origins: Option<String>,
    /// Keep answers for so many days, to be read by their ids and served again [default: none is kept]
    #[arg(long, value_name = "DAYS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) keep_answers_days: Option<u32>,
    /// Let nobody in who shows no certificate of the authorities in --tls-ca [default: false]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_client_auth: Option<bool>,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) access: AccessFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) service: ServiceFlags,
}

/// Where the other two services are.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Peers {
    retriever: Option<Address>,
    answerer: Option<Address>,
}

impl Peers {
    pub(crate) fn retriever(&self) -> Result<Address, ProgramError> {
        or(self.retriever.as_ref(), "127.0.0.1:7401")
    }

    pub(crate) fn answerer(&self) -> Result<Address, ProgramError> {
        or(self.answerer.as_ref(), "127.0.0.1:7402")
    }
}

impl Check for Peers {
    fn check(&self) -> Result<(), Wrong> {
        Ok(())
    }
}

fn or(given: Option<&Address>, default: &str) -> Result<Address, ProgramError> {
    given.map_or_else(|| default.parse(), |given| Ok(given.clone())).map_err(ProgramError::new)
}
