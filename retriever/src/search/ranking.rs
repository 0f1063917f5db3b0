//! Which score ranks. The fusion, but for an evaluation that wants to know what each part is worth alone.

use antigravity_proto::retriever::v1::Ranking;

use super::fusion::{Candidate, Ranked, fuse};

/// Ranks candidates, best first; equal ones by id.
pub(crate) fn rank(candidates: Vec<Candidate>, by: Ranking) -> Vec<Ranked> {
    let score: fn(&Candidate) -> Option<f64> = match by {
        Ranking::Unspecified | Ranking::Fused => return fuse(candidates),
        Ranking::Dense => |candidate| Some(candidate.dense),
        // What shares no word isn't found by words.
        Ranking::Sparse => |candidate| (candidate.sparse > 0.0).then_some(candidate.sparse),
    };
    let mut ranked: Vec<Ranked> =
        candidates.into_iter().filter_map(|candidate| score(&candidate).map(|score| Ranked { id: candidate.id, score })).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_ranks_by_its_own_score() {
        let candidate = |id: &str, dense, sparse| Candidate { id: id.into(), dense, sparse };
        let candidates = vec![candidate("c", 0.1, 9.0), candidate("a", 0.9, 0.0), candidate("b", 0.1, 7.0), candidate("d", -0.2, 9.0)];
        for (by, expected) in [
            (Ranking::Dense, &[("a", 0.9), ("b", 0.1), ("c", 0.1), ("d", -0.2)][..]),
            (Ranking::Sparse, &[("c", 9.0), ("d", 9.0), ("b", 7.0)]),
        ] {
            let expected: Vec<Ranked> = expected.iter().map(|(id, score)| Ranked { id: (*id).into(), score: *score }).collect();
            assert_eq!(rank(candidates.clone(), by), expected, "{by:?}");
        }
        for by in [Ranking::Unspecified, Ranking::Fused] {
            assert_eq!(rank(candidates.clone(), by), fuse(candidates.clone()), "{by:?}");
        }
    }
}
