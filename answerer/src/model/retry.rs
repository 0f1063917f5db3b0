//! Whether and when a request is sent again. Only before the first token: after it, the tokens are paid for and the reader has seen some.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

/// Statuses after which the same request may succeed. A 500 is often the request's fault (malformed for llama-server), so it gets one chance.
const RETRIED: &[u16] = &[408, 429, 502, 503, 504, 529];
const RETRIES: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_millis(250);

/// No `retry-after` is waited for longer than this: the reader waits as well, and the extractive answer is at hand.
const LONGEST_DELAY: Duration = Duration::from_secs(8);

/// What went wrong with a try.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    /// No connection, so nothing was sent.
    Connect,
    /// The server's status, and how long it asks to wait.
    Status(u16, Option<Duration>),
}

/// How long to wait before the try after the `tried`th; `None` when there shall be none.
pub(super) fn delay(failure: Failure, tried: u32) -> Option<Duration> {
    let (allowed, asked) = match failure {
        Failure::Connect => (RETRIES, None),
        Failure::Status(500, asked) => (1, asked),
        Failure::Status(status, asked) if RETRIED.contains(&status) => (RETRIES, asked),
        Failure::Status(..) => (0, None),
    };
    if tried > allowed || asked.is_some_and(|asked| asked > LONGEST_DELAY) {
        return None;
    }
    let doubled = FIRST_DELAY.saturating_mul(1 << tried.saturating_sub(1).min(8));
    Some(asked.unwrap_or_else(|| jittered(doubled)).min(LONGEST_DELAY))
}

/// Between one half and the whole, so that callers that failed together don't come back together. The hasher's keys are random enough.
fn jittered(delay: Duration) -> Duration {
    let random = u32::try_from(RandomState::new().hash_one(0) % 1_000).unwrap_or(0);
    delay / 2 + delay / 2 * random / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again() {
        for (failure, tries) in [
            (Failure::Connect, 3),
            (Failure::Status(429, None), 3),
            (Failure::Status(529, None), 3),
            (Failure::Status(500, None), 1),
            (Failure::Status(400, None), 0),
            (Failure::Status(401, None), 0),
            (Failure::Status(503, Some(Duration::from_secs(60))), 0),
        ] {
            assert_eq!((1..10).take_while(|tried| delay(failure, *tried).is_some()).count(), tries);
        }
        assert_eq!(delay(Failure::Status(429, Some(Duration::from_secs(2))), 1), Some(Duration::from_secs(2)));
    }

    #[test]
    fn delays_grow_and_are_jittered_within_bounds() {
        for tried in 1..=3 {
            let whole = FIRST_DELAY * (1 << (tried - 1));
            let delay = delay(Failure::Connect, tried).unwrap();
            assert!(delay >= whole / 2 && delay <= whole, "{tried}: {delay:?}");
        }
    }
}
