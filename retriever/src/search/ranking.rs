//! One part of the ranking alone, for an evaluation that wants to know what each is worth. Pure.

use antigravity_proto::retriever::v1::Ranking;

use super::fusion::{Candidate, Ranked};

/// Ranks candidates by one score, best first; equal ones by id. `None` for the fused ranking.
pub(super) fn alone(candidates: &[Candidate], by: Ranking) -> Option<Vec<Ranked>> {
    let score: fn(&Candidate) -> Option<f64> = match by {
        Ranking::Unspecified | Ranking::Fused => return None,
        Ranking::Dense => |candidate| Some(candidate.dense),
        // What shares no word isn't found by words.
        Ranking::Sparse => |candidate| (candidate.words > 0.0).then_some(candidate.words),
    };
    let ranked = |candidate: &Candidate| score(candidate).map(|score| Ranked { id: candidate.id.clone(), score });
    let mut ranked: Vec<Ranked> = candidates.iter().filter_map(ranked).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    Some(ranked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_ranks_by_its_own_score() {
        let candidate = |id: &str, dense, words| Candidate { id: id.into(), dense, words, ..Candidate::default() };
        let candidates = [candidate("c", 0.1, 9.0), candidate("a", 0.9, 0.0), candidate("b", 0.1, 7.0), candidate("d", -0.2, 9.0)];
        for (by, expected) in [
            (Ranking::Dense, &[("a", 0.9), ("b", 0.1), ("c", 0.1), ("d", -0.2)][..]),
            (Ranking::Sparse, &[("c", 9.0), ("d", 9.0), ("b", 7.0)]),
        ] {
            let expected: Vec<Ranked> = expected.iter().map(|(id, score)| Ranked { id: (*id).into(), score: *score }).collect();
            assert_eq!(alone(&candidates, by), Some(expected), "{by:?}");
        }
        assert_eq!(alone(&candidates, Ranking::Fused), None);
    }
}
