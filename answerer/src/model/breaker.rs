//! A server that fails again and again is left alone for a while: the reader gets the archive's own answer at once instead of after a time limit, and
//! the server gets room to recover. After the pause one question tries it; the others wait for what becomes of that.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::ModelError;

/// So many replies in a row must fail. One or two do on every provider's bad day; each may have cost its reader a time limit.
const FAILURES: u32 = 4;

/// How long the server is left alone. A restart of a model server takes longer, but one question every so often is no burden.
const PAUSE: Duration = Duration::from_secs(15);

/// Keeps watch over one server.
#[derive(Default)]
pub(super) struct Breaker {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Failures since the last success.
    failures: u32,
    /// Until when nothing is sent, once there were too many.
    paused_until: Option<Instant>,
    /// Somebody is trying whether it works again.
    is_tried: bool,
}

impl Breaker {
    /// Leave to ask the server once.
    pub(super) fn admit(self: &Arc<Self>, now: Instant) -> Result<Leave, ModelError> {
        let mut state = self.state();
        let is_trial = state.paused_until.is_some();
        if let Some(until) = state.paused_until {
            let left = until.saturating_duration_since(now);
            if state.is_tried || !left.is_zero() {
                return Err(ModelError::Paused { seconds: left.as_secs().max(1) });
            }
            state.is_tried = true;
        }
        drop(state);
        Ok(Leave { breaker: Arc::clone(self), is_trial })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What it holds is right at any time.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave to ask. Dropped without a word, as when the reader left, it says nothing of the server.
pub(super) struct Leave {
    breaker: Arc<Breaker>,
    is_trial: bool,
}

impl Leave {
    /// Says what became of it.
    pub(super) fn settle(self, reply: &Result<(), ModelError>, now: Instant) {
        let mut state = self.breaker.state();
        match reply {
            Err(error) if error.is_trouble() => {
                state.failures = state.failures.saturating_add(1);
                if state.failures >= FAILURES {
                    state.paused_until = Some(now + PAUSE);
                }
            }
            // A server that refuses a request for what it asks is well.
            Ok(()) | Err(_) => (state.failures, state.paused_until) = (0, None),
        }
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if self.is_trial {
            self.breaker.state().is_tried = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(breaker: &Arc<Breaker>, times: u32, now: Instant) {
        for _ in 0..times {
            breaker.admit(now).unwrap().settle(&Err(ModelError::Truncated), now);
        }
    }

    #[test]
    fn it_pauses_tries_one_and_goes_on() {
        let (breaker, now) = (Arc::new(Breaker::default()), Instant::now());
        failing(&breaker, FAILURES, now);
        assert_eq!(breaker.admit(now).err(), Some(ModelError::Paused { seconds: 15 }));

        let now = now + PAUSE;
        let trial = breaker.admit(now).unwrap();
        assert!(breaker.admit(now).is_err(), "one tries, the others wait");
        trial.settle(&Err(ModelError::TimedOut("")), now);
        assert!(breaker.admit(now).is_err(), "it fails still: another pause");

        let now = now + PAUSE;
        drop(breaker.admit(now).unwrap());
        let trial = breaker.admit(now).expect("a trial whose reader left leaves the way to the next");
        trial.settle(&Ok(()), now);
        failing(&breaker, FAILURES - 1, now);
        assert!(breaker.admit(now).is_ok(), "failures are counted anew");
    }

    #[test]
    fn a_request_that_is_the_callers_fault_says_nothing_against_the_server() {
        let (breaker, now) = (Arc::new(Breaker::default()), Instant::now());
        for status in [400, 401, 404, 413].repeat(3) {
            let refused = ModelError::Refused { status, class: String::new() };
            breaker.admit(now).unwrap().settle(&Err(refused), now);
        }
        failing(&breaker, FAILURES - 1, now);
        breaker.admit(now).unwrap().settle(&Ok(()), now);
        failing(&breaker, FAILURES - 1, now);
        assert!(breaker.admit(now).is_ok());
    }
}
