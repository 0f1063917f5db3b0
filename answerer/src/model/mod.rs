//! Models behind an API: one trait, one client, two dialects.
//!
//! `configured` holds them by name; `remote` asks one: it waits for leave of the `breaker`, sends, tries again (`retry`), and reads what comes,
//! as a `stream` or whole; `anthropic` and `openai` know how each family wants to be asked and how it answers.

mod anthropic;
mod breaker;
mod configured;
mod dialect;
mod lenient;
pub(crate) mod measured;
mod openai;
#[cfg(test)]
mod real_server;
mod remote;
mod retry;
mod server_error;
mod span;
#[cfg(test)]
mod split_points;
mod stream;

use antigravity_proto::types::{ModelProvider, TokenUsage};
use futures_util::stream::BoxStream;

pub(crate) use configured::{Chosen, EXTRACTIVE, Models, message};

use crate::prompt::Prompt;

/// A model that writes answers. The extractive composer is none of these: it needs no prompt, and it is what remains when one of these fails.
pub(crate) trait Model: Send + Sync {
    /// Whose dialect it speaks.
    fn provider(&self) -> ModelProvider;

    /// The model as its provider names it.
    fn provider_model(&self) -> &str;

    /// How many tokens a prompt may have.
    fn prompt_tokens(&self) -> u32;

    /// Asks. The stream ends after [`Reply::End`] or an error; dropping it closes the connection.
    fn reply(&self, prompt: &Prompt) -> BoxStream<'static, Result<Reply, ModelError>>;
}

/// What a model sends.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// A piece of the text.
    Text(String),
    /// What the server counted so far; each replaces the one before.
    Usage(TokenUsage),
    /// The reply is complete.
    End(Stop),
}

/// Why a reply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The model had finished.
    Done,
    /// The length limit was reached.
    Cut,
    /// The model declined.
    Declined,
}

/// Why there is no reply, or no end of it. A message holds the class of a server's error, never its words, and never the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ModelError {
    /// It wasn't asked: its server failed again and again, and is left alone for a while.
    #[error("its server failed several times in a row and is left alone for {seconds} s more")]
    Paused {
        /// How long it is left alone.
        seconds: u64,
    },
    /// No connection.
    #[error("the model's server can't be reached: {0}")]
    Connect(String),
    /// The server refused.
    #[error("the model's server answered {status} ({class})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The class of the error, as the server names it.
        class: String,
    },
    /// The connection broke, or the server broke off with an error in the middle of its reply.
    #[error("the model's server broke off: {0}")]
    BrokeOff(String),
    /// The stream ended without its end event.
    #[error("the model's reply ended before it was complete")]
    Truncated,
    /// The stream can't be read.
    #[error("the model's reply can't be read: {0}")]
    Unreadable(String),
    /// The reply is longer than any answer.
    #[error("the model's reply is too long")]
    TooLong,
    /// A time limit passed.
    #[error("the model took too long: {0}")]
    TimedOut(&'static str),
}

impl ModelError {
    /// Whether it tells that the server is in trouble, and not that it was asked for something it doesn't do.
    fn is_trouble(&self) -> bool {
        match self {
            Self::Refused { status, .. } => matches!(status, 408 | 429 | 500..),
            Self::Connect(_) | Self::BrokeOff(_) | Self::Truncated | Self::TimedOut(_) => true,
            Self::Paused { .. } | Self::Unreadable(_) | Self::TooLong => false,
        }
    }
}
