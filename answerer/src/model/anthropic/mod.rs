//! Anthropic's Messages API (<https://docs.anthropic.com/en/api/messages-streaming>): `message_start`, `content_block_delta`…, `message_delta`,
//! `message_stop`, with `ping` anywhere between and `error` possible at any time under HTTP 200.

mod wire;

use antigravity_proto::types::ModelProvider;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::dialect::{Asked, Dialect, Progress};
use super::{ModelError, Reply, Stop, server_error};

/// The Messages API.
pub(super) struct Messages;

/// The version of the API that the wire types follow.
const API_VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");

impl Dialect for Messages {
    fn provider(&self) -> ModelProvider {
        ModelProvider::Anthropic
    }

    fn path(&self) -> &'static str {
        "/v1/messages"
    }

    fn headers(&self) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static("anthropic-version"), API_VERSION)])
    }

    fn key_header(&self) -> (HeaderName, &'static str) {
        (HeaderName::from_static("x-api-key"), "")
    }

    /// The system text is marked as the end of what may be cached: it is the same for every question, and what follows it never is. A model that
    /// caches only longer prefixes passes over the mark.
    fn body(&self, asked: &Asked<'_>) -> Map<String, Value> {
        let system = json!([{"type": "text", "text": asked.system, "cache_control": {"type": "ephemeral"}}]);
        let mut body = Map::from_iter([
            ("model".to_owned(), json!(asked.model)),
            ("max_tokens".to_owned(), json!(asked.max_tokens)),
            ("stream".to_owned(), json!(asked.stream)),
            ("system".to_owned(), system),
            ("messages".to_owned(), json!([{"role": "user", "content": asked.user}])),
        ]);
        if let Some(temperature) = asked.temperature {
            body.insert("temperature".to_owned(), json!(temperature));
        }
        body
    }

    fn event(&self, progress: &mut Progress, name: &str, data: &str) -> Result<Vec<Reply>, ModelError> {
        let event = match serde_json::from_str(data) {
            Ok(event) => event,
            Err(_) if name == "error" => return Err(ModelError::BrokeOff(server_error::class_of(data))),
            Err(_) if matches!(name, "message_start" | "content_block_delta" | "message_delta") => {
                return Err(ModelError::Unreadable(format!("`{name}` holds no such JSON")));
            }
            // OpenAI-like servers send `data: {"error": …}` without a type.
            Err(_) if data.contains("\"error\"") => return Err(ModelError::BrokeOff(server_error::class_of(data))),
            Err(_) => return Ok(Vec::new()),
        };
        Ok(match event {
            wire::Event::Error { error } => return Err(ModelError::BrokeOff(server_error::class(&error))),
            wire::Event::MessageStart { message } => vec![count(progress, message.usage)],
            wire::Event::ContentBlockDelta { delta } => {
                progress.began = true;
                if delta.text.is_empty() { Vec::new() } else { vec![Reply::Text(delta.text)] }
            }
            wire::Event::MessageDelta { delta, usage } => {
                progress.stop = delta.stop_reason.as_deref().map(stop).or(progress.stop);
                vec![count(progress, usage)]
            }
            // A stream that stops without a reason was cut as well.
            wire::Event::MessageStop => vec![Reply::End(progress.stop.unwrap_or(Stop::Cut))],
            wire::Event::Other => Vec::new(),
        })
    }

    fn whole(&self, body: &str) -> Result<Vec<Reply>, ModelError> {
        let message: wire::Message = match serde_json::from_str(body) {
            Ok(message) => message,
            Err(_) if body.contains("\"error\"") => return Err(ModelError::BrokeOff(server_error::class_of(body))),
            Err(_) => return Err(ModelError::Unreadable("it is no message".to_owned())),
        };
        let text: String = message.content.into_iter().map(|block| block.text).collect();
        let usage = count(&mut Progress::default(), message.usage);
        Ok(vec![Reply::Text(text), usage, Reply::End(message.stop_reason.as_deref().map_or(Stop::Cut, stop))])
    }
}

/// Input comes with the start, output grows; cached tokens are not among `input_tokens` and are added.
fn count(progress: &mut Progress, counted: wire::Usage) -> Reply {
    let usage = &mut progress.usage;
    if let Some(input) = counted.input_tokens {
        let cached = counted.cache_read_input_tokens.unwrap_or(0);
        usage.cached_input_tokens = cached;
        usage.input_tokens = input.saturating_add(cached).saturating_add(counted.cache_creation_input_tokens.unwrap_or(0));
    }
    usage.output_tokens = counted.output_tokens.unwrap_or(usage.output_tokens);
    Reply::Usage(*usage)
}

fn stop(reason: &str) -> Stop {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => Stop::Cut,
        "refusal" => Stop::Declined,
        _ => Stop::Done,
    }
}
