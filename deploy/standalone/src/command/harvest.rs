//! `antigravity harvest`: the archive kept current from an OAI-PMH server.

mod sink;
mod tally;

use std::time::Duration;

use antigravity_proto::types::HarvestMark;

use self::sink::ArchiveSink;
use crate::{
    backend::Backend,
    cli::Harvest,
    failure::Failure,
    harvest::{self, Limits, Plan, Ready, Stopped, SystemClock},
    options::Options,
    output,
};

/// Harvests and reports.
pub(crate) async fn run(arguments: Harvest, options: &Options) -> Result<(), Failure> {
    let ready = Plan {
        endpoint: arguments.endpoint,
        sets: arguments.set,
        from: arguments.from,
        until: arguments.until,
        format: arguments.format,
        pause: Duration::from_secs(arguments.pause.into()),
        contact: arguments.contact,
        limits: Limits::default(),
    }
    .ready()?;
    let done = super::with_backend(options, async move |backend| harvest(backend, ready, options).await).await;
    match done {
        Err(Failure::Interrupted(_)) => Err(Failure::Interrupted(format!("; {}", crate::harvest::AGAIN))),
        done => done,
    }
}

async fn harvest(backend: &Backend, ready: Ready, options: &Options) -> Result<(), Failure> {
    let marks = marks(backend, options).await?;
    let mut sink = ArchiveSink::new(backend, options);
    let ended = Box::pin(harvest::harvest(ready, &marks, SystemClock, &mut sink)).await;
    // What was taken in before a failure is told as well.
    let tally = sink.finish();
    if !tally.is_empty() {
        output::print(&tally.to_string())?;
    }
    ended.map_err(|stopped| match stopped {
        Stopped::Harvest(error) => error.into(),
        Stopped::Sink(failure) => failure,
    })
}

/// How far earlier harvests have come. An archive that isn't there yet has none.
async fn marks(backend: &Backend, options: &Options) -> Result<Vec<HarvestMark>, Failure> {
    match super::archive::describe(backend, options).await {
        Err(failure) if failure.is_empty_archive() => Ok(Vec::new()),
        described => Ok(described?.harvest_marks),
    }
}
