//! A list from its first page to its last, through everything that a server may do meanwhile.

use std::collections::HashSet;

use antigravity_proto::types::HarvestMark;
use reqwest::Url;

use super::{
    Changes, Clock, Format, HarvestError, Sink, Stopped,
    error::OaiError,
    fetch::{Fault, Fetch},
    pace::Pace,
    request::Request,
    response::{Identity, Page, Reply, parse},
    window::Window,
};

/// How often a page is asked for: with the waits between, some five minutes, or as long as the server says.
const TRIES: u32 = 8;
/// How often the first request of all is made: a wrong address shall not take minutes to be told.
const FIRST_TRIES: u32 = 3;
/// How often a list is begun anew since its token ran out.
const RESTARTS: u32 = 5;
/// So many pages without a record, each with a new token, are a list that doesn't end.
const EMPTY_PAGES: u32 = 100;

/// Lists of one server.
pub(super) struct Lists<C> {
    pub(super) endpoint: Url,
    pub(super) format: Format,
    pub(super) fetch: Fetch,
    pub(super) pace: Pace<C>,
}

/// Why a list ended early. The protocol's errors are told apart, since two of them are none.
pub(super) enum Stop<E> {
    /// An error of the protocol.
    Error(OaiError),
    /// Anything else.
    Stopped(Stopped<E>),
}

impl<E> Stop<E> {
    /// With an error of the protocol as what it is: the end.
    pub(super) fn without_error(self) -> Stopped<E> {
        match self {
            Self::Error(error) => HarvestError::Refused(error).into(),
            Self::Stopped(stopped) => stopped,
        }
    }
}

impl<E> From<HarvestError> for Stop<E> {
    fn from(error: HarvestError) -> Self {
        Self::Stopped(error.into())
    }
}

impl<C: Clock> Lists<C> {
    /// Asks the server who it is.
    pub(super) async fn identify<S: Sink>(&mut self, sink: &mut S) -> Result<Identity, Stop<S::Error>> {
        match self.reply(&Request::Identify, FIRST_TRIES, sink).await? {
            Reply::Identity(identity) => Ok(identity),
            Reply::Page(_) => Err(HarvestError::NotOai { reason: "a list came where the server was to name itself".to_owned() }.into()),
            Reply::Error(error) => Err(Stop::Error(error)),
        }
    }

    /// Harvests a window, and tells how many pages it took. The mark goes to the sink with the last page. A list whose token has run out
    /// begins anew: what came before is in already, and costs only its requests.
    pub(super) async fn window<S: Sink>(
        &mut self,
        set: &str,
        window: &Window,
        mark: Option<HarvestMark>,
        sink: &mut S,
    ) -> Result<u32, Stop<S::Error>> {
        let mut restarts = 0;
        loop {
            match self.list(set, window, mark.as_ref(), sink).await {
                Err(Stop::Error(error)) if is_lost(&error) && restarts < RESTARTS => {
                    restarts += 1;
                    sink.note(&format!("the server no longer knows its list from {} on: it begins anew", window.from));
                }
                done => return done,
            }
        }
    }

    async fn list<S: Sink>(&mut self, set: &str, window: &Window, mark: Option<&HarvestMark>, sink: &mut S) -> Result<u32, Stop<S::Error>> {
        let mut request = Request::List { window: window.clone(), set: set.to_owned(), format: self.format };
        let mut tokens = HashSet::new();
        let (mut pages, mut empty, mut records) = (0, 0, 0);
        loop {
            let Page { records: read, token, list_size } = self.page(&request, sink).await?;
            pages += 1;
            records += read.len() as u64;
            empty = if read.is_empty() { empty + 1 } else { 0 };
            if token.is_none() && list_size.is_some_and(|size| size > records) {
                sink.note(&format!("the server announced {} records from {} on and sent {records}", list_size.unwrap_or(0), window.from));
            }
            let mark = if token.is_none() { mark.cloned() } else { None };
            sink.take(Changes::of(read), mark).await.map_err(|error| Stop::Stopped(Stopped::Sink(error)))?;
            let Some(token) = token else { return Ok(pages) };
            if !tokens.insert(token.clone()) {
                return Err(HarvestError::Endless("a resumption token came a second time").into());
            }
            if empty > EMPTY_PAGES {
                return Err(HarvestError::Endless("page after page without a record").into());
            }
            request = Request::Resume(token);
        }
    }

    async fn page<S: Sink>(&mut self, request: &Request, sink: &mut S) -> Result<Page, Stop<S::Error>> {
        match self.reply(request, TRIES, sink).await? {
            Reply::Page(page) => Ok(page),
            // A window in which nothing changed.
            Reply::Error(error) if error.code == "noRecordsMatch" && matches!(request, Request::List { .. }) => Ok(Page::default()),
            Reply::Error(error) => Err(Stop::Error(error)),
            Reply::Identity(_) => {
                Err(HarvestError::NotOai { reason: "the server named itself where a list was to come".to_owned() }.into())
            }
        }
    }

    /// Asks until there is a reply that can be read. One that can't may have been cut off on its way: it is asked for again, too.
    async fn reply<S: Sink>(&mut self, request: &Request, tries: u32, sink: &mut S) -> Result<Reply, Stop<S::Error>> {
        let mut failed = 0;
        loop {
            self.pace.turn().await;
            let text = self.fetch.get(request.url(&self.endpoint)).await;
            self.pace.done();
            let read = text.and_then(|text| parse(&text).map_err(|unreadable| Fault::passing(unreadable.0)));
            let (reason, retry_after) = match read {
                Ok(reply) => return Ok(reply),
                Err(Fault::Lasting(error)) => return Err(error.into()),
                Err(Fault::Passing { reason, retry_after }) => (reason, retry_after),
            };
            failed += 1;
            if failed == tries {
                return Err(HarvestError::GaveUp { tries, reason }.into());
            }
            let wait = self.pace.back_off(failed, retry_after.as_deref());
            let wait = wait.map_err(|asked| HarvestError::Busy { seconds: asked.as_secs() })?;
            sink.note(&format!("waiting {} s: {reason}", wait.as_secs()));
            self.pace.wait(wait).await;
        }
    }
}

/// Whether the server no longer has the rest of a list. That nothing matches is right for a list, and for the rest of one the same as not
/// knowing it: were it taken for the end, the mark would move over what never came.
fn is_lost(error: &OaiError) -> bool {
    matches!(error.code.as_str(), "badResumptionToken" | "noRecordsMatch")
}
