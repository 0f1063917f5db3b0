//! The softmax of a row of attention scores, but for the division by its sum: the caller multiplies by the reciprocal after the product
//! with the values, which is shorter than the row.

use super::{exp, max, sum};

/// Replaces the first `keys` scores of a row by e^(score − largest) and the padding behind them by (almost) zero; returns 1 / their sum.
#[inline(always)]
pub(crate) fn softmax_weights(row: &mut [f32], keys: usize) -> f32 {
    for padding in row.iter_mut().skip(keys) {
        *padding = f32::MIN;
    }
    let largest = max(row);
    for score in row.iter_mut() {
        *score = exp(*score - largest);
    }
    1.0 / sum(row)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_the_definition(scores in prop::collection::vec(-80f32..80.0, 1..64)) {
            let keys = scores.len();
            let mut row = scores.clone();
            // Whatever the product left in the padding must not count.
            row.resize(keys.next_multiple_of(16), 1e9);
            let inverse = softmax_weights(&mut row, keys);
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
