//! Points written, read, searched and counted. What `index/` of the retriever does without is refused: single and older searches
//! (`query_batch` does what they did), payloads replaced or emptied, facets.

use qdrant_client::qdrant::points_server::Points;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{CountRequest, QueryBatchRequest, RetrieveRequest, UpdateOperation};
use tonic::{Request, Response, Status};

use super::write;
use crate::collection::Collection;
use crate::convert::{filter, payload, point_id, query, record, scope, scroll, vector};
use crate::engine::Engine;
use crate::error::{bad_request, engine};
use crate::unimplemented::unimplemented_methods;

#[tonic::async_trait]
impl Points for Engine {
    async fn upsert(&self, request: Request<pb::UpsertPoints>) -> Result<Response<pb::PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.write(request.collection_name.clone(), move |collection| write::upsert(collection, request)).await
    }

    async fn delete(&self, request: Request<pb::DeletePoints>) -> Result<Response<pb::PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.write(request.collection_name.clone(), move |_| write::delete(request)).await
    }

    async fn set_payload(&self, request: Request<pb::SetPayloadPoints>) -> Result<Response<pb::PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.write(request.collection_name.clone(), move |_| write::set_payload(request)).await
    }

    async fn delete_payload(&self, request: Request<pb::DeletePayloadPoints>) -> Result<Response<pb::PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.write(request.collection_name.clone(), move |_| write::delete_payload(request)).await
    }

    async fn create_field_index(
        &self,
        request: Request<pb::CreateFieldIndexCollection>,
    ) -> Result<Response<pb::PointsOperationResponse>, Status> {
        let request = request.into_inner();
        self.write(request.collection_name.clone(), move |_| write::create_field_index(request)).await
    }

    async fn get(&self, request: Request<pb::GetPoints>) -> Result<Response<pb::GetResponse>, Status> {
        let pb::GetPoints { collection_name, ids, with_payload, with_vectors, read_consistency: _, shard_key_selector, timeout } =
            request.into_inner();
        scope::one_shard(shard_key_selector)?;
        let retrieve = RetrieveRequest {
            point_ids: point_id::all_from_message(ids)?,
            with_payload: Some(payload::selector(with_payload, false)?),
            with_vector: Some(vector::selector(with_vectors)),
        };
        let retrieve = move |collection: &Collection| {
            let records = collection.shard().retrieve(retrieve).map_err(engine)?;
            Ok(records.into_iter().map(record::retrieved_point).collect())
        };
        let (result, time) = self.on(collection_name, scope::timeout(timeout)?, retrieve).await?;
        Ok(Response::new(pb::GetResponse { result, time, usage: None }))
    }

    async fn query_batch(&self, request: Request<pb::QueryBatchPoints>) -> Result<Response<pb::QueryBatchResponse>, Status> {
        let pb::QueryBatchPoints { collection_name, query_points, read_consistency: _, timeout } = request.into_inner();
        if query_points.iter().any(|query| !query.collection_name.is_empty() && query.collection_name != collection_name) {
            return Err(bad_request("a query of a batch names another collection"));
        }
        // The shortest holds for all: they are answered together.
        let timeout = query_points.iter().filter_map(|query| query.timeout).chain(timeout).min();
        let search = move |collection: &Collection| {
            let queries = query_points.into_iter().map(|query| query::from_message(collection, query));
            let batch = QueryBatchRequest::new(queries.collect::<Result<_, _>>()?);
            let results = collection.shard().query_batch(batch).map_err(engine)?;
            let result = |hits: Vec<_>| pb::BatchResult { result: hits.into_iter().map(record::scored_point).collect() };
            Ok(results.into_iter().map(result).collect())
        };
        let (result, time) = self.on(collection_name, scope::timeout(timeout)?, search).await?;
        Ok(Response::new(pb::QueryBatchResponse { result, time, usage: None }))
    }

    async fn scroll(&self, request: Request<pb::ScrollPoints>) -> Result<Response<pb::ScrollResponse>, Status> {
        let request = request.into_inner();
        let (name, timeout) = (request.collection_name.clone(), scope::timeout(request.timeout)?);
        let request = scroll::from_message(request)?;
        let read = move |collection: &Collection| collection.shard().scroll(request).map_err(engine);
        let ((records, next), time) = self.on(name, timeout, read).await?;
        Ok(Response::new(pb::ScrollResponse {
            next_page_offset: next.map(point_id::to_message),
            result: records.into_iter().map(record::retrieved_point).collect(),
            time,
            usage: None,
        }))
    }

    async fn count(&self, request: Request<pb::CountPoints>) -> Result<Response<pb::CountResponse>, Status> {
        let pb::CountPoints { collection_name, filter, exact, read_consistency: _, shard_key_selector, timeout } = request.into_inner();
        scope::one_shard(shard_key_selector)?;
        let count = CountRequest { filter: filter::from_message(filter)?, exact: exact.unwrap_or(true) };
        let count = move |collection: &Collection| collection.shard().count(count).map_err(engine);
        let (count, time) = self.on(collection_name, scope::timeout(timeout)?, count).await?;
        Ok(Response::new(pb::CountResponse { result: Some(pb::CountResult { count: count as u64 }), time, usage: None }))
    }

    unimplemented_methods! {
        overwrite_payload(pb::SetPayloadPoints) -> pb::PointsOperationResponse;
        query(pb::QueryPoints) -> pb::QueryResponse;
        facet(pb::FacetCounts) -> pb::FacetResponse;
        update_vectors(pb::UpdatePointVectors) -> pb::PointsOperationResponse;
        delete_vectors(pb::DeletePointVectors) -> pb::PointsOperationResponse;
        clear_payload(pb::ClearPayloadPoints) -> pb::PointsOperationResponse;
        delete_field_index(pb::DeleteFieldIndexCollection) -> pb::PointsOperationResponse;
        create_vector_name(pb::CreateVectorNameRequest) -> pb::PointsOperationResponse;
        delete_vector_name(pb::DeleteVectorNameRequest) -> pb::PointsOperationResponse;
        update_batch(pb::UpdateBatchPoints) -> pb::UpdateBatchResponse;
        search(pb::SearchPoints) -> pb::SearchResponse;
        search_batch(pb::SearchBatchPoints) -> pb::SearchBatchResponse;
        search_groups(pb::SearchPointGroups) -> pb::SearchGroupsResponse;
        recommend(pb::RecommendPoints) -> pb::RecommendResponse;
        recommend_batch(pb::RecommendBatchPoints) -> pb::RecommendBatchResponse;
        recommend_groups(pb::RecommendPointGroups) -> pb::RecommendGroupsResponse;
        discover(pb::DiscoverPoints) -> pb::DiscoverResponse;
        discover_batch(pb::DiscoverBatchPoints) -> pb::DiscoverBatchResponse;
        query_groups(pb::QueryPointGroups) -> pb::QueryGroupsResponse;
        search_matrix_pairs(pb::SearchMatrixPoints) -> pb::SearchMatrixPairsResponse;
        search_matrix_offsets(pb::SearchMatrixPoints) -> pb::SearchMatrixOffsetsResponse;
    }
}

impl Engine {
    /// Has `prepare` check and translate a write, applies it, and answers Completed: applied and on disk, also where the caller didn't ask to
    /// wait. Without a timeout: a write whose answer is dropped would still be applied.
    async fn write<F>(&self, collection: String, prepare: F) -> Result<Response<pb::PointsOperationResponse>, Status>
    where
        F: FnOnce(&Collection) -> Result<(UpdateOperation, usize), Status> + Send + 'static,
    {
        let write = move |collection: &Collection| {
            let (operation, points) = prepare(collection)?;
            collection.write(operation, points)
        };
        let ((), time) = self.on(collection, None, write).await?;
        let result = pb::UpdateResult { operation_id: None, status: pb::UpdateStatus::Completed.into() };
        Ok(Response::new(pb::PointsOperationResponse { result: Some(result), time, usage: None }))
    }
}
