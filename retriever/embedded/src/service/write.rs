//! Writes: each message checked and translated into one operation of the engine, with the number of points it touches.

use qdrant_client::qdrant::points_selector::PointsSelectorOneOf;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{
    ConditionalInsertOperation, CreateIndex, FieldIndexOperations, Filter, PointId, PointInsertOperations, PointOperations,
    PointStructPersisted, UpdateMode, UpdateOperation,
};
use tonic::Status;

use crate::collection::Collection;
use crate::convert::{filter, index_schema, payload, point_id, scope, vector};
use crate::error::{bad_request, wrong_input};

/// Points, each replaced as a whole. With `update_filter` or `update_mode`, only some of them; how many, the contract doesn't say.
pub(super) fn upsert(collection: &Collection, request: pb::UpsertPoints) -> Result<(UpdateOperation, usize), Status> {
    let pb::UpsertPoints { collection_name: _, wait: _, points, ordering: _, shard_key_selector, update_filter, timeout: _, update_mode } =
        request;
    scope::one_shard(shard_key_selector)?;
    if points.is_empty() {
        return Err(bad_request("Empty update request"));
    }
    // All of them before the first is written: the engine would store those before a wrong one, and the request stays in its log.
    let points = points.into_iter().map(|point| new_point(collection, point)).collect::<Result<Vec<_>, _>>()?;
    let count = points.len();
    let points = PointInsertOperations::PointsList(points);
    let update_mode = update_mode.map(mode).transpose()?;
    let operation = if update_filter.is_none() && matches!(update_mode, None | Some(UpdateMode::Upsert)) {
        PointOperations::UpsertPoints(points)
    } else {
        let condition = filter::from_message(update_filter)?.unwrap_or_default();
        PointOperations::UpsertPointsConditional(ConditionalInsertOperation { points_op: points, condition, update_mode })
    };
    Ok((UpdateOperation::PointOperation(operation), count))
}

/// Points by id or by filter. Ids that aren't there are no error.
pub(super) fn delete(request: pb::DeletePoints) -> Result<(UpdateOperation, usize), Status> {
    let pb::DeletePoints { collection_name: _, wait: _, points, ordering: _, shard_key_selector, timeout: _ } = request;
    scope::one_shard(shard_key_selector)?;
    let (operation, count) = match selected(points)? {
        Selected::Ids(ids) => {
            let count = ids.len();
            (PointOperations::DeletePoints { ids }, count)
        }
        // How many it takes is not known; 1 is enough, since what counts is that the optimizer looks once in a while.
        Selected::Filter(filter) => (PointOperations::DeletePointsByFilter(filter), 1),
    };
    Ok((UpdateOperation::PointOperation(operation), count))
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

fn mode(mode: i32) -> Result<UpdateMode, Status> {
    match pb::UpdateMode::try_from(mode) {
        Ok(pb::UpdateMode::Upsert) => Ok(UpdateMode::Upsert),
        Ok(pb::UpdateMode::InsertOnly) => Ok(UpdateMode::InsertOnly),
        Ok(pb::UpdateMode::UpdateOnly) => Ok(UpdateMode::UpdateOnly),
        Err(_) => Err(bad_request("unknown update_mode")),
    }
}

/// Which points a write is about.
enum Selected {
    Ids(Vec<PointId>),
    Filter(Filter),
}

fn selected(selector: Option<pb::PointsSelector>) -> Result<Selected, Status> {
    match selector.and_then(|selector| selector.points_selector_one_of) {
        Some(PointsSelectorOneOf::Points(pb::PointsIdsList { ids })) => point_id::all_from_message(ids).map(Selected::Ids),
        Some(PointsSelectorOneOf::Filter(filter)) => filter::required(filter).map(Selected::Filter),
        None => Err(bad_request("PointsSelector is missing")),
    }
}
