//! What a search says about how near its results are.

use foldhash::HashSet;

use super::thresholds::{NEARLY_AS_SIMILAR, RELEVANT, RELEVANT_WITHIN};
use crate::sources::{Source, Sources, mean};

/// The sentences of so many preprints are looked at: one further down that happens to be near says little.
const PREPRINTS: usize = 5;

/// How near the sources are: the mean of the three best cosines of question and sentence, over the five best preprints.
pub(super) fn nearness(sources: &Sources) -> f64 {
    let mut near: Vec<&Source> = sources.list.iter().collect();
    near.sort_by(|a, b| b.similarity.total_cmp(&a.similarity));
    // A preprint known by its title alone has no sentence but that.
    let mut cosines: Vec<f64> = near
        .iter()
        .take(PREPRINTS)
        .flat_map(|source| {
            let title = source.is_title_only().then_some(source.title_similarity);
            source.sentences.iter().map(|sentence| sentence.similarity).chain(title)
        })
        .collect();
    cosines.sort_by(|a, b| b.total_cmp(a));
    cosines.truncate(3);
    mean(&cosines)
}

/// The preprints that have to do with the question, in the order of the search.
pub(crate) fn relevant(sources: &Sources) -> Vec<&Source> {
    let best = sources.list.iter().map(Source::relevance).fold(0.0, f64::max);
    let least = RELEVANT.max(best - RELEVANT_WITHIN);
    sources.list.iter().filter(|source| source.relevance() >= least).collect()
}

/// The preprints that an answer may draw on: the relevant ones, and those that are hardly less similar to the question than the most similar one. A question
/// that is nearly one preprint's title leaves all others far behind in relevance.
pub(crate) fn on_subject(sources: &Sources) -> Vec<&Source> {
    let best = sources.list.iter().map(Source::relevance).fold(0.0, f64::max);
    let most_similar = sources.list.iter().map(|source| source.similarity).fold(0.0, f64::max);
    let relevant = RELEVANT.max(best - RELEVANT_WITHIN);
    let near = |source: &Source| source.relevance() >= RELEVANT && source.similarity >= most_similar - NEARLY_AS_SIMILAR;
    sources.list.iter().filter(|source| source.relevance() >= relevant || near(source)).collect()
}

/// All stems of the relevant preprints.
pub(super) fn stems_of(relevant: &[&Source]) -> HashSet<String> {
    relevant.iter().flat_map(|source| source.stems.iter().cloned()).collect()
}
