//! Products with the model's weights, where most of a text's time goes. The weights are packed at load into the layout of the kernel that
//! this CPU gets, never stored so: a packed file would suit one kind of CPU only.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::{Matrix, NdTensorView};

use crate::checkpoint::Checkpoint;
use crate::error::EmbedError;
use crate::precision::Arithmetic;
use crate::quantised::{Quantised, QuantisedScratch};
use crate::simd::{Cpu, vectorised};

/// A linear map x ↦ x·Wᵀ + b.
pub(crate) struct Linear {
    weights: Weights,
    bias: Vec<f32>,
}

enum Weights {
    F32(PackedBMatrix<f32>),
    Int8(Quantised),
}

/// What a thread lends to every product.
#[derive(Default)]
pub(crate) struct LinearScratch {
    /// Not `Send`, so it can't lie in the shared encoder; making one is free.
    pub(crate) f32: GemmExecutor,
    int8: QuantisedScratch,
}

impl Linear {
    /// Reads `{name}.weight` of shape [outputs, inputs] and `{name}.bias` of each name, and stacks them along the outputs: several maps
    /// of the same input become one product.
    pub(crate) fn read(
        checkpoint: &mut Checkpoint,
        arithmetic: Arithmetic,
        names: &[String],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, EmbedError> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.append(&mut checkpoint.tensor(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.append(&mut checkpoint.tensor(&format!("{name}.bias"), &[outputs])?);
        }
        Linear::new(arithmetic, &weights, bias, inputs)
    }

    fn new(arithmetic: Arithmetic, weights: &[f32], bias: Vec<f32>, inputs: usize) -> Result<Linear, EmbedError> {
        let weights = match arithmetic {
            Arithmetic::F32 => {
                let weights = matrix(weights, bias.len(), inputs)?.transposed();
                Weights::F32(GemmExecutor::<f32>::new().prepack_b(weights))
            }
            Arithmetic::Int8 { largest } => Weights::Int8(Quantised::new(weights, bias.len(), inputs, largest)?),
        };
        Ok(Linear { weights, bias })
    }

    pub(crate) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// `rows` = `input`·Wᵀ + b, for as many rows as `input` has; then `finish` on each row, while it is in the cache. Mark `finish`
    /// `#[inline(always)]`, as for [`vectorised`].
    pub(crate) fn write(
        &self,
        scratch: &mut LinearScratch,
        input: &[f32],
        rows: &mut [f32],
        finish: impl Fn(Cpu, &mut [f32]),
    ) -> Result<(), EmbedError> {
        self.apply::<false>(scratch, input, rows, finish)
    }

    /// As [`Linear::write`], but `rows` += `input`·Wᵀ + b: a residual sum takes no pass of its own.
    pub(crate) fn add(
        &self,
        scratch: &mut LinearScratch,
        input: &[f32],
        rows: &mut [f32],
        finish: impl Fn(Cpu, &mut [f32]),
    ) -> Result<(), EmbedError> {
        self.apply::<true>(scratch, input, rows, finish)
    }

    #[inline]
    fn apply<const ADD: bool>(
        &self,
        scratch: &mut LinearScratch,
        input: &[f32],
        rows: &mut [f32],
        finish: impl Fn(Cpu, &mut [f32]),
    ) -> Result<(), EmbedError> {
        let weights = match &self.weights {
            Weights::Int8(weights) => return weights.apply::<ADD>(&mut scratch.int8, input, &self.bias, rows, finish),
            Weights::F32(weights) => weights,
        };
        let input = matrix(input, input.len() / weights.rows(), weights.rows())?;
        let options = GemmOptions { beta: if ADD { 1.0 } else { 0.0 }, ..GemmOptions::default() };
        scratch.f32.gemm(rows, GemmInputA::Unpacked(input), GemmInputB::Packed(weights), options).map_err(shape)?;
        vectorised(
            #[inline(always)]
            |cpu| {
                for row in rows.chunks_exact_mut(self.bias.len()) {
                    for (x, bias) in row.iter_mut().zip(&self.bias) {
                        *x += bias;
                    }
                    finish(cpu, row);
                }
            },
        );
        Ok(())
    }
}

/// A row-major matrix over a slice of exactly its size.
pub(crate) fn matrix<T>(data: &[T], rows: usize, columns: usize) -> Result<Matrix<'_, T>, EmbedError> {
    NdTensorView::try_from_data([rows, columns], data).map_err(shape)
}

pub(crate) fn shape(error: impl std::fmt::Display) -> EmbedError {
    EmbedError::Shape(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers in −1 to 1 (Numerical Recipes' linear congruential generator).
    fn random(seed: u32) -> impl FnMut(usize) -> Vec<f32> {
        let mut state = seed;
        move |count| {
            let next = |_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            };
            (0..count).map(next).collect()
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// An upgrade of `rten-gemm` that breaks a kernel for some shape must not pass unseen. The tolerances are f32's rounding, and for
        /// int8 half a step of both sides (1/255 and 1/127 of their ranges) times √inputs, three times over; ±63 doubles the second.
        #[test]
        fn as_the_naive_loop(rows in 1usize..70, inputs in 1usize..300, outputs in 1usize..80, seed in any::<u32>()) {
            let mut random = random(seed);
            let (input, weights) = (random(rows * inputs), random(outputs * inputs));
            let (bias, before) = (random(outputs), random(rows * outputs));
            for arithmetic in Arithmetic::all() {
                let linear = Linear::new(arithmetic, &weights, bias.clone(), inputs).unwrap();
                let tolerance = match arithmetic {
                    Arithmetic::F32 => 1e-4,
                    Arithmetic::Int8 { .. } => 0.06 + 0.012 * (inputs as f64).sqrt(),
                };
                let mut scratch = LinearScratch::default();
                let mut product = vec![f32::NAN; rows * outputs];
                linear.write(&mut scratch, &input, &mut product, |_, _| {}).unwrap();
                let mut added = before.clone();
                linear.add(&mut scratch, &input, &mut added, |_, row| row.iter_mut().for_each(|x| *x *= 2.0)).unwrap();
                for row in 0..rows {
                    for output in 0..outputs {
                        let products = (0..inputs).map(|i| f64::from(input[row * inputs + i]) * f64::from(weights[output * inputs + i]));
                        let expected = products.sum::<f64>() + f64::from(bias[output]);
                        let at = row * outputs + output;
                        prop_assert!((f64::from(product[at]) - expected).abs() < tolerance, "{} for {expected}", product[at]);
                        prop_assert!((f64::from(added[at] / 2.0 - before[at]) - expected).abs() < tolerance);
                    }
                }
            }
        }
    }

    #[test]
    fn a_wrong_size_is_an_error() {
        for arithmetic in Arithmetic::all() {
            let linear = Linear::new(arithmetic, &[0.0; 6], vec![0.0; 2], 3).unwrap();
            let mut scratch = LinearScratch::default();
            assert!(linear.write(&mut scratch, &[0.0; 6], &mut [0.0; 5], |_, _| {}).is_err());
            assert!(linear.write(&mut scratch, &[0.0; 7], &mut [0.0; 4], |_, _| {}).is_err());
            assert!(Linear::new(arithmetic, &[0.0; 7], vec![0.0; 2], 3).is_err());
        }
    }
}
