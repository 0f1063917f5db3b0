//! The parts that all calls share, without what only opening and closing need.

use std::sync::Arc;
use std::time::Duration;

use antigravity_chassis::admission::overloaded;
use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::places::Places;
use antigravity_embed::Pool;
use tokio::sync::OwnedSemaphorePermit;

use crate::answers::Answers;
use crate::archives::Archives;
use crate::background::Background;
use crate::error::RetrieverError;
use crate::index::Index;
use crate::search::query_vectors::QueryVectors;

/// How long Qdrant may take for one write, whatever the caller's deadline: a write that was sent is waited for, so that what is stored and
/// what is counted agree.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Searches that run at once for each thread that embeds. A search calculates for some 10 ms, and more of them at once only make each other
/// late; three more than one keep the cores busy while a Qdrant over a network is waited for. (The bound on calls in flight can't do it: an
/// answer of a model is in flight for as long as many seconds, and costs nothing meanwhile.)
const SEARCHES_PER_WORKER: usize = 4;

/// Searches that wait for one that runs. At 10 ms a search this many of a worker's are through in the longest wait of [`Places`].
const WAITING_PER_WORKER: usize = 75;

/// Places for searches, of a retriever with so many threads that embed.
pub(crate) fn search_places(workers: usize) -> Places {
    Places::new(SEARCHES_PER_WORKER.saturating_mul(workers), WAITING_PER_WORKER.saturating_mul(workers))
}

/// What every call works with.
pub(crate) struct Core {
    pub(crate) index: Index,
    pub(crate) archives: Arc<Archives>,
    pub(crate) answers: Answers,
    pub(crate) pool: Pool,
    /// What the pool made of questions that were asked lately.
    pub(crate) query_vectors: QueryVectors,
    /// Bounds the searches that run at once.
    pub(crate) searches: Places,
    /// The embedding model's name.
    pub(crate) model: String,
    /// Owns what goes on without its caller.
    pub(crate) background: Background,
}

impl Core {
    /// A place for a search, at once or after a short wait.
    pub(crate) async fn place_for_search(&self, call: &CallContext) -> Result<OwnedSemaphorePermit, RetrieverError> {
        let place = self.searches.take(call.deadline).await;
        place.ok_or_else(|| overloaded("too many searches are running; try again shortly").into())
    }

    /// Does work that must not stop halfway, as a task of its own: it goes on when the caller goes away.
    pub(crate) async fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, RetrieverError>> + Send + 'static,
    ) -> Result<T, RetrieverError> {
        self.background.see_through(work).await?
    }
}

/// The context of a write that a call leads to.
pub(crate) fn writing(call: &CallContext) -> CallContext {
    call.clone().with_deadline(Deadline::within(WRITE_TIMEOUT))
}
