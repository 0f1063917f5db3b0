//! What a ranking is worth, by its query's judgements. As trec_eval (<https://github.com/usnistgov/trec_eval>) computes it.

use super::qrels::Judgements;

/// A measure, cut at a rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Normalised discounted cumulated gain.
    Ndcg(usize),
    /// Share of the relevant documents that are among the first.
    Recall(usize),
    /// 1 / rank of the first relevant document; 0 when none is among the first.
    ReciprocalRank(usize),
    /// Whether a relevant document is among the first.
    Success(usize),
}

impl Measure {
    /// Those that are reported, with their names. Eight is what an answer draws on; ten and a hundred are what is published of other systems.
    pub(crate) const REPORTED: [(&'static str, Self); 5] = [
        ("ndcg@10", Self::Ndcg(10)),
        ("recall@8", Self::Recall(8)),
        ("recall@100", Self::Recall(100)),
        ("mrr@10", Self::ReciprocalRank(10)),
        ("success@8", Self::Success(8)),
    ];

    /// From 0 to 1, for a query with at least one relevant document. The ranking is best first and names each document once.
    pub(crate) fn of(self, ranking: &[&str], judgements: &Judgements) -> f64 {
        let gain = |document: &&str| judgements.get(*document).copied().filter(|grade| *grade > 0);
        let relevant = |cut: usize| ranking.iter().take(cut).filter(|document| gain(document).is_some()).count();
        match self {
            Self::Ndcg(cut) => {
                let mut ideal: Vec<i32> = judgements.values().copied().collect();
                ideal.sort_unstable_by(|a, b| b.cmp(a));
                let gains = ranking.iter().take(cut).map(|document| gain(document).unwrap_or(0));
                ratio(dcg(gains), dcg(ideal.into_iter().take(cut)))
            }
            Self::Recall(cut) => {
                let all = judgements.values().filter(|grade| **grade > 0).count();
                ratio(relevant(cut) as f64, all as f64)
            }
            Self::ReciprocalRank(cut) => {
                let first = ranking.iter().take(cut).position(|document| gain(document).is_some());
                first.map_or(0.0, |rank| 1.0 / (rank + 1) as f64)
            }
            Self::Success(cut) => f64::from(relevant(cut) > 0),
        }
    }
}

/// Discounted cumulated gain, Σ grade / log2(rank + 1) (Järvelin and Kekäläinen 2002, ACM TOIS 20(4), with trec_eval's discount from rank 1
/// on). The gain is the grade itself, as in trec_eval and pytrec_eval and so in everything published on BEIR; 2^grade − 1 (Burges et al.
/// 2005) would not be comparable, and is the same where grades are 0 and 1.
fn dcg(grades: impl Iterator<Item = i32>) -> f64 {
    (2u32..).zip(grades).map(|(place, grade)| f64::from(grade.max(0)) / f64::from(place).log2()).sum()
}

/// 0 for nothing out of nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(grades: &[(&str, i32)]) -> Judgements {
        grades.iter().map(|(document, grade)| ((*document).to_owned(), *grade)).collect()
    }

    /// By hand: 1 / log2(3) = 0.630930, 1 / log2(4) = 0.5, 1 / log2(5) = 0.430677.
    #[test]
    fn by_hand() {
        let graded = judged(&[("a", 3), ("b", 2), ("c", 1), ("z", 0), ("y", -2)]);
        for (ranking, measure, expected) in [
            // (3 + 2 · 0.630930 + 1 · 0.5) / itself.
            (&["a", "b", "c"][..], Measure::Ndcg(10), 1.0),
            // (1 + 2 · 0.630930 + 3 · 0.5) / 4.761860 = 3.761860 / 4.761860.
            (&["c", "b", "a"], Measure::Ndcg(10), 0.789_998),
            // 2 · 0.430677 / 4.761860: what is judged 0 or below gains nothing, and what isn't judged neither.
            (&["z", "y", "x", "b"], Measure::Ndcg(10), 0.180_886),
            // The ideal is cut too: 3 / (3 + 2 · 0.630930).
            (&["a", "x", "b"], Measure::Ndcg(2), 0.703_918),
            (&["x", "a", "y", "c"], Measure::Recall(4), 2.0 / 3.0),
            (&["x", "a", "y", "c"], Measure::Recall(3), 1.0 / 3.0),
            (&["x", "y", "z", "c"], Measure::ReciprocalRank(10), 0.25),
            (&["x", "y", "z", "c"], Measure::ReciprocalRank(3), 0.0),
            (&["x", "y", "z", "c"], Measure::Success(4), 1.0),
            (&["x", "y", "z", "c"], Measure::Success(3), 0.0),
        ] {
            let value = measure.of(ranking, &graded);
            assert!((value - expected).abs() < 1e-6, "{measure:?} of {ranking:?}: {value} instead of {expected}");
        }
    }

    #[test]
    fn nothing_found_is_worth_nothing_and_everything_first_is_worth_all() {
        let judgements = judged(&[("a", 1), ("b", 1)]);
        for (name, measure) in Measure::REPORTED {
            assert!(measure.of(&[], &judgements).abs() < 1e-12, "{name}");
            assert!((measure.of(&["b", "a", "x"], &judgements) - 1.0).abs() < 1e-12, "{name}");
        }
    }

    /// Relevant documents that can't be found count as missed: 1 / (1 + 0.630930).
    #[test]
    fn the_ideal_holds_every_judged_document() {
        let judgements = judged(&[("a", 1), ("not in the corpus", 1)]);
        assert!((Measure::Ndcg(10).of(&["a"], &judgements) - 0.613_147).abs() < 1e-6);
        assert!((Measure::Recall(100).of(&["a"], &judgements) - 0.5).abs() < 1e-12);
    }
}
