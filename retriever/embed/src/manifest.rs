//! Which bytes make a model. Pinned in the program: a list of hashes beside the weights would arrive by the same route as they do, and
//! prove nothing.

use std::borrow::Cow;

use crate::settings::Settings;

/// Which model a folder must hold, down to the bytes: one SHA-256 per file checks every route on which weights can arrive.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Name under which the model is known, and which an archive records.
    pub model: Cow<'static, str>,
    /// Revision of the model in its publisher's repository.
    pub revision: Cow<'static, str>,
    /// `model.safetensors`
    pub weights: FileDigest,
    /// `tokenizer.json`
    pub tokenizer: FileDigest,
    /// `config.json`
    pub config: FileDigest,
    /// How the model wants its texts.
    pub settings: Settings,
}

/// Size and hash of one file.
#[derive(Clone, Debug)]
pub struct FileDigest {
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: Cow<'static, str>,
}

/// File names inside a model folder, as publishers on the Hugging Face hub name them.
pub(crate) const WEIGHTS: &str = "model.safetensors";
pub(crate) const TOKENIZER: &str = "tokenizer.json";
pub(crate) const CONFIG: &str = "config.json";

impl Manifest {
    /// The default model: 6 layers, 384 dimensions, English, Apache-2.0. `deploy/standalone/fetch_model.py` fetches exactly these files.
    pub const ALL_MINILM_L6_V2: Manifest = Manifest {
        model: Cow::Borrowed("sentence-transformers/all-MiniLM-L6-v2"),
        revision: Cow::Borrowed("1110a243fdf4706b3f48f1d95db1a4f5529b4d41"),
        weights: FileDigest::pinned(90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
        tokenizer: FileDigest::pinned(466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        config: FileDigest::pinned(612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        settings: Settings::DEFAULT,
    };

    /// The files with their names, the small ones first, so that a wrong folder is told from a right one without reading the weights.
    pub(crate) fn files(&self) -> [(&'static str, &FileDigest); 3] {
        [(CONFIG, &self.config), (TOKENIZER, &self.tokenizer), (WEIGHTS, &self.weights)]
    }
}

impl FileDigest {
    const fn pinned(bytes: u64, sha256: &'static str) -> Self {
        FileDigest { bytes, sha256: Cow::Borrowed(sha256) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The script that fetches the model states the same model, revision, sizes and hashes.
    #[test]
    fn the_fetching_script_pins_the_same_files() {
        let script = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/standalone/fetch_model.py")).unwrap();
        let manifest = Manifest::ALL_MINILM_L6_V2;
        assert!(script.contains(&format!("\"{}\"", manifest.model)));
        assert!(script.contains(&format!("\"{}\"", manifest.revision)));
        for (name, digest) in manifest.files() {
            let line = format!("\"{name}\": ({}, \"{}\"),", digest.bytes, digest.sha256);
            assert!(script.contains(&line), "fetch_model.py lacks {line}");
        }
    }
}
