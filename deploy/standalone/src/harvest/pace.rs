//! When the next request may go: politeness, and patience with a server that is busy.

use std::time::Duration;

use jiff::Timestamp;

/// Time as a harvest knows it: the system's, or a test's that waits for nothing.
pub(crate) trait Clock {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Lets time pass.
    fn wait(&mut self, time: Duration) -> impl Future<Output = ()>;
}

/// The system's time.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn wait(&mut self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// First wait after a failure; each further one is twice as long. Without jitter: one client with one request at a time has nobody to
/// collide with.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The longest wait that a server may ask for. arXiv asks for seconds; who asks for more than this is better asked again tomorrow.
const MOST_ASKED: Duration = Duration::from_secs(15 * 60);

/// The politeness of one harvest.
pub(super) struct Pace<C> {
    clock: C,
    pause: Duration,
    /// When the last reply had been read.
    last: Option<Timestamp>,
}

impl<C: Clock> Pace<C> {
    /// With a pause between the end of a reply and the next request.
    pub(super) fn new(clock: C, pause: Duration) -> Self {
        Self { clock, pause, last: None }
    }

    /// Waits until the next request may go. What was done since the last reply counts.
    pub(super) async fn turn(&mut self) {
        let Some(last) = self.last else { return };
        // The wall clock may have been set back: then nothing counts, and nobody waits for hours.
        let passed = Duration::try_from(self.clock.now().duration_since(last)).unwrap_or_default();
        let left = self.pause.saturating_sub(passed);
        if !left.is_zero() {
            self.clock.wait(left).await;
        }
    }

    /// A reply has been read, or a request has failed.
    pub(super) fn done(&mut self) {
        self.last = Some(self.clock.now());
    }

    /// How long to wait before the try after the `failed`th: as the server asks, else by doubling. `Err` when it asks for more than is waited.
    pub(super) fn back_off(&self, failed: u32, retry_after: Option<&str>) -> Result<Duration, Duration> {
        let doubled = FIRST_WAIT.saturating_mul(1 << failed.saturating_sub(1).min(8)).min(LONGEST_WAIT);
        let wait = retry_after.and_then(|text| asked(text, self.clock.now())).unwrap_or(doubled).max(self.pause);
        if wait > MOST_ASKED { Err(wait) } else { Ok(wait) }
    }

    /// Waits.
    pub(super) async fn wait(&mut self, time: Duration) {
        self.clock.wait(time).await;
    }
}

/// What `Retry-After` asks for: seconds, or a date (RFC 9110, section 10.2.3). `None` when it is neither.
fn asked(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Duration::try_from(date.timestamp().duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            "2026-11-24T12:00:00Z".parse().unwrap()
        }

        async fn wait(&mut self, _: Duration) {}
    }

    #[test]
    fn the_server_says_how_long_else_it_doubles() {
        let pace = Pace::new(Still, Duration::from_secs(3));
        for (failed, asked, seconds) in [
            (1, None, Ok(5)),
            (2, None, Ok(10)),
            (3, None, Ok(20)),
            (7, None, Ok(60)),
            (1, Some("20"), Ok(20)),
            (1, Some("0"), Ok(3)),
            (1, Some("Tue, 24 Nov 2026 12:00:42 GMT"), Ok(42)),
            (1, Some("Tue, 24 Nov 2026 11:00:00 GMT"), Ok(3)),
            (1, Some("soon"), Ok(5)),
            (1, Some("-1"), Ok(5)),
            (1, Some("900"), Ok(900)),
            (1, Some("901"), Err(901)),
            (1, Some("Wed, 25 Nov 2026 12:00:00 GMT"), Err(86_400)),
        ] {
            let told = pace.back_off(failed, asked).map(|wait| wait.as_secs()).map_err(|wait| wait.as_secs());
            assert_eq!(told, seconds, "{failed} {asked:?}");
        }
    }
}
