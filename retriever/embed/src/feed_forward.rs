//! What a layer does with each token by itself.

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::linear::{Linear, LinearScratch};
use crate::math::{gelu, quick_gelu};
use crate::precision::Arithmetic;
use crate::scratch::room;
use crate::simd::Cpu;

/// The position-wise part of a layer: widen, GELU, narrow.
pub(crate) struct FeedForward {
    widen: Linear,
    narrow: Linear,
    arithmetic: Arithmetic,
}

impl FeedForward {
    /// Reads `{layer}.intermediate.dense` and `{layer}.output.dense`.
    pub(crate) fn read(
        checkpoint: &mut Checkpoint,
        config: &Config,
        arithmetic: Arithmetic,
        layer: &str,
    ) -> Result<FeedForward, EmbedError> {
        let (hidden, inner) = (config.hidden_size, config.intermediate_size);
        Ok(FeedForward {
            widen: Linear::read(checkpoint, arithmetic, &[format!("{layer}.intermediate.dense")], hidden, inner)?,
            narrow: Linear::read(checkpoint, arithmetic, &[format!("{layer}.output.dense")], inner, hidden)?,
            arithmetic,
        })
    }

    /// Adds its result for a block of rows to the rows themselves (the residual sum), then runs `finish` on each.
    pub(crate) fn add_to(
        &self,
        linear: &mut LinearScratch,
        rows: &mut [f32],
        inner: &mut Vec<f32>,
        finish: impl Fn(Cpu, &mut [f32]),
    ) -> Result<(), EmbedError> {
        let inner = room(inner, rows.len() / self.narrow.outputs() * self.widen.outputs());
        // Which of the two is asked outside of the loop: a loop over both would be neither's.
        match self.arithmetic {
            Arithmetic::F32 => self.widen.write(
                linear,
                rows,
                inner,
                #[inline(always)]
                |cpu, row| {
                    for x in row {
                        *x = gelu(cpu, *x);
                    }
                },
            ),
            Arithmetic::Int8 { .. } => self.widen.write(
                linear,
                rows,
                inner,
                #[inline(always)]
                |cpu, row| {
                    for x in row {
                        *x = quick_gelu(cpu, *x);
                    }
                },
            ),
        }?;
        self.narrow.add(linear, inner, rows, finish)
    }
}
