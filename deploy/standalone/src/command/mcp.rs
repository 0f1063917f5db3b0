//! `antigravity mcp`: the archive as tools of the Model Context Protocol, on standard input and output.

use antigravity_gateway::mcp;

use crate::{cli::Mcp, failure::Failure, options::Options};

/// Serves until standard input is closed. Standard output carries the protocol and nothing else; what is logged goes to standard error.
pub(crate) async fn run(_: Mcp, options: &Options) -> Result<(), Failure> {
    super::with_backend(options, async |backend| mcp::serve_stdio(backend.transport(), options.archive()).await.map_err(Failure::from))
        .await
}
