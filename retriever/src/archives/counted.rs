//! When an archive is counted, and who waits for it.
//!
//! With the embedded engine a census is exact: nobody else writes, and a write keeps it up. On a server others may write, so that it is
//! checked against the number of points, and taken anew when it is old. Taking one reads an entry of every preprint (85 µs each, 8 s for
//! 100,000), so that it is a task of its own: a caller whose time is over leaves what is counted to the next one, and while there is an
//! older census nobody waits for long.

use std::sync::Arc;
use std::time::{Duration, Instant};

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_text::ArchiveName;
use qdrant_client::qdrant::RetrievedPoint;

use super::{Archive, Archives};
use crate::census::{Census, Entry};
use crate::error::{IndexFailure, RetrieverError};
use crate::index::{Fetch, Fields, IndexError, point};
use crate::{marks, measured};

/// For how long a census of an archive that others may write to is believed unseen.
const TRUSTED: Duration = Duration::from_secs(2);
/// For how long one is believed while the number of preprints stays. What others add or delete shows within [`TRUSTED`]; what they replace,
/// so that the number stays, shows within this time: a rebuild with another model too. Both show later where counting takes long.
const RECOUNTED: Duration = Duration::from_secs(60);
/// After one that took long there is rest for so many times as long: counting takes at most a tenth of the time, ...
const REST: u32 = 9;
/// ... unless the rest were longer than this: 3,000,000 preprints are counted for a third of the time.
const LONGEST_REST: Duration = Duration::from_secs(600);
/// For how long a caller waits for a new census while there is an older one: what a small archive needs.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long taking a census may take. Some 7,000,000 preprints are counted in it.
const TIMEOUT: Duration = Duration::from_secs(600);
/// Entries read per call for a census.
const PAGE: u32 = 2_000;

/// A census, and how far it can be believed.
#[derive(Debug, Clone)]
pub(super) struct Counted {
    pub(super) census: Arc<Census>,
    /// When it was computed from what is stored, or that was tried in vain.
    pub(super) taken: Instant,
    /// Until when it isn't computed again.
    pub(super) rest: Instant,
    /// When it was last found to agree with the number of points.
    pub(super) checked: Instant,
}

impl Archives {
    /// What the archive holds: waits for the first census, and for a later one [`PATIENCE`] long.
    pub(crate) async fn census(self: &Arc<Self>, call: &CallContext, archive: &Arc<Archive>) -> Result<Arc<Census>, RetrieverError> {
        if let Some(census) = self.believed(call, archive).await? {
            return Ok(census);
        }
        let older = archive.latest();
        // A census taken amid a write would count a part of it: wait for the writer, unless there is an older one to answer with.
        let writer = match (archive.try_write(), &older) {
            (Some(writer), _) => writer,
            (None, Some(older)) => return Ok(older.census.clone()),
            (None, None) => archive.write().await,
        };
        let (archives, archive, call) = (self.clone(), archive.clone(), call.clone().with_deadline(Deadline::within(TIMEOUT)));
        let counting = self.background.run(async move {
            let _writer = writer;
            let began = Instant::now();
            let counted = archives.census_as_writer(&call, &archive).await;
            counted.inspect_err(|error| {
                tracing::warn!(%error, archive = %archive.name, "counting an archive failed");
                archive.failed(error, began);
            })
        });
        match older {
            None => counting.await?,
            Some(older) => match tokio::time::timeout(PATIENCE, counting).await {
                Ok(counted) => counted?,
                Err(_) => Ok(older.census),
            },
        }
    }

    /// Counts an archive that nobody has asked for yet, so that the first who asks waits less. One that isn't there, or whose index doesn't
    /// answer yet, is left to whoever asks.
    pub(crate) async fn count_ahead(self: Arc<Self>, name: ArchiveName) {
        let call = CallContext::root().with_deadline(Deadline::within(TIMEOUT));
        if let Ok(Some(archive)) = self.find(&call, &name).await {
            drop(self.census(&call, &archive).await);
        }
    }

    /// What the archive holds, for who holds the right to write: the present census, or one computed from what is stored.
    ///
    /// On a server that others use, the alias may stand for another collection since the archive was opened: it is checked whenever it is
    /// counted.
    pub(crate) async fn census_as_writer(&self, call: &CallContext, archive: &Archive) -> Result<Arc<Census>, RetrieverError> {
        if let Some(census) = self.believed(call, archive).await? {
            return Ok(census);
        }
        let began = Instant::now();
        let info = self.index.collection(call, &archive.collection).await?.ok_or(IndexError::NoCollection)?;
        if self.shared {
            // Who has it open still is refused the next time too.
            self.check(&archive.name, &info).inspect_err(|_| archive.doubtful())?;
        }
        let mut census = Census::default();
        let fetch = Fetch { payload: Fields::These(&Entry::FIELDS), vectors: &[] };
        let count = |found: RetrievedPoint| {
            census.add(&point::read(found.payload)?);
            Ok(())
        };
        self.index.for_each(call, &archive.collection, fetch, PAGE, count).await?;
        let (census, taken) = (Arc::new(census), Instant::now());
        *archive.lock() = Some(Counted { census: census.clone(), taken, rest: rest_after(began, taken), checked: taken });
        archive.tell(&census);
        marks::of(&info).iter().for_each(|mark| measured::mark(&archive.name, mark));
        Ok(census)
    }

    /// The present census, unless it has to be taken anew.
    async fn believed(&self, call: &CallContext, archive: &Archive) -> Result<Option<Arc<Census>>, RetrieverError> {
        let Some(Counted { census, taken, rest, checked }) = archive.latest() else {
            return Ok(None);
        };
        if !self.shared || checked.elapsed() < TRUSTED || Instant::now() < rest {
            return Ok(Some(census));
        }
        let same = taken.elapsed() < RECOUNTED && self.index.count(call, &archive.collection).await? == census.preprints();
        if let (true, Some(counted)) = (same, archive.lock().as_mut()) {
            counted.checked = Instant::now();
        }
        Ok(same.then_some(census))
    }
}

impl Archive {
    /// A census that was begun then could not be taken. What passes is waited out with the older one; what is stored wrongly is told to the next
    /// caller, who has none.
    fn failed(&self, error: &RetrieverError, began: Instant) {
        let mut counted = self.lock();
        match error {
            RetrieverError::Index(IndexFailure(IndexError::Status(_))) => {
                if let Some(counted) = counted.as_mut() {
                    counted.taken = Instant::now();
                    counted.rest = rest_after(began, counted.taken);
                }
            }
            _ => *counted = None,
        }
    }
}

/// Until when there is rest after counting for so long.
fn rest_after(began: Instant, ended: Instant) -> Instant {
    ended + ((ended - began) * REST).min(LONGEST_REST)
}
