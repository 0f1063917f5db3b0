//! `antigravity index`: records into the archive.
//!
//! A thread reads and parses, the call sends batches and takes their acknowledgements; a few batches are under way at any time, so that the
//! encoder never waits and memory stays bounded.

mod feed;
mod report;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use antigravity_chassis::{call::CallContext, options::OptionsError};
use antigravity_proto::types::{Archive, IndexHeader};

use self::{feed::Feed, report::Report};
use crate::{
    backend::Backend,
    cli::Index,
    failure::Failure,
    options::Options,
    output,
    progress::Progress,
    records::{self, Batches, Input},
};

/// Indexes the files and reports.
pub(crate) async fn run(arguments: Index, options: &Options) -> Result<(), Failure> {
    // All are opened before anything is done: a name that is wrong is better known before an hour of work than after it.
    let files = records::expand(&arguments.files).map_err(|(path, source)| Failure::File { path, source })?;
    let inputs = files.iter().map(|path| open(path)).collect::<Result<Vec<_>, _>>()?;
    apart(arguments.refused.as_deref(), &files)?;
    let progress = Progress::new(inputs.iter().map(|input| input.size).sum());
    let report = Arc::new(Report::new(arguments.refused.as_deref(), progress.clone())?);
    let header = IndexHeader { archive: options.archive(), rebuild: arguments.rebuild, bulk: arguments.bulk };
    let work = async |backend: &Backend| {
        progress.start();
        index(backend, inputs, &report, &header).await?;
        let time = progress.finish();
        let archive = described(backend, options).await?;
        output::print(&report.summary(&archive, time))
    };
    let done = super::with_backend(options, work).await;
    progress.finish();
    match done {
        Err(Failure::Interrupted(_)) if arguments.rebuild => {
            return Err(Failure::Interrupted("; the archive is as it was before".to_owned()));
        }
        Err(Failure::Interrupted(_)) => {
            let taken = report.taken();
            return Err(Failure::Interrupted(format!("; {taken} records are in the archive: run the same command again to go on")));
        }
        done => done?,
    }
    let broken = if arguments.rebuild { Failure::NotRebuilt } else { Failure::Broken };
    report.broken().map_or(Ok(()), |what| Err(broken(what)))
}

/// The file of refusals is made anew: were it one of the inputs, that would be lost before it was read.
fn apart(refused: Option<&Path>, files: &[PathBuf]) -> Result<(), Failure> {
    let Some(refused) = refused else { return Ok(()) };
    // A file that isn't there yet can't be an input.
    let Ok(whole) = refused.canonicalize() else { return Ok(()) };
    if files.iter().any(|path| path.canonicalize().is_ok_and(|input| input == whole)) {
        let wrong = format!("--refused {}: is one of the files to index and would be overwritten; name another", refused.display());
        return Err(OptionsError::command_line(wrong).into());
    }
    Ok(())
}

/// Takes the inputs into the default archive without a report of its own, as `index` does otherwise. How many records are in the archive then.
pub(super) async fn take_in(backend: &Backend, inputs: Vec<Input>) -> Result<u64, Failure> {
    let progress = Progress::new(inputs.iter().map(|input| input.size).sum());
    let report = Arc::new(Report::new(None, progress.clone())?);
    progress.start();
    let done = index(backend, inputs, &report, &IndexHeader::default()).await;
    progress.finish();
    done?;
    report.broken().map_or(Ok(report.taken()), |broken| Err(Failure::Broken(broken)))
}

fn open(path: &Path) -> Result<Input, Failure> {
    Input::open(path).map_err(|source| Failure::File { path: path.to_owned(), source })
}

async fn index(backend: &Backend, inputs: Vec<Input>, report: &Arc<Report>, header: &IndexHeader) -> Result<(), Failure> {
    let feed = Feed::start(Batches::new(inputs), report.clone())?;
    // Without a deadline: how long it takes depends on the files alone, and every batch is acknowledged.
    let requests = CallContext::root().request(feed.requests(header.clone(), report.clone()));
    let call = backend.client().index_preprints(requests).await.map_err(|status| backend.failed(status))?;
    let mut replies = call.into_inner();
    while let Some(reply) = replies.message().await.map_err(|status| backend.failed(status))? {
        if let Some(acknowledgement) = reply.acknowledgement
            && let Some(sent) = feed.acknowledged(acknowledgement.sequence)
        {
            report.acknowledge(&sent, &acknowledgement);
        }
    }
    let cut = || Failure::Cut("every batch was acknowledged; what was acknowledged is in the archive");
    let withdrawn = feed.finish().ok_or_else(cut)?;
    if header.rebuild && report.broken().is_some() {
        // Given up: the archive stays as it was, withdrawn preprints and all.
        return Ok(());
    }
    report.note_withdrawn(super::remove(backend, &header.archive, withdrawn).await?);
    Ok(())
}

/// The archive afterwards. It isn't there when every record was refused.
async fn described(backend: &Backend, options: &Options) -> Result<Archive, Failure> {
    match super::archive::describe(backend, options).await {
        Err(failure) if failure.is_empty_archive() => Ok(Archive { name: options.archive(), ..Default::default() }),
        described => described,
    }
}
