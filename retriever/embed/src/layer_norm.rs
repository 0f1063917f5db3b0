//! What brings tokens' vectors back to one scale, after the embeddings and after each half of a layer. It is inlined into its caller's pass
//! over the rows, and compiled there for the CPU at hand.

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::math::{sum, sum_of};
use crate::simd::Cpu;

/// Layer normalisation of one row: (x − mean) / √(variance + ε) · scale + shift. Ba, Kiros & Hinton, arXiv:1607.06450.
pub(crate) struct LayerNorm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    epsilon: f32,
}

impl LayerNorm {
    /// Reads `{name}.weight` and `{name}.bias`.
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config, name: &str) -> Result<LayerNorm, EmbedError> {
        let width = [config.hidden_size];
        Ok(LayerNorm {
            scale: checkpoint.tensor(&format!("{name}.weight"), &width)?,
            shift: checkpoint.tensor(&format!("{name}.bias"), &width)?,
            epsilon: config.layer_norm_eps,
        })
    }

    #[inline(always)]
    pub(crate) fn apply(&self, cpu: Cpu, row: &mut [f32]) {
        let count = row.len() as f32;
        let mean = sum(row) / count;
        // Two passes: the one-pass form E[x²] − E[x]² cancels.
        let variance = sum_of(
            row,
            #[inline(always)]
            |x| (x - mean) * (x - mean),
        ) / count;
        let inverse = 1.0 / (variance + self.epsilon).sqrt();
        for ((x, &scale), &shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
            *x = cpu.mul_add((*x - mean) * inverse, scale, shift);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::vectorised;

    #[test]
    fn as_the_definition() {
        let norm = LayerNorm { scale: vec![2.0; 20], shift: vec![0.5; 20], epsilon: 1e-12 };
        let row: Vec<f32> = (0..20).map(|i| (i * i) as f32 / 7.0 - 3.0).collect();
        let mean = row.iter().map(|&x| f64::from(x)).sum::<f64>() / 20.0;
        let variance = row.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / 20.0;
        let mut normed = row.clone();
        vectorised(
            #[inline(always)]
            |cpu| norm.apply(cpu, &mut normed),
        );
        for (found, x) in normed.iter().zip(&row) {
            let expected = (f64::from(*x) - mean) / variance.sqrt() * 2.0 + 0.5;
            assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} for {expected}");
        }
    }
}
