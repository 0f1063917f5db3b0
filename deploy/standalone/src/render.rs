//! How answers, sources and the rest look: from messages to text, without I/O.
//!
//! Piped, an answer is its own Markdown under the page's head; on a terminal the Markdown is rendered, wrapped and coloured.

pub(crate) mod answer;
pub(crate) mod archive;
pub(crate) mod check;
pub(crate) mod live;
mod markdown;
pub(crate) mod sources;
mod style;
pub(crate) mod terminal;
mod wrap;

#[cfg(test)]
mod sample;

pub(crate) use style::Canvas;
