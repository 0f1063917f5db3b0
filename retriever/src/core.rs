//! The parts that all calls share, without what only opening and closing need.

use std::sync::Arc;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_embed::Pool;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::answers::Answers;
use crate::archives::Archives;
use crate::error::RetrieverError;
use crate::index::Index;

/// How long Qdrant may take for one write, whatever the caller's deadline: a write that was sent is waited for, so that what is stored and
/// what is counted agree.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// What every call works with.
pub(crate) struct Core {
    pub(crate) index: Index,
    pub(crate) archives: Archives,
    pub(crate) answers: Answers,
    pub(crate) pool: Pool,
    /// The embedding model's name.
    pub(crate) model: String,
    /// Owns what must not stop halfway; waited for at the end.
    pub(crate) tasks: TaskTracker,
}

impl Core {
    /// Does work that must not stop halfway, as a task of its own: it goes on when the caller goes away.
    pub(crate) async fn see_through<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl Future<Output = Result<T, RetrieverError>> + Send + 'static,
    ) -> Result<T, RetrieverError> {
        let task = self.tasks.spawn(work.instrument(tracing::Span::current()));
        task.await.map_err(|error| RetrieverError::Task(error.to_string()))?
    }
}

/// The context of a write that a call leads to.
pub(crate) fn writing(call: &CallContext) -> CallContext {
    call.clone().with_deadline(Deadline::within(WRITE_TIMEOUT))
}
