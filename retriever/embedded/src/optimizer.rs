//! Optimizing in the background. The engine does nothing by itself: someone must call `optimize`, which blocks for seconds and can't be
//! stopped.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use qdrant_edge::{EdgeShard, ResourceBudget};

/// Merges segments and builds the HNSW graph of one shard, in a thread of its own, at most one at a time.
///
/// Reads and writes go on meanwhile. The thread is joined when the optimizer is dropped.
#[derive(Debug)]
pub(crate) struct Optimizer {
    shard: Arc<EdgeShard>,
    /// Shared by all collections: they take turns, so that indexing several doesn't use several times the CPUs.
    budget: ResourceBudget,
    /// Points written between two runs.
    after_points: usize,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    written: usize,
    /// A run is going on.
    running: bool,
    /// Asked for again while one was going on.
    again: bool,
    thread: Option<JoinHandle<()>>,
}

impl Optimizer {
    pub(crate) fn new(shard: Arc<EdgeShard>, budget: ResourceBudget, after_points: usize) -> Self {
        Self { shard, budget, after_points, state: Arc::default() }
    }

    /// Says that `points` were written or deleted; starts a run when enough have been.
    pub(crate) fn written(&self, points: usize) {
        let due = {
            let mut state = lock(&self.state);
            state.written = state.written.saturating_add(points);
            state.written >= self.after_points
        };
        if due {
            self.start();
        }
    }

    /// Starts a run, or has the one going on look again when it is through. Doesn't wait.
    pub(crate) fn start(&self) {
        let mut state = lock(&self.state);
        state.written = 0;
        if state.running {
            state.again = true;
            return;
        }
        state.running = true;
        let (shard, budget, shared) = (self.shard.clone(), self.budget.clone(), self.state.clone());
        let thread = std::thread::Builder::new().name("optimizer".into()).spawn(move || run(&shard, &budget, &shared));
        match thread {
            // The thread before this one, if any, has ended: it had set `running` to false.
            Ok(thread) => state.thread = Some(thread),
            Err(error) => {
                state.running = false;
                tracing::warn!(%error, "cannot start the optimizer thread");
            }
        }
    }

    /// Whether a run is going on.
    pub(crate) fn is_running(&self) -> bool {
        lock(&self.state).running
    }

    /// Waits until no run is going on. Blocks.
    pub(crate) fn join(&self) {
        let thread = lock(&self.state).thread.take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the optimizer thread panicked");
        }
    }
}

impl Drop for Optimizer {
    fn drop(&mut self) {
        self.join();
    }
}

fn run(shard: &EdgeShard, budget: &ResourceBudget, state: &Mutex<State>) {
    loop {
        // A panic must not leave `running` set: the collection would look busy for ever.
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| shard.optimize_with_budget(budget.clone())));
        match result {
            Ok(Ok(changed)) => tracing::debug!(changed, path = %shard.path().display(), "optimized"),
            Ok(Err(error)) => tracing::warn!(%error, path = %shard.path().display(), "optimizing failed"),
            Err(_) => tracing::error!(path = %shard.path().display(), "optimizing panicked"),
        }
        let mut state = lock(state);
        if !std::mem::take(&mut state.again) {
            state.running = false;
            return;
        }
    }
}

/// The state is a few flags, right after every statement: a panic elsewhere doesn't spoil it.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
