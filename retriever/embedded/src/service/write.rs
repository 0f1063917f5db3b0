//! Writes: each message checked and translated into one operation of the engine, with the number of points it touches.

use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{
    CreateIndex, DeletePayloadOp, FieldIndexOperations, Filter, PayloadOps, PointInsertOperations, PointOperations, PointStructPersisted,
    SetPayloadOp, UpdateOperation,
};
use tonic::Status;

use crate::collection::Collection;
use crate::convert::{filter, index_schema, payload, point_id, scope, vector};
use crate::error::{bad_request, unsupported, wrong_input};

/// Points, each replaced as a whole.
pub(super) fn upsert(collection: &Collection, request: pb::UpsertPoints) -> Result<(UpdateOperation, usize), Status> {
    let pb::UpsertPoints { collection_name: _, wait: _, points, ordering: _, shard_key_selector, update_filter, timeout: _, update_mode } =
        request;
    scope::one_shard(shard_key_selector)?;
    if update_filter.is_some() {
        return Err(unsupported("update_filter"));
    }
    if update_mode.is_some() {
        return Err(unsupported("update_mode"));
    }
    if points.is_empty() {
        return Err(bad_request("Empty update request"));
    }
    // All of them before the first is written: the engine would store those before a wrong one, and the request stays in its log.
    let points = points.into_iter().map(|point| new_point(collection, point)).collect::<Result<Vec<_>, _>>()?;
    let count = points.len();
    let operation = PointOperations::UpsertPoints(PointInsertOperations::PointsList(points));
    Ok((UpdateOperation::PointOperation(operation), count))
}

/// Points by id. Ids that aren't there are no error.
pub(super) fn delete(request: pb::DeletePoints) -> Result<(UpdateOperation, usize), Status> {
    let pb::DeletePoints { collection_name: _, wait: _, points, ordering: _, shard_key_selector, timeout: _ } = request;
    scope::one_shard(shard_key_selector)?;
    let ids = match points.and_then(|selector| selector.points_selector_one_of) {
        Some(PointsSelectorOneOf::Points(pb::PointsIdsList { ids })) => point_id::all_from_message(ids)?,
        Some(PointsSelectorOneOf::Filter(_)) => return Err(unsupported("points.filter")),
        None => return Err(bad_request("PointsSelector is missing")),
    };
    let count = ids.len();
    Ok((UpdateOperation::PointOperation(PointOperations::DeletePoints { ids }), count))
}

/// Fields of the points that a filter admits. Their other fields stay, and no point is made.
pub(super) fn set_payload(request: pb::SetPayloadPoints) -> Result<(UpdateOperation, usize), Status> {
    let pb::SetPayloadPoints { collection_name: _, wait: _, payload, points_selector, ordering: _, shard_key_selector, key, timeout: _ } =
        request;
    scope::one_shard(shard_key_selector)?;
    if key.is_some() {
        return Err(unsupported("key"));
    }
    let filter = Some(admitted(points_selector)?);
    let operation = PayloadOps::SetPayload(SetPayloadOp { payload: payload::from_message(payload), points: None, filter, key: None });
    Ok((UpdateOperation::PayloadOperation(operation), 0))
}

/// Removes fields of the points that a filter admits. Those that aren't there are no error.
pub(super) fn delete_payload(request: pb::DeletePayloadPoints) -> Result<(UpdateOperation, usize), Status> {
    let pb::DeletePayloadPoints { collection_name: _, wait: _, keys, points_selector, ordering: _, shard_key_selector, timeout: _ } =
        request;
    scope::one_shard(shard_key_selector)?;
    let keys = keys.iter().map(|key| payload::path(key)).collect::<Result<_, _>>()?;
    let filter = Some(admitted(points_selector)?);
    Ok((UpdateOperation::PayloadOperation(PayloadOps::DeletePayload(DeletePayloadOp { keys, points: None, filter })), 0))
}

/// Which points a change of payloads is for.
fn admitted(selector: Option<pb::PointsSelector>) -> Result<Filter, Status> {
    match selector.and_then(|selector| selector.points_selector_one_of) {
        Some(PointsSelectorOneOf::Filter(filter)) => Ok(filter::from_message(Some(filter))?.unwrap_or_default()),
        Some(PointsSelectorOneOf::Points(_)) => Err(unsupported("points_selector.points")),
        None => Err(bad_request("PointsSelector is missing")),
    }
}

/// An index on a payload field; the same index twice is no error.
pub(super) fn create_field_index(request: pb::CreateFieldIndexCollection) -> Result<(UpdateOperation, usize), Status> {
    let pb::CreateFieldIndexCollection { collection_name: _, wait: _, field_name, field_type, field_index_params, ordering: _, timeout: _ } =
        request;
    let field_name = payload::path(&field_name)?;
    let schema = index_schema::from_message(field_type, field_index_params)?.normalized();
    schema.validate_for_field(&field_name).map_err(wrong_input)?;
    let create = CreateIndex { field_name, field_schema: Some(schema) };
    Ok((UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(create)), 0))
}

fn new_point(collection: &Collection, point: pb::PointStruct) -> Result<PointStructPersisted, Status> {
    let pb::PointStruct { id, payload, vectors } = point;
    Ok(PointStructPersisted {
        id: point_id::from_message(id)?,
        vector: vector::of_point(collection.schema(), vectors)?,
        payload: Some(payload::from_message(payload)),
    })
}
