//! The answerer: judges how far a search reaches into a question, writes the answer from what was found, checks every sentence of it before
//! it leaves, and proposes questions to go on with.
//!
//! It holds no state, embeds nothing, and knows neither Qdrant nor HTTP serving: it works on words, numbers, ids, and the cosines that came
//! with the sources. The way of one answer is the one line of `compose`: assess coverage → draft → verify → release → follow-ups.
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

mod check;
mod compose;
mod concept;
mod coverage;
mod draft;
mod error;
mod extractive;
mod follow_up;
mod markdown;
mod marks;
mod measured;
mod model;
mod options;
mod outbound;
mod produced;
mod prompt;
mod rhetoric;
mod service;
mod sources;
mod verify;
mod words;

pub use check::{Grounding, check, ground};
pub use error::AnswererError;
pub use extractive::COMPOSER_VERSION;
pub use marks::{ANSWERED_BY_ARCHIVE, NO_SUCH_SOURCE, UNSUPPORTED_MARK};
pub use options::{ModelOptions, Options, Provider, SecondJudgeOptions};
pub use prompt::PROMPT_VERSION;
pub use service::{Answerer, SERVICE_NAME};
