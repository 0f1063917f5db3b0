//! Queries: the nearest to a vector, or whatever a filter admits. What goes beyond that (prefetches, fusion, recommend, formula …) is
//! refused by name.

use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::vector_input;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{NamedQuery, QueryEnum, QueryRequest, ScoringQuery, SearchParams, VectorInternal};
use tonic::Status;

use super::{filter, payload, scope, vector};
use crate::collection::Collection;
use crate::error::{bad_request, unsupported};
use crate::validate;

/// Points returned where the request doesn't say how many.
const DEFAULT_LIMIT: usize = 10;

/// A query, checked as the server checks it.
pub(crate) fn from_message(collection: &Collection, query: pb::QueryPoints) -> Result<QueryRequest, Status> {
    let pb::QueryPoints {
        collection_name: _,
        prefetch,
        query,
        using,
        filter,
        params,
        score_threshold,
        limit,
        offset,
        with_vectors,
        with_payload,
        read_consistency: _,
        shard_key_selector,
        lookup_from,
        timeout: _,
    } = query;
    scope::one_shard(shard_key_selector)?;
    for (field, is_set) in [
        ("prefetch", !prefetch.is_empty()),
        ("score_threshold", score_threshold.is_some()),
        ("offset", offset.is_some()),
        ("lookup_from", lookup_from.is_some()),
    ] {
        if is_set {
            return Err(unsupported(field));
        }
    }
    let query = match query {
        Some(query) => Some(scoring(collection, query, using.unwrap_or_default())?),
        None if using.is_some() => return Err(bad_request("A query is needed to use the 'using' field.")),
        None => None,
    };
    Ok(QueryRequest {
        prefetches: Vec::new(),
        query,
        filter: filter::from_message(filter)?,
        score_threshold: None,
        limit: validate::limit("limit", limit, DEFAULT_LIMIT)?,
        offset: 0,
        params: params.map(search_params).transpose()?,
        with_vector: vector::selector(with_vectors),
        with_payload: payload::selector(with_payload, false)?,
    })
}

/// How to score.
fn scoring(collection: &Collection, query: pb::Query, using: String) -> Result<ScoringQuery, Status> {
    match query.variant.ok_or_else(|| bad_request("Query variant is missing"))? {
        Variant::Nearest(input) => nearest(collection, input, using),
        Variant::Fusion(_) => Err(unsupported("query.fusion")),
        Variant::Rrf(_) => Err(unsupported("query.rrf")),
        Variant::Recommend(_) => Err(unsupported("query.recommend")),
        Variant::Discover(_) => Err(unsupported("query.discover")),
        Variant::Context(_) => Err(unsupported("query.context")),
        Variant::OrderBy(_) => Err(unsupported("query.order_by")),
        Variant::Sample(_) => Err(unsupported("query.sample")),
        Variant::Formula(_) => Err(unsupported("query.formula")),
        Variant::NearestWithMmr(_) => Err(unsupported("query.nearest_with_mmr")),
        Variant::RelevanceFeedback(_) => Err(unsupported("query.relevance_feedback")),
        Variant::Text(_) => Err(unsupported("query.text")),
    }
}

fn nearest(collection: &Collection, input: pb::VectorInput, using: String) -> Result<ScoringQuery, Status> {
    let query = match input.variant.ok_or_else(|| bad_request("VectorInput variant is missing"))? {
        vector_input::Variant::Dense(pb::DenseVector { data }) => VectorInternal::Dense(data),
        vector_input::Variant::Sparse(pb::SparseVector { values, indices }) => vector::sparse(indices, values)?,
        vector_input::Variant::MultiDense(matrix) => vector::multi_dense(matrix)?,
        vector_input::Variant::Id(_) => return Err(unsupported("query.nearest.id")),
        vector_input::Variant::Document(_) | vector_input::Variant::Image(_) | vector_input::Variant::Object(_) => {
            return Err(unsupported("inference"));
        }
    };
    let query = validate::vector(collection.schema(), &using, query)?;
    Ok(ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(query, using))))
}

fn search_params(params: pb::SearchParams) -> Result<SearchParams, Status> {
    // `quantization` is left aside, as a server does where nothing is quantised.
    let pb::SearchParams { hnsw_ef, exact, quantization: _, indexed_only, acorn, idf } = params;
    for (field, is_set) in
        [("params.indexed_only", indexed_only.is_some()), ("params.acorn", acorn.is_some()), ("params.idf", idf.is_some())]
    {
        if is_set {
            return Err(unsupported(field));
        }
    }
    Ok(SearchParams {
        hnsw_ef: hnsw_ef.map(|ef| validate::limit("params.hnsw_ef", Some(ef), 0)).transpose()?,
        exact: exact.unwrap_or(false),
        quantization: None,
        indexed_only: false,
        acorn: None,
        idf: None,
    })
}
