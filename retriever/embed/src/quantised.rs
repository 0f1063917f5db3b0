//! The int8 form of a linear map: weights and activations as whole numbers, multiplied by the CPU's 8-bit instructions at four times the
//! rate of f32. Scales are per output for the weights and per token for the activations: one scale for a whole matrix, as ONNX Runtime's
//! dynamic quantisation has it, is seven times as far from f32.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix};

use crate::error::EmbedError;
use crate::linear::{matrix, shape};
use crate::math::{extremes, largest_magnitude};
use crate::scratch::room;
use crate::simd::{Cpu, vectorised};

/// Weights as i8, one scale per output: w ≈ scale · q.
pub(crate) struct Quantised {
    weights: PackedBMatrix<i8>,
    scales: Vec<f32>,
    /// scale · Σq per output: what a zero point of 1 adds to a product with the raw activations.
    sums: Vec<f32>,
}

/// Activations of a block of rows as u8, one scale and zero point per row: x ≈ scale · (q − zero); and the product of them.
#[derive(Default)]
pub(crate) struct QuantisedScratch {
    gemm: GemmExecutor<u8, i8, i32>,
    values: Vec<u8>,
    /// (scale, −scale · zero) of each row.
    scales: Vec<(f32, f32)>,
    products: Vec<i32>,
}

impl Quantised {
    /// Quantises `weights` of shape [outputs, inputs] to −`largest` … `largest` and packs them.
    pub(crate) fn new(weights: &[f32], outputs: usize, inputs: usize, largest: i8) -> Result<Quantised, EmbedError> {
        matrix(weights, outputs, inputs)?;
        let gemm = GemmExecutor::<u8, i8, i32>::new();
        let largest = f32::from(largest);
        let mut quantised = Vec::with_capacity(weights.len());
        let (mut scales, mut sums) = (Vec::with_capacity(outputs), Vec::with_capacity(outputs));
        for row in weights.chunks_exact(inputs) {
            // A row of zeros has any scale.
            let scale = (largest_magnitude(row) / largest).max(f32::MIN_POSITIVE);
            let start = quantised.len();
            quantised.extend(row.iter().map(|weight| (weight / scale).round() as i8));
            let sum: i32 = quantised.iter().skip(start).map(|&q| i32::from(q)).sum();
            scales.push(scale);
            sums.push(scale * sum as f32);
        }
        let weights = gemm.prepack_b(matrix(&quantised, outputs, inputs)?.transposed());
        Ok(Quantised { weights, scales, sums })
    }

    /// [`Linear::write`](crate::linear::Linear::write), or with `ADD` [`Linear::add`](crate::linear::Linear::add).
    pub(crate) fn apply<const ADD: bool>(
        &self,
        scratch: &mut QuantisedScratch,
        input: &[f32],
        bias: &[f32],
        rows: &mut [f32],
        finish: impl Fn(Cpu, &mut [f32]),
    ) -> Result<(), EmbedError> {
        let (inputs, outputs) = (self.weights.rows(), self.weights.cols());
        let count = input.len() / inputs;
        if (count * inputs, count * outputs) != (input.len(), rows.len()) {
            return Err(EmbedError::Shape(format!("{} inputs for {} outputs", input.len(), rows.len())));
        }
        let QuantisedScratch { gemm, values, scales, products } = scratch;
        let (values, scales, products) = (room(values, input.len()), room(scales, count), room(products, rows.len()));
        quantise(input, inputs, values, scales);
        // Packed here, since `rten-gemm` would pack them again for every 1024 columns of the weights.
        let values = gemm.prepack_a(matrix(values, count, inputs)?);
        // The zero points are not given to `rten-gemm`: 0.27.0 reads those of rows from the eighth on at the wrong place.
        gemm.gemm(products, GemmInputA::Packed(&values), GemmInputB::Packed(&self.weights), GemmOptions::default()).map_err(shape)?;
        vectorised(
            #[inline(always)]
            |cpu| {
                for ((row, products), &scale) in rows.chunks_exact_mut(outputs).zip(products.chunks_exact(outputs)).zip(scales.iter()) {
                    self.dequantise::<ADD>(cpu, products, scale, bias, row);
                    finish(cpu, row);
                }
            },
        );
        Ok(())
    }

    /// Σ (qx − zero) · scale_x · qw · scale_w + bias, of the raw Σ qx · qw of each output.
    #[inline(always)]
    fn dequantise<const ADD: bool>(&self, cpu: Cpu, products: &[i32], (scale, shift): (f32, f32), bias: &[f32], row: &mut [f32]) {
        let outputs = row.iter_mut().zip(products).zip(&self.scales).zip(self.sums.iter().zip(bias));
        for (((out, &product), &weight_scale), (&sum, &bias)) in outputs {
            let constant = cpu.mul_add(shift, sum, if ADD { *out + bias } else { bias });
            *out = cpu.mul_add(product as f32, scale * weight_scale, constant);
        }
    }
}

/// Fills `values` and `scales` from rows of `width`.
fn quantise(rows: &[f32], width: usize, values: &mut [u8], scales: &mut [(f32, f32)]) {
    vectorised(
        #[inline(always)]
        |cpu| {
            for ((row, values), scale) in rows.chunks_exact(width).zip(values.chunks_exact_mut(width)).zip(scales) {
                *scale = quantise_row(cpu, row, values);
            }
        },
    );
}

/// Spreads the values from the row's smallest to its largest, 0 included, over 0 to 255; returns (scale, −scale · zero point).
///
/// NaN or infinite values give a NaN or infinite scale, and so an error at the end instead of a wrong vector.
#[inline(always)]
fn quantise_row(cpu: Cpu, row: &[f32], values: &mut [u8]) -> (f32, f32) {
    /// 1.5 · 2^23: a sum with it has no room for fractions, and holds the integer in its low bits.
    const ROUND: f32 = 12_582_912.0;
    let (smallest, largest) = extremes(row);
    let scale = (largest - smallest) / 255.0;
    let scale = if scale < 1e-30 { 1e-30 } else { scale };
    let inverse = 1.0 / scale;
    let zero = (-smallest * inverse).round_ties_even();
    for (value, &x) in values.iter_mut().zip(row) {
        let rounded = cpu.mul_add(x, inverse, zero + ROUND);
        // The zero point was rounded, so the ends can lie one step outside.
        let rounded = if rounded > ROUND { rounded } else { ROUND };
        let rounded = if rounded < ROUND + 255.0 { rounded } else { ROUND + 255.0 };
        *value = rounded.to_bits() as u8;
    }
    (scale, -scale * zero)
}
