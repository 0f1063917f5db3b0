//! Preprints from an OAI-PMH server: asked for politely, read, and handed on page by page, so that a kill at any moment loses nothing.
//!
//! The way of one set: its mark → `window` after window → `request` → `fetch`, at the `pace` that the server wants → `response` (`xml`,
//! `arxiv`, `oai_dc`) → `changes` → the sink, which makes each page durable, and with a window's last page the `mark`.

mod arxiv;
mod changes;
mod error;
mod fetch;
mod list;
mod mark;
mod oai_dc;
mod pace;
mod request;
mod response;
mod subject;
#[cfg(test)]
mod tests;
mod window;
mod xml;

use std::time::Duration;

use antigravity_proto::types::HarvestMark;
use jiff::civil::Date;
use reqwest::Url;

pub(crate) use self::mark::day;
pub(crate) use self::{
    changes::Changes,
    error::{AGAIN, HarvestError},
    fetch::Limits,
    pace::{Clock, SystemClock},
    request::Format,
};
use self::{
    fetch::Fetch,
    list::{Lists, Stop},
    mark::Mark,
    pace::Pace,
    response::Identity,
    window::Windows,
};

/// What to harvest, and how.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The base URL.
    pub(crate) endpoint: String,
    /// The sets, one after another. Empty: everything.
    pub(crate) sets: Vec<String>,
    /// The first day. `None`: where the mark is.
    pub(crate) from: Option<Date>,
    /// The last day. `None`: the server's today.
    pub(crate) until: Option<Date>,
    /// The form that records come in.
    pub(crate) format: Format,
    /// Between the end of a reply and the next request.
    pub(crate) pause: Duration,
    /// Who harvests.
    pub(crate) contact: Option<String>,
    /// What a reply may take.
    pub(crate) limits: Limits,
}

impl Plan {
    /// Checks it, as far as that can be done without asking anybody, and makes what it takes to carry it out.
    pub(crate) fn ready(self) -> Result<Ready, HarvestError> {
        let endpoint = request::endpoint(&self.endpoint)?;
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from > until
        {
            return Err(HarvestError::Option { flag: "--from", wrong: format!("{from} is after --until {until}") });
        }
        let fetch = Fetch::new(self.contact.as_deref(), self.limits)?;
        Ok(Ready { plan: self, endpoint, fetch })
    }
}

/// A plan that can be carried out.
pub(crate) struct Ready {
    plan: Plan,
    endpoint: Url,
    fetch: Fetch,
}

/// Where harvested preprints go: the archive, or a test's memory of them.
pub(crate) trait Sink {
    /// Why it can't take any more.
    type Error;

    /// Makes the changes durable, then the mark.
    async fn take(&mut self, changes: Changes, mark: Option<HarvestMark>) -> Result<(), Self::Error>;

    /// Hears what a person should know: that the server makes us wait, that a list began anew.
    fn note(&mut self, text: &str);
}

/// Why a harvest ended early.
#[derive(Debug)]
pub(crate) enum Stopped<E> {
    /// The server, or the plan.
    Harvest(HarvestError),
    /// The archive.
    Sink(E),
}

impl<E> From<HarvestError> for Stopped<E> {
    fn from(error: HarvestError) -> Self {
        Self::Harvest(error)
    }
}

/// Harvests. `marks` are the archive's own.
pub(crate) async fn harvest<S: Sink>(
    ready: Ready,
    marks: &[HarvestMark],
    clock: impl Clock,
    sink: &mut S,
) -> Result<(), Stopped<S::Error>> {
    let Ready { plan, endpoint, fetch } = ready;
    let mut lists = Lists { endpoint, format: plan.format, fetch, pace: Pace::new(clock, plan.pause) };
    // The server's day and not ours counts: were ours ahead, the mark would pass what is still to come in.
    let identity = lists.identify(sink).await.map_err(Stop::without_error)?;
    let everything = [String::new()];
    for set in if plan.sets.is_empty() { &everything } else { plan.sets.as_slice() } {
        let mark = Mark::find(marks, &plan.endpoint, set);
        harvest_set(&mut lists, &plan, &identity, set, mark, sink).await?;
    }
    Ok(())
}

async fn harvest_set<S: Sink>(
    lists: &mut Lists<impl Clock>,
    plan: &Plan,
    identity: &Identity,
    set: &str,
    mut mark: Mark,
    sink: &mut S,
) -> Result<(), Stopped<S::Error>> {
    let from = mark.start(plan.from, identity.earliest);
    let end = plan.until.map_or(identity.today, |until| until.min(identity.today));
    if let Some(day) = mark.gap_before(from) {
        sink.note(&format!("the mark stays at {day}: what changed between it and {from} is not asked for"));
    }
    let mut windows = Windows::new(from, end);
    while let Some(window) = windows.next() {
        let moved = mark.after(from, window.until);
        let pages = lists.window(set, &window, moved, sink).await.map_err(Stop::without_error)?;
        windows.took(pages);
    }
    Ok(())
}
