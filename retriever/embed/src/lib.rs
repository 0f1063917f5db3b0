//! The text encoder: turns a text into a vector of length 1 whose dot products are cosines.
//!
//! It runs BERT-family sentence encoders of the shape of `all-MiniLM-L6-v2` in exact f32, on the CPU, in safe Rust. How a text passes
//! through, in the order of the files:
//!
//! 1. [`ModelFolder`] (`folder`, `manifest`) proves that a folder holds the model that is expected; `config` and `checkpoint` read it.
//! 2. `tokenizer` cuts the text into at most 256 tokens, `embeddings` looks them up.
//! 3. `layer` × N: `attention`, then `feed_forward`, each ending in a residual sum and a `layer_norm`. Their matrix products are `linear`.
//! 4. `pooling` averages the tokens and normalises.
//!
//! [`Encoder`] holds 2 to 4 and is shared by all threads; [`Pool`] owns the threads that run it. One text runs on one thread, unpadded:
//! splitting a text over threads costs 15–35 % more CPU time, and padding to a batch loses as well.
//!
//! The products come from `rten-gemm` (AVX-512, AVX2, NEON and portable kernels, chosen at run time); every other loop is plain Rust that
//! `simd` compiles once per instruction set. A quantised path is a second implementation beside `linear`, with the rest unchanged.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "a test fails by panicking"
    )
)]

mod attention;
mod checkpoint;
mod config;
mod cosine;
mod embeddings;
mod encoder;
mod error;
mod feed_forward;
mod folder;
mod layer;
mod layer_norm;
mod linear;
mod manifest;
mod math;
#[cfg(test)]
#[path = "../tests/models/model_folder.rs"]
mod model_folder;
mod one_thread;
mod pool;
mod pooling;
mod precision;
mod quantised;
mod queue;
mod record;
mod scratch;
mod settings;
mod simd;
mod tokenizer;

pub use cosine::cosine;
pub use encoder::Encoder;
pub use error::EmbedError;
pub use folder::ModelFolder;
pub use manifest::{FileDigest, Manifest};
pub use pool::{EmbedFuture, Pool};
pub use pooling::Pooling;
pub use precision::Precision;
pub use settings::Settings;
