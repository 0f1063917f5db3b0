//! The way into the layers: the model's tables, and the rows of them that a text's tokens have.

use crate::checkpoint::Checkpoint;
use crate::config::Config;
use crate::error::EmbedError;
use crate::layer_norm::LayerNorm;
use crate::simd::vectorised;

/// Token ids to vectors: word + position + token type, normalised.
pub(crate) struct Embeddings {
    /// [vocabulary, hidden]
    words: Vec<f32>,
    /// [positions, hidden]; the vector of token type 0 is added in, since a single text has no other.
    positions: Vec<f32>,
    norm: LayerNorm,
    width: usize,
}

impl Embeddings {
    pub(crate) fn read(checkpoint: &mut Checkpoint, config: &Config) -> Result<Embeddings, EmbedError> {
        let width = config.hidden_size;
        let words = checkpoint.tensor("embeddings.word_embeddings.weight", &[config.vocab_size, width])?;
        let mut positions = checkpoint.tensor("embeddings.position_embeddings.weight", &[config.max_position_embeddings, width])?;
        let types = checkpoint.tensor("embeddings.token_type_embeddings.weight", &[config.type_vocab_size, width])?;
        for position in positions.chunks_exact_mut(width) {
            for (position, first_type) in position.iter_mut().zip(&types) {
                *position += first_type;
            }
        }
        let norm = LayerNorm::read(checkpoint, config, "embeddings.LayerNorm")?;
        Ok(Embeddings { words, positions, norm, width })
    }

    /// Fills `hidden` with one row per id, the texts one after the other.
    pub(crate) fn look_up(&self, texts: &[Vec<u32>], hidden: &mut Vec<f32>) -> Result<(), EmbedError> {
        hidden.clear();
        for &id in texts.iter().flatten() {
            let start = id as usize * self.width;
            let word = self.words.get(start..start + self.width);
            hidden.extend_from_slice(word.ok_or_else(|| EmbedError::Tokenize(format!("token {id} is beyond the model's vocabulary")))?);
        }
        vectorised(
            #[inline(always)]
            |cpu| {
                let positions = texts.iter().flat_map(|ids| self.positions.chunks_exact(self.width).take(ids.len()));
                for (row, position) in hidden.chunks_exact_mut(self.width).zip(positions) {
                    for (x, position) in row.iter_mut().zip(position) {
                        *x += position;
                    }
                    self.norm.apply(cpu, row);
                }
            },
        );
        Ok(())
    }
}
