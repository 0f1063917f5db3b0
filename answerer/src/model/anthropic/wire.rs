//! What the Messages API sends, as far as it is read. Fields that are not read are passed over, and so are events of unknown kinds, except those
//! that say `error`.

use serde::Deserialize;

use crate::model::lenient::or_default;

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
        #[serde(default, deserialize_with = "or_default")]
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
    #[serde(default, deserialize_with = "or_default")]
    pub(super) usage: Usage,
}

/// A reply that came whole.
#[derive(Deserialize)]
pub(super) struct Message {
    /// Must be there: an error that came with 200 has none.
    #[serde(deserialize_with = "or_default")]
    pub(super) content: Vec<Text>,
    #[serde(default)]
    pub(super) stop_reason: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) usage: Usage,
}

/// A content block, or a piece of one. Only text is asked for; other kinds have no `text`.
#[derive(Deserialize)]
pub(super) struct Text {
    #[serde(default, deserialize_with = "or_default")]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_absent() {
        for text in [
            r#"{"type": "message_start", "message": {"usage": null}}"#,
            r#"{"type": "message_start", "message": {"usage": {"input_tokens": null, "output_tokens": null}}}"#,
            r#"{"type": "content_block_delta", "delta": {"type": "text_delta", "text": null}}"#,
            r#"{"type": "message_delta", "delta": {"stop_reason": null}, "usage": null}"#,
            r#"{"type": "error", "error": null}"#,
        ] {
            let read = serde_json::from_str::<Event>(text);
            assert!(read.is_ok(), "{text}: {:?}", read.err());
        }
        for text in [r#"{"content": null, "stop_reason": null, "usage": null}"#, r#"{"content": [{"type": "text", "text": null}]}"#] {
            let read = serde_json::from_str::<Message>(text);
            assert!(read.is_ok(), "{text}: {:?}", read.err());
        }
    }
}
