//! How far a mean over queries can be trusted.

use serde::Serialize;

/// How often queries are drawn anew, and signs turned: enough for the second digit of an interval's ends and of a p-value.
pub(crate) const SAMPLES: usize = 10_000;
/// Where the random numbers begin: the same values give the same figures, on every machine.
pub(crate) const SEED: u64 = 20_260_301;
/// An interval holds the middle 95 %: it ends at the 250th of 10,000 ordered means from below and from above.
const TAIL: usize = SAMPLES / 40;

/// A mean over queries, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Estimate {
    /// The mean.
    pub(crate) value: f64,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The upper end.
    pub(crate) high: f64,
    /// How many queries.
    pub(crate) n: usize,
}

impl Estimate {
    /// The percentile bootstrap (Efron and Tibshirani 1993, chapter 13): as many queries as there are, drawn with replacement, 10,000 times.
    /// It says how the mean would vary with other queries of the same kind, and nothing about other documents.
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut random = SplitMix64(SEED);
        let mut means: Vec<f64> = (0..SAMPLES)
            .map(|_| {
                let drawn = (0..values.len()).map(|_| values.get(random.below(values.len())).copied().unwrap_or_default());
                drawn.sum::<f64>() / values.len().max(1) as f64
            })
            .collect();
        Self::within(mean(values), &mut means, values.len())
    }

    /// The same of any figure that is made from how often each of `n` items was drawn; drawn once each, they give its value.
    pub(crate) fn of_counts(n: usize, figure: impl Fn(&[u32]) -> f64) -> Self {
        let mut random = SplitMix64(SEED);
        let value = figure(&vec![1; n]);
        let mut drawn = vec![0; n];
        let mut figures: Vec<f64> = (0..SAMPLES)
            .map(|_| {
                drawn.fill(0);
                (0..n).for_each(|_| drawn.get_mut(random.below(n)).into_iter().for_each(|count| *count += 1));
                figure(&drawn)
            })
            .collect();
        Self::within(value, &mut figures, n)
    }

    fn within(value: f64, figures: &mut [f64], n: usize) -> Self {
        figures.sort_unstable_by(f64::total_cmp);
        let at = |place: usize| figures.get(place).copied().unwrap_or_default();
        Self { value, low: at(TAIL - 1), high: at(SAMPLES - TAIL), n }
    }
}

/// Two systems on the same queries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Difference {
    /// The mean of one minus the mean of the other.
    pub(crate) difference: f64,
    /// How likely a difference at least as large, either way, would be if it didn't matter which system gave which value.
    pub(crate) p: f64,
    /// How many queries.
    pub(crate) n: usize,
}

impl Difference {
    /// The paired randomisation test, two-sided (Smucker, Allan and Carterette, CIKM 2007): each query's difference keeps its sign or turns
    /// it by chance. The observed difference counts as one of the samples, so that p is never 0 (Phipson and Smyth 2010). It assumes
    /// nothing of how the values are spread, which a t-test does and nDCG's many zeros and ones don't grant.
    pub(crate) fn between(one: &[f64], other: &[f64]) -> Self {
        let differences: Vec<f64> = one.iter().zip(other).map(|(one, other)| one - other).collect();
        let observed = differences.iter().sum::<f64>();
        // Sums of the same numbers in another order of signs: what is equal may differ in the last digits.
        let least = observed.abs() - 1e-9;
        let mut random = SplitMix64(SEED);
        let larger = (0..SAMPLES)
            .filter(|_| differences.iter().map(|value| if random.next() >> 63 == 0 { *value } else { -value }).sum::<f64>().abs() >= least)
            .count();
        Self { difference: mean(&differences), p: (larger + 1) as f64 / (SAMPLES + 1) as f64, n: differences.len() }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Steele, Lea and Flood 2014 (OOPSLA), as in Java's SplittableRandom. Written here because published figures must not change with the
/// version of a crate: `rand` and `fastrand` promise no sequence.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `end`. The bias is end / 2^64, nothing here.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from((u128::from(self.next()) * end as u128) >> 64).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers of seed 1234567, as published with the reference implementation (<https://prng.di.unimi.it/splitmix64.c>).
    #[test]
    fn the_random_numbers_are_the_published_ones() {
        let mut random = SplitMix64(1_234_567);
        let drawn = [random.next(), random.next(), random.next()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        assert!((0..1000).all(|_| random.below(3) < 3));
    }

    #[test]
    fn an_interval_of_equal_values_is_a_point() {
        assert_eq!(Estimate::of(&[0.5; 7]), Estimate { value: 0.5, low: 0.5, high: 0.5, n: 7 });
        assert_eq!(Estimate::of(&[]), Estimate { value: 0.0, low: 0.0, high: 0.0, n: 0 });
    }

    /// For n draws from zeros and ones in equal parts the mean's deviation is 1 / (2 √n): here 0.025, and 1.96 of it on either side.
    #[test]
    fn an_interval_is_as_wide_as_theory_has_it() {
        let values: Vec<f64> = (0..400).map(|place| f64::from(place % 2)).collect();
        let estimate = Estimate::of(&values);
        assert!((estimate.low - 0.451).abs() < 0.004 && (estimate.high - 0.549).abs() < 0.004, "{estimate:?}");
        assert_eq!(estimate, Estimate::of(&values), "the same values give the same interval");
    }

    /// Of the 2^n ways to turn n equal differences, two are as large as the one observed.
    #[test]
    fn p_is_that_of_the_exact_test() {
        for (n, exact) in [(4, 2.0 / 16.0), (6, 2.0 / 64.0)] {
            let test = Difference::between(&vec![0.75; n], &vec![0.5; n]);
            assert!((test.p - exact).abs() < 0.01, "{n}: {test:?}");
            assert!((test.difference - 0.25).abs() < 1e-12 && test.n == n);
            assert_eq!(Difference::between(&vec![0.5; n], &vec![0.75; n]).p.to_bits(), test.p.to_bits(), "two-sided");
        }
        assert!((Difference::between(&[0.3, 0.9], &[0.3, 0.9]).p - 1.0).abs() < 1e-12, "no difference is no surprise");
        let clear = Difference::between(&vec![1.0; 100], &vec![0.0; 100]);
        assert!(clear.p > 0.0 && clear.p < 0.000_2, "{clear:?}");
    }
}
