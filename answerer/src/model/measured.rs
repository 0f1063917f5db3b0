//! What is counted of a model's replies. Names, labels and buckets are those of OpenTelemetry's conventions for generative AI, which still move:
//! they stand here alone.

use std::time::Instant;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::metrics::{Histograms, SECONDS};
use antigravity_proto::types::{ModelProvider, TokenUsage};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;

use super::span::ChatSpan;
use super::{Model, ModelError, Reply};
use crate::prompt::Prompt;

/// 1, and by fours to 4^13 tokens.
const TOKENS: &[f64] =
    &[1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0, 67_108_864.0];

static CALLS: Histograms<4> = Histograms::new(
    "gen_ai_client_operation_duration_seconds",
    "Calls to models; error_type is empty when they succeeded.",
    ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "error_type"],
    SECONDS,
);
static FIRST_CHUNK: Histograms<2> = Histograms::new(
    "gen_ai_client_operation_time_to_first_chunk_seconds",
    "Time until a model's first piece of text.",
    ["gen_ai_provider_name", "gen_ai_request_model"],
    SECONDS,
);
static USAGE: Histograms<2> =
    Histograms::new("gen_ai_client_token_usage", "Tokens of a call to a model.", ["gen_ai_token_type", "gen_ai_request_model"], TOKENS);

/// A model's reply to a prompt, counted, with its span within the call that it is made for.
pub(crate) fn reply(model: &dyn Model, prompt: &Prompt, within: &CallContext) -> BoxStream<'static, Result<Reply, ModelError>> {
    let (provider, name) = (provider_name(model.provider()), model.provider_model());
    let mut call = Call {
        span: ChatSpan::begin(within, provider, name, prompt),
        provider,
        model: name.to_owned(),
        began: Instant::now(),
        first_chunk: false,
        usage: None,
        error: "cancelled",
    };
    model.reply(prompt).inspect(move |said| call.saw(said)).boxed()
}

/// A call under way. Counted when it is dropped; one that was left before its end counts as cancelled.
struct Call {
    provider: &'static str,
    model: String,
    began: Instant,
    first_chunk: bool,
    usage: Option<TokenUsage>,
    error: &'static str,
    span: ChatSpan,
}

impl Call {
    fn saw(&mut self, said: &Result<Reply, ModelError>) {
        match said {
            Ok(Reply::Text(text)) => {
                if !self.first_chunk {
                    self.first_chunk = true;
                    FIRST_CHUNK.observe([self.provider, &self.model], self.began.elapsed().as_secs_f64());
                }
                self.span.said(text);
            }
            Ok(Reply::Usage(usage)) => self.usage = Some(*usage),
            Ok(Reply::End(_)) => self.error = "",
            Err(error) => self.error = error_type(error),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        CALLS.observe(["chat", self.provider, &self.model, self.error], self.began.elapsed().as_secs_f64());
        if let Some(usage) = self.usage {
            USAGE.observe(["input", &self.model], f64::from(usage.input_tokens));
            USAGE.observe(["output", &self.model], f64::from(usage.output_tokens));
        }
        self.span.end(self.usage.as_ref(), self.error);
    }
}

fn provider_name(provider: ModelProvider) -> &'static str {
    match provider {
        ModelProvider::Anthropic => "anthropic",
        ModelProvider::Extractive => "extractive",
        _ => "openai",
    }
}

/// The class of a failure. The server's own class stays out: it could be any text.
fn error_type(error: &ModelError) -> &'static str {
    match error {
        ModelError::Paused { .. } => "paused",
        ModelError::Connect(_) => "connection",
        ModelError::Refused { status: 401 | 403, .. } => "unauthorized",
        ModelError::Refused { status: 429 | 529, .. } => "overloaded",
        ModelError::Refused { status: 500.., .. } => "server_error",
        ModelError::Refused { .. } => "refused",
        ModelError::BrokeOff(_) => "broke_off",
        ModelError::Truncated => "truncated",
        ModelError::Unreadable(_) => "unreadable",
        ModelError::TooLong => "too_long",
        ModelError::TimedOut(_) => "timeout",
    }
}
