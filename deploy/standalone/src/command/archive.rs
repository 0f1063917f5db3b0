//! `antigravity archive`: what the archive holds.

use std::time::Duration;

use antigravity_proto::gateway::v1::DescribeArchiveRequest;

use crate::{
    backend::{Backend, request},
    cli::Archive,
    failure::Failure,
    options::Options,
    output, render,
};

/// Far more than describing takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Describes the archive, as text or JSON.
pub(crate) async fn run(arguments: Archive, options: &Options) -> Result<(), Failure> {
    let archive = super::with_backend(options, async |backend| describe(backend, options).await).await?;
    if arguments.json {
        return super::print_json(&archive);
    }
    output::print(&render::archive::describe(&archive, render::terminal::canvas()))
}

/// What the archive holds.
pub(crate) async fn describe(backend: &Backend, options: &Options) -> Result<antigravity_proto::types::Archive, Failure> {
    let asked = request(DescribeArchiveRequest { archive: options.archive() }, LIMIT);
    let reply = backend.client().describe_archive(asked).await.map_err(|status| backend.failed(status))?;
    reply.into_inner().archive.ok_or(Failure::Cut("the description"))
}
