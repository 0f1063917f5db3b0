//! Feedback from the first hits: the question's vector moves towards what it found, and the candidates are scored by it once more. Pure.
//!
//! Its words stay. The hits' terms among them (RM3, Abdul-Jaleel et al. 2004) lost: they gain on one development set and cost on the other.

use super::fusion::Ranked;
use super::weights::{FEEDBACK_DENSE, FEEDBACK_FALL, FEEDBACK_HITS};

/// The hits that speak.
pub(super) fn first(mut ranked: Vec<Ranked>) -> Vec<Ranked> {
    ranked.truncate(FEEDBACK_HITS);
    ranked
}

/// How much each of the hits says: shares that sum to 1 and fall with the distance from the first one's score.
pub(super) fn shares(hits: &[Ranked]) -> Vec<(&str, f64)> {
    let first = hits.first().map_or(0.0, |ranked| ranked.score);
    let say = |ranked: &Ranked| ((ranked.score - first) / FEEDBACK_FALL).exp();
    let all: f64 = hits.iter().map(say).sum();
    hits.iter().map(|ranked| (ranked.id.as_str(), say(ranked) / all)).collect()
}

/// A vector's direction, moved towards the mean of the hits' by their shares.
pub(super) fn moved(asked: &[f32], hits: &[(f64, &[f32])]) -> Vec<f32> {
    let norm = asked.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    let mut moved: Vec<f32> = asked.iter().map(|value| value / norm).collect();
    for (share, hit) in hits {
        let weight = FEEDBACK_DENSE * *share as f32;
        moved.iter_mut().zip(*hit).for_each(|(moved, value)| *moved += weight * value);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(scores: &[f64]) -> Vec<Ranked> {
        scores.iter().enumerate().map(|(place, score)| Ranked { id: format!("{place}"), score: *score }).collect()
    }

    #[test]
    fn a_clear_first_hit_speaks_alone_and_equal_ones_speak_alike() {
        let clear = ranked(&[0.9, 0.4, 0.3]);
        assert!(shares(&clear)[0].1 > 0.999);
        let equal = first(ranked(&[0.5; 20]));
        let shares = shares(&equal);
        assert_eq!(shares.len(), FEEDBACK_HITS);
        assert!(shares.iter().all(|(_, share)| (share - 0.1).abs() < 1e-12));
        assert!(super::shares(&[]).is_empty());
    }

    #[test]
    fn the_vector_moves_by_its_direction_not_by_its_length() {
        assert_eq!(moved(&[0.5, 0.0], &[(1.0, &[0.0, 1.0])]), [1.0, FEEDBACK_DENSE]);
        assert_eq!(moved(&[1.0, 0.0], &[]), [1.0, 0.0]);
    }
}
