//! What each tenant has used of what it may.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use antigravity_proto::types::Reason;

use super::{
    bucket::{Bucket, Rate, Standing},
    limits::Limits,
};
use crate::{access::Tenant, status::Problem};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// Above so many tenants those are forgotten that have used nothing lately: a proxy may name any number of people.
const REMEMBERED: usize = 4_096;
/// Who has too many calls at once is told to wait this long: how long they take, nobody knows.
const WAIT: Duration = Duration::from_secs(1);

/// Everybody's accounts.
#[derive(Debug, Default)]
pub(in crate::access) struct Accounts(Mutex<HashMap<Tenant, Arc<Account>>>);

impl Accounts {
    /// A tenant's account, under these limits.
    pub(in crate::access) fn of(&self, tenant: &Tenant, limits: Limits) -> Allowance {
        let mut accounts = lock(&self.0);
        if accounts.len() >= REMEMBERED && !accounts.contains_key(tenant) {
            let now = Instant::now();
            accounts.retain(|_, account| !account.is_idle(now));
        }
        let account = accounts.entry(tenant.clone()).or_insert_with(|| Arc::new(Account::new(Instant::now()))).clone();
        Allowance { account, limits }
    }
}

#[derive(Debug)]
struct Account {
    requests: Mutex<Bucket>,
    tokens: Mutex<Bucket>,
    in_flight: AtomicU32,
}

impl Account {
    fn new(now: Instant) -> Self {
        Self { requests: Mutex::new(Bucket::full(now)), tokens: Mutex::new(Bucket::full(now)), in_flight: AtomicU32::new(0) }
    }

    /// Whether it differs in nothing from a new one.
    fn is_idle(&self, now: Instant) -> bool {
        self.in_flight.load(Ordering::Relaxed) == 0 && lock(&self.requests).is_full(now) && lock(&self.tokens).is_full(now)
    }
}

/// What a tenant may, and what it has used of it. Cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::access) struct Allowance {
    account: Arc<Account>,
    limits: Limits,
}

impl Allowance {
    /// Counts a call that begins, unless there are too many at once or in a minute. The call counts until what is returned is dropped.
    pub(in crate::access) fn begin(&self, tenant: &Tenant) -> Result<(InFlight, Option<Standing>), Problem> {
        let in_flight = InFlight(self.account.clone());
        let before = self.account.in_flight.fetch_add(1, Ordering::Relaxed);
        if let Some(most) = self.limits.concurrent.filter(|most| before >= most.get()) {
            return Err(exceeded(tenant, "concurrent", most, &format!("{most} calls are under way, as many as it may have at once"), WAIT));
        }
        let Some(most) = self.limits.requests_per_minute else { return Ok((in_flight, None)) };
        let rate = Rate { capacity: f64::from(most.get()), period: MINUTE };
        match lock(&self.account.requests).take(rate, Instant::now()) {
            Ok(standing) => Ok((in_flight, Some(standing))),
            Err(wait) => Err(exceeded(tenant, "requests_per_minute", most, &format!("it has called {most} times in a minute"), wait)),
        }
    }

    /// Refuses to have a model asked when the day's tokens are used up.
    pub(in crate::access) fn has_tokens(&self, tenant: &Tenant) -> Result<(), Problem> {
        let Some((most, rate)) = self.tokens() else { return Ok(()) };
        let left = lock(&self.account.tokens).anything(rate, Instant::now());
        left.map_err(|wait| exceeded(tenant, "tokens_per_day", most, &format!("it has used up its {most} tokens of a day"), wait))
    }

    /// Counts what a model has counted.
    pub(in crate::access) fn spend_tokens(&self, tokens: u64) {
        if let Some((_, rate)) = self.tokens() {
            #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 tokens")]
            lock(&self.account.tokens).spend(tokens as f64, rate, Instant::now());
        }
    }

    fn tokens(&self) -> Option<(u64, Rate)> {
        let most = self.limits.tokens_per_day?.get();
        #[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 tokens")]
        Some((most, Rate { capacity: most as f64, period: DAY }))
    }
}

