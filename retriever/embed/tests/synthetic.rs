//! The exact path against a naive f64 BERT, on small random models of many shapes and texts of many lengths.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod models;

use models::naive_bert::{self, Pooled};
use models::tiny_bert::TinyBert;

fn largest_difference(bert: &TinyBert, found: &[f32], words: &[usize]) -> f64 {
    let expected = naive_bert::embed(bert, &bert.ids(words), Pooled::Mean);
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(&found, expected)| (f64::from(found) - expected).abs()).fold(0.0, f64::max)
}

#[test]
fn any_shape_and_length() {
    // (layers, hidden, heads, intermediate): widths below, at and off the width of a register; heads of 1, 3, 4, 16 and 32.
    for (layers, hidden, heads, intermediate) in [(1, 4, 1, 5), (2, 12, 4, 20), (3, 6, 6, 33), (2, 32, 2, 64), (1, 96, 3, 200)] {
        let bert = TinyBert::new(layers, hidden, heads, intermediate);
        let encoder = bert.load().unwrap();
        assert_eq!(encoder.dimension(), hidden);
        // No word at all, one, around the 16 padded keys and the blocks of 64 rows, and the longest.
        for length in [0, 1, 13, 14, 15, 61, 62, 63, 127, 200, 254] {
            let words: Vec<usize> = (0..length).map(|i| (i * i + 7 * i) % 50).collect();
            let found = encoder.embed(&TinyBert::text(&words)).unwrap();
            let difference = largest_difference(&bert, &found, &words);
            assert!(difference < 2e-5, "{layers} × {hidden}/{heads}/{intermediate}, {length} words: off by {difference:e}");
        }
    }
}

/// `tokenizer.json` says 128 tokens and padding to 128, as the default model's does; the encoder must not follow it.
#[test]
fn texts_are_cut_at_256_tokens_and_not_padded() {
    let bert = TinyBert::new(1, 12, 2, 24);
    let encoder = bert.load().unwrap();
    let words: Vec<usize> = (0..400).map(|i| (i * 3) % 50).collect();
    // 256 tokens are [CLS], 254 words, [SEP].
    let found = encoder.embed(&TinyBert::text(&words)).unwrap();
    assert!(largest_difference(&bert, &found, &words[..254]) < 2e-5);
    assert!(largest_difference(&bert, &found, &words[..253]) > 1e-4);
}

#[test]
fn one_encoder_serves_many_threads() {
    let encoder = TinyBert::new(1, 12, 2, 24).load().unwrap();
    let expected = encoder.embed("w1 w2 w3").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(encoder.embed("w1 w2 w3").unwrap(), expected));
        }
    });
}
