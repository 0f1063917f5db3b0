//! Products with the model's weights, where most of a text's time goes. The weights are packed at load into the layout of the kernel that
//! this CPU gets, never stored so: a packed file would suit one kind of CPU only.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};
use rten_tensor::{Matrix, NdTensorView};

use crate::checkpoint::Checkpoint;
use crate::error::EmbedError;

/// A linear map x ↦ x·Wᵀ + b.
///
/// The products leave the bias to the caller, who adds it in the pass over the rows that comes next anyway.
pub(crate) struct Linear {
    weights: PackedBMatrix<f32>,
    bias: Vec<f32>,
}

impl Linear {
    /// Reads `{name}.weight` of shape [outputs, inputs] and `{name}.bias` of each name, and stacks them along the outputs: several maps
    /// of the same input become one product.
    pub(crate) fn read(checkpoint: &mut Checkpoint, names: &[String], inputs: usize, outputs: usize) -> Result<Linear, EmbedError> {
        let (mut weights, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            weights.append(&mut checkpoint.tensor(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.append(&mut checkpoint.tensor(&format!("{name}.bias"), &[outputs])?);
        }
        Linear::new(&weights, bias, inputs)
    }

    fn new(weights: &[f32], bias: Vec<f32>, inputs: usize) -> Result<Linear, EmbedError> {
        let weights = matrix(weights, bias.len(), inputs)?.transposed();
        Ok(Linear { weights: GemmExecutor::<f32>::new().prepack_b(weights), bias })
    }

    pub(crate) fn bias(&self) -> &[f32] {
        &self.bias
    }

    /// `rows` = `input`·Wᵀ, for as many rows as `input` has.
    pub(crate) fn product(&self, gemm: &GemmExecutor, input: &[f32], rows: &mut [f32]) -> Result<(), EmbedError> {
        self.multiply(gemm, input, rows, 0.0)
    }

    /// `rows` += `input`·Wᵀ.
    pub(crate) fn add_product(&self, gemm: &GemmExecutor, input: &[f32], rows: &mut [f32]) -> Result<(), EmbedError> {
        self.multiply(gemm, input, rows, 1.0)
    }

    fn multiply(&self, gemm: &GemmExecutor, input: &[f32], rows: &mut [f32], beta: f32) -> Result<(), EmbedError> {
        let inputs = self.weights.rows();
        let input = matrix(input, input.len() / inputs, inputs)?;
        let options = GemmOptions { beta, ..GemmOptions::default() };
        gemm.gemm(rows, GemmInputA::Unpacked(input), GemmInputB::Packed(&self.weights), options).map_err(shape)
    }
}

/// A row-major matrix over a slice of exactly its size.
pub(crate) fn matrix(data: &[f32], rows: usize, columns: usize) -> Result<Matrix<'_, f32>, EmbedError> {
    NdTensorView::try_from_data([rows, columns], data).map_err(shape)
}

pub(crate) fn shape(error: impl std::fmt::Display) -> EmbedError {
    EmbedError::Shape(error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// An upgrade of `rten-gemm` that breaks its f32 kernel for some shape must not pass unseen.
        #[test]
        fn as_the_naive_loop(rows in 1usize..70, inputs in 1usize..300, outputs in 1usize..80, seed in any::<u32>()) {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            };
            let input: Vec<f32> = (0..rows * inputs).map(|_| next()).collect();
            let weights: Vec<f32> = (0..outputs * inputs).map(|_| next()).collect();
            let before: Vec<f32> = (0..rows * outputs).map(|_| next()).collect();

            let linear = Linear::new(&weights, vec![0.0; outputs], inputs).unwrap();
            let gemm = GemmExecutor::new();
            let mut product = vec![f32::NAN; rows * outputs];
            linear.product(&gemm, &input, &mut product).unwrap();
            let mut added = before.clone();
            linear.add_product(&gemm, &input, &mut added).unwrap();

            for row in 0..rows {
                for output in 0..outputs {
                    let expected: f64 = (0..inputs).map(|i| f64::from(input[row * inputs + i]) * f64::from(weights[output * inputs + i])).sum();
                    let at = row * outputs + output;
                    prop_assert!((f64::from(product[at]) - expected).abs() < 1e-4);
                    prop_assert!((f64::from(added[at] - before[at]) - expected).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn a_wrong_size_is_an_error() {
        let linear = Linear::new(&[0.0; 6], vec![0.0; 2], 3).unwrap();
        assert!(linear.product(&GemmExecutor::new(), &[0.0; 6], &mut [0.0; 5]).is_err());
        assert!(linear.product(&GemmExecutor::new(), &[0.0; 7], &mut [0.0; 4]).is_err());
        assert!(Linear::new(&[0.0; 7], vec![0.0; 2], 3).is_err());
    }
}
