//! Times as the contract has them.

use std::time::Duration;

/// A duration as a message holds it. One that is too long for it, which none is, would be its longest.
pub fn to_proto(duration: Duration) -> prost_types::Duration {
    prost_types::Duration::try_from(duration).unwrap_or(prost_types::Duration { seconds: i64::MAX, nanos: 0 })
}
