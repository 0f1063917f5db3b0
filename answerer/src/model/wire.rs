//! The Messages API on the wire, as far as it is used. Fields that are not read are passed over, and so are events of unknown kinds, except
//! those that say `error`.

use serde::{Deserialize, Serialize};

/// The body of a request.
#[derive(Serialize)]
pub(super) struct Request<'a> {
    pub(super) model: &'a str,
    pub(super) max_tokens: u32,
    pub(super) stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) temperature: Option<f64>,
    pub(super) system: &'a str,
    pub(super) messages: [Message<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct Message<'a> {
    pub(super) role: &'static str,
    pub(super) content: &'a str,
}

/// The data of an event. Its `type` repeats the event's name.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Event {
    MessageStart {
        message: Started,
    },
    ContentBlockDelta {
        delta: Delta,
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

/// A piece of a content block. Only text is asked for; other kinds have no `text`.
#[derive(Deserialize)]
pub(super) struct Delta {
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
