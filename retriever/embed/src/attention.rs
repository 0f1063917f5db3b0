//! The part of a layer in which every token looks at all others: one whole text at a time, and no mask, since nothing is padded. A batch of
//! padded texts would need one, and loses time.

use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
use rten_tensor::NdTensorView;

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::linear::{Linear, matrix, shape};
use crate::math::softmax_weights;
use crate::scratch::{AttentionScratch, BLOCK};
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
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config, name: &str) -> Result<Attention, EmbedError> {
        let names = ["query", "key", "value"].map(|map| format!("{name}.{map}"));
        let qkv = Linear::read(checkpoint, &names, config.hidden_size, config.hidden_size)?;
        Ok(Attention { qkv, heads: config.num_attention_heads, head_width: config.head_width() })
    }

    /// Leaves the heads' results for `hidden`, side by side, in `scratch.context`.
    pub(crate) fn run(&self, gemm: &GemmExecutor, hidden: &[f32], scratch: &mut AttentionScratch) -> Result<(), EmbedError> {
        let width = self.heads * self.head_width;
        let tokens = hidden.len() / width;
        self.project(gemm, hidden, &mut scratch.qkv)?;

        let AttentionScratch { qkv, scores, inverse_sums, head, context } = scratch;
        // Keys and values get rows of zeros up to whole registers: a tail of the softmax would run one number at a time.
        let padded = tokens.next_multiple_of(LANES);
        qkv.resize(padded * 3 * width, 0.0);
        scores.resize(tokens * padded, 0.0);
        inverse_sums.resize(tokens, 0.0);
        head.resize(tokens * self.head_width, 0.0);
        context.resize(tokens * width, 0.0);

        let qkv = NdTensorView::try_from_data([padded, 3, self.heads, self.head_width], qkv.as_slice()).map_err(shape)?;
        let scaled = GemmOptions { alpha: 1.0 / (self.head_width as f32).sqrt(), ..GemmOptions::default() };
        for index in 0..self.heads {
            let queries = qkv.slice((..tokens, 0, index));
            let (keys, values) = (qkv.slice((.., 1, index)), qkv.slice((.., 2, index)));
            gemm.gemm(scores, GemmInputA::Unpacked(queries), GemmInputB::Unpacked(keys.transposed()), scaled.clone()).map_err(shape)?;
            vectorised(
                #[inline(always)]
                || {
                    for (row, inverse) in scores.chunks_exact_mut(padded).zip(inverse_sums.iter_mut()) {
                        *inverse = softmax_weights(row, tokens);
                    }
                },
            );
            let weights = matrix(scores, tokens, padded)?;
            gemm.gemm(head, GemmInputA::Unpacked(weights), GemmInputB::Unpacked(values), GemmOptions::default()).map_err(shape)?;
            self.place(head, inverse_sums, index, context);
        }
        Ok(())
    }

    /// Queries, keys and values of all tokens, with their bias.
    fn project(&self, gemm: &GemmExecutor, hidden: &[f32], qkv: &mut Vec<f32>) -> Result<(), EmbedError> {
        let width = self.heads * self.head_width;
        qkv.resize(hidden.len() * 3, 0.0);
        for (input, rows) in hidden.chunks(BLOCK * width).zip(qkv.chunks_mut(BLOCK * 3 * width)) {
            self.qkv.product(gemm, input, rows)?;
            vectorised(
                #[inline(always)]
                || {
                    for row in rows.chunks_exact_mut(3 * width) {
                        for (x, bias) in row.iter_mut().zip(self.qkv.bias()) {
                            *x += bias;
                        }
                    }
                },
            );
        }
        Ok(())
    }

    /// Writes one head's rows, normalised, into its columns of `context`.
    fn place(&self, head: &[f32], inverse_sums: &[f32], index: usize, context: &mut [f32]) {
        let rows = context.chunks_exact_mut(self.heads * self.head_width);
        vectorised(
            #[inline(always)]
            || {
                for ((row, head), &inverse) in rows.zip(head.chunks_exact(self.head_width)).zip(inverse_sums) {
                    for (out, x) in row.iter_mut().skip(index * self.head_width).zip(head) {
                        *out = x * inverse;
                    }
                }
            },
        );
    }
}
