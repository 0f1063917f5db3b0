//! Folders and files that must be refused, and what the message then says.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod models;

use std::fs;
use std::path::Path;

use antigravity_embed::{EmbedError, Encoder, ModelFolder};
use models::tiny_bert::{TinyBert, load_from};

const REMEDY: &str = "run `make model`, or name another folder with --model-dir";

fn tiny() -> TinyBert {
    TinyBert::new(1, 8, 2, 16)
}

fn message(result: Result<Encoder, EmbedError>) -> String {
    match result {
        Ok(_) => panic!("a damaged model was loaded"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_missing_folder_is_named() {
    let message = ModelFolder::open(Path::new("/no/such/folder")).unwrap_err().to_string();
    assert_eq!(message, format!("there is no model folder /no/such/folder: {REMEDY}"));
}

#[test]
fn a_missing_file_is_named() {
    for name in ["model.safetensors", "tokenizer.json", "config.json"] {
        let folder = tiny().write();
        let file = folder.path().join(name);
        fs::remove_file(&file).unwrap();
        let message = ModelFolder::open(folder.path()).unwrap_err().to_string();
        assert_eq!(message, format!("the model folder lacks {}: {REMEDY}", file.display()));
    }
}

/// Another model's folder is not taken for the default model: file, both hashes and the remedy are named.
#[test]
fn another_models_file_is_refused_with_both_hashes() {
    let folder = tiny().write();
    let file = folder.path().join("config.json");
    fs::write(&file, "{}").unwrap();
    let message = ModelFolder::open(folder.path()).unwrap_err().to_string();
    let expected = format!(
        "{} is not the file of sentence-transformers/all-MiniLM-L6-v2: \
         sha256 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a (2 bytes), \
         expected 953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41 (612 bytes): {REMEDY}",
        file.display()
    );
    assert_eq!(message, expected);
}

/// The hash is checked first; these are the errors behind it, for folders whose hashes were recorded from damaged files.
#[test]
fn a_truncated_weights_file_is_refused() {
    let folder = tiny().write();
    let file = folder.path().join("model.safetensors");
    let whole = fs::read(&file).unwrap();
    for (length, reason) in [
        (0, "shorter than a safetensors header"),
        (7, "shorter than a safetensors header"),
        (8, "its header claims"),
        (100, "its header claims"),
        (whole.len() - 1, "its header promises"),
    ] {
        fs::write(&file, &whole[..length]).unwrap();
        let message = message(load_from(folder.path()));
        assert!(message.contains(reason) && message.contains("model.safetensors"), "{length}: {message}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    fs::write(&file, longer).unwrap();
    assert!(message(load_from(folder.path())).contains("its header promises"));
    let mut garbled = whole;
    garbled[8] = b'x';
    fs::write(&file, garbled).unwrap();
    assert!(message(load_from(folder.path())).contains("its header is damaged"));
}

#[test]
fn a_missing_or_misshapen_tensor_is_named() {
    let mut bert = tiny();
    bert.tensors.remove("encoder.layer.0.attention.self.key.bias");
    assert!(message(bert.load()).ends_with("tensor encoder.layer.0.attention.self.key.bias is missing"));

    let mut bert = tiny();
    let name = "encoder.layer.0.intermediate.dense.weight";
    bert.tensors.get_mut(name).unwrap().0.reverse();
    assert!(message(bert.load()).ends_with("has shape [8, 16], expected [16, 8] by config.json"));
}

#[test]
fn weights_that_are_not_finite_are_refused() {
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for name in ["embeddings.word_embeddings.weight", "encoder.layer.0.output.LayerNorm.bias"] {
            let mut bert = tiny();
            *bert.values(name).last_mut().unwrap() = value;
            assert!(message(bert.load()).ends_with(&format!("tensor {name} contains {value}")));
        }
    }
}

/// Finite weights whose products overflow give an error for the text, never a vector of NaN.
#[test]
fn an_overflow_on_the_way_is_an_error() {
    let mut bert = tiny();
    bert.values("encoder.layer.0.output.LayerNorm.weight").fill(f32::MAX);
    let encoder = bert.load().unwrap();
    assert!(matches!(encoder.embed("w1 w2"), Err(EmbedError::NoDirection)));
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let mut bert = tiny();
    let folder = bert.write();
    bert.words += 1;
    let larger = bert.write();
    fs::copy(larger.path().join("tokenizer.json"), folder.path().join("tokenizer.json")).unwrap();
    assert!(message(load_from(folder.path())).contains("knows 55 tokens, and the model has vectors for 54"));
    fs::write(folder.path().join("tokenizer.json"), "{}").unwrap();
    assert!(message(load_from(folder.path())).contains("tokenizer.json can't be used"));
}
