//! Rows to single numbers. In lanes, one per register element: the compiler may not reorder a floating-point sum by itself, and would add
//! one number at a time.

use crate::simd::LANES as REGISTER;

/// Two registers' worth: one would wait for its own last addition each time.
const LANES: usize = 2 * REGISTER;

#[inline(always)]
pub(crate) fn sum(values: &[f32]) -> f32 {
    sum_of(
        values,
        #[inline(always)]
        |value| value,
    )
}

/// The sum of `term` over `values`.
#[inline(always)]
pub(crate) fn sum_of(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    fold(
        values,
        0.0,
        #[inline(always)]
        |sum, value| sum + term(value),
        #[inline(always)]
        |a, b| a + b,
    )
}

/// The sum of the products of two rows of one length.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0; LANES];
    let ((a_chunks, a_rest), (b_chunks, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    for ((lane, &a), &b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += a * b;
    }
    halve(
        lanes,
        #[inline(always)]
        |a, b| a + b,
    )
}

/// The largest value, or `f32::MIN` if there is none. (`f32::max` would also order NaN, for three instructions more.)
#[inline(always)]
pub(crate) fn max(values: &[f32]) -> f32 {
    #[inline(always)]
    fn larger(a: f32, b: f32) -> f32 {
        if a > b { a } else { b }
    }
    fold(values, f32::MIN, larger, larger)
}

/// The smallest and the largest value, 0 included; NaN and infinity if any value is NaN or infinite.
#[inline(always)]
pub(crate) fn extremes(values: &[f32]) -> (f32, f32) {
    #[inline(always)]
    fn smaller(a: f32, b: f32) -> f32 {
        if a < b { a } else { b }
    }
    #[inline(always)]
    fn larger(a: f32, b: f32) -> f32 {
        if a > b { a } else { b }
    }
    // One pass for three folds. Comparisons drop NaN; 0 · x carries it through.
    let (mut least, mut most, mut undefined) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (((least, most), undefined), &value) in least.iter_mut().zip(&mut most).zip(&mut undefined).zip(chunk) {
            *least = smaller(value, *least);
            *most = larger(value, *most);
            *undefined += value * 0.0;
        }
    }
    for (((least, most), undefined), &value) in least.iter_mut().zip(&mut most).zip(&mut undefined).zip(rest) {
        *least = smaller(value, *least);
        *most = larger(value, *most);
        *undefined += value * 0.0;
    }
    let undefined = halve(
        undefined,
        #[inline(always)]
        |a, b| a + b,
    );
    (halve(least, smaller) + undefined, halve(most, larger))
}

/// The largest value but for its sign, or 0 if there is none.
pub(crate) fn largest_magnitude(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |largest, value| largest.max(value.abs()))
}

/// Folds into lanes, then halves them until one is left.
#[inline(always)]
fn fold(values: &[f32], start: f32, step: impl Fn(f32, f32) -> f32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [start; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane = step(*lane, value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane = step(*lane, value);
    }
    halve(lanes, join)
}

#[inline(always)]
fn halve(mut lanes: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        let (low, high) = lanes.split_at_mut(width);
        for (low, &mut high) in low.iter_mut().zip(high) {
            *low = join(*low, high);
        }
        width /= 2;
    }
    let [total, ..] = lanes;
    total
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_the_plain_loops(values in prop::collection::vec(-1e3f32..1e3, 0..100)) {
            let expected: f64 = values.iter().map(|&value| f64::from(value)).sum();
            prop_assert!((f64::from(sum(&values)) - expected).abs() < 0.1);
            let expected: f64 = values.iter().map(|&value| f64::from(value * value)).sum();
            prop_assert!((f64::from(sum_of(&values, |value| value * value)) / expected.max(1.0) - expected / expected.max(1.0)).abs() < 1e-5);
            prop_assert!((f64::from(dot(&values, &values)) / expected.max(1.0) - expected / expected.max(1.0)).abs() < 1e-5);
            let extreme = |fold: fn(f32, f32) -> f32| values.iter().copied().fold(0.0, fold);
            prop_assert_eq!(extremes(&values), (extreme(f32::min), extreme(f32::max)));
            prop_assert_eq!(largest_magnitude(&values), extreme(f32::max).max(-extreme(f32::min)));
            prop_assert_eq!(max(&values), values.iter().copied().fold(f32::MIN, f32::max));
        }
    }

    #[test]
    fn extremes_show_what_is_not_finite() {
        for (value, at) in [(f32::NAN, 0), (f32::NAN, 37), (f32::INFINITY, 40), (f32::NEG_INFINITY, 1)] {
            let mut values = [1.0; 41];
            values[at] = value;
            let (least, most) = extremes(&values);
            assert!(!(most - least).is_finite(), "{value}: {least} to {most}");
        }
    }
}
