//! What the engine found, as messages. Without shard keys: there is one shard; without the values of an order: there is none but by id.

use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{Record, ScoredPoint};

use super::{payload, point_id, vector};

/// A hit of a query.
pub(crate) fn scored_point(point: ScoredPoint) -> pb::ScoredPoint {
    let ScoredPoint { id, version, score, payload, vector, shard_key: _, order_value: _, location: _ } = point;
    pb::ScoredPoint {
        id: Some(point_id::to_message(id)),
        payload: payload::to_message(payload),
        score,
        version,
        vectors: vector::to_message(vector),
        shard_key: None,
        order_value: None,
    }
}

/// A point as it is stored.
pub(crate) fn retrieved_point(record: Record) -> pb::RetrievedPoint {
    let Record { id, payload, vector, shard_key: _, order_value: _ } = record;
    pb::RetrievedPoint {
        id: Some(point_id::to_message(id)),
        payload: payload::to_message(payload),
        vectors: vector::to_message(vector),
        shard_key: None,
        order_value: None,
    }
}
