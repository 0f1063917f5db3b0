//! What differs between the families of model servers.

use antigravity_proto::types::{ModelProvider, TokenUsage};
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use super::{ModelError, Reply, Stop};
use crate::options::Provider;

/// How a family of servers wants to be asked, and how it answers.
pub(super) trait Dialect: Send + Sync {
    /// Whose it is.
    fn provider(&self) -> ModelProvider;

    /// What comes behind the base URL. Each family's own clients append the same.
    fn path(&self) -> &'static str;

    /// Headers of every request, the key's excepted.
    fn headers(&self) -> HeaderMap;

    /// The header of the key, and what stands before it.
    fn key_header(&self) -> (HeaderName, &'static str);

    /// The body of a request.
    fn body(&self, asked: &Asked<'_>) -> Map<String, Value>;

    /// What an event of a stream says. Unknown ones say nothing, unless they are errors.
    fn event(&self, progress: &mut Progress, name: &str, data: &str) -> Result<Vec<Reply>, ModelError>;

    /// What a reply says that came whole.
    fn whole(&self, body: &str) -> Result<Vec<Reply>, ModelError>;
}

/// What a model is asked.
pub(super) struct Asked<'a> {
    pub(super) model: &'a str,
    /// The part of the prompt that is the same for every question.
    pub(super) system: &'a str,
    pub(super) user: &'a str,
    pub(super) max_tokens: u32,
    pub(super) temperature: Option<f64>,
    pub(super) stream: bool,
    /// The server's host.
    pub(super) host: &'a str,
}

/// What was seen of a stream so far.
#[derive(Default)]
pub(super) struct Progress {
    /// The model has begun to write, or to think.
    pub(super) began: bool,
    pub(super) usage: TokenUsage,
    /// Why the reply ends, once that was told. Counts may still follow.
    pub(super) stop: Option<Stop>,
}

/// The dialect that a configuration names.
pub(super) fn of(provider: Provider) -> &'static dyn Dialect {
    match provider {
        Provider::Anthropic => &super::anthropic::Messages,
        Provider::OpenAi => &super::openai::ChatCompletions,
    }
}
