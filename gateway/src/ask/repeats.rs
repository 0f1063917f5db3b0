//! A request that comes again while the first one is still being answered waits for it, instead of having a model asked twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use antigravity_chassis::access::Tenant;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Those that answer a request of this tenant and id.
type Answering = HashMap<(Tenant, String), Weak<AsyncMutex<()>>>;

/// The requests with an id that are being answered. Of this process: another replica knows only what is kept.
#[derive(Clone, Default)]
pub(crate) struct Repeats(Arc<Mutex<Answering>>);

/// Held while a request is being answered. Whoever gave up lets the next one in.
pub(super) struct Turn {
    _held: OwnedMutexGuard<()>,
}

impl Repeats {
    /// Waits until no other request of this tenant and id is being answered.
    pub(super) async fn turn(&self, tenant: &Tenant, id: &str) -> Turn {
        let lock = self.lock(tenant, id);
        Turn { _held: lock.lock_owned().await }
    }

    fn lock(&self, tenant: &Tenant, id: &str) -> Arc<AsyncMutex<()>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // No more than there are calls in flight.
        all.retain(|_, lock| lock.strong_count() > 0);
        let entry = all.entry((tenant.clone(), id.to_owned())).or_default();
        entry.upgrade().unwrap_or_else(|| {
            let lock = Arc::new(AsyncMutex::new(()));
            *entry = Arc::downgrade(&lock);
            lock
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn one_at_a_time_of_each_tenant_and_id_and_nothing_stays() {
        let (repeats, a, b) = (Repeats::default(), "a".parse().unwrap(), "b".parse().unwrap());
        let first = repeats.turn(&a, "1").await;
        assert!(repeats.turn(&a, "1").now_or_never().is_none());
        let others = (repeats.turn(&a, "2").now_or_never().unwrap(), repeats.turn(&b, "1").now_or_never().unwrap());
        drop(first);
        assert!(repeats.turn(&a, "1").now_or_never().is_some());
        drop(others);
        drop(repeats.lock(&a, "3"));
        assert_eq!(repeats.0.lock().unwrap().len(), 1, "only the last one, which the next call forgets");
    }
}
