//! How good each candidate is. Qdrant scores all of them by everything, whoever found them: it has the vectors and the rarities, and a
//! score is smaller to send than a vector (20 KB with its sentences).

use std::collections::{BTreeMap, HashMap};

use antigravity_chassis::call::CallContext;
use qdrant_client::qdrant::{self as pb, query::Variant, vector_input};

use super::fusion::Candidate;
use crate::error::RetrieverError;
use crate::index::schema::{DENSE, SENTENCES, SPARSE};
use crate::index::{Fields, Index, filter, point};
use crate::lexical::SparseVector;

/// The vectors of one query to score by. By what isn't there the candidates keep the score that they have.
#[derive(Debug)]
pub(super) struct Probe<'a> {
    pub(super) dense: &'a [f32],
    pub(super) words: Option<&'a SparseVector>,
    pub(super) sentence: Option<&'a [f32]>,
}

/// What a candidate is scored by.
#[derive(Debug, Clone, Copy)]
enum By {
    Dense,
    Words,
    Sentences,
}

/// Candidates without scores.
pub(super) fn unscored(found: BTreeMap<String, f64>) -> Vec<Candidate> {
    found.into_iter().map(|(id, named)| Candidate { id, named, ..Candidate::default() }).collect()
}

/// Scores the candidates of all queries, in one call.
pub(super) async fn score(
    index: &Index,
    call: &CallContext,
    collection: &str,
    probes: &[Probe<'_>],
    candidates: &mut [Vec<Candidate>],
) -> Result<(), RetrieverError> {
    let mut asked = Vec::new();
    let mut messages = Vec::new();
    for (place, (probe, candidates)) in probes.iter().zip(candidates.iter()).enumerate() {
        if candidates.is_empty() {
            continue;
        }
        let only = filter::only(candidates.iter().map(|candidate| candidate.id.clone()).collect());
        let questions = [
            Some((By::Dense, dense(probe.dense))),
            probe.words.and_then(words).map(|words| (By::Words, words)),
            probe.sentence.map(|sentence| (By::Sentences, best_row(sentence))),
        ];
        for (by, question) in questions.into_iter().flatten() {
            asked.push((place, by));
            messages.push(pb::QueryPoints {
                params: Some(pb::SearchParams { exact: Some(true), ..Default::default() }),
                ..nearest(question, Some(only.clone()), candidates.len() as u64)
            });
        }
    }
    if messages.is_empty() {
        return Ok(());
    }
    for ((place, by), hits) in asked.into_iter().zip(index.query(call, collection, messages).await?) {
        let scores = hits.into_iter().map(|hit| Ok((point::uuid_text(hit.id)?, f64::from(hit.score))));
        let scores = scores.collect::<Result<HashMap<String, f64>, RetrieverError>>()?;
        for candidate in candidates.get_mut(place).into_iter().flatten() {
            // What shares no word isn't among the hits.
            let score = scores.get(&candidate.id).copied().unwrap_or_default();
            match by {
                By::Dense => candidate.dense = score,
                By::Words => candidate.words = score,
                By::Sentences => candidate.sentences = score,
            }
        }
    }
    Ok(())
}

/// A question to one of the vectors.
pub(super) type Question = (&'static str, vector_input::Variant);

/// By the cosine of whole preprints.
pub(super) fn dense(vector: &[f32]) -> Question {
    (DENSE, vector_input::Variant::Dense(pb::DenseVector { data: vector.to_vec() }))
}

/// By BM25. `None` without words: Qdrant may refuse an empty sparse vector.
pub(super) fn words(words: &SparseVector) -> Option<Question> {
    let vector = pb::SparseVector { indices: words.indices.clone(), values: words.values.clone() };
    (!words.indices.is_empty()).then_some((SPARSE, vector_input::Variant::Sparse(vector)))
}

/// By the largest cosine of title and sentences: MaxSim of a matrix of one row.
fn best_row(vector: &[f32]) -> Question {
    let vectors = vec![pb::DenseVector { data: vector.to_vec() }];
    (SENTENCES, vector_input::Variant::MultiDense(pb::MultiDenseVector { vectors }))
}

/// The nearest, as ids and scores alone.
pub(super) fn nearest((using, vector): Question, filter: Option<pb::Filter>, limit: u64) -> pb::QueryPoints {
    pb::QueryPoints {
        query: Some(pb::Query { variant: Some(Variant::Nearest(pb::VectorInput { variant: Some(vector) })) }),
        using: Some(using.to_owned()),
        filter,
        limit: Some(limit),
        with_payload: Some(Fields::None.selector()),
        ..Default::default()
    }
}
