//! Three rankings into one. Pure.

use super::weights::{DENSE_WEIGHT, SENTENCES_WEIGHT, WORDS_WEIGHT};

/// A candidate with what speaks for it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Candidate {
    /// The point's UUID.
    pub(crate) id: String,
    /// Cosine with what is looked for.
    pub(crate) dense: f64,
    /// BM25; 0 when it shares no word with the question.
    pub(crate) words: f64,
    /// The largest cosine of its title and sentences.
    pub(crate) sentences: f64,
    /// What it gets for being named by the question.
    pub(crate) named: f64,
}

/// A candidate's place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ranked {
    pub(crate) id: String,
    /// From 0 to 1, more for what the question names. Only an order: every query has a scale of its own.
    pub(crate) score: f64,
}

/// Ranks candidates, best first; equal ones by id, so that the same index gives the same order.
///
/// Cosines are scaled so that the lowest candidate has 0 and the highest 1 (all 1 when they are equal), the words' scores are divided by
/// the highest (all 0 when no word is shared). Reciprocal rank fusion was measured worse
/// (`docs/evaluation-retrieval.md`).
pub(crate) fn fuse(candidates: &[Candidate]) -> Vec<Ranked> {
    let dense = Scale::of(candidates.iter().map(|candidate| candidate.dense));
    let sentences = Scale::of(candidates.iter().map(|candidate| candidate.sentences));
    let most = candidates.iter().map(|candidate| candidate.words).fold(0.0, f64::max);
    let score = |candidate: &Candidate| {
        let words = if most > 0.0 { candidate.words / most } else { 0.0 };
        DENSE_WEIGHT * dense.place(candidate.dense)
            + WORDS_WEIGHT * words
            + SENTENCES_WEIGHT * sentences.place(candidate.sentences)
            + candidate.named
    };
    let mut ranked: Vec<Ranked> = candidates.iter().map(|candidate| Ranked { id: candidate.id.clone(), score: score(candidate) }).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ranked
}

/// The span of some scores.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(scores: impl Iterator<Item = f64>) -> Self {
        let empty = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };
        scores.fold(empty, |scale, score| Self { low: scale.low.min(score), high: scale.high.max(score) })
    }

    fn place(&self, score: f64) -> f64 {
        if self.high > self.low { (score - self.low) / (self.high - self.low) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
        let scores = (-1.0f64..1.0, prop_oneof![Just(0.0), 0.0f64..30.0], -1.0f64..1.0);
        proptest::collection::btree_map("[a-j]{1,2}", scores, 1..12).prop_map(|map| {
            let candidate = |(id, (dense, words, sentences))| Candidate { id, dense, words, sentences, named: 0.0 };
            map.into_iter().map(candidate).collect()
        })
    }

    fn candidate(id: &str, dense: f64, words: f64, sentences: f64) -> Candidate {
        Candidate { id: id.into(), dense, words, sentences, named: 0.0 }
    }

    fn ids(ranked: &[Ranked]) -> Vec<&str> {
        ranked.iter().map(|ranked| ranked.id.as_str()).collect()
    }

    #[test]
    fn by_hand() {
        let ranked = fuse(&[candidate("a", 0.9, 0.0, 0.5), candidate("b", 0.7, 10.0, 0.9), candidate("c", 0.5, 5.0, 0.4)]);
        let expected = [("b", 0.15 + 0.4 + 0.3), ("a", 0.3 + 0.3 * 0.2), ("c", 0.2)];
        assert_eq!(ranked.len(), 3);
        for (ranked, (id, score)) in ranked.iter().zip(expected) {
            assert_eq!(ranked.id, id);
            assert!((ranked.score - score).abs() < 1e-12, "{id} {}", ranked.score);
        }
    }

    #[test]
    fn the_weights_are_shares_of_one() {
        assert!((DENSE_WEIGHT + WORDS_WEIGHT + SENTENCES_WEIGHT - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert!(fuse(&[]).is_empty());
    }

    #[test]
    fn ties_go_by_id() {
        let candidate = |id: &str| candidate(id, 0.5, 1.0, 0.5);
        assert_eq!(ids(&fuse(&[candidate("c"), candidate("a"), candidate("b")])), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_named_comes_first() {
        let named = Candidate { named: super::super::weights::NAMED, ..candidate("z", 0.0, 0.0, 0.0) };
        assert_eq!(ids(&fuse(&[candidate("a", 0.9, 9.0, 0.9), named])), ["z", "a"]);
    }

    proptest! {
        #[test]
        fn everything_is_ranked_once_within_0_and_1(candidates in candidates()) {
            let ranked = fuse(&candidates);
            prop_assert_eq!(ranked.len(), candidates.len());
            prop_assert!(ranked.iter().all(|ranked| (0.0..=1.0 + 1e-9).contains(&ranked.score)));
            prop_assert!(ranked.is_sorted_by(|a, b| a.score >= b.score));
        }

        #[test]
        fn the_order_of_the_candidates_does_not_matter(candidates in candidates()) {
            let reversed: Vec<_> = candidates.iter().rev().cloned().collect();
            prop_assert_eq!(fuse(&candidates), fuse(&reversed));
        }

        /// Who is at least as good in all is never behind.
        #[test]
        fn dominance_holds(candidates in candidates()) {
            let ranked = fuse(&candidates);
            let score = |id: &str| ranked.iter().find(|ranked| ranked.id == id).unwrap().score;
            for a in &candidates {
                for b in &candidates {
                    if a.dense >= b.dense && a.words >= b.words && a.sentences >= b.sentences {
                        prop_assert!(score(&a.id) >= score(&b.id));
                    }
                }
            }
        }

        /// Cosines of another model may be spread and shifted, BM25 of a longer question larger: the order stays.
        #[test]
        fn scales_do_not_matter(candidates in candidates(), spread in 0.25f64..4.0, shift in -1.0f64..1.0, factor in 0.25f64..4.0) {
            let scaled: Vec<_> = candidates
                .iter()
                .map(|c| Candidate { dense: c.dense * spread + shift, words: c.words * factor, ..c.clone() })
                .collect();
            let before = fuse(&candidates);
            for ranked in &fuse(&scaled) {
                let same = before.iter().find(|other| other.id == ranked.id).unwrap();
                prop_assert!((same.score - ranked.score).abs() < 1e-6);
            }
        }
    }
}
