//! Reading through a collection, in the order of the points' ids.

use qdrant_client::qdrant::{self as pb};
use qdrant_edge::ScrollRequest;
use tonic::Status;

use super::{filter, payload, point_id, scope, vector};
use crate::error::unsupported;
use crate::validate;

/// Points per page where the request doesn't say how many.
const DEFAULT_LIMIT: usize = 10;

/// One page of points.
pub(crate) fn from_message(request: pb::ScrollPoints) -> Result<ScrollRequest, Status> {
    let pb::ScrollPoints {
        collection_name: _,
        filter,
        offset,
        limit,
        with_payload,
        with_vectors,
        read_consistency: _,
        shard_key_selector,
        order_by,
        timeout: _,
    } = request;
    scope::one_shard(shard_key_selector)?;
    if order_by.is_some() {
        return Err(unsupported("order_by"));
    }
    Ok(ScrollRequest {
        offset: offset.map(|id| point_id::from_message(Some(id))).transpose()?,
        limit: Some(validate::limit("limit", limit.map(u64::from), DEFAULT_LIMIT)?),
        filter: filter::from_message(filter)?,
        with_payload: Some(payload::selector(with_payload, true)?),
        with_vector: vector::selector(with_vectors),
        order_by: None,
    })
}
