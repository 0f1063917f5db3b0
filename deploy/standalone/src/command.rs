//! The commands.

mod archive;
mod ask;
mod evaluate;
mod index;
mod search;
mod serve;

use antigravity_chassis::{
    options::OptionsError,
    program::ProgramError,
    shutdown,
    telemetry::{self, LogFormat},
};
use antigravity_proto::{json, types::Filter};
use prost::Name;

use crate::{
    backend::Backend,
    cli::{Cli, Command, Narrowing},
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
};

/// What `serve` logs unless told otherwise. The engine warns of its own defaults several times a second, which helps nobody.
const SERVICE_LOG: &str = "info,qdrant_edge=error";
/// What the other commands log unless told otherwise. That a peer can't be reached is told by the command's own last line.
const COMMAND_LOG: &str = "warn,qdrant_edge=error,antigravity_chassis::deadline=error";

/// Reads the options, and does what the command line says.
pub(crate) async fn run(cli: Cli) -> Result<(), ProgramError> {
    let options = Options::load(&cli)?;
    start_logging(&options, matches!(cli.command, Command::Serve(_)))?;
    let done = match cli.command {
        Command::Index(arguments) => Box::pin(index::run(arguments, &options)).await,
        Command::Ask(arguments) => Box::pin(ask::run(arguments, &options)).await,
        Command::Search(arguments) => Box::pin(search::run(arguments, &options)).await,
        Command::Serve(_) => Box::pin(serve::run(&options)).await,
        Command::Archive(arguments) => Box::pin(archive::run(arguments, &options)).await,
        Command::Evaluate(arguments) => Box::pin(evaluate::run(arguments, &options)).await,
    };
    match done {
        Err(Failure::ReaderGone) => Ok(()),
        done => Ok(done?),
    }
}

/// A service logs for machines wherever it isn't at a terminal; who runs a single command reads its standard error in any case.
fn start_logging(options: &Options, service: bool) -> Result<(), OptionsError> {
    let (level, format) = if service { (SERVICE_LOG, LogFormat::Auto) } else { (COMMAND_LOG, LogFormat::Text) };
    let format = if options.log_format == LogFormat::Auto { format } else { options.log_format };
    telemetry::init(options.log.as_deref().unwrap_or(level), format)
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
