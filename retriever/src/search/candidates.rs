//! What Qdrant is asked for, and its answers read.

use qdrant_client::qdrant::{self as pb, query::Variant, vector_input};

use super::aim::Aim;
use super::fusion::{Candidate, union};
use super::query::Checked;
use crate::error::RetrieverError;
use crate::index::schema::{DENSE, SPARSE};
use crate::index::{IndexError, filter, point, vectors_selector};

/// Candidates that the dense and the words' search each give. As many as a query may ask hits: every preprint has a dense vector, so that a
/// query gets as many hits as it asks for unless the archive (or what its filter admits) has fewer.
pub(crate) const CANDIDATES: u32 = super::query::MAX_LIMIT;
/// Breadth of the HNSW search, where there is a graph: twice the candidates.
const HNSW_EF: u64 = 2 * CANDIDATES as u64;

/// The queries of all aims, each one or two, for one call.
pub(crate) fn requests(queries: &[Checked], aims: &[Aim]) -> Vec<pb::QueryPoints> {
    queries
        .iter()
        .zip(aims)
        .flat_map(|(query, aim)| {
            let filter = match &aim.without {
                Some(id) => Some(filter::without(query.filter.clone(), vec![id.clone()])),
                None => query.filter.clone(),
            };
            let dense = nearest(DENSE, vector_input::Variant::Dense(pb::DenseVector { data: aim.dense.clone() }), filter.clone(), &[]);
            let words = has_words(aim).then(|| {
                let words = pb::SparseVector { indices: aim.words.indices.clone(), values: aim.words.values.clone() };
                // With their dense vectors: the similarity of what only the words found is a cosine all the same.
                nearest(SPARSE, vector_input::Variant::Sparse(words), filter, &[DENSE])
            });
            std::iter::once(dense).chain(words)
        })
        .collect()
}

/// The candidates of each aim, from the answers to [`requests`].
pub(crate) fn read(aims: &[Aim], answers: Vec<Vec<pb::ScoredPoint>>) -> Result<Vec<Vec<Candidate>>, RetrieverError> {
    let mut answers = answers.into_iter();
    aims.iter()
        .map(|aim| {
            let dense = answers.next().unwrap_or_default().into_iter();
            let dense =
                dense.map(|hit| Ok((point::uuid_text(hit.id)?, f64::from(hit.score * aim.norm)))).collect::<Result<_, IndexError>>()?;
            let words = if has_words(aim) { answers.next().unwrap_or_default() } else { Vec::new() }.into_iter();
            let words = words.map(|hit| {
                let cosine = antigravity_embed::cosine(&aim.dense, &point::vectors(hit.vectors).dense);
                Ok((point::uuid_text(hit.id)?, f64::from(cosine), f64::from(hit.score)))
            });
            Ok(union(dense, words.collect::<Result<_, IndexError>>()?))
        })
        .collect()
}

/// A query without content words has no words' search: Qdrant may refuse an empty sparse vector.
fn has_words(aim: &Aim) -> bool {
    !aim.words.indices.is_empty()
}

fn nearest(using: &str, vector: vector_input::Variant, filter: Option<pb::Filter>, with_vectors: &[&str]) -> pb::QueryPoints {
    pb::QueryPoints {
        query: Some(pb::Query { variant: Some(Variant::Nearest(pb::VectorInput { variant: Some(vector) })) }),
        using: Some(using.to_owned()),
        filter,
        limit: Some(u64::from(CANDIDATES)),
        params: Some(pb::SearchParams { hnsw_ef: Some(HNSW_EF), ..Default::default() }),
        with_vectors: Some(vectors_selector(with_vectors)),
        with_payload: Some(pb::WithPayloadSelector { selector_options: Some(pb::with_payload_selector::SelectorOptions::Enable(false)) }),
        ..Default::default()
    }
}
