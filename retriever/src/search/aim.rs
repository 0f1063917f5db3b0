//! From checked queries to vectors. The candidates and the evidence of a query use the same ones, so that a hit is explained by what found
//! it.

use std::collections::HashMap;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::types::Reason;
use antigravity_text::PreprintId;

use super::named::{self, Named};
use super::query::Checked;
use crate::archives::Archive;
use crate::census::Entry;
use crate::core::Core;
use crate::error::RetrieverError;
use crate::index::schema::DENSE;
use crate::index::{Fetch, Fields, filter, point};
use crate::lexical::{self, SparseVector};

/// What a query looks for, as vectors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Aim {
    /// A preprint's similarity is its vector's dot product with this one: the question's vector, or the mean of the question's and of the
    /// preprint's that is to be near. A mean isn't of length 1, so that its dot product is the mean of both cosines.
    pub(crate) dense: Vec<f32>,
    /// Empty without a text.
    pub(crate) words: SparseVector,
    /// What sentences are held against, of length 1: the question, or without one the preprint that is to be near.
    pub(crate) sentence: Vec<f32>,
    /// The point that is left out of the hits: the one to be near.
    pub(crate) without: Option<String>,
    /// What the text names.
    pub(super) named: Named,
}

/// Aims every query; those that are to be near a preprint are looked up in one call.
pub(crate) async fn aim(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    queries: &[Checked],
    vectors: Vec<Vec<f32>>,
) -> Result<Vec<Aim>, RetrieverError> {
    let near = look_up(core, call, archive, queries).await?;
    let aims = queries.iter().zip(vectors).map(|(query, text)| match &query.near {
        None => Ok(of(query, text, None)),
        Some(id) => match near.get(id.as_str()) {
            Some(near) => Ok(of(query, text, Some(near))),
            None => Err(unknown(id, archive).into()),
        },
    });
    aims.collect()
}

fn unknown(id: &PreprintId, archive: &Archive) -> Problem {
    // No field: who called may have asked the gateway, whose request has another shape. A preprint that isn't there is a resource.
    Problem::new(Reason::PreprintNotFound, format!("the archive `{}` has no preprint {id}", archive.name)).resource("preprint", id.as_str())
}

fn of(query: &Checked, text: Vec<f32>, near: Option<&(String, Vec<f32>)>) -> Aim {
    let dense = match near {
        None => text.clone(),
        Some((_, near)) if text.is_empty() => near.clone(),
        Some((_, near)) => text.iter().zip(near).map(|(text, near)| (text + near) / 2.0).collect(),
    };
    Aim {
        dense,
        named: named::read(&query.text),
        words: lexical::query(&query.text),
        sentence: match near {
            Some((_, near)) if text.is_empty() => near.clone(),
            _ => text,
        },
        without: near.map(|(id, _)| id.clone()),
    }
}

/// AG id → point and dense vector of the preprints that are to be near.
async fn look_up(
    core: &Core,
    call: &CallContext,
    archive: &Archive,
    queries: &[Checked],
) -> Result<HashMap<String, (String, Vec<f32>)>, RetrieverError> {
    let ids: Vec<String> = queries.iter().filter_map(|query| query.near.as_ref().map(ToString::to_string)).collect();
    let Ok(limit @ 1..) = u32::try_from(ids.len()) else {
        return Ok(HashMap::new());
    };
    let fetch = Fetch { payload: Fields::These(&Entry::FIELDS), vectors: &[DENSE] };
    let (points, _) = core.index.scroll(call, &archive.collection, Some(filter::with_ag_ids(ids)), fetch, (limit, None)).await?;
    let found = points.into_iter().map(|found| {
        let entry: Entry = point::read(found.payload)?;
        Ok((entry.ag_id, (point::uuid_text(found.id)?, point::vectors(found.vectors).dense)))
    });
    found.collect::<Result<_, RetrieverError>>()
}

#[cfg(test)]
mod tests {
    use antigravity_proto::retriever::v1::Ranking;

    use super::*;

    fn query(text: &str) -> Checked {
        Checked { text: text.into(), filter: None, limit: 8, near: None, ranking: Ranking::Fused }
    }

    #[test]
    fn with_a_text_and_an_id_the_similarity_is_the_mean_of_both() {
        let (text, near, other) = (vec![1.0, 0.0], ("id".to_owned(), vec![0.0, 1.0]), [0.6, 0.8]);
        let aim = of(&query("jets"), text, Some(&near));
        assert!((antigravity_embed::cosine(&aim.dense, &other) - 0.7).abs() < 1e-6);
        assert_eq!((aim.sentence, aim.without.as_deref()), (vec![1.0, 0.0], Some("id")));
    }

    #[test]
    fn without_a_text_the_preprint_itself_is_the_aim_and_no_words_are_looked_for() {
        let near = ("id".to_owned(), vec![0.0, 1.0]);
        let aim = of(&query(""), vec![], Some(&near));
        assert_eq!((aim.dense, aim.sentence, aim.words), (near.1.clone(), near.1, SparseVector::default()));
    }
}
