//! The fields that most calls share: to which copies of which shards a call goes, and how long it may take.
//!
//! Read consistency and write ordering need nothing: there is one copy, and its writes come one after the other, so each of their values is
//! honoured. So is `wait`: every write is applied and on disk when it is answered.

use std::time::Duration;

use qdrant_client::qdrant::{self as pb};
use tonic::Status;

use crate::error::{below_one, unsupported};

/// There is one shard, without a key.
pub(crate) fn one_shard(selector: Option<pb::ShardKeySelector>) -> Result<(), Status> {
    selector.map_or(Ok(()), |_| Err(unsupported("shard_key_selector")))
}

/// The bound on a read, sent in seconds.
pub(crate) fn timeout(seconds: Option<u64>) -> Result<Option<Duration>, Status> {
    match seconds {
        Some(0) => Err(below_one("timeout")),
        seconds => Ok(seconds.map(Duration::from_secs)),
    }
}
