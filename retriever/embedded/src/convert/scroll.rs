//! Reading through a collection. Its two orders page differently, as on the server.

use qdrant_client::qdrant::start_from::Value;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{Direction, OrderBy, OrderByInterface, ScrollRequest, StartFrom};
use tonic::Status;

use super::filter::datetime;
use super::{filter, payload, point_id, scope, vector};
use crate::error::bad_request;
use crate::validate;

/// Points per page where the request doesn't say how many.
const DEFAULT_LIMIT: usize = 10;

/// One page of points by id, or by a payload field: then without `offset`, going on by `start_from` and a filter.
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
    if offset.is_some() && order_by.is_some() {
        return Err(bad_request(
            "Cannot use an `offset` when using `order_by`. The alternative for paging is to use `order_by.start_from` and a filter to exclude the IDs that you've already seen for the `order_by.start_from` value",
        ));
    }
    Ok(ScrollRequest {
        offset: offset.map(|id| point_id::from_message(Some(id))).transpose()?,
        limit: Some(validate::limit("limit", limit.map(u64::from), DEFAULT_LIMIT)?),
        filter: filter::from_message(filter)?,
        with_payload: Some(payload::selector(with_payload, true)?),
        with_vector: vector::selector(with_vectors),
        order_by: order_by.map(order).transpose()?.map(OrderByInterface::Struct),
    })
}

fn order(order_by: pb::OrderBy) -> Result<OrderBy, Status> {
    let pb::OrderBy { key, direction, start_from } = order_by;
    let direction = match direction.map(pb::Direction::try_from) {
        None => None,
        Some(Ok(pb::Direction::Asc)) => Some(Direction::Asc),
        Some(Ok(pb::Direction::Desc)) => Some(Direction::Desc),
        Some(Err(_)) => return Err(bad_request("unknown direction")),
    };
    let start_from = match start_from.and_then(|start| start.value) {
        None => None,
        Some(Value::Integer(number)) => Some(StartFrom::Integer(number)),
        Some(Value::Float(number)) => Some(StartFrom::Float(number)),
        Some(Value::Timestamp(time)) => Some(StartFrom::Datetime(datetime(time.seconds, time.nanos)?)),
        Some(Value::Datetime(text)) => {
            Some(StartFrom::Datetime(text.parse().map_err(|_| bad_request(format!("`{text}` is not an RFC 3339 date and time")))?))
        }
    };
    Ok(OrderBy { key: payload::path(&key)?, direction, start_from })
}
