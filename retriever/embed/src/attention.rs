//! The part of a layer in which every token looks at all others: one whole text at a time, and no mask, since nothing is padded. A batch of
//! padded texts would need one, and loses time.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_tensor::NdTensorView;

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::linear::{Linear, LinearScratch, matrix, shape};
use crate::math::softmax_weights;
use crate::precision::Arithmetic;
use crate::scratch::{AttentionScratch, BLOCK, room};
use crate::simd::{LANES, vectorised};

/// Multi-head self-attention: softmax(Q·Kᵀ/√d)·V per head. Vaswani et al., arXiv:1706.03762.
pub(crate) struct Attention {
    /// The three maps stacked: one product instead of three.
    qkv: Linear,
    heads: usize,
    head_width: usize,
}

impl Attention {
    /// Reads `{name}.query`, `{name}.key` and `{name}.value`.
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config, arithmetic: Arithmetic, name: &str) -> Result<Attention, EmbedError> {
        let names = ["query", "key", "value"].map(|map| format!("{name}.{map}"));
        let qkv = Linear::read(checkpoint, arithmetic, &names, config.hidden_size, config.hidden_size)?;
        Ok(Attention { qkv, heads: config.num_attention_heads, head_width: config.head_width() })
    }

    /// Leaves the heads' results for `hidden`, side by side, in `scratch.context`. `hidden` holds texts of these `lengths` one after the
    /// other, and no text sees another.
    pub(crate) fn run(
        &self,
        linear: &mut LinearScratch,
        hidden: &[f32],
        lengths: &[usize],
        scratch: &mut AttentionScratch,
    ) -> Result<(), EmbedError> {
        let width = self.heads * self.head_width;
        // Rows behind the last text, so that its keys can be padded too.
        let qkv = room(&mut scratch.qkv, (hidden.len() / width + LANES) * 3 * width);
        for (input, rows) in hidden.chunks(BLOCK * width).zip(qkv.chunks_mut(BLOCK * 3 * width)) {
            let rows = rows.get_mut(..input.len() * 3).unwrap_or_default();
            self.qkv.write(
                linear,
                input,
                rows,
                #[inline(always)]
                |_, _| {},
            )?;
        }
        room(&mut scratch.context, hidden.len());
        let mut start = 0;
        for &tokens in lengths {
            self.text(&linear.f32, start, tokens, scratch)?;
            start += tokens;
        }
        Ok(())
    }

    /// The text of rows `start` to `start + tokens`.
    fn text(&self, gemm: &GemmExecutor, start: usize, tokens: usize, scratch: &mut AttentionScratch) -> Result<(), EmbedError> {
        let AttentionScratch { qkv, scores, inverse_sums, head, context } = scratch;
        let width = self.heads * self.head_width;
        // Keys are padded up to whole registers with whatever rows follow, and their weights set to zero: a tail of the softmax would run
        // one number at a time.
        let padded = tokens.next_multiple_of(LANES);
        let (scores, inverse_sums) = (room(scores, tokens * padded), room(inverse_sums, tokens));
        let head = room(head, tokens * self.head_width);

        let rows = qkv.get(start * 3 * width..(start + padded) * 3 * width).unwrap_or_default();
        let context = context.get_mut(start * width..(start + tokens) * width).unwrap_or_default();
        // 0 · NaN, of a neighbour that overflowed, is NaN. Leaving the padding out of the second product always would take 8 % more time.
        let depth = if is_harmless(rows.get(tokens * 3 * width..).unwrap_or_default()) { padded } else { tokens };
        let qkv = NdTensorView::try_from_data([padded, 3, self.heads, self.head_width], rows).map_err(shape)?;
        let scaled = GemmOptions { alpha: 1.0 / (self.head_width as f32).sqrt(), ..GemmOptions::default() };
        for index in 0..self.heads {
            let queries = qkv.slice((..tokens, 0, index));
            let (keys, values) = (qkv.slice((.., 1, index)), qkv.slice((..depth, 2, index)));
            gemm.gemm(scores, GemmInputA::Unpacked(queries), GemmInputB::Unpacked(keys.transposed()), scaled.clone()).map_err(shape)?;
            vectorised(
                #[inline(always)]
                |cpu| {
                    for (row, inverse) in scores.chunks_exact_mut(padded).zip(inverse_sums.iter_mut()) {
                        *inverse = softmax_weights(cpu, row, tokens);
                    }
                },
            );
            let weights = matrix(scores, tokens, padded)?;
            let weights = weights.slice((.., ..depth));
            gemm.gemm(head, GemmInputA::Unpacked(weights), GemmInputB::Unpacked(values), GemmOptions::default()).map_err(shape)?;
            self.place(head, inverse_sums, index, context);
        }
        Ok(())
    }

    /// Writes one head's rows, normalised, into its columns of `context`.
    fn place(&self, head: &[f32], inverse_sums: &[f32], index: usize, context: &mut [f32]) {
        let rows = context.chunks_exact_mut(self.heads * self.head_width);
        vectorised(
            #[inline(always)]
            |_| {
                for ((row, head), &inverse) in rows.zip(head.chunks_exact(self.head_width)).zip(inverse_sums) {
                    for (out, x) in row.iter_mut().skip(index * self.head_width).zip(head) {
                        *out = x * inverse;
                    }
                }
            },
        );
    }
}

/// Whether rows may stand behind a text as its padding: all numbers are so small that times a weight of almost zero (1.6e-38) nothing is left.
fn is_harmless(rows: &[f32]) -> bool {
    const LARGEST: f32 = 1e20;
    vectorised(
        #[inline(always)]
        |_| rows.iter().fold(true, |harmless, x| harmless & (x.abs() < LARGEST)),
    )
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn padding_is_harmless_unless_a_number_of_it_is_huge_or_none() {
        assert!(is_harmless(&[]) && is_harmless(&[0.0, -1e19, 1e19]));
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1e21] {
            let mut rows = [1.0; 100];
            rows[63] = bad;
            assert!(!is_harmless(&rows), "{bad}");
        }
    }
}
