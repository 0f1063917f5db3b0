//! What a search says about how far its results reach, as figures.

use std::collections::HashSet;

use super::thresholds::{RELEVANT, RELEVANT_WITHIN};
use crate::sources::{Source, Sources, mean, share, stem_set};

/// The sentences of so many preprints are looked at for s3: one further down that happens to be near says little.
const PREPRINTS_FOR_S3: usize = 5;

/// The figures that coverage is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// The best cosine of question and preprint.
    pub(crate) top1: f64,
    /// The mean of the three best cosines of question and sentence, over the five best preprints.
    pub(crate) s3: f64,
    /// The best of them.
    pub(crate) smax: f64,
    /// The share of the question's weight that stands in the relevant preprints together.
    pub(crate) cov: f64,
    /// The largest share that stands in one of them.
    pub(crate) one: f64,
    /// The largest share that stands in one of them that has an abstract, the authors' or a summary.
    pub(crate) one_read: f64,
}

impl Evidence {
    pub(crate) fn of(question: &str, sources: &Sources) -> Self {
        let mut near: Vec<&Source> = sources.list.iter().collect();
        near.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
        let top1 = near.first().map_or(0.0, |source| source.similarity);
        // A preprint known by its title alone has no sentence but that.
        let mut cosines: Vec<f64> = near
            .iter()
            .take(PREPRINTS_FOR_S3)
            .flat_map(|source| {
                let title = source.is_title_only().then_some(source.title_similarity);
                source.sentences.iter().map(|sentence| sentence.similarity).chain(title)
            })
            .collect();
        cosines.sort_by(|a, b| b.total_cmp(a));
        cosines.truncate(3);

        let stems = stem_set(question);
        let relevant = relevant(sources);
        let held = |found: &dyn Fn(&str) -> bool| share(&stems, |stem| sources.question_weight(stem), found);
        let one = |source: &&Source| held(&|stem| source.stems.contains(stem));
        Self {
            top1,
            s3: mean(&cosines),
            smax: cosines.first().copied().unwrap_or(0.0),
            cov: held(&|stem| relevant.iter().any(|source| source.stems.contains(stem))),
            one: relevant.iter().map(one).fold(0.0, f64::max),
            one_read: relevant.iter().filter(|source| !source.is_title_only()).map(one).fold(0.0, f64::max),
        }
    }
}

/// The preprints that have to do with the question, in the order of the search.
pub(crate) fn relevant(sources: &Sources) -> Vec<&Source> {
    let best = sources.list.iter().map(Source::relevance).fold(0.0, f64::max);
    let least = RELEVANT.max(best - RELEVANT_WITHIN);
    sources.list.iter().filter(|source| source.relevance() >= least).collect()
}

/// All stems of the relevant preprints.
pub(super) fn stems_of(relevant: &[&Source]) -> HashSet<String> {
    relevant.iter().flat_map(|source| source.stems.iter().cloned()).collect()
}
