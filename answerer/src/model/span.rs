//! The span of a call to a model, by OpenTelemetry's conventions for generative AI, which still move. What was asked and answered stands in it only
//! where the operator has said so.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::trace::{Span, with_text};
use antigravity_proto::types::TokenUsage;
use serde_json::json;

use crate::prompt::{Prompt, SYSTEM};

/// The span, and the reply so far if it is to stand in it.
pub(super) struct ChatSpan {
    span: Span,
    reply: Option<String>,
}

impl ChatSpan {
    pub(super) fn begin(call: &CallContext, provider: &'static str, model: &str, prompt: &Prompt) -> Self {
        let mut span = call.asking(format!("chat {model}"));
        span.set("gen_ai.operation.name", "chat");
        span.set("gen_ai.provider.name", provider);
        span.set("gen_ai.request.model", model.to_owned());
        let text = with_text() && span.is_recorded();
        if text {
            span.set("gen_ai.system_instructions", json!([{ "type": "text", "content": SYSTEM }]).to_string());
            span.set("gen_ai.input.messages", message("user", &prompt.user));
        }
        Self { span, reply: text.then(String::new) }
    }

    /// The model wrote this.
    pub(super) fn said(&mut self, text: &str) {
        if let Some(reply) = &mut self.reply {
            reply.push_str(text);
        }
    }

    /// The call is over; `error` is empty when it succeeded.
    pub(super) fn end(&mut self, usage: Option<&TokenUsage>, error: &'static str) {
        if let Some(usage) = usage {
            self.span.set("gen_ai.usage.input_tokens", i64::from(usage.input_tokens));
            self.span.set("gen_ai.usage.output_tokens", i64::from(usage.output_tokens));
        }
        if let Some(reply) = self.reply.take() {
            self.span.set("gen_ai.output.messages", message("assistant", &reply));
        }
        if !error.is_empty() {
            self.span.fail(error);
        }
    }
}

/// One message, as the conventions write them.
fn message(role: &str, text: &str) -> String {
    json!([{ "role": role, "parts": [{ "type": "text", "content": text }] }]).to_string()
}
