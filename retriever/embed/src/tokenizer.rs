//! The model's own `tokenizer.json`, run by the field's own crate: a WordPiece written here would have to follow its normalisation of every
//! script.

use std::path::Path;

use tokenizers::TruncationParams;

use crate::config::Config;
use crate::error::EmbedError;

/// Text to token ids, [CLS] and [SEP] included: at most `max_tokens` of them and never padded.
pub(crate) struct Tokenizer {
    tokenizer: tokenizers::Tokenizer,
    max_tokens: usize,
}

impl Tokenizer {
    /// Reads `tokenizer.json`, and overrides the truncation and padding that are baked into it: all-MiniLM-L6-v2 ships a file that cuts
    /// at 128 tokens (abstracts lose half their text) and pads every short query to 128 (at 128 tokens' cost).
    pub(crate) fn read(path: &Path, config: &Config, max_tokens: usize) -> Result<Tokenizer, EmbedError> {
        let unusable = |reason: String| EmbedError::Unusable { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|source| EmbedError::Read { path: path.to_owned(), source })?;
        let mut tokenizer = tokenizers::Tokenizer::from_bytes(bytes).map_err(|error| unusable(error.to_string()))?;
        let known = tokenizer.get_vocab_size(true);
        if known > config.vocab_size {
            return Err(unusable(format!("it knows {known} tokens, and the model has vectors for {}", config.vocab_size)));
        }
        let max_tokens = max_tokens.min(config.max_position_embeddings);
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(Some(TruncationParams { max_length: max_tokens, ..TruncationParams::default() }))
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Tokenizer { tokenizer, max_tokens })
    }

    pub(crate) fn ids(&self, text: &str) -> Result<Vec<u32>, EmbedError> {
        let encoding = self.tokenizer.encode_fast(text, true).map_err(|error| EmbedError::Tokenize(error.to_string()))?;
        Ok(encoding.get_ids().to_vec())
    }

    pub(crate) fn max_tokens(&self) -> usize {
        self.max_tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_folder;

    /// Golden values of the default model: hello = 7592, world = 2088, ! = 999; 101 and 102 are [CLS] and [SEP].
    #[test]
    fn overrides_the_baked_truncation_and_padding() {
        let Some(folder) = model_folder::installed_model() else { return };
        let config = Config::read(&folder.join("config.json")).unwrap();
        let tokenizer = Tokenizer::read(&folder.join("tokenizer.json"), &config, 256).unwrap();
        assert_eq!(tokenizer.ids("Hello, WORLD!").unwrap(), [101, 7592, 1010, 2088, 999, 102]);
        assert_eq!(tokenizer.ids("").unwrap(), [101, 102]);
        let long = tokenizer.ids(&"hello ".repeat(300)).unwrap();
        assert_eq!(long.len(), 256);
        assert_eq!((long[0], long[254], long[255]), (101, 7592, 102));
        assert_eq!(tokenizer.ids(&"hello ".repeat(254)).unwrap().len(), 256);
        assert_eq!(tokenizer.ids(&"hello ".repeat(253)).unwrap().len(), 255);
    }
}
