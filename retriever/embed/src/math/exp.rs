//! The exponential function, approximated. The library's is a call per number, which keeps the loop around it from being vectorised.

use crate::simd::Cpu;

/// e^x for x ≤ 88 with a relative error below 3e-7; below −87 it stays at e^−87 (1.6e-38) instead of becoming subnormal.
///
/// e^x = 2^n · e^r with n = round(x / ln 2) and |r| ≤ ln 2 / 2. ln 2 is subtracted in two parts (Cody & Waite; the constants are
/// Cephes'), of which n times the first is exact; e^r is its Taylor series to r⁶, whose remainder there is below 1.3e-7.
#[inline(always)]
pub(crate) fn exp(cpu: Cpu, x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 · 2^23: a sum with it has no room for fractions, and holds the integer in its low bits
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x > -87.0 { x } else { -87.0 };
    let shifted = cpu.mul_add(x, std::f32::consts::LOG2_E, ROUND);
    let n = shifted - ROUND;
    let r = cpu.mul_add(n, -LN_2_LOW, cpu.mul_add(n, -LN_2_HIGH, x));
    let mut series = 1.0 / 720.0;
    for coefficient in [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        series = cpu.mul_add(series, r, coefficient);
    }
    // 2^n by its exponent bits; the low byte of `shifted` is n in two's complement.
    series * f32::from_bits((shifted.to_bits() << 23).wrapping_add(1.0f32.to_bits()))
}

#[cfg(test)]
mod tests {
    use crate::simd::vectorised;

    fn exp(x: f32) -> f32 {
        vectorised(
            #[inline(always)]
            |cpu| super::exp(cpu, x),
        )
    }

    #[test]
    fn close_to_f64() {
        for step in -87_000..=88_000 {
            let x = step as f32 / 1000.0;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) / expected - 1.0).abs();
            assert!(error < 3e-7, "exp({x}) is off by {error:e}");
        }
    }

    #[test]
    fn exact_at_zero_and_tiny_far_below() {
        assert_eq!(exp(0.0), 1.0);
        for x in [-88.0, -1e4, f32::MIN, f32::NEG_INFINITY] {
            assert!(exp(x) > 0.0 && exp(x) < 2e-38, "exp({x}) = {}", exp(x));
        }
    }
}
