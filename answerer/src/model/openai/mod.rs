//! OpenAI's chat completions (<https://platform.openai.com/docs/api-reference/chat>), as OpenAI, vLLM, llama.cpp, Ollama and most gateways serve them:
//! chunks of a delta each, one with the reason why the reply ended, one with the counts, and `[DONE]`. Errors can come at any time under HTTP 200.

mod wire;

use antigravity_proto::types::{ModelProvider, TokenUsage};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use serde_json::{Map, Value, json};

use super::dialect::{Asked, Dialect, Progress};
use super::{ModelError, Reply, Stop, server_error};

/// The chat completions API.
pub(super) struct ChatCompletions;

/// The last event of a stream.
const DONE: &str = "[DONE]";

/// OpenAI's newer models refuse `max_tokens`; other servers of the dialect don't all know the name that replaced it.
const OPENAI_HOST: &str = "api.openai.com";

impl Dialect for ChatCompletions {
    fn provider(&self) -> ModelProvider {
        ModelProvider::Openai
    }

    fn path(&self) -> &'static str {
        "/chat/completions"
    }

    fn headers(&self) -> HeaderMap {
        HeaderMap::new()
    }

    fn key_header(&self) -> (HeaderName, &'static str) {
        (AUTHORIZATION, "Bearer ")
    }

    /// The dialect has no mark for caching: servers keep the longest prefix that they have seen, which is why the system text comes first and whole.
    fn body(&self, asked: &Asked<'_>) -> Map<String, Value> {
        let limit = if asked.host == OPENAI_HOST { "max_completion_tokens" } else { "max_tokens" };
        let messages = json!([{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}]);
        let mut body = Map::from_iter([
            ("model".to_owned(), json!(asked.model)),
            (limit.to_owned(), json!(asked.max_tokens)),
            ("stream".to_owned(), json!(asked.stream)),
            ("messages".to_owned(), messages),
        ]);
        if asked.stream {
            // Without it a stream counts nothing.
            body.insert("stream_options".to_owned(), json!({"include_usage": true}));
        }
        if let Some(temperature) = asked.temperature {
            body.insert("temperature".to_owned(), json!(temperature));
        }
        body
    }

    fn event(&self, progress: &mut Progress, name: &str, data: &str) -> Result<Vec<Reply>, ModelError> {
        if data.trim() == DONE {
            // A stream that ends without a reason was cut.
            return Ok(vec![Reply::End(progress.stop.unwrap_or(Stop::Cut))]);
        }
        if name == "error" {
            return Err(ModelError::BrokeOff(server_error::class_of(data)));
        }
        let chunk = completion(data)?;
        let mut replies = Vec::new();
        if let Some(choice) = chunk.choices.into_iter().next() {
            let delta = choice.delta.unwrap_or_default();
            progress.began |= delta.writes();
            if delta.declines() {
                progress.stop = Some(Stop::Declined);
            }
            let text = delta.content.map(wire::Content::into_text).unwrap_or_default();
            if !text.is_empty() {
                replies.push(Reply::Text(text));
            }
            if let Some(reason) = choice.finish_reason.as_deref() {
                progress.stop = Some(stop(reason, progress.stop)?);
            }
        }
        if let Some(usage) = chunk.usage {
            replies.push(Reply::Usage(count(&usage)));
        }
        Ok(replies)
    }

    fn whole(&self, body: &str) -> Result<Vec<Reply>, ModelError> {
        let completion = completion(body)?;
        let choice = completion.choices.into_iter().next().ok_or_else(|| ModelError::Unreadable("it has no choice".to_owned()))?;
        let message = choice.message.unwrap_or_default();
        let declined = message.declines().then_some(Stop::Declined);
        let stop = choice.finish_reason.as_deref().map_or(Ok(declined.unwrap_or(Stop::Cut)), |reason| stop(reason, declined))?;
        let text = message.content.map(wire::Content::into_text).unwrap_or_default();
        let usage = completion.usage.map(|usage| Reply::Usage(count(&usage)));
        Ok([Reply::Text(text)].into_iter().chain(usage).chain([Reply::End(stop)]).collect())
    }
}

