//! `antigravity index`: records into the archive.
//!
//! A thread reads and parses, the call sends batches and takes their acknowledgements; a few batches are under way at any time, so that the
//! encoder never waits and memory stays bounded.

mod feed;
mod report;

use std::{path::Path, sync::Arc};

use antigravity_chassis::{call::CallContext, options::OptionsError};
use antigravity_proto::types::Archive;

use self::{feed::Feed, report::Report};
use crate::{
    backend::Backend,
    cli::Index,
    failure::Failure,
    options::Options,
    output,
    progress::Progress,
    records::{Batches, Input},
};

/// Indexes the files and reports.
pub(crate) async fn run(arguments: Index, options: &Options) -> Result<(), Failure> {
    // All are opened before anything is done: a name that is wrong is better known before an hour of work than after it.
    let inputs = arguments.files.iter().map(|path| open(path)).collect::<Result<Vec<_>, _>>()?;
    apart(&arguments)?;
    let progress = Progress::new(inputs.iter().map(|input| input.size).sum());
    let report = Arc::new(Report::new(arguments.refused.as_deref(), progress.clone())?);
    let work = async |backend: &Backend| {
        progress.start();
        index(backend, inputs, &report, options).await?;
        let time = progress.finish();
        let archive = described(backend, options).await?;
        output::print(&report.summary(&archive, time))
    };
    let done = super::with_backend(options, work).await;
    progress.finish();
    match done {
        Err(Failure::Interrupted(_)) => {
            let taken = report.taken();
            return Err(Failure::Interrupted(format!("; {taken} records are in the archive: run the same command again to go on")));
        }
        done => done?,
    }
    report.broken().map_or(Ok(()), |broken| Err(Failure::Broken(broken)))
}

/// The file of refusals is made anew: were it one of the inputs, that would be lost before it was read.
fn apart(arguments: &Index) -> Result<(), Failure> {
    let Some(refused) = &arguments.refused else { return Ok(()) };
    // A file that isn't there yet can't be an input.
    let Ok(whole) = refused.canonicalize() else { return Ok(()) };
    if arguments.files.iter().any(|path| path.canonicalize().is_ok_and(|input| input == whole)) {
        let wrong = format!("--refused {}: is one of the files to index and would be overwritten; name another", refused.display());
        return Err(OptionsError::command_line(wrong).into());
    }
    Ok(())
}

/// Takes the inputs in without a report of its own, as `index` does otherwise. How many records are in the archive then.
pub(super) async fn take_in(backend: &Backend, inputs: Vec<Input>, options: &Options) -> Result<u64, Failure> {
    let progress = Progress::new(inputs.iter().map(|input| input.size).sum());
    let report = Arc::new(Report::new(None, progress.clone())?);
    progress.start();
    let done = index(backend, inputs, &report, options).await;
    progress.finish();
    done?;
    report.broken().map_or(Ok(report.taken()), |broken| Err(Failure::Broken(broken)))
}

fn open(path: &Path) -> Result<Input, Failure> {
    Input::open(path).map_err(|source| Failure::File { path: path.to_owned(), source })
}

async fn index(backend: &Backend, inputs: Vec<Input>, report: &Arc<Report>, options: &Options) -> Result<(), Failure> {
    let feed = Feed::start(Batches::new(inputs), report.clone())?;
    // Without a deadline: how long it takes depends on the files alone, and every batch is acknowledged.
    let requests = CallContext::root().request(feed.requests(options.archive.clone()));
    let call = backend.client().index_preprints(requests).await.map_err(|status| backend.failed(status))?;
    let mut replies = call.into_inner();
    while let Some(reply) = replies.message().await.map_err(|status| backend.failed(status))? {
        if let Some(acknowledgement) = reply.acknowledgement
            && let Some(sent) = feed.acknowledged(acknowledgement.sequence)
        {
            report.acknowledge(&sent, &acknowledgement);
        }
    }
    if feed.finish() { Ok(()) } else { Err(Failure::Cut("every batch was acknowledged; what was acknowledged is in the archive")) }
}

/// The archive afterwards. It isn't there when every record was refused.
async fn described(backend: &Backend, options: &Options) -> Result<Archive, Failure> {
    match super::archive::describe(backend, options).await {
        Err(failure) if failure.is_empty_archive() => Ok(Archive { name: options.archive.clone(), ..Default::default() }),
        described => described,
    }
}
