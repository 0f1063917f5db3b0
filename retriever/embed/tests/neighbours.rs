//! Texts that go through the model together, of which one overflows: it alone has no vector, and it leaves nothing behind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

mod models;

use std::sync::Arc;

use antigravity_embed::{EmbedError, Pool, cosine};
use models::tiny_bert::TinyBert;

#[tokio::test]
async fn a_text_without_a_vector_spoils_no_other() {
    let mut bert = TinyBert::new(2, 16, 2, 32);
    let (special, word) = (4, 7);
    let width = bert.hidden;
    bert.values("embeddings.word_embeddings.weight")[(special + word) * width..(special + word + 1) * width].fill(f32::MAX);
    let encoder = bert.load().unwrap();
    assert!(matches!(encoder.embed("w7"), Err(EmbedError::NoDirection)));
    let good = ["w1 w2", "w3 w4 w5", "w6"].map(|text| (text, encoder.embed(text).unwrap()));

    let pool = Pool::new(Arc::new(encoder), 1).unwrap();
    // Long texts that fill a batch each, so that what is sent meanwhile waits, and then goes together.
    let before = pool.embed_bulk(vec![TinyBert::text(&[8; 254]); 20]);
    let send = |text: &str| pool.embed_bulk(vec![text.to_owned()]);
    let sent = [send(good[0].0), send("w7"), send(good[1].0), send("w9 w7"), send(good[2].0)];
    before.await.unwrap();
    let [first, overflows, second, overflows_too, last] = sent;
    for bad in [overflows, overflows_too] {
        assert!(matches!(bad.await, Err(EmbedError::NoDirection)));
    }
    // And after them, in the same buffers.
    let after = pool.embed_bulk(vec![good[0].0.to_owned()]);
    for (future, (text, vector)) in [(first, &good[0]), (second, &good[1]), (last, &good[2]), (after, &good[0])] {
        assert!(cosine(&future.await.unwrap()[0], vector) > 0.999_99, "{text}");
    }
}
