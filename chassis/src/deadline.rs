//! Deadlines that travel with a call and are kept: unary and stream, in process and remote.
//!
//! tonic alone doesn't do it. In process nothing enforces `grpc-timeout` at all; over TCP tonic enforces it until the response headers only,
//! and reports CANCELLED. Hence one layer of our own, put on both sides of every hop; see [`layer`].

pub mod body;
pub mod layer;

use std::time::Duration;

use http::HeaderMap;
use tokio::time::Instant;

const GRPC_TIMEOUT: &str = "grpc-timeout";

/// A point in time by which a call must have ended, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// No deadline.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The deadline after this time from now. A time too long to be counted is no deadline.
    pub fn within(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// What `grpc-timeout` asks for. A header that can't be read counts as none, as the gRPC specification has it.
    pub fn of_headers(headers: &HeaderMap) -> Self {
        headers.get(GRPC_TIMEOUT).and_then(|value| value.to_str().ok()).and_then(parse_timeout).map_or(Self::none(), Self::within)
    }

    /// The time that is left; zero when the deadline has passed, `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Whether the deadline has passed.
    pub fn has_passed(&self) -> bool {
        self.remaining() == Some(Duration::ZERO)
    }

    /// A deadline that leaves this much time before the present one.
    pub fn earlier_by(self, margin: Duration) -> Self {
        Self(self.0.map(|at| at.checked_sub(margin).unwrap_or(at)))
    }

    /// The earlier of two deadlines.
    pub fn min(self, other: Self) -> Self {
        match (self.0, other.0) {
            (Some(a), Some(b)) => Self(Some(a.min(b))),
            (a, b) => Self(a.or(b)),
        }
    }

    pub(crate) fn instant(&self) -> Option<Instant> {
        self.0
    }
}

/// Reads a `grpc-timeout`: one to eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let digits = text.strip_suffix(unit)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: u64 = digits.parse().ok()?;
    match unit {
        'H' => Some(Duration::from_secs(amount * 3600)),
        'M' => Some(Duration::from_secs(amount * 60)),
        'S' => Some(Duration::from_secs(amount)),
        'm' => Some(Duration::from_millis(amount)),
        'u' => Some(Duration::from_micros(amount)),
        'n' => Some(Duration::from_nanos(amount)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_the_specification_writes_them() {
        for (text, expected) in [
            ("100m", Some(Duration::from_millis(100))),
            ("2S", Some(Duration::from_secs(2))),
            ("1H", Some(Duration::from_secs(3600))),
            ("3M", Some(Duration::from_secs(180))),
            ("5u", Some(Duration::from_micros(5))),
            ("7n", Some(Duration::from_nanos(7))),
            ("99999999S", Some(Duration::from_secs(99_999_999))),
            ("", None),
            ("S", None),
            ("10", None),
            ("-1S", None),
            ("999999999S", None),
            ("1é", None),
        ] {
            assert_eq!(parse_timeout(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_deadline_tells_what_remains() {
        assert_eq!(Deadline::none().remaining(), None);
        assert!(!Deadline::none().has_passed());
        assert!(Deadline::within(Duration::ZERO).has_passed());
        let deadline = Deadline::within(Duration::from_secs(60));
        assert!(deadline.earlier_by(Duration::from_secs(10)).remaining().unwrap() <= Duration::from_secs(50));
        assert_eq!(deadline.min(Deadline::none()), deadline);
        assert_eq!(Deadline::within(Duration::MAX), Deadline::none());
    }
}
