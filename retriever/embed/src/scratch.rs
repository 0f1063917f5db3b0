//! Where what lies between two steps is kept, with its shapes. One set per thread, lent to each step: steps that owned their buffers
//! couldn't be shared by threads.

use crate::linear::LinearScratch;

/// What one thread needs to run the encoder, kept from text to text so that a text allocates next to nothing (3 MB for the default
/// model). Buffers grow to what the longest texts need, and hold nothing between two layers but `hidden`.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) linear: LinearScratch,
    /// The tokens' vectors, [tokens, hidden].
    pub(crate) hidden: Vec<f32>,
    pub(crate) attention: AttentionScratch,
    /// Inside the feed-forward part, [block of tokens, intermediate].
    pub(crate) inner: Vec<f32>,
}

/// The attention's own buffers.
#[derive(Default)]
pub(crate) struct AttentionScratch {
    /// Queries, keys and values, [tokens and padding, 3, heads, head width].
    pub(crate) qkv: Vec<f32>,
    /// Of one head, [tokens, padded tokens].
    pub(crate) scores: Vec<f32>,
    /// 1 / sum of each row of `scores`.
    pub(crate) inverse_sums: Vec<f32>,
    /// Result of one head, [tokens, head width].
    pub(crate) head: Vec<f32>,
    /// Result of all heads side by side, [tokens, hidden].
    pub(crate) context: Vec<f32>,
}

/// Tokens that pass through a chain of products at once, so that what lies between two products stays in the L2 cache
/// (64 × 1536 × 4 bytes = 384 KiB); also the row block of `rten-gemm`.
pub(crate) const BLOCK: usize = 64;

/// The first `length` elements of a buffer that grows as needed and never shrinks: making it longer again would fill it with zeros.
pub(crate) fn room<T: Copy + Default>(buffer: &mut Vec<T>, length: usize) -> &mut [T] {
    if buffer.len() < length {
        buffer.resize(length, T::default());
    }
    buffer.get_mut(..length).unwrap_or_default()
}
