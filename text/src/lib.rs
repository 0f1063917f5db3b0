//! How scientific text is read and named. Pure functions: no I/O, no async, no state.
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

mod asking_word;
mod excerpt;
mod fold;
mod id_scan;
mod math_span;
mod old_archives;
mod phrase;
mod spelling;
mod stem;
mod stop_word;

pub mod archive_name;
pub mod citation;
pub mod date;
pub mod filter;
pub mod latex;
pub mod name;
pub mod number;
pub mod preprint_id;
pub mod rarity;
pub mod sentence;
pub mod source_id;
pub mod source_mention;
pub mod term;

pub use archive_name::{ArchiveName, ArchiveNameError};
pub use asking_word::is_asking_word;
pub use citation::{Citation, CitedId, citations, mentions};
pub use date::{Extent, WrittenDate};
pub use excerpt::excerpt;
pub use filter::{CategoryPattern, ConditionError, Conditions, WrittenConditions};
pub use latex::{Token, TokenKind, plain, tokens};
pub use math_span::{MathSpan, math_spans};
pub use name::name_words;
pub use number::{Form, Number, agree, numbers};
pub use old_archives::OLD_ARCHIVES;
pub use preprint_id::{PreprintId, PreprintIdError};
pub use rarity::{Background, idf};
pub use sentence::{Abbreviation, sentences};
pub use source_id::{SourceId, SourceIdError};
pub use source_mention::{SourceMention, source_mentions};
pub use term::{Phrase, Term, content_terms, distinct_terms, is_stop_word, phrases, stems, terms_and_numbers};

/// Names the scheme by which text becomes tokens and stems. An index written under another version holds other terms and must be rebuilt:
/// raise it with every change to what [`stems`] returns.
pub const TOKENISATION_VERSION: u32 = 2;
