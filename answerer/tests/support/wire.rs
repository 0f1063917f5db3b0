//! The dialects of model servers, as a scripted server speaks them.

use antigravity_answerer::Provider;
use serde_json::{Value, json};

/// A dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Anthropic,
    OpenAi,
}

/// Both.
pub(crate) const DIALECTS: [Dialect; 2] = [Dialect::Anthropic, Dialect::OpenAi];

/// Why a reply ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    Done,
    Cut,
    Declined,
}

/// What the scripts count: all of the prompt, the cached part of it, the reply.
pub(crate) const TOKENS: (u32, u32, u32) = (31, 30, 77);

impl Dialect {
    pub(crate) fn provider(self) -> Provider {
        match self {
            Self::Anthropic => Provider::Anthropic,
            Self::OpenAi => Provider::OpenAi,
        }
    }

    /// What comes behind the server's address as base URL.
    pub(crate) fn base(self) -> &'static str {
        match self {
            Self::Anthropic => "",
            Self::OpenAi => "/v1",
        }
    }

    /// The header of the key, and the key in it.
    pub(crate) fn key(self, key: &str) -> (&'static str, String) {
        match self {
            Self::Anthropic => ("x-api-key", key.to_owned()),
            Self::OpenAi => ("authorization", format!("Bearer {key}")),
        }
    }

    /// The fixed part of the prompt in a request.
    pub(crate) fn system(self, body: &Value) -> &str {
        match self {
            Self::Anthropic => body["system"][0]["text"].as_str().unwrap(),
            Self::OpenAi => body["messages"][0]["content"].as_str().unwrap(),
        }
    }

    /// The part of the prompt that differs, in a request.
    pub(crate) fn user(self, body: &Value) -> &str {
        match self {
            Self::Anthropic => body["messages"][0]["content"].as_str().unwrap(),
            Self::OpenAi => body["messages"][1]["content"].as_str().unwrap(),
        }
    }

    /// The events of a reply up to its last piece of text, in pieces of so many characters, with what servers put between them.
    pub(crate) fn begun(self, text: &str, size: usize) -> String {
        let characters: Vec<char> = text.chars().collect();
        let mut script = match self {
            Self::Anthropic => {
                let usage = json!({"input_tokens": 1, "cache_read_input_tokens": 30, "output_tokens": 1});
                self.event(&json!({"type": "message_start", "message": {"id": "m", "role": "assistant", "usage": usage}}))
                    + &self.event(&json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}))
            }
            Self::OpenAi => self.event(&json!({"choices": [{"index": 0, "delta": {"role": "assistant", "content": null}}]})),
        };
        for (at, piece) in characters.chunks(size).enumerate() {
            let text: String = piece.iter().collect();
            script.push_str(&self.event(&match self {
                Self::Anthropic => json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}),
                Self::OpenAi => json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}),
            }));
            if at % 5 == 0 {
                script.push_str(": a comment\n\n");
                script.push_str(if self == Self::Anthropic { "event: ping\ndata: {\"type\": \"ping\"}\n\n" } else { ": ping\n\n" });
            }
        }
        script
    }

    /// The events that tell why a reply ended, without the end of the stream.
    pub(crate) fn ending(self, ends: Ends) -> String {
        match self {
            Self::Anthropic => {
                self.event(&json!({"type": "content_block_stop", "index": 0}))
                    + &self.event(
                        &json!({"type": "message_delta", "delta": {"stop_reason": self.reason(ends)}, "usage": {"output_tokens": 77}}),
                    )
            }
            Self::OpenAi => {
                self.event(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": self.reason(ends)}]}))
                    + &self.event(&json!({"choices": [], "usage": counted()}))
            }
        }
    }

    /// The end of a stream.
    pub(crate) fn end(self) -> &'static str {
        match self {
            Self::Anthropic => "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            Self::OpenAi => "data: [DONE]\n\n",
        }
    }

    /// The events of a whole stream.
    pub(crate) fn whole(self, text: &str, size: usize, ends: Ends) -> String {
        self.begun(text, size) + &self.ending(ends) + self.end()
    }

    /// A reply that doesn't come as a stream.
    pub(crate) fn at_once(self, text: &str, ends: Ends) -> String {
        match self {
            Self::Anthropic => json!({
                "type": "message", "role": "assistant", "content": [{"type": "text", "text": text}], "stop_reason": self.reason(ends),
                "usage": {"input_tokens": 1, "cache_read_input_tokens": 30, "output_tokens": 77},
            }),
            Self::OpenAi => json!({
                "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": self.reason(ends)}],
                "usage": counted(),
            }),
        }
        .to_string()
    }

    /// The body of a refusal of this class, with words that nobody may repeat.
    pub(crate) fn refusal(self, class: &str) -> String {
        match self {
            Self::Anthropic => json!({"type": "error", "error": {"type": class, "message": "SECRET words \u{1b}[2J"}}),
            Self::OpenAi => json!({"error": {"type": "invalid_request_error", "code": class, "message": "SECRET words \u{1b}[2J"}}),
        }
        .to_string()
    }

    /// An error in the middle of a stream.
    pub(crate) fn error(self, class: &str) -> String {
        match self {
            Self::Anthropic => format!("event: error\ndata: {}\n\n", self.refusal(class)),
            Self::OpenAi => format!("data: {}\n\n", self.refusal(class)),
        }
    }

    fn reason(self, ends: Ends) -> &'static str {
        match (self, ends) {
            (Self::Anthropic, Ends::Done) => "end_turn",
            (Self::Anthropic, Ends::Cut) => "max_tokens",
            (Self::Anthropic, Ends::Declined) => "refusal",
            (Self::OpenAi, Ends::Done) => "stop",
            (Self::OpenAi, Ends::Cut) => "length",
            (Self::OpenAi, Ends::Declined) => "content_filter",
        }
    }

    fn event(self, data: &Value) -> String {
        match self {
            Self::Anthropic => format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap()),
            Self::OpenAi => format!("data: {data}\n\n"),
        }
    }
}

fn counted() -> Value {
    json!({"prompt_tokens": 31, "completion_tokens": 77, "total_tokens": 108, "prompt_tokens_details": {"cached_tokens": 30}})
}
