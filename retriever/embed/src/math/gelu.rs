//! The activation of the feed-forward part, in the form that `hidden_act: gelu` means; the common one with tanh is another function.

use super::exp;
use crate::simd::Cpu;

/// The exact (erf) form of GELU, x · Φ(x) = x/2 · (1 + erf(x/√2)), with an absolute error below 3e-7 · max(1, |x|).
///
/// erf by Abramowitz & Stegun 7.1.26, error ≤ 1.5e-7. Hendrycks & Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
#[inline(always)]
pub(crate) fn gelu(cpu: Cpu, x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / cpu.mul_add(0.327_591_1, z, 1.0);
    let mut series = 1.061_405_4;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        series = cpu.mul_add(series, t, coefficient);
    }
    let erf = 1.0 - t * series * exp(cpu, -z * z);
    // erf is odd and x/2 has the sign of x, so that x/2 · erf(x/√2) = |x/2| · erf(|x|/√2).
    let half = 0.5 * x;
    cpu.mul_add(half.abs(), erf, half)
}

/// The same with an absolute error below 2e-6, in half the time: for int8, whose rounding is a thousand times as large.
///
/// Φ(x) = ½ + x · P(x²) for |x| ≤ 5.2, where P is a polynomial fitted to the smallest largest error; beyond, Φ is taken as constant
/// (1 − 1e-7 at 5.2).
#[inline(always)]
pub(crate) fn quick_gelu(cpu: Cpu, x: f32) -> f32 {
    const END: f32 = 5.2;
    let near = if x > -END { x } else { -END };
    let near = if near < END { near } else { END };
    // x² brought to −1 to 1, where a polynomial of this degree keeps its digits.
    let t = cpu.mul_add(near * near, 2.0 / (END * END), -1.0);
    let mut series = COEFFICIENTS[0];
    for &coefficient in COEFFICIENTS.iter().skip(1) {
        series = cpu.mul_add(series, t, coefficient);
    }
    x * cpu.mul_add(near, series, 0.5)
}

/// Of P in t, the highest power first; by least squares with weights raised until the largest error of x · Φ(x) was smallest.
const COEFFICIENTS: [f32; 13] = [
    8.587_78e-4,
    -2.503_722e-3,
    2.853_582e-3,
    -3.505_705e-3,
    7.557_858_3e-3,
    -0.013_103_35,
    0.018_387_152,
    -0.024_593_404,
    0.031_907_264,
    -0.039_941_3,
    0.050_030_17,
    -0.067_743_406,
    0.135_949_94,
];

#[cfg(test)]
mod tests {
    use crate::simd::vectorised;

    fn gelu(x: f32) -> f32 {
        vectorised(
            #[inline(always)]
            |cpu| super::gelu(cpu, x),
        )
    }

    fn quick_gelu(x: f32) -> f32 {
        vectorised(
            #[inline(always)]
            |cpu| super::quick_gelu(cpu, x),
        )
    }

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
            let error = (f64::from(quick_gelu(x)) - expected).abs();
            assert!(error < 2e-6, "quick_gelu({x}) = {} is off by {error:e}", quick_gelu(x));
        }
    }

    #[test]
    fn known_values() {
        assert_eq!(gelu(0.0), 0.0);
        assert!((gelu(1.0) - 0.841_344_8).abs() < 3e-7);
        assert!((gelu(-1.0) + 0.158_655_26).abs() < 3e-7);
    }
}
