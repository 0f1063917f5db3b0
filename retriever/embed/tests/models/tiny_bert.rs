//! A BERT of any shape with random weights, written as a model folder. Its vocabulary is [PAD], [CLS], [SEP], [UNK], then `w0`, `w1`, ….

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use antigravity_embed::{EmbedError, Encoder, FileDigest, Manifest, ModelFolder, Precision, Settings};
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub(crate) struct TinyBert {
    pub(crate) layers: usize,
    pub(crate) hidden: usize,
    pub(crate) heads: usize,
    pub(crate) intermediate: usize,
    pub(crate) positions: usize,
    pub(crate) words: usize,
    /// Name → (shape, values), as the file will hold them; a test may damage them first.
    pub(crate) tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

pub(crate) const CLS: usize = 1;
pub(crate) const SEP: usize = 2;
const SPECIAL: [&str; 4] = ["[PAD]", "[CLS]", "[SEP]", "[UNK]"];

impl TinyBert {
    pub(crate) fn new(layers: usize, hidden: usize, heads: usize, intermediate: usize) -> TinyBert {
        let (positions, words) = (300, 50);
        let mut bert = TinyBert { layers, hidden, heads, intermediate, positions, words, tensors: BTreeMap::new() };
        let mut random = Random(42);
        bert.add(&mut random, "embeddings.word_embeddings.weight", &[SPECIAL.len() + words, hidden]);
        bert.add(&mut random, "embeddings.position_embeddings.weight", &[positions, hidden]);
        bert.add(&mut random, "embeddings.token_type_embeddings.weight", &[2, hidden]);
        bert.add_norm(&mut random, "embeddings.LayerNorm");
        for layer in 0..layers {
            let layer = format!("encoder.layer.{layer}");
            for map in ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"] {
                bert.add_linear(&mut random, &format!("{layer}.{map}"), hidden, hidden);
            }
            bert.add_linear(&mut random, &format!("{layer}.intermediate.dense"), hidden, intermediate);
            bert.add_linear(&mut random, &format!("{layer}.output.dense"), intermediate, hidden);
            bert.add_norm(&mut random, &format!("{layer}.attention.output.LayerNorm"));
            bert.add_norm(&mut random, &format!("{layer}.output.LayerNorm"));
        }
        bert
    }

    /// The tensor's values, to be damaged.
    pub(crate) fn values(&mut self, name: &str) -> &mut Vec<f32> {
        &mut self.tensors.get_mut(name).unwrap().1
    }

    /// The ids that the tokenizer gives for `w{i}` of each index.
    pub(crate) fn ids(&self, words: &[usize]) -> Vec<usize> {
        let words = words.iter().map(|word| SPECIAL.len() + word);
        std::iter::once(CLS).chain(words).chain([SEP]).collect()
    }

    pub(crate) fn text(words: &[usize]) -> String {
        words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn write(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.json"), self.config().to_string()).unwrap();
        fs::write(folder.path().join("tokenizer.json"), self.tokenizer().to_string()).unwrap();
        let bytes: Vec<(&String, &Vec<usize>, Vec<u8>)> = self
            .tensors
            .iter()
            .map(|(name, (shape, values))| (name, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect()))
            .collect();
        let views = bytes.iter().map(|(name, shape, bytes)| (name.as_str(), TensorView::new(Dtype::F32, (*shape).clone(), bytes).unwrap()));
        safetensors::serialize_to_file(views, None, &folder.path().join("model.safetensors")).unwrap();
        folder
    }

    /// Writes the model and loads it through the whole path of the crate, in f32.
    pub(crate) fn load(&self) -> Result<Encoder, EmbedError> {
        let folder = self.write();
        load_from(folder.path())
    }

    fn config(&self) -> serde_json::Value {
        serde_json::json!({
            "model_type": "bert", "hidden_act": "gelu", "hidden_size": self.hidden, "num_hidden_layers": self.layers,
            "num_attention_heads": self.heads, "intermediate_size": self.intermediate, "max_position_embeddings": self.positions,
            "vocab_size": SPECIAL.len() + self.words, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        })
    }

    /// With truncation and padding baked in as the default model's file has them, to be overridden.
    fn tokenizer(&self) -> serde_json::Value {
        let words = (0..self.words).map(|word| format!("w{word}"));
        let vocabulary: serde_json::Map<String, serde_json::Value> =
            SPECIAL.iter().map(|&token| token.to_owned()).chain(words).enumerate().map(|(id, token)| (token, id.into())).collect();
        serde_json::json!({
            "version": "1.0",
            "truncation": {"max_length": 128, "strategy": "LongestFirst", "stride": 0},
            "padding": {"strategy": {"Fixed": 128}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
            "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "BertPreTokenizer"}, "decoder": null,
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
                "pair": [],
                "special_tokens": {
                    "[CLS]": {"id": "[CLS]", "ids": [CLS], "tokens": ["[CLS]"]},
                    "[SEP]": {"id": "[SEP]", "ids": [SEP], "tokens": ["[SEP]"]},
                },
            },
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
        })
    }

    fn add_linear(&mut self, random: &mut Random, name: &str, inputs: usize, outputs: usize) {
        self.add(random, &format!("{name}.weight"), &[outputs, inputs]);
        self.add(random, &format!("{name}.bias"), &[outputs]);
    }

    fn add_norm(&mut self, random: &mut Random, name: &str) {
        self.add(random, &format!("{name}.weight"), &[self.hidden]);
        self.add(random, &format!("{name}.bias"), &[self.hidden]);
    }

    fn add(&mut self, random: &mut Random, name: &str, shape: &[usize]) {
        let values = (0..shape.iter().product()).map(|_| random.next()).collect();
        self.tensors.insert(name.to_owned(), (shape.to_vec(), values));
    }
}

/// Loads a folder under a manifest of whatever it holds, in f32.
pub(crate) fn load_from(folder: &Path) -> Result<Encoder, EmbedError> {
    let digest = |name: &str| {
        let bytes = fs::read(folder.join(name)).unwrap();
        FileDigest { bytes: bytes.len() as u64, sha256: format!("{:x}", Sha256::digest(&bytes)).into() }
    };
    let manifest = Manifest {
        model: "tiny".into(),
        revision: "1".into(),
        weights: digest("model.safetensors"),
        tokenizer: digest("tokenizer.json"),
        config: digest("config.json"),
        settings: Settings::DEFAULT,
    };
    Encoder::load_with(&ModelFolder::open_as(folder, manifest)?, Precision::F32)
}

/// Numbers in −1 to 1 (Numerical Recipes' linear congruential generator).
struct Random(u32);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }
}
