//! The activation of the feed-forward part, in the form that `hidden_act: gelu` means; the common one with tanh is another function.

use super::exp;

/// The exact (erf) form of GELU, x · Φ(x) = x/2 · (1 + erf(x/√2)), with an absolute error below 3e-7 · max(1, |x|).
///
/// erf by Abramowitz & Stegun 7.1.26, error ≤ 1.5e-7. Hendrycks & Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
#[inline(always)]
pub(crate) fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (0.327_591_1 * z + 1.0);
    let mut series = 1.061_405_4;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        series = series * t + coefficient;
    }
    let erf = 1.0 - t * series * exp(-z * z);
    // erf is odd and x/2 has the sign of x, so that x/2 · erf(x/√2) = |x/2| · erf(|x|/√2).
    let half = 0.5 * x;
    half + half.abs() * erf
}

#[cfg(test)]
mod tests {
    use super::*;

    /// erf by its Maclaurin series in f64, for |x| ≤ 5; beyond, it is ±1 to 1.5e-12.
    fn erf(x: f64) -> f64 {
        if x.abs() > 5.0 {
            return x.signum();
        }
        let (mut sum, mut power) = (0.0, x);
        for n in 0..200 {
            sum += power / f64::from(2 * n + 1);
            power *= -x * x / f64::from(n + 1);
        }
        2.0 / std::f64::consts::PI.sqrt() * sum
    }

    #[test]
    fn close_to_f64() {
        for step in -20_000..=20_000 {
            let x = step as f32 / 1000.0;
            let wide = f64::from(x);
            let expected = 0.5 * wide * (1.0 + erf(wide * std::f64::consts::FRAC_1_SQRT_2));
            let error = (f64::from(gelu(x)) - expected).abs();
            assert!(error < 3e-7 * wide.abs().max(1.0), "gelu({x}) = {} is off by {error:e}", gelu(x));
        }
    }

    #[test]
    fn known_values() {
        assert_eq!(gelu(0.0), 0.0);
        assert!((gelu(1.0) - 0.841_344_8).abs() < 3e-7);
        assert!((gelu(-1.0) + 0.158_655_26).abs() < 3e-7);
    }
}
