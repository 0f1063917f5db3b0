//! What the chat completions API sends, as far as it is read. A chunk of a stream has a `delta` where a whole completion has a `message`.

use serde::Deserialize;
use serde_json::Value;

use crate::model::lenient::or_default;

#[derive(Deserialize)]
pub(super) struct Completion {
    #[serde(default)]
    pub(super) object: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) usage: Option<Usage>,
    #[serde(default)]
    pub(super) error: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    pub(super) delta: Option<Message>,
    #[serde(default)]
    pub(super) message: Option<Message>,
    #[serde(default)]
    pub(super) finish_reason: Option<String>,
}

/// A message, or a piece of one.
#[derive(Default, Deserialize)]
pub(super) struct Message {
    #[serde(default)]
    pub(super) content: Option<Content>,
    #[serde(default)]
    refusal: Option<String>,
    /// Where servers of reasoning models put what isn't the answer.
    #[serde(default)]
    reasoning_content: Option<String>,
    #[serde(default)]
    reasoning: Option<String>,
}

impl Message {
    /// Whether the model says that it won't.
    pub(super) fn declines(&self) -> bool {
        self.refusal.as_deref().is_some_and(|refusal| !refusal.is_empty())
    }

    /// Whether it brings anything of the model's, be it only a thought.
    pub(super) fn writes(&self) -> bool {
        let texts = [&self.reasoning_content, &self.reasoning, &self.refusal];
        self.content.as_ref().is_some_and(|content| !content.is_empty()) || texts.into_iter().flatten().any(|text| !text.is_empty())
    }
}

/// Text, or a list of parts of which some are.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default, deserialize_with = "or_default")]
    text: String,
}

impl Content {
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Parts(parts) => parts.into_iter().map(|part| part.text).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Parts(parts) => parts.is_empty(),
        }
    }
}

/// `prompt_tokens` holds cached ones.
#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Usage {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) prompt_tokens: u32,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) completion_tokens: u32,
    #[serde(default)]
    pub(super) prompt_tokens_details: Option<Details>,
}

#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Details {
    #[serde(default)]
    pub(super) cached_tokens: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_absent() {
        for text in [
            r#"{"object": null, "choices": null, "usage": null, "error": null}"#,
            r#"{"choices": [{"delta": null, "message": null, "finish_reason": null}]}"#,
            r#"{"choices": [{"delta": {"content": null, "refusal": null, "reasoning_content": null, "reasoning": null}}]}"#,
            r#"{"choices": [{"delta": {"content": [{"type": "text", "text": null}]}}]}"#,
            r#"{"usage": {"prompt_tokens": null, "completion_tokens": null, "prompt_tokens_details": {"cached_tokens": null}}}"#,
            r#"{"usage": {"prompt_tokens_details": null}}"#,
        ] {
            let read = serde_json::from_str::<Completion>(text);
            assert!(read.is_ok(), "{text}: {:?}", read.err());
        }
    }
}
