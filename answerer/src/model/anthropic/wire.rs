//! What the Messages API sends, as far as it is read. Fields that are not read are passed over, and so are events of unknown kinds, except those
//! that say `error`.

use serde::Deserialize;

/// The data of an event. Its `type` repeats the event's name.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Event {
    MessageStart {
        message: Started,
    },
    ContentBlockDelta {
        delta: Text,
    },
    MessageDelta {
        delta: Stopped,
        #[serde(default)]
        usage: Usage,
    },
    MessageStop,
    Error {
        #[serde(default)]
        error: serde_json::Value,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Started {
    #[serde(default)]
    pub(super) usage: Usage,
}

/// A reply that came whole.
#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) content: Vec<Text>,
    #[serde(default)]
    pub(super) stop_reason: Option<String>,
    #[serde(default)]
    pub(super) usage: Usage,
}

/// A content block, or a piece of one. Only text is asked for; other kinds have no `text`.
#[derive(Deserialize)]
pub(super) struct Text {
    #[serde(default)]
    pub(super) text: String,
}

#[derive(Deserialize)]
pub(super) struct Stopped {
    #[serde(default)]
    pub(super) stop_reason: Option<String>,
}

/// `input_tokens` leaves cached ones out.
#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Usage {
    pub(super) input_tokens: Option<u32>,
    pub(super) output_tokens: Option<u32>,
    pub(super) cache_read_input_tokens: Option<u32>,
    pub(super) cache_creation_input_tokens: Option<u32>,
}
