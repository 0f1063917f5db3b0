//! Feedback from the first hits: the question moves towards what it found, and the candidates are scored once more. Pure.

use std::collections::BTreeMap;

use super::fusion::Ranked;
use super::rarity::Rarity;
use super::weights::{FEEDBACK_DENSE, FEEDBACK_FALL, FEEDBACK_HITS, FEEDBACK_TERMS, FEEDBACK_WORDS};
use crate::lexical::SparseVector;

/// A hit's vectors.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct HitVectors {
    pub(super) dense: Vec<f32>,
    pub(super) words: SparseVector,
}

/// The hits that speak, and how much each: shares that sum to 1 and fall with the distance from the first one's score.
pub(super) fn shares(ranked: &[Ranked]) -> Vec<(&str, f64)> {
    let first = ranked.first().map_or(0.0, |ranked| ranked.score);
    let say = |ranked: &Ranked| ((ranked.score - first) / FEEDBACK_FALL).exp();
    let hits = ranked.get(..FEEDBACK_HITS).unwrap_or(ranked);
    let all: f64 = hits.iter().map(say).sum();
    hits.iter().map(|ranked| (ranked.id.as_str(), say(ranked) / all)).collect()
}

/// A vector's direction, moved towards the mean of the hits' by their shares.
pub(super) fn dense(asked: &[f32], hits: &[(f64, &HitVectors)]) -> Vec<f32> {
    let norm = asked.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let mut moved: Vec<f32> = asked.iter().map(|value| value / norm).collect();
    for (share, hit) in hits {
        let weight = FEEDBACK_DENSE * *share as f32;
        moved.iter_mut().zip(&hit.dense).for_each(|(moved, value)| *moved += weight * value);
    }
    moved
}

/// The question's words with the terms of the hits, each by its weight before Qdrant multiplies it by its rarity. Both parts are scaled to
/// the share that they are to have after that.
pub(super) fn words(asked: &SparseVector, hits: &[(f64, &HitVectors)], rarity: &Rarity) -> SparseVector {
    let mut found = BTreeMap::<u32, f64>::new();
    for (share, hit) in hits {
        for (index, value) in hit.words.indices.iter().zip(&hit.words.values) {
            *found.entry(*index).or_default() += share * f64::from(*value);
        }
    }
    let mut terms: Vec<(u32, f64, f64)> = found.into_iter().map(|(index, value)| (index, value, value * rarity.bm25(index))).collect();
    terms.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    terms.truncate(FEEDBACK_TERMS);
    let of_found: f64 = terms.iter().map(|(_, _, weight)| weight).sum();
    let of_asked: f64 = asked.indices.iter().map(|index| rarity.bm25(*index)).sum();
    if of_found <= 0.0 || of_asked <= 0.0 {
        return asked.clone();
    }
    let mut words: BTreeMap<u32, f64> = asked.indices.iter().map(|index| (*index, (1.0 - FEEDBACK_WORDS) / of_asked)).collect();
    for (index, value, _) in terms {
        *words.entry(index).or_default() += FEEDBACK_WORDS * value / of_found;
    }
    let (indices, values) = words.into_iter().map(|(index, value)| (index, value as f32)).unzip();
    SparseVector { indices, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(scores: &[f64]) -> Vec<Ranked> {
        scores.iter().enumerate().map(|(place, score)| Ranked { id: format!("{place}"), score: *score }).collect()
    }

    fn vector(entries: &[(u32, f32)]) -> SparseVector {
        SparseVector { indices: entries.iter().map(|entry| entry.0).collect(), values: entries.iter().map(|entry| entry.1).collect() }
    }

    #[test]
    fn a_clear_first_hit_speaks_alone_and_equal_ones_speak_alike() {
        let clear = ranked(&[0.9, 0.4, 0.3]);
        assert!(shares(&clear)[0].1 > 0.999);
        let equal = ranked(&[0.5; 20]);
        let shares = shares(&equal);
        assert_eq!(shares.len(), FEEDBACK_HITS);
        assert!(shares.iter().all(|(_, share)| (share - 0.1).abs() < 1e-12));
        assert!(super::shares(&[]).is_empty());
    }

    #[test]
    fn the_vector_moves_by_its_direction_not_by_its_length() {
        let hit = HitVectors { dense: vec![0.0, 1.0], ..Default::default() };
        assert_eq!(dense(&[0.5, 0.0], &[(1.0, &hit)]), [1.0, FEEDBACK_DENSE]);
        assert_eq!(dense(&[1.0, 0.0], &[]), [1.0, 0.0]);
    }

    #[test]
    fn after_rarity_the_hits_have_their_share() {
        let rarity = Rarity::default();
        let hit = HitVectors { words: vector(&[(1, 1.0), (7, 2.0)]), ..Default::default() };
        let words = words(&vector(&[(1, 1.0), (2, 1.0)]), &[(1.0, &hit)], &rarity);
        assert_eq!(words.indices, [1, 2, 7]);
        let weighed: Vec<f64> =
            words.indices.iter().zip(&words.values).map(|(index, value)| rarity.bm25(*index) * f64::from(*value)).collect();
        // All three are equally rare here: the question's share 0.6 is split in two, the hits' 0.4 as 1 : 2.
        for (weighed, expected) in weighed.iter().zip([0.3 + 0.4 / 3.0, 0.3, 0.8 / 3.0]) {
            assert!((weighed - expected).abs() < 1e-6, "{weighed} {expected}");
        }
    }

    #[test]
    fn without_hits_the_words_stay_and_few_terms_are_taken() {
        let asked = vector(&[(1, 1.0)]);
        assert_eq!(words(&asked, &[], &Rarity::default()), asked);
        let many: Vec<(u32, f32)> = (10..500).map(|index| (index, 1.0)).collect();
        let hit = HitVectors { words: vector(&many), ..Default::default() };
        assert_eq!(words(&asked, &[(1.0, &hit)], &Rarity::default()).indices.len(), FEEDBACK_TERMS + 1);
    }
}
