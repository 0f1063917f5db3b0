//! Queries with their prefetches. What goes beyond nearest neighbours and fusion (recommend, discover, formula …) is refused by name.

use qdrant_client::qdrant::query::Variant;
use qdrant_client::qdrant::vector_input;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::{
    Condition, Filter, Fusion, HasIdCondition, IdfCorpusParams, IdfParams, NamedQuery, PointId, Prefetch, QueryEnum, QueryRequest,
    RetrieveRequest, ScoringQuery, SearchParams, VectorInternal, WithPayloadInterface, WithVector,
};
use tonic::Status;

use super::{filter, payload, point_id, scope, vector};
use crate::collection::Collection;
use crate::error::{bad_request, below_one, engine, invalid_field, no_point, unsupported};
use crate::validate;

/// Points returned where the request doesn't say how many.
const DEFAULT_LIMIT: usize = 10;
/// The server's k of reciprocal rank fusion.
const DEFAULT_RRF_K: usize = 2;

/// A query, checked as the server checks it, ids replaced by their vectors.
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
    let stage = Stage { prefetch, query, using, filter, params, score_threshold, limit, lookup_from }.resolve(collection)?;
    Ok(QueryRequest {
        prefetches: stage.prefetches,
        query: stage.query,
        filter: stage.filter,
        score_threshold: stage.score_threshold,
        limit: stage.limit,
        offset: validate::clamped(offset.unwrap_or(0)),
        params: stage.params,
        with_vector: vector::selector(with_vectors),
        with_payload: payload::selector(with_payload, false)?,
    })
}

/// What a query and each of its prefetches have in common.
struct Stage {
    prefetch: Vec<pb::PrefetchQuery>,
    query: Option<pb::Query>,
    using: Option<String>,
    filter: Option<pb::Filter>,
    params: Option<pb::SearchParams>,
    score_threshold: Option<f32>,
    limit: Option<u64>,
    lookup_from: Option<pb::LookupLocation>,
}

impl Stage {
    fn resolve(self, collection: &Collection) -> Result<Prefetch, Status> {
        let Self { prefetch, query, using, filter, params, score_threshold, limit, lookup_from } = self;
        if lookup_from.is_some() {
            return Err(unsupported("lookup_from"));
        }
        let variant = query.map(|query| query.variant.ok_or_else(|| bad_request("Query variant is missing"))).transpose()?;
        if variant.is_none() {
            let needed = |what: &str| Err(bad_request(format!("A query is needed to {what}")));
            if !prefetch.is_empty() {
                return needed("merge the prefetches. Can't have prefetches without defining a query.");
            }
            if score_threshold.is_some() {
                return needed("use the score_threshold. Can't have score_threshold without defining a query.");
            }
            if using.is_some() {
                return needed("use the 'using' field.");
            }
        }
        let mut filter = filter::from_message(filter)?;
        let (query, found_by) = match variant {
            None => (None, None),
            Some(variant) => {
                let (query, found_by) = scoring(collection, variant, using, prefetch.len())?;
                (Some(query), found_by)
            }
        };
        if let Some(id) = found_by {
            // A point is no answer to what is like it.
            let others = filter.get_or_insert_with(Filter::new).must_not.get_or_insert_default();
            others.push(Condition::HasId(HasIdCondition::from_iter([id])));
        }
        Ok(Prefetch {
            prefetches: prefetch.into_iter().map(|stage| Self::from(stage).resolve(collection)).collect::<Result<_, _>>()?,
            query,
            limit: validate::limit("limit", limit, DEFAULT_LIMIT)?,
            params: params.map(search_params).transpose()?,
            filter,
            score_threshold,
        })
    }
}

impl From<pb::PrefetchQuery> for Stage {
    fn from(stage: pb::PrefetchQuery) -> Self {
        let pb::PrefetchQuery { prefetch, query, using, filter, params, score_threshold, limit, lookup_from } = stage;
        Self { prefetch, query, using, filter, params, score_threshold, limit, lookup_from }
    }
}