/// A call that counts as long as this lives.
#[derive(Debug)]
pub(in crate::access) struct InFlight(Arc<Account>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

fn exceeded(tenant: &Tenant, quota: &str, limit: impl std::fmt::Display, what: &str, wait: Duration) -> Problem {
    let problem = Problem::new(Reason::QuotaExceeded, format!("the tenant's quota is used up: {what}"));
    problem.quota(&format!("tenant:{tenant}"), quota).with("quota", quota).with("limit", limit).retry_after(wait)
}

/// A lock that outlives whoever panicked with it: the counts below are sound at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use tonic::Status;
    use tonic_types::StatusExt as _;

    use super::*;

    fn limits(requests: u32, concurrent: u32, tokens: u64) -> Limits {
        Limits {
            requests_per_minute: requests.try_into().ok(),
            concurrent: concurrent.try_into().ok(),
            tokens_per_day: tokens.try_into().ok(),
        }
    }

    #[test]
    fn each_tenant_has_its_own_and_is_told_which_quota_it_is() {
        let accounts = Accounts::default();
        let (a, b): (Tenant, Tenant) = ("lab-a".parse().unwrap(), "lab-b".parse().unwrap());
        let used_up = |status: Status, quota: &str| {
            let violation = status.get_details_quota_failure().unwrap().violations.remove(0);
            assert_eq!((violation.subject.as_str(), violation.description.as_str()), ("tenant:lab-a", quota));
            assert!(status.get_details_retry_info().unwrap().retry_delay.unwrap() > Duration::ZERO);
        };
        let of_a = || accounts.of(&a, limits(3, 2, 100));
        let (first, standing) = of_a().begin(&a).unwrap();
        assert_eq!(standing.unwrap().remaining, 2);
        let second = of_a().begin(&a).unwrap();
        used_up(of_a().begin(&a).unwrap_err().into(), "concurrent");
        drop((first, second));
        assert!(of_a().begin(&a).is_ok(), "what was refused wasn't counted");
        used_up(of_a().begin(&a).unwrap_err().into(), "requests_per_minute");
        assert!(accounts.of(&b, limits(3, 2, 100)).begin(&b).is_ok());

        assert!(of_a().has_tokens(&a).is_ok());
        of_a().spend_tokens(250);
        used_up(of_a().has_tokens(&a).unwrap_err().into(), "tokens_per_day");
        assert!(accounts.of(&b, limits(3, 2, 100)).has_tokens(&b).is_ok());
        assert!(accounts.of(&a, Limits::default()).has_tokens(&a).is_ok() && accounts.of(&a, Limits::default()).begin(&a).is_ok());
    }

    #[test]
    fn looking_for_the_idle_changes_nobody_s_account() {
        let account = Account::new(Instant::now());
        let rate = Rate { capacity: 60.0, period: MINUTE };
        let began = Instant::now();
        for _ in 0..60 {
            lock(&account.requests).take(rate, began).unwrap();
        }
        for seconds in 1..60 {
            assert!(!account.is_idle(began + Duration::from_secs(seconds)));
        }
        let standing = lock(&account.requests).take(rate, began + Duration::from_secs(31)).unwrap();
        assert_eq!(standing.remaining, 30, "half a minute gives half of it back");
        assert!(account.is_idle(began + Duration::from_secs(62)));
    }

    #[test]
    fn who_uses_nothing_is_forgotten_when_there_are_many() {
        let accounts = Accounts::default();
        let busy: Tenant = "busy".parse().unwrap();
        let _held = accounts.of(&busy, limits(1, 1, 1)).begin(&busy).unwrap();
        for number in 0..REMEMBERED * 2 {
            accounts.of(&format!("user-{number}").parse().unwrap(), limits(1, 1, 1));
        }
        assert!(lock(&accounts.0).len() <= REMEMBERED);
        assert!(accounts.of(&busy, limits(1, 1, 1)).begin(&busy).is_err(), "who is under way isn't forgotten");
    }
}
