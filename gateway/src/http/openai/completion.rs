//! An answer as the objects of OpenAI's API. Pure.

use antigravity_chassis::status;
use antigravity_proto::json::to_json;
use antigravity_proto::types::Answer;
use serde_json::{Value, json};
use tonic::Status;

/// What all objects of one reply have in common.
pub(super) struct Head {
    /// `chatcmpl-…`.
    pub(super) id: String,
    /// Seconds since 1970.
    pub(super) created: i64,
    /// The model by the name that the caller used.
    pub(super) model: String,
}

impl Head {
    /// The whole reply.
    pub(super) fn completion(&self, answer: &Answer) -> Result<Value, Status> {
        let message = json!({"role": "assistant", "content": answer.markdown, "refusal": null});
        let choice = json!({"index": 0, "message": message, "logprobs": null, "finish_reason": "stop"});
        Ok(self.object("chat.completion", json!([choice]), json!({"usage": usage(answer), "antigravity": extension(answer)?})))
    }

    /// The first piece of a streamed reply.
    pub(super) fn opening(&self) -> Value {
        self.chunk(json!({"role": "assistant", "content": ""}), Value::Null)
    }

    /// A piece of text.
    pub(super) fn text(&self, text: &str) -> Value {
        self.chunk(json!({"content": text}), Value::Null)
    }

    /// The last piece, which has no text, but the answer as a whole.
    pub(super) fn closing(&self, answer: &Answer) -> Result<Value, Status> {
        let choice = choice(json!({}), "stop".into());
        Ok(self.object(CHUNK, json!([choice]), json!({"antigravity": extension(answer)?})))
    }

    /// The tokens that were used, in a piece without choices, as `include_usage` has it.
    pub(super) fn usage(&self, answer: &Answer) -> Value {
        self.object(CHUNK, json!([]), json!({"usage": usage(answer)}))
    }

    fn chunk(&self, delta: Value, finish_reason: Value) -> Value {
        self.object(CHUNK, json!([choice(delta, finish_reason)]), json!({}))
    }

    /// What all objects have, and the entries of `further`.
    fn object(&self, kind: &str, choices: Value, further: Value) -> Value {
        let mut object = json!({"id": self.id, "object": kind, "created": self.created, "model": self.model, "choices": choices});
        if let (Value::Object(object), Value::Object(further)) = (&mut object, further) {
            object.extend(further);
        }
        object
    }
}

/// What a piece of a streamed reply is called.
const CHUNK: &str = "chat.completion.chunk";

fn choice(delta: Value, finish_reason: Value) -> Value {
    json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason})
}

fn extension(answer: &Answer) -> Result<Value, Status> {
    Ok(json!({"answer": to_json(answer).map_err(status::internal)?}))
}

/// What the model server counted; nothing for the extractive composer.
fn usage(answer: &Answer) -> Value {
    let used = answer.provenance.as_ref().and_then(|provenance| provenance.usage).unwrap_or_default();
    json!({
        "prompt_tokens": used.input_tokens, "completion_tokens": used.output_tokens,
        "total_tokens": u64::from(used.input_tokens) + u64::from(used.output_tokens),
        "prompt_tokens_details": {"cached_tokens": used.cached_input_tokens},
    })
}
