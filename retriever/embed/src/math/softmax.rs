//! The softmax of a row of attention scores, but for the division by its sum: the caller multiplies by the reciprocal after the product
//! with the values, which is shorter than the row.

use super::{exp, max};
use crate::simd::{Cpu, LANES};

/// Replaces the first `keys` scores of a row by e^(score − largest) and the padding behind them by (almost) zero; returns 1 / their sum.
#[inline(always)]
pub(crate) fn softmax_weights(cpu: Cpu, row: &mut [f32], keys: usize) -> f32 {
    for padding in row.iter_mut().skip(keys) {
        *padding = f32::MIN;
    }
    let largest = max(row);
    // The sum in the same pass, in lanes: after it, it would wait for each addition in turn.
    let mut sums = [0.0; LANES];
    let (chunks, rest) = row.as_chunks_mut::<LANES>();
    for chunk in chunks {
        for (score, sum) in chunk.iter_mut().zip(&mut sums) {
            *score = exp(cpu, *score - largest);
            *sum += *score;
        }
    }
    for (score, sum) in rest.iter_mut().zip(&mut sums) {
        *score = exp(cpu, *score - largest);
        *sum += *score;
    }
    1.0 / sums.iter().sum::<f32>()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::simd::vectorised;

    proptest! {
        #[test]
        fn as_the_definition(scores in prop::collection::vec(-80f32..80.0, 1..64)) {
            let keys = scores.len();
            let mut row = scores.clone();
            // Whatever the product left in the padding must not count.
            row.resize(keys.next_multiple_of(16), 1e9);
            let inverse = vectorised(
                #[inline(always)]
                |cpu| softmax_weights(cpu, &mut row, keys),
            );
            let largest = scores.iter().copied().fold(f32::MIN, f32::max);
            let total: f64 = scores.iter().map(|&score| f64::from(score - largest).exp()).sum();
            for (weight, score) in row.iter().zip(&scores) {
                let expected = f64::from(score - largest).exp() / total;
                prop_assert!((f64::from(weight * inverse) - expected).abs() < 1e-6, "{} for {}", weight * inverse, expected);
            }
            prop_assert!(row[keys..].iter().all(|&weight| weight < 1e-37));
        }
    }
}
