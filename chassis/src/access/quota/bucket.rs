//! A bucket of tokens: it holds at most its capacity, and fills evenly within its period.

use std::time::{Duration, Instant};

/// How much, and in which time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::access) struct Rate {
    /// How much a full bucket holds.
    pub(in crate::access) capacity: f64,
    /// In which time an empty one fills.
    pub(in crate::access) period: Duration,
}

/// What can be taken, and when it will be more. What the `ratelimit-` headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::access) struct Standing {
    /// How much in all.
    pub(in crate::access) limit: u64,
    /// How much of it is left.
    pub(in crate::access) remaining: u64,
    /// When all of it will be there again.
    pub(in crate::access) reset: Duration,
    /// The time that `limit` is for.
    pub(in crate::access) period: Duration,
}

/// How much was taken, rather than how much is there: so a bucket needn't know its capacity, which an operator may change.
#[derive(Debug)]
pub(super) struct Bucket {
    taken: f64,
    at: Instant,
    /// When nothing will be missing, by the rate that was asked for last.
    full_at: Instant,
}

impl Bucket {
    /// A full one.
    pub(super) fn full(now: Instant) -> Self {
        Self { taken: 0.0, at: now, full_at: now }
    }

    /// Takes one, or says how long until one is there.
    pub(super) fn take(&mut self, rate: Rate, now: Instant) -> Result<Standing, Duration> {
        self.fill(rate, now);
        let missing = self.taken + 1.0 - rate.capacity;
        if missing > 0.0 {
            return Err(rate.time_for(missing));
        }
        self.used(1.0, rate);
        Ok(self.standing(rate))
    }

    /// Whether anything is left; or how long until it will be.
    pub(super) fn anything(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        self.fill(rate, now);
        let missing = self.taken + 1.0 - rate.capacity;
        if missing > 0.0 { Err(rate.time_for(missing)) } else { Ok(()) }
    }

    /// Takes as much as was used, whether it is there or not.
    pub(super) fn spend(&mut self, amount: f64, rate: Rate, now: Instant) {
        self.fill(rate, now);
        self.used(amount, rate);
    }

    /// Whether nothing is missing.
    pub(super) fn is_full(&self, now: Instant) -> bool {
        now >= self.full_at
    }

    fn fill(&mut self, rate: Rate, now: Instant) {
        let share = now.saturating_duration_since(self.at).as_secs_f64() / rate.period.as_secs_f64();
        self.taken = (self.taken - share * rate.capacity).max(0.0);
        self.at = now;
        self.used(0.0, rate);
    }

    fn used(&mut self, amount: f64, rate: Rate) {
        self.taken += amount;
        self.full_at = self.at + rate.time_for(self.taken);
    }

    fn standing(&self, rate: Rate) -> Standing {
        Standing {
            limit: whole(rate.capacity),
            remaining: whole(rate.capacity - self.taken),
            reset: rate.time_for(self.taken),
            period: rate.period,
        }
    }
}

impl Rate {
    fn time_for(self, amount: f64) -> Duration {
        Duration::try_from_secs_f64(amount / self.capacity * self.period.as_secs_f64()).unwrap_or(self.period)
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from a float keeps to the integer's bounds")]
fn whole(amount: f64) -> u64 {
    amount.floor() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { capacity: 3.0, period: Duration::from_secs(60) };

    #[test]
    fn as_many_as_it_holds_at_once_and_then_one_after_another() {
        let start = Instant::now();
        let mut bucket = Bucket::full(start);
        for remaining in [2, 1, 0] {
            let standing = bucket.take(RATE, start).unwrap();
            assert_eq!((standing.limit, standing.remaining, standing.reset.as_secs()), (3, remaining, 20 * (3 - remaining)));
        }
        assert_eq!(bucket.take(RATE, start).unwrap_err().as_secs(), 20);
        let later = start + Duration::from_millis(20_001);
        assert!(bucket.take(RATE, later).is_ok() && bucket.take(RATE, later).is_err());
        assert!(!bucket.is_full(later) && bucket.is_full(later + RATE.period));
    }

    #[test]
    fn what_was_spent_beyond_is_waited_for() {
        let start = Instant::now();
        let mut bucket = Bucket::full(start);
        bucket.spend(6.0, RATE, start);
        assert_eq!(bucket.anything(RATE, start).unwrap_err().as_secs(), 80);
        assert!(bucket.anything(RATE, start + Duration::from_secs(81)).is_ok());
        // An operator who grants more is obeyed at once.
        assert!(bucket.anything(Rate { capacity: 30.0, ..RATE }, start).is_ok());
    }
}
