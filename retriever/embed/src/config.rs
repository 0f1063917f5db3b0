//! What `config.json` says of a model, checked before the weights are read: another activation or kind of position would run all the same,
//! and give wrong vectors.

use std::path::Path;

use serde::Deserialize;

use crate::error::EmbedError;

/// The shape of a BERT encoder, from `config.json`, under the names that file uses. Keys that don't bear on inference are ignored.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) model_type: String,
    pub(crate) hidden_act: String,
    /// Width of a token's vector, and of the embedding.
    pub(crate) hidden_size: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) num_attention_heads: usize,
    /// Width inside the feed-forward part.
    pub(crate) intermediate_size: usize,
    pub(crate) max_position_embeddings: usize,
    pub(crate) vocab_size: usize,
    pub(crate) type_vocab_size: usize,
    pub(crate) layer_norm_eps: f32,
    /// Older files leave it out and mean `absolute`.
    #[serde(default = "absolute")]
    pub(crate) position_embedding_type: String,
}

fn absolute() -> String {
    "absolute".to_owned()
}

impl Config {
    /// Reads the file and refuses a model that this encoder would run wrongly.
    pub(crate) fn read(path: &Path) -> Result<Config, EmbedError> {
        let text = std::fs::read(path).map_err(|source| EmbedError::Read { path: path.to_owned(), source })?;
        let config: Config =
            serde_json::from_slice(&text).map_err(|error| EmbedError::Unusable { path: path.to_owned(), reason: error.to_string() })?;
        match config.fault() {
            None => Ok(config),
            Some(reason) => Err(EmbedError::Unusable { path: path.to_owned(), reason }),
        }
    }

    pub(crate) fn head_width(&self) -> usize {
        self.hidden_size / self.num_attention_heads
    }

    fn fault(&self) -> Option<String> {
        for (key, value, accepted) in [
            ("model_type", &self.model_type, "bert"),
            ("hidden_act", &self.hidden_act, "gelu"),
            ("position_embedding_type", &self.position_embedding_type, "absolute"),
        ] {
            if value != accepted {
                return Some(format!("{key} is {value:?}, and this encoder runs {accepted:?} only"));
            }
        }
        // The upper bounds lie far above any BERT and keep products of two sizes from overflowing.
        for (key, value, least, most) in [
            ("hidden_size", self.hidden_size, 1, 1 << 14),
            ("num_hidden_layers", self.num_hidden_layers, 1, 1 << 10),
            ("num_attention_heads", self.num_attention_heads, 1, 1 << 14),
            ("intermediate_size", self.intermediate_size, 1, 1 << 16),
            // [CLS], one token, [SEP]
            ("max_position_embeddings", self.max_position_embeddings, 3, 1 << 16),
            ("vocab_size", self.vocab_size, 1, 1 << 24),
            ("type_vocab_size", self.type_vocab_size, 1, 1 << 10),
        ] {
            if !(least..=most).contains(&value) {
                return Some(format!("{key} is {value}, accepted is {least} to {most}"));
            }
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Some(format!("hidden_size {} is not a multiple of num_attention_heads {}", self.hidden_size, self.num_attention_heads));
        }
        if !(self.layer_norm_eps >= 0.0 && self.layer_norm_eps < 1.0) {
            return Some(format!("layer_norm_eps is {}, accepted is 0 to 1", self.layer_norm_eps));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minilm() -> serde_json::Value {
        serde_json::json!({
            "model_type": "bert", "hidden_act": "gelu", "hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
            "intermediate_size": 1536, "max_position_embeddings": 512, "vocab_size": 30522, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        })
    }

    fn read(config: &serde_json::Value) -> Result<Config, EmbedError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        std::fs::write(&path, config.to_string()).unwrap();
        Config::read(&path)
    }

    #[test]
    fn reads_minilm() {
        let config = read(&minilm()).unwrap();
        assert_eq!((config.head_width(), config.num_hidden_layers), (32, 6));
    }

    #[test]
    fn refuses_what_it_would_run_wrongly() {
        for (key, value, named) in [
            ("model_type", serde_json::json!("modernbert"), "modernbert"),
            ("hidden_act", serde_json::json!("relu"), "hidden_act"),
            ("position_embedding_type", serde_json::json!("relative_key"), "relative_key"),
            ("num_attention_heads", serde_json::json!(0), "num_attention_heads"),
            ("num_attention_heads", serde_json::json!(7), "not a multiple"),
            ("max_position_embeddings", serde_json::json!(2), "max_position_embeddings"),
            ("hidden_size", serde_json::json!(u64::MAX), "hidden_size"),
            ("layer_norm_eps", serde_json::json!(-1.0), "layer_norm_eps"),
            ("vocab_size", serde_json::json!("many"), "vocab_size"),
        ] {
            let mut config = minilm();
            config[key] = value;
            let message = read(&config).unwrap_err().to_string();
            assert!(message.contains(named) || message.contains("invalid type"), "{key}: {message}");
            assert!(message.contains("config.json"), "{message}");
        }
    }
}
