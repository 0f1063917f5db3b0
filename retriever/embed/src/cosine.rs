//! How alike two embeddings are.

use crate::math::dot;
use crate::simd::vectorised;

/// The cosine of the angle between two embeddings, −1 to 1: their dot product, since [`Encoder`](crate::Encoder) returns vectors of
/// length 1. Both must come from the same model, and have its dimension.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    vectorised(
        #[inline(always)]
        |_| dot(a, b),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_vectors_of_length_one() {
        for dimension in [1, 2, 16, 33, 384] {
            let unit = |sign: f32| -> Vec<f32> {
                (0..dimension).map(|i| sign * (if i % 2 == 0 { 1.0 } else { -1.0 }) / (dimension as f32).sqrt()).collect()
            };
            assert!((cosine(&unit(1.0), &unit(1.0)) - 1.0).abs() < 1e-6, "{dimension}");
            assert!((cosine(&unit(1.0), &unit(-1.0)) + 1.0).abs() < 1e-6, "{dimension}");
        }
        assert_eq!(cosine(&[1.0, 0.0], &[0.0, 1.0]), 0.0);
    }
}
