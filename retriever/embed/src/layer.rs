//! How attention and the feed-forward part make a layer. After attention no token depends on another, so a block of them is taken to the
//! end before the next begins: what lies between two products stays in the cache.

use crate::attention::Attention;
use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::feed_forward::FeedForward;
use crate::layer_norm::LayerNorm;
use crate::linear::Linear;
use crate::scratch::{BLOCK, Scratch};
use crate::simd::vectorised;

/// One layer of BERT: attention and feed-forward, each followed by a residual sum and a normalisation ("post-norm").
/// Devlin et al., arXiv:1810.04805.
pub(crate) struct Layer {
    attention: Attention,
    attention_output: Linear,
    attention_norm: LayerNorm,
    feed_forward: FeedForward,
    output_norm: LayerNorm,
    hidden: usize,
}

impl Layer {
    /// Reads layer number `index`, counted from 0.
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config, index: usize) -> Result<Layer, EmbedError> {
        let layer = format!("encoder.layer.{index}");
        let hidden = config.hidden_size;
        Ok(Layer {
            attention: Attention::read(checkpoint, config, &format!("{layer}.attention.self"))?,
            attention_output: Linear::read(checkpoint, &[format!("{layer}.attention.output.dense")], hidden, hidden)?,
            attention_norm: LayerNorm::read(checkpoint, config, &format!("{layer}.attention.output.LayerNorm"))?,
            feed_forward: FeedForward::read(checkpoint, config, &layer)?,
            output_norm: LayerNorm::read(checkpoint, config, &format!("{layer}.output.LayerNorm"))?,
            hidden,
        })
    }

    /// Replaces `scratch.hidden` by the layer's output.
    pub(crate) fn run(&self, scratch: &mut Scratch) -> Result<(), EmbedError> {
        let Scratch { gemm, hidden, attention, inner } = scratch;
        self.attention.run(gemm, hidden, attention)?;
        let block = BLOCK * self.hidden;
        for (rows, context) in hidden.chunks_mut(block).zip(attention.context.chunks(block)) {
            self.attention_output.add_product(gemm, context, rows)?;
            self.finish(rows, self.attention_output.bias(), &self.attention_norm);
            self.feed_forward.add_to(gemm, rows, self.hidden, inner)?;
            self.finish(rows, self.feed_forward.bias(), &self.output_norm);
        }
        Ok(())
    }

    /// The end of a residual sum: its bias, then the normalisation.
    fn finish(&self, rows: &mut [f32], bias: &[f32], norm: &LayerNorm) {
        vectorised(
            #[inline(always)]
            || {
                for row in rows.chunks_exact_mut(self.hidden) {
                    for (x, bias) in row.iter_mut().zip(bias) {
                        *x += bias;
                    }
                    norm.apply(row);
                }
            },
        );
    }
}
