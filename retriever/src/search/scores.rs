//! How good each candidate is. All of them are scored by everything, whoever found them, and by Qdrant: it has the vectors and the rarities,
//! and a score is smaller to send than a vector (20 KB with its sentences).

use std::collections::BTreeMap;

use antigravity_chassis::call::CallContext;
use qdrant_client::qdrant::{self as pb, query::Variant, vector_input};

use super::aim::Aim;
use super::candidates::Found;
use super::fusion::Candidate;
use crate::error::RetrieverError;
use crate::index::schema::{DENSE, SENTENCES, SPARSE};
use crate::index::{Fields, Index, filter, point};
use crate::lexical::SparseVector;

/// A score to ask for.
#[derive(Debug)]
struct Asked {
    /// Which of the aims.
    aim: usize,
    /// What of its candidates.
    by: By,
    /// Of which of them.
    ids: Vec<String>,
    question: Question,
}

/// What a candidate is scored by.
#[derive(Debug, Clone, Copy)]
enum By {
    Dense,
    Words,
    Sentences,
}

impl By {
    fn of(self, candidate: &mut Candidate) -> &mut f64 {
        match self {
            Self::Dense => &mut candidate.dense,
            Self::Words => &mut candidate.words,
            Self::Sentences => &mut candidate.sentences,
        }
    }
}

/// The candidates of all aims with all their scores: those that the searches have said, and the others, asked for in one call.
pub(super) async fn scored(
    index: &Index,
    call: &CallContext,
    collection: &str,
    aims: &[Aim],
    found: Vec<BTreeMap<String, Found>>,
) -> Result<Vec<Vec<Candidate>>, RetrieverError> {
    let mut asked = Vec::new();
    for (place, (aim, found)) in aims.iter().zip(&found).enumerate() {
        let of = |by, wanted: fn(&Found) -> bool, question| {
            let ids = found.iter().filter(|(_, found)| wanted(found)).map(|(id, _)| id.clone()).collect();
            Asked { aim: place, by, ids, question }
        };
        asked.push(of(By::Dense, |found| found.dense.is_none(), dense(&aim.dense)));
        asked.extend(words(&aim.words).map(|words| of(By::Words, |found| found.words.is_none(), words)));
        asked.push(of(By::Sentences, |_| true, best_row(&aim.sentence)));
    }
    let candidate = |(id, Found { named, dense, words })| {
        let (dense, words) = (dense.unwrap_or_default(), words.unwrap_or_default());
        Candidate { id, dense, words, sentences: 0.0, named }
    };
    let mut candidates: Vec<Vec<Candidate>> = found.into_iter().map(|found| found.into_iter().map(candidate).collect()).collect();
    ask(index, call, collection, asked, &mut candidates).await?;
    Ok(candidates)
}

/// Scores the candidates of each aim by another vector than the aim's.
pub(super) async fn rescore(
    index: &Index,
    call: &CallContext,
    collection: &str,
    vectors: &[Vec<f32>],
    candidates: &mut [Vec<Candidate>],
) -> Result<(), RetrieverError> {
    let asked = vectors.iter().zip(candidates.iter()).enumerate().map(|(aim, (vector, candidates))| {
        let ids = candidates.iter().map(|candidate| candidate.id.clone()).collect();
        Asked { aim, by: By::Dense, ids, question: dense(vector) }
    });
    let asked = asked.collect();
    ask(index, call, collection, asked, candidates).await
}

async fn ask(
    index: &Index,
    call: &CallContext,
    collection: &str,
    asked: Vec<Asked>,
    candidates: &mut [Vec<Candidate>],
) -> Result<(), RetrieverError> {
    let mut messages = Vec::new();
    let mut of = Vec::new();
    for Asked { aim, by, ids, question } in asked.into_iter().filter(|asked| !asked.ids.is_empty()) {
        let limit = ids.len() as u64;
        messages.push(pb::QueryPoints {
            params: Some(pb::SearchParams { exact: Some(true), ..Default::default() }),
            ..nearest(question, Some(filter::only(ids)), limit)
        });
        of.push((aim, by));
    }
    if messages.is_empty() {
        return Ok(());
    }
    for ((aim, by), hits) in of.into_iter().zip(index.query(call, collection, messages).await?) {
        let Some(candidates) = candidates.get_mut(aim) else { continue };
        // Ordered by id since they come out of a map; what shares no word isn't among the hits and keeps its 0.
        for hit in hits {
            let (id, score) = (point::uuid_text(hit.id)?, f64::from(hit.score));
            let place = candidates.binary_search_by(|candidate| candidate.id.cmp(&id));
            if let Some(candidate) = place.ok().and_then(|place| candidates.get_mut(place)) {
                *by.of(candidate) = score;
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
