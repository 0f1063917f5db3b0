//! Whether and when a request is sent again. Only before the first token: after it, the tokens are paid for and the reader has seen some.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use tower::retry::budget::{Budget as _, TpsBudget};

/// Statuses after which the same request may succeed. A 500 is often the request's fault (malformed for llama-server), so it gets one chance.
const RETRIED: &[u16] = &[408, 429, 502, 503, 504, 529];
const RETRIES: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_millis(250);

/// No `retry-after` is waited for longer than this: the reader waits as well, and the extractive answer is at hand.
const LONGEST_DELAY: Duration = Duration::from_secs(8);

/// How far the budget looks back.
const BUDGET_WINDOW: Duration = Duration::from_secs(10);
/// What the budget allows in any case, so that the first questions of a quiet hour are tried again too.
const BUDGET_PER_SECOND: u32 = 1;
/// What it allows beyond, as a share of the questions: a server in trouble gets a fifth more of them and not four times as many.
const BUDGET_SHARE: f32 = 0.2;

/// The retries that one server is burdened with, over all who ask it.
pub(super) struct Budget(TpsBudget);

impl Default for Budget {
    fn default() -> Self {
        Self(TpsBudget::new(BUDGET_WINDOW, BUDGET_PER_SECOND, BUDGET_SHARE))
    }
}

impl Budget {
    /// A question is sent for the first time.
    pub(super) fn asked(&self) {
        self.0.deposit();
    }

    /// How long to wait before the try after the `tried`th; `None` when there shall be none.
    pub(super) fn delay(&self, failure: Failure, tried: u32) -> Option<Duration> {
        delay(failure, tried).filter(|_| self.0.withdraw())
    }
}

/// What went wrong with a try.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    /// No connection, so nothing was sent.
    Connect,
    /// The server's status, and how long it asks to wait.
    Status(u16, Option<Duration>),
}

fn delay(failure: Failure, tried: u32) -> Option<Duration> {
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

/// What `retry-after` asks for: seconds, or a date (RFC 9110, section 10.2.3).
pub(super) fn asked(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    Some(httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again() {
        for (failure, tries) in [
            (Failure::Connect, 3),
            (Failure::Status(408, None), 3),
            (Failure::Status(429, None), 3),
            (Failure::Status(502, None), 3),
            (Failure::Status(503, None), 3),
            (Failure::Status(504, None), 3),
            (Failure::Status(529, None), 3),
            (Failure::Status(500, None), 1),
            (Failure::Status(501, None), 0),
            (Failure::Status(400, None), 0),
            (Failure::Status(401, None), 0),
            (Failure::Status(404, None), 0),
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

    #[test]
    fn retries_are_a_share_of_the_questions() {
        let budget = Budget::default();
        let questions = 1_000;
        let retries = (0..questions).filter(|_| {
            budget.asked();
            budget.delay(Failure::Connect, 1).is_some()
        });
        let reserve = 10;
        assert_eq!(retries.count(), reserve + questions / 5);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = httpdate::parse_http_date("Tue, 24 Nov 2026 12:00:00 GMT").unwrap();
        for (text, seconds) in [
            ("2", Some(2)),
            (" 0 ", Some(0)),
            ("Tue, 24 Nov 2026 12:00:07 GMT", Some(7)),
            ("Tue, 24 Nov 2026 11:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(asked(&headers, now), seconds.map(Duration::from_secs), "{text}");
        }
        assert_eq!(asked(&HeaderMap::new(), now), None);
    }
}