/// A chunk or a whole completion, or the error that came in its place.
fn completion(data: &str) -> Result<wire::Completion, ModelError> {
    let completion: wire::Completion = match serde_json::from_str(data) {
        Ok(completion) => completion,
        Err(_) if data.contains("\"error\"") => return Err(ModelError::BrokeOff(server_error::class_of(data))),
        Err(_) => return Err(ModelError::Unreadable("it holds no such JSON".to_owned())),
    };
    match completion {
        wire::Completion { error: Some(error), .. } => Err(ModelError::BrokeOff(server_error::class(&error))),
        // vLLM's errors were completions once.
        wire::Completion { object: Some(object), .. } if object == "error" => Err(ModelError::BrokeOff(server_error::class_of(data))),
        completion => Ok(completion),
    }
}

/// `before`: what the reply told of itself already.
fn stop(reason: &str, before: Option<Stop>) -> Result<Stop, ModelError> {
    match reason {
        "length" | "model_length" => Ok(Stop::Cut),
        "content_filter" => Ok(Stop::Declined),
        // Gateways say so when the server behind them failed.
        "error" => Err(ModelError::BrokeOff("finish_reason error".to_owned())),
        _ => Ok(before.unwrap_or(Stop::Done)),
    }
}

fn count(usage: &wire::Usage) -> TokenUsage {
    TokenUsage {
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
        cached_input_tokens: usage.prompt_tokens_details.unwrap_or_default().cached_tokens.unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_events_say() {
        let broke_off = |class: &str| Err(ModelError::BrokeOff(class.to_owned()));
        let text = |text: &str| Ok(vec![Reply::Text(text.to_owned())]);
        let none = || Ok(Vec::new());
        for (data, expected) in [
            (r#"{"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}"#, none()),
            (r#"{"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":null}]}"#, text("é")),
            (r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"a"}]}}]}"#, text("a")),
            (r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#, none()),
            (r#"{"choices":[],"prompt_filter_results":[]}"#, none()),
            (r#"{"choices":[{"delta":{"content":"a"}}],"error":null,"usage":null}"#, text("a")),
            (
                r#"{"choices":[],"usage":{"prompt_tokens":31,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":30}}}"#,
                Ok(vec![Reply::Usage(TokenUsage { input_tokens: 31, output_tokens: 7, cached_input_tokens: 30 })]),
            ),
            (
                r#"{"error":{"message":"SECRET","type":"server_error","code":"context_length_exceeded"}}"#,
                broke_off("context_length_exceeded"),
            ),
            (r#"{"error":"SECRET"}"#, broke_off("no class given")),
            (r#"{"object":"error","message":"SECRET","type":"BadRequestError","code":400}"#, broke_off("BadRequestError")),
            (r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#, broke_off("finish_reason error")),
            ("{", Err(ModelError::Unreadable("it holds no such JSON".to_owned()))),
            (" [DONE]", Ok(vec![Reply::End(Stop::Cut)])),
        ] {
            assert_eq!(ChatCompletions.event(&mut Progress::default(), "", data), expected, "{data}");
        }
    }

    #[test]
    fn why_a_reply_ended() {
        let ended = |chunks: &[&str]| {
            let mut progress = Progress::default();
            chunks.iter().fold(Vec::new(), |_, data| ChatCompletions.event(&mut progress, "", data).unwrap())
        };
        let finish = |reason: &str| format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}"#);
        for (reason, stop) in [("stop", Stop::Done), ("eos", Stop::Done), ("length", Stop::Cut), ("content_filter", Stop::Declined)] {
            assert_eq!(ended(&[&finish(reason), DONE]), [Reply::End(stop)], "{reason}");
        }
        let refusal = r#"{"choices":[{"delta":{"refusal":"I can't"}}]}"#;
        assert_eq!(ended(&[refusal, &finish("stop"), DONE]), [Reply::End(Stop::Declined)]);
    }

    #[test]
    fn only_openai_itself_is_asked_with_the_newer_name_of_the_limit() {
        for (host, limit) in [("api.openai.com", "max_completion_tokens"), ("localhost", "max_tokens")] {
            let asked = Asked { model: "m", system: "s", user: "u", max_tokens: 9, temperature: None, stream: false, host };
            let body = ChatCompletions.body(&asked);
            assert_eq!(body.get(limit), Some(&json!(9)), "{host}");
            assert!(!body.contains_key("stream_options") && !body.contains_key("temperature"), "{body:?}");
        }
    }
}
