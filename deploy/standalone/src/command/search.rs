//! `antigravity search`: the sources alone.

use std::time::Duration;

use antigravity_proto::gateway::v1::SearchRequest;

use crate::{
    backend::request,
    cli::Search,
    failure::Failure,
    options::Options,
    output,
    render::{sources, terminal},
};

/// Far more than a search takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Searches, and lists what was found.
pub(crate) async fn run(arguments: Search, options: &Options) -> Result<(), Failure> {
    let json = arguments.json;
    let near = arguments.narrowing.near.clone().unwrap_or_default();
    let query = SearchRequest {
        archive: options.archive(),
        query: arguments.query.join(" "),
        filter: Some(arguments.narrowing.into()),
        limit: arguments.sources,
        near,
    };
    let found = super::with_backend(options, async |backend| {
        let reply = backend.client().search(request(query, LIMIT)).await.map_err(|status| backend.failed(status))?;
        Ok(reply.into_inner())
    })
    .await?;
    if json {
        return super::print_json(&found);
    }
    output::print(&(sources::list("Sources", &found.sources, terminal::canvas()) + "\n"))
}