/// How to score, and the id of the point whose vector is used, if one is.
fn scoring(
    collection: &Collection,
    variant: Variant,
    using: Option<String>,
    prefetches: usize,
) -> Result<(ScoringQuery, Option<PointId>), Status> {
    let fusion = |fusion| {
        if using.is_some() {
            return Err(bad_request("Fusion queries cannot be combined with the 'using' field."));
        }
        Ok((ScoringQuery::Fusion(fusion), None))
    };
    match variant {
        Variant::Nearest(input) => nearest(collection, input, using.unwrap_or_default()),
        Variant::Fusion(kind) => match pb::Fusion::try_from(kind) {
            Ok(pb::Fusion::Rrf) => fusion(Fusion::Rrf { k: DEFAULT_RRF_K, weights: None }),
            Ok(pb::Fusion::Dbsf) => fusion(Fusion::Dbsf),
            Err(_) => Err(bad_request("unknown kind of fusion")),
        },
        Variant::Rrf(rrf) => fusion(weighted_rrf(rrf, prefetches)?),
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

fn nearest(collection: &Collection, input: pb::VectorInput, using: String) -> Result<(ScoringQuery, Option<PointId>), Status> {
    let variant = input.variant.ok_or_else(|| bad_request("VectorInput variant is missing"))?;
    let (query, id) = match variant {
        vector_input::Variant::Id(id) => {
            let id = point_id::from_message(Some(id))?;
            (stored_vector(collection, id, &using)?, Some(id))
        }
        vector_input::Variant::Dense(pb::DenseVector { data }) => (VectorInternal::Dense(data), None),
        vector_input::Variant::Sparse(pb::SparseVector { values, indices }) => (vector::sparse(indices, values)?, None),
        vector_input::Variant::MultiDense(matrix) => (vector::multi_dense(matrix)?, None),
        vector_input::Variant::Document(_) | vector_input::Variant::Image(_) | vector_input::Variant::Object(_) => {
            return Err(unsupported("inference"));
        }
    };
    let query = validate::vector(collection.schema(), &using, query)?;
    Ok((ScoringQuery::Vector(QueryEnum::Nearest(NamedQuery::new(query, using))), id))
}

/// The engine takes vectors only, the contract also the id of a point that has one.
fn stored_vector(collection: &Collection, id: PointId, using: &str) -> Result<VectorInternal, Status> {
    let request = RetrieveRequest {
        point_ids: vec![id],
        with_payload: Some(WithPayloadInterface::Bool(false)),
        with_vector: Some(WithVector::Bool(true)),
    };
    let records = collection.shard().retrieve(request).map_err(engine)?;
    let record = records.first().ok_or_else(|| no_point(id))?;
    let vector = record.get_vector_by_name(using).ok_or_else(|| bad_request(format!("point {id} has no vector `{using}`")))?;
    Ok(vector.to_owned())
}

fn weighted_rrf(rrf: pb::Rrf, prefetches: usize) -> Result<Fusion, Status> {
    let pb::Rrf { k, weights } = rrf;
    let k = match k {
        None => DEFAULT_RRF_K,
        Some(0) => return Err(below_one("query.variant.k")),
        Some(k) => k as usize,
    };
    if weights.is_empty() {
        return Ok(Fusion::Rrf { k, weights: None });
    }
    if weights.len() != prefetches || !weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0) {
        return Err(invalid_field("query.variant.weights", "must be as many as prefetches, finite and not negative"));
    }
    Ok(Fusion::Rrf { k, weights: Some(weights.into_iter().map(OrderedFloat).collect()) })
}

fn search_params(params: pb::SearchParams) -> Result<SearchParams, Status> {
    let pb::SearchParams { hnsw_ef, exact, quantization, indexed_only, acorn, idf } = params;
    if quantization.is_some() {
        return Err(unsupported("params.quantization"));
    }
    if acorn.is_some() {
        return Err(unsupported("params.acorn"));
    }
    let corpus = idf.map(|pb::IdfParams { corpus }| filter::from_message(corpus)).transpose()?.flatten();
    Ok(SearchParams {
        hnsw_ef: hnsw_ef.map(|ef| validate::limit("params.hnsw_ef", Some(ef), 0)).transpose()?,
        exact: exact.unwrap_or(false),
        quantization: None,
        indexed_only: indexed_only.unwrap_or(false),
        acorn: None,
        idf: corpus.map(|corpus| IdfParams::Corpus(IdfCorpusParams { corpus })),
    })
}
