//! The text encoder: turns a text into a vector of length 1 whose dot products are cosines.
//!
//! It runs BERT-family sentence encoders of any depth and width, with erf-GELU and absolute positions, on the CPU, in safe Rust: in int8 by
//! default, or in exact f32 ([`Precision`]). How a text passes through, in the order of the files:
//!
//! 1. [`ModelFolder`] (`folder`, `manifest`) proves that a folder holds the model that is expected, or (`settings`, `record`) finds out how
//!    another wants its texts and notices when it changes; `config` and `checkpoint` read it.
//! 2. `tokenizer` cuts the text into at most as many tokens as the model takes, `embeddings` looks them up.
//! 3. `layer` × N: `attention`, then `feed_forward`, each ending in a residual sum and a `layer_norm`. Their products with the weights are
//!    `linear`, and in int8 `quantised`.
//! 4. `pooling` makes one vector of the tokens' and normalises.
//!
//! [`Encoder`] holds 2 to 4 and is shared by all threads; [`Pool`] owns the threads that run it. One text runs on one thread: splitting a
//! text over threads costs 15–35 % more CPU time. Short texts of bulk work go through the products together, unpadded, since the weights
//! of a layer are larger than the L2 cache and would be fetched again for each.
//!
//! The products come from `rten-gemm` (AVX-512, AVX2, NEON and portable kernels, chosen at run time); every other loop is plain Rust that
//! `simd` compiles once per instruction set. Attention stays in f32 with int8 weights around it: its two products are so short (32 deep, or
//! 32 wide) that 8 bits would save 5 % of a text's time in them, of which quantising and packing take back half, for less exact vectors.
//! `tests/load/embedding/run.py` measures the speed against ONNX Runtime.

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
#[cfg(test)]
mod seven_bits;
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
