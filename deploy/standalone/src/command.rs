//! The commands.

mod archive;
mod archive_export;
mod archive_verify;
mod ask;
mod check;
mod counts;
mod evaluate;
mod harvest;
mod index;
mod key;
mod mcp;
mod search;
mod serve;

use std::time::Duration;

use antigravity_chassis::{
    options::Wrong,
    program::ProgramError,
    shutdown,
    telemetry::{self, LogFormat},
};
use antigravity_proto::{gateway::v1::DeletePreprintsRequest, json, types::Filter};
use antigravity_text::SourceId;
use prost::Name;

use crate::{
    backend::{Backend, request},
    cli::{ArchiveAction, Cli, Command, Narrowing},
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
};

/// What the other commands log unless told otherwise. That a peer can't be reached is told by the command's own last line.
const COMMAND_LOG: &str = "warn,antigravity_chassis::deadline=error,antigravity_chassis::transport=error";

/// Most ids that one call removes, by contract.
const MAX_REMOVED: usize = 1_000;
/// Far more than one such call takes.
const REMOVAL_LIMIT: Duration = Duration::from_secs(120);

/// Reads the options, and does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<(), ProgramError> {
    let options = Options::load(&cli)?;
    start_logging(&options, matches!(cli.command, Command::Serve(_))).map_err(|wrong| options.settings.wrong(&wrong))?;
    let done = match cli.command {
        Command::Index(arguments) => Box::pin(index::run(arguments, &options)).await,
        Command::Harvest(arguments) => Box::pin(harvest::run(arguments, &options)).await,
        Command::Ask(arguments) => Box::pin(ask::run(arguments, &options)).await,
        Command::Search(arguments) => Box::pin(search::run(arguments, &options)).await,
        Command::Serve(_) => Box::pin(serve::run(&options)).await,
        Command::Mcp(arguments) => Box::pin(mcp::run(arguments, &options)).await,
        Command::Archive(mut arguments) => match arguments.action.take() {
            None => Box::pin(archive::run(arguments, &options)).await,
            Some(ArchiveAction::Verify(arguments)) => Box::pin(archive_verify::run(arguments, &options)).await,
            Some(ArchiveAction::Export(arguments)) => Box::pin(archive_export::run(arguments, &options)).await,
        },
        Command::Check(arguments) => Box::pin(check::run(arguments, &options)).await,
        Command::Key(arguments) => key::run(arguments, &options),
        Command::Evaluate(arguments) => Box::pin(evaluate::run(arguments, &options)).await,
    };
    match done {
        Err(Failure::ReaderGone) => Ok(()),
        done => done.map_err(|failure| failure.with_origin(&options.settings).into()),
    }
}

/// A service logs for machines wherever it isn't at a terminal; who runs a single command reads its standard error in any case.
fn start_logging(options: &Options, service: bool) -> Result<(), Wrong> {
    let Options { service: settings, tls, .. } = options;
    if service {
        return settings.start_telemetry("antigravity", tls);
    }
    let format = if settings.log_format == LogFormat::Auto { LogFormat::Text } else { settings.log_format };
    telemetry::init(settings.log.as_deref().unwrap_or(COMMAND_LOG), format)
}

/// Opens the backend, does the work until it is done or somebody interrupts it, and closes the backend in any case.
async fn with_backend<T>(options: &Options, work: impl AsyncFnOnce(&Backend) -> Result<T, Failure>) -> Result<T, Failure> {
    let opening = Stage::new("opening the archive");
    let backend = Backend::open(options).await?;
    opening.clear();
    let done = tokio::select! {
        done = work(&backend) => done,
        () = shutdown::signal() => Err(Failure::Interrupted(String::new())),
    };
    backend.close().await;
    done
}

/// Takes preprints out of the archive, by their ids at the origin, and tells how many of them were in it. An id that can't be one of arXiv's
/// names nothing there.
async fn remove(backend: &Backend, archive: &str, ids: Vec<String>) -> Result<u64, Failure> {
    let ids: Vec<_> = ids.into_iter().filter(|id| id.parse::<SourceId>().is_ok()).collect();
    let mut removed = 0;
    for ids in ids.chunks(MAX_REMOVED) {
        let asked = request(DeletePreprintsRequest { archive: archive.to_owned(), ids: ids.to_vec() }, REMOVAL_LIMIT);
        let reply = backend.client().delete_preprints(asked).await.map_err(|status| backend.failed(status))?;
        removed += reply.into_inner().deleted;
    }
    Ok(removed)
}

/// Prints a message as JSON.
fn print_json<M: prost::Message + Name>(message: &M) -> Result<(), Failure> {
    let json = json::to_json(message)?;
    output::print(&format!("{json:#}\n"))
}

impl From<Narrowing> for Filter {
    fn from(narrowing: Narrowing) -> Self {
        Self {
            categories: narrowing.category,
            from_date: narrowing.from.unwrap_or_default(),
            to_date: narrowing.to.unwrap_or_default(),
            authors: narrowing.author,
            exclude_ids: narrowing.exclude,
        }
    }
}
