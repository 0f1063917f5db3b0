//! What a layer does with each token by itself. The narrowing product adds onto the rows, so that the residual sum takes no pass of its
//! own, and the last bias is left to the layer's next one.

use rten_gemm::GemmExecutor;

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::linear::Linear;
use crate::math::gelu;
use crate::simd::vectorised;

/// The position-wise part of a layer: widen, GELU, narrow.
pub(crate) struct FeedForward {
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    /// Reads `{layer}.intermediate.dense` and `{layer}.output.dense`.
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config, layer: &str) -> Result<FeedForward, EmbedError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        Ok(FeedForward {
            widen: Linear::read(checkpoint, &[format!("{layer}.intermediate.dense")], hidden, inner)?,
            narrow: Linear::read(checkpoint, &[format!("{layer}.output.dense")], inner, hidden)?,
        })
    }

    /// Adds its result for a block of rows to the rows themselves (the residual sum), all but [`FeedForward::bias`].
    pub(crate) fn add_to(&self, gemm: &GemmExecutor, rows: &mut [f32], hidden: usize, inner: &mut Vec<f32>) -> Result<(), EmbedError> {
        let bias = self.widen.bias();
        inner.resize(rows.len() / hidden * bias.len(), 0.0);
        self.widen.product(gemm, rows, inner)?;
        vectorised(
            #[inline(always)]
            || {
                for row in inner.chunks_exact_mut(bias.len()) {
                    for (x, bias) in row.iter_mut().zip(bias) {
                        *x = gelu(*x + bias);
                    }
                }
            },
        );
        self.narrow.add_product(gemm, inner, rows)
    }

    pub(crate) fn bias(&self) -> &[f32] {
        self.narrow.bias()
    }
}
