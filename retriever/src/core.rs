//! The parts that all calls share, without what only opening and closing need.

use antigravity_embed::Pool;
use tokio_util::task::TaskTracker;

use crate::archives::Archives;
use crate::index::Index;

/// What every call works with.
pub(crate) struct Core {
    pub(crate) index: Index,
    pub(crate) archives: Archives,
    pub(crate) pool: Pool,
    /// The embedding model's name.
    pub(crate) model: String,
    /// Owns the batches that are being written; waited for at the end.
    pub(crate) tasks: TaskTracker,
}
