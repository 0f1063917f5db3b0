//! How a caller's deadline is split along the way of a question. The only place that knows the margins.
//!
//! ```text
//! arrival ── search ── compose ── follow-ups ──┤ FOLLOW_UPS_END: keep ──┤ KEEP_END ├──┤ REPLY ├── the caller's deadline
//! ```
//!
//! Search and compose get all that remains: the answer can't do without them, and shares fixed beforehand would take time from the one that
//! needs it. Follow-ups get what is left, since an answer without them is still an answer.

use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;

/// Kept back from every peer, so that the gateway itself can still say which stage was late instead of being cut off by its caller.
const REPLY: Duration = Duration::from_millis(10);

/// How long before the caller's deadline the check of follow-ups must end. Much longer than [`REPLY`]: at this point a whole answer is at
/// stake, and with 50 ms callers of a busy machine lost it.
const FOLLOW_UPS_END: Duration = Duration::from_millis(250);

/// With less than this left, follow-ups aren't checked at all. It is the time of eight queries (about 10 ms each to embed and to search on
/// one busy core, by the figures that the retriever is held to) and one assessment, doubled and rounded up, and [`FOLLOW_UPS_END`].
const FOLLOW_UPS_NEED: Duration = Duration::from_millis(600);

/// Longest that an answer waits for its follow-ups, however far off the caller's deadline is. Only a stuck peer takes this long, or a machine
/// so slow that its owner waits for everything; three seconds cost the latter its follow-ups.
const FOLLOW_UPS_AT_MOST: Duration = Duration::from_secs(10);

/// How long before the caller's deadline an answer must be kept, for the same reason.
const KEEP_END: Duration = Duration::from_millis(200);

/// Longest that an answer waits for being kept. A write takes some ten milliseconds; the first one, which makes the collection, some hundred.
const KEEP_AT_MOST: Duration = Duration::from_secs(10);

/// The context for calls to peers on behalf of a caller.
pub(crate) fn for_peers(context: CallContext) -> CallContext {
    let deadline = context.deadline.earlier_by(REPLY);
    context.with_deadline(deadline)
}

/// The context for the check of follow-ups, made from that for peers. `None` when too little time is left for it.
pub(crate) fn for_follow_ups(context: &CallContext) -> Option<CallContext> {
    let too_little = context.deadline.remaining().is_some_and(|remaining| remaining < FOLLOW_UPS_NEED);
    let deadline = context.deadline.earlier_by(FOLLOW_UPS_END).min(Deadline::within(FOLLOW_UPS_AT_MOST));
    (!too_little).then(|| context.clone().with_deadline(deadline))
}

/// The context for keeping an answer, made from that for peers. What is too late for it fails with the deadline that has passed.
pub(crate) fn for_keeping(context: &CallContext) -> CallContext {
    let deadline = context.deadline.earlier_by(KEEP_END).min(Deadline::within(KEEP_AT_MOST));
    context.clone().with_deadline(deadline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_ups_get_what_is_left() {
        let left = |given: Deadline| {
            let context = CallContext::root().with_deadline(given);
            for_follow_ups(&context).map(|context| context.deadline.remaining().unwrap())
        };
        assert_eq!(left(Deadline::within(FOLLOW_UPS_NEED / 2)), None, "too little for a check");
        assert!(left(Deadline::within(Duration::from_secs(2))).unwrap() <= Duration::from_secs(2) - FOLLOW_UPS_END);
        assert!(left(Deadline::within(Duration::from_secs(60))).unwrap() <= FOLLOW_UPS_AT_MOST);
        assert!(left(Deadline::none()).unwrap() <= FOLLOW_UPS_AT_MOST, "nothing waits for ever");
    }

    #[test]
    fn peers_must_be_done_before_the_caller_gives_up() {
        let whole = Duration::from_secs(5);
        let context = for_peers(CallContext::root().with_deadline(Deadline::within(whole)));
        assert!(context.deadline.remaining().unwrap() <= whole - REPLY);
        assert!(for_peers(CallContext::root()).deadline.remaining().is_none(), "no deadline stays none");
    }
}
