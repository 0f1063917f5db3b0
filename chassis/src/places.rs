//! So many places, and a short, bounded queue before them. Who finds neither is turned away.
//!
//! The queue takes up what comes in bursts: without it two calls in the same millisecond are one too many. It is short in number and in time,
//! since whatever waits longer would only be answered when its caller has given up; and what waits goes in the order of its coming.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::deadline::Deadline;

/// Longest wait. A caller that is refused after it has lost little, and may be served by another replica. A retriever that starts beside others keeps
/// the cores busy for some 400 ms, while its share of the calls goes to them: with a quarter of a second, a restart at full load cost 15 calls of 917, with
/// half a second a moment in which the machine was slow cost 4 of 698. After an overload, calls are late for as long as the queue is.
const LONGEST_WAIT: Duration = Duration::from_millis(750);

/// Places, and who waits for one. Cheap to clone; all clones are the same places.
#[derive(Debug, Clone)]
pub struct Places {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Places {
    /// So many at once, and so many that wait for one; at least one of each.
    pub fn new(at_once: usize, waiting: usize) -> Self {
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.clamp(1, Semaphore::MAX_PERMITS)));
        Self { free: semaphore(at_once), waiting: semaphore(waiting) }
    }

    /// A place, at once or after a short wait; `None` when there is none in time.
    pub async fn take(&self, deadline: Deadline) -> Option<OwnedSemaphorePermit> {
        if let Some(permit) = self.at_once() {
            return Some(permit);
        }
        let _waiting = self.waiting.try_acquire().ok()?;
        let wait = deadline.remaining().map_or(LONGEST_WAIT, |remaining| remaining.min(LONGEST_WAIT));
        tokio::time::timeout(wait, self.free.clone().acquire_owned()).await.ok()?.ok()
    }

    /// A place, if one is free now.
    pub fn at_once(&self) -> Option<OwnedSemaphorePermit> {
        self.free.clone().try_acquire_owned().ok()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn what_finds_no_place_waits_in_a_short_queue_and_is_then_refused() {
        let places = Places::new(4, 1);
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(places.take(Deadline::none()).await.unwrap());
        }
        let mut waiting = Box::pin(places.take(Deadline::none()));
        assert!(waiting.as_mut().now_or_never().is_none(), "one waits");
        assert!(places.take(Deadline::none()).now_or_never().unwrap().is_none(), "a second is refused at once");
        held.pop();
        assert!(waiting.await.is_some(), "the place that became free is its own");
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_the_deadline_or_the_limit() {
        let places = Places::new(1, 1);
        let _held = places.take(Deadline::none()).await.unwrap();
        let short = Duration::from_millis(20);
        for (given, longest) in [(None, LONGEST_WAIT), (Some(short), short)] {
            let began = tokio::time::Instant::now();
            let deadline = given.map_or(Deadline::none(), Deadline::within);
            assert!(places.take(deadline).await.is_none());
            // A busy machine may be late, by less than a wait for ever.
            assert!(began.elapsed() >= longest / 2 && began.elapsed() < longest + Duration::from_secs(10));
        }
    }
}
