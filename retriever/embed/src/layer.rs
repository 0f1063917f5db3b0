//! How attention and the feed-forward part make a layer. After attention no token depends on another, so a block of them is taken to the
//! end before the next begins: what lies between two products stays in the cache.

use crate::attention::Attention;
use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::feed_forward::FeedForward;
use crate::layer_norm::LayerNorm;
use crate::linear::Linear;
use crate::precision::Arithmetic;
use crate::scratch::{BLOCK, Scratch};

/// One layer of BERT: attention and feed-forward, each followed by a residual sum and a normalisation ("post-norm").
/// Devlin et al., arXiv:1810.04805.
pub(crate) struct Layer {
    attention: Attention,
    attention_output: Linear,
    attention_norm: LayerNorm,
    feed_forward: FeedForward,
    output_norm: LayerNorm,
}

impl Layer {
    /// Reads layer number `index`, counted from 0.
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config, arithmetic: Arithmetic, index: usize) -> Result<Layer, EmbedError> {
        let layer = format!("encoder.layer.{index}");
        let (hidden, output) = (config.hidden_size, [format!("{layer}.attention.output.dense")]);
        Ok(Layer {
            attention: Attention::read(checkpoint, config, arithmetic, &format!("{layer}.attention.self"))?,
            attention_output: Linear::read(checkpoint, arithmetic, &output, hidden, hidden)?,
            attention_norm: LayerNorm::read(checkpoint, config, &format!("{layer}.attention.output.LayerNorm"))?,
            feed_forward: FeedForward::read(checkpoint, config, arithmetic, &layer)?,
            output_norm: LayerNorm::read(checkpoint, config, &format!("{layer}.output.LayerNorm"))?,
        })
    }

    /// Replaces `scratch.hidden`, which holds texts of these `lengths` one after the other, by the layer's output.
    pub(crate) fn run(&self, scratch: &mut Scratch, lengths: &[usize]) -> Result<(), EmbedError> {
        let Scratch { linear, hidden, attention, inner } = scratch;
        self.attention.run(linear, hidden, lengths, attention)?;
        let context = attention.context.get(..hidden.len()).unwrap_or_default();
        let block = BLOCK * self.attention_output.outputs();
        for (rows, context) in hidden.chunks_mut(block).zip(context.chunks(block)) {
            self.attention_output.add(
                linear,
                context,
                rows,
                #[inline(always)]
                |cpu, row| self.attention_norm.apply(cpu, row),
            )?;
            self.feed_forward.add_to(
                linear,
                rows,
                inner,
                #[inline(always)]
                |cpu, row| self.output_norm.apply(cpu, row),
            )?;
        }
        Ok(())
    }
}
