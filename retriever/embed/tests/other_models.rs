//! Models other than the default one: how their folder says what they are, and what happens when it changes.

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
use std::sync::Arc;

use antigravity_embed::{Encoder, ModelFolder, Pool, Precision, cosine};
use models::naive_bert::{self, Pooled};
use models::tiny_bert::TinyBert;
use tempfile::TempDir;

const RECORD: &str = "antigravity.sha256";

fn bert() -> TinyBert {
    TinyBert::new(2, 64, 4, 128)
}

/// The model's folder with these files beside it.
fn folder(bert: &TinyBert, files: &[(&str, &str)]) -> TempDir {
    let folder = bert.write();
    fs::create_dir(folder.path().join("1_Pooling")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn load(folder: &Path) -> Encoder {
    Encoder::load_with(&ModelFolder::open(folder).unwrap(), Precision::F32).unwrap()
}

fn refusal(folder: &Path) -> String {
    ModelFolder::open(folder).unwrap_err().to_string()
}

fn alike(found: &[f32], expected: &[f64]) -> bool {
    found.iter().zip(expected).all(|(&found, expected)| (f64::from(found) - expected).abs() < 2e-5)
}

#[tokio::test]
async fn pooling_prefixes_and_length_come_from_either_kind_of_file() {
    let bert = bert();
    let stated =
        r#"{"model": "lab/tiny", "revision": "7", "pooling": "cls", "query_prefix": "w7 ", "passage_prefix": "w8 w9 ", "max_tokens": 9}"#;
    let sentence_transformers = [
        ("1_Pooling/config.json", r#"{"word_embedding_dimension": 64, "pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#),
        ("sentence_bert_config.json", r#"{"max_seq_length": 9}"#),
        ("config_sentence_transformers.json", r#"{"prompts": {"query": "w7 ", "document": "w8 w9 "}}"#),
    ];
    for files in [&[("antigravity.json", stated)][..], &sentence_transformers] {
        let folder = folder(&bert, files);
        let pool = Pool::new(Arc::new(load(folder.path())), 1).unwrap();
        let expect = |words: &[usize]| naive_bert::embed(&bert, &bert.ids(words), Pooled::Cls);
        let query = pool.embed_query("w1 w2".to_owned()).await.unwrap();
        assert!(alike(&query, &expect(&[7, 1, 2])));
        let passages = pool.embed_bulk(vec!["w1 w2".to_owned(), TinyBert::text(&[3; 20])]).await.unwrap();
        assert!(alike(&passages[0], &expect(&[8, 9, 1, 2])));
        // Nine tokens are [CLS], the prefix, five words, [SEP].
        assert!(alike(&passages[1], &expect(&[8, 9, 3, 3, 3, 3, 3])));
        assert!(!alike(&passages[1], &naive_bert::embed(&bert, &bert.ids(&[8, 9, 3, 3, 3, 3, 3]), Pooled::Mean)));
    }
}

/// What vectors depend on is in the model's name, so that an archive refuses to mix them.
#[test]
fn the_name_tells_weights_and_settings_apart() {
    let name = |bert: &TinyBert, text: &str| load(folder(bert, &[("antigravity.json", text)]).path()).model().to_owned();
    let first = name(&bert(), r#"{"model": "lab/tiny", "pooling": "mean"}"#);
    assert_eq!((&first[..9], first.len()), ("lab/tiny@", 9 + 12));
    assert_eq!(name(&bert(), r#"{"pooling": "mean", "model": "lab/tiny"}"#), first);
    let mut other = bert();
    other.values("encoder.layer.0.output.dense.bias")[0] += 0.5;
    let names = [
        name(&other, r#"{"model": "lab/tiny", "pooling": "mean"}"#),
        name(&bert(), r#"{"model": "lab/tiny", "pooling": "cls"}"#),
        name(&bert(), r#"{"model": "lab/tiny", "pooling": "mean", "query_prefix": "w1 "}"#),
        name(&bert(), r#"{"model": "lab/tiny", "pooling": "mean", "max_tokens": 128}"#),
    ];
    for (index, found) in names.iter().enumerate() {
        assert!(*found != first && !names[..index].contains(found), "{found}");
    }
}

#[test]
fn a_change_after_the_first_use_is_refused_with_both_hashes() {
    let folder = folder(&bert(), &[("antigravity.json", r#"{"pooling": "mean"}"#)]);
    let model = load(folder.path()).model().to_owned();
    let record = folder.path().join(RECORD);
    let recorded = fs::read_to_string(&record).unwrap();
    assert_eq!(recorded.lines().count(), 3);
    assert_eq!(load(folder.path()).model(), model);
    for name in ["model.safetensors", "tokenizer.json", "config.json"] {
        let file = folder.path().join(name);
        let before = fs::read(&file).unwrap();
        let mut after = before.clone();
        after.push(b' ');
        fs::write(&file, after).unwrap();
        let message = refusal(folder.path());
        let hash = recorded.lines().find(|line| line.ends_with(name)).unwrap().split_once(' ').unwrap().0;
        assert!(message.starts_with(&format!("{} has changed", file.display())), "{message}");
        assert!(message.contains(&format!("recorded {hash} in {}", record.display())) && message.contains("sha256 "), "{message}");
        fs::write(&file, before).unwrap();
    }
    fs::write(&record, "").unwrap();
    assert!(refusal(folder.path()).contains("antigravity.sha256 can't be used: it has no line for config.json"));
    fs::remove_file(&record).unwrap();
    assert_eq!(load(folder.path()).model(), model);
}

/// The default model with a damaged file must not pass as somebody's own model because its publisher's other files lie beside it.
#[test]
fn a_damaged_default_model_is_no_other_model() {
    let folder = folder(&bert(), &[("1_Pooling/config.json", r#"{"pooling_mode_mean_tokens": true}"#)]);
    fs::File::options().write(true).open(folder.path().join("model.safetensors")).unwrap().set_len(90_868_376).unwrap();
    let message = refusal(folder.path());
    assert!(message.contains("is not the file of sentence-transformers/all-MiniLM-L6-v2"), "{message}");
    assert!(!folder.path().join(RECORD).exists());
}

/// One scale per token and output suits random weights as well as trained ones.
#[test]
fn int8_is_close_to_f32_for_any_shape() {
    for (layers, hidden, heads, intermediate) in [(2, 12, 4, 20), (3, 24, 6, 33), (2, 64, 4, 128), (1, 96, 3, 200)] {
        let bert = TinyBert::new(layers, hidden, heads, intermediate);
        let folder = folder(&bert, &[("antigravity.json", r#"{"pooling": "mean"}"#)]);
        let int8 = Encoder::load(&ModelFolder::open(folder.path()).unwrap()).unwrap();
        assert_eq!(int8.precision(), Precision::Int8);
        let exact = load(folder.path());
        assert_eq!(int8.model(), exact.model());
        for length in [0, 1, 14, 61, 200] {
            let text = TinyBert::text(&(0..length).map(|i| (i * i + 7 * i) % 50).collect::<Vec<usize>>());
            let cosine = cosine(&int8.embed(&text).unwrap(), &exact.embed(&text).unwrap());
            assert!(cosine > 0.995, "{layers} × {hidden}/{heads}/{intermediate}, {length} words: {cosine}");
        }
    }
}

/// Finite weights whose products overflow give an error for the text, never the vector of something else.
#[test]
fn an_overflow_between_quantised_products_is_an_error() {
    for tensor in ["attention.output.LayerNorm.weight", "intermediate.dense.bias", "attention.self.value.bias"] {
        let mut bert = bert();
        bert.values(&format!("encoder.layer.0.{tensor}")).fill(f32::MAX);
        bert.values("encoder.layer.0.output.dense.weight").fill(f32::MAX);
        let folder = folder(&bert, &[("antigravity.json", r#"{"pooling": "mean"}"#)]);
        let encoder = Encoder::load(&ModelFolder::open(folder.path()).unwrap()).unwrap();
        assert!(encoder.embed("w1 w2").is_err(), "{tensor}");
    }
}
