//! What the engine found, as messages. Without shard keys: there is one shard.

use qdrant_client::qdrant::{self as pb, order_value};
use qdrant_edge::{OrderValue, Record, ScoredPoint};

use super::{payload, point_id, vector};

/// A hit of a query.
pub(crate) fn scored_point(point: ScoredPoint) -> pb::ScoredPoint {
    let ScoredPoint { id, version, score, payload, vector, shard_key: _, order_value, location: _ } = point;
    pb::ScoredPoint {
        id: Some(point_id::to_message(id)),
        payload: payload::to_message(payload),
        score,
        version,
        vectors: vector::to_message(vector),
        shard_key: None,
        order_value: order_value.map(order),
    }
}

/// A point as it is stored.
pub(crate) fn retrieved_point(record: Record) -> pb::RetrievedPoint {
    let Record { id, payload, vector, shard_key: _, order_value } = record;
    pb::RetrievedPoint {
        id: Some(point_id::to_message(id)),
        payload: payload::to_message(payload),
        vectors: vector::to_message(vector),
        shard_key: None,
        order_value: order_value.map(order),
    }
}

fn order(value: OrderValue) -> pb::OrderValue {
    let variant = match value {
        OrderValue::Int(number) => order_value::Variant::Int(number),
        OrderValue::Float(number) => order_value::Variant::Float(number),
    };
    pb::OrderValue { variant: Some(variant) }
}
