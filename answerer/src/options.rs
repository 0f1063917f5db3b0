//! What an operator sets.

use std::collections::BTreeMap;

use antigravity_chassis::options::{Check, Wrong};
use serde::Deserialize;

use crate::service::EXTRACTIVE;

/// Options of the answerer. Without any, answers come from the extractive composer and nothing is sent anywhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The models that requests can choose by name, such as `[models.haiku]`. The name `extractive` is taken by the built-in composer.
    pub models: BTreeMap<String, ModelOptions>,
    /// The name of the model that a request without one gets. `None`: the extractive composer, so that a question goes to a provider only
    /// when somebody said so.
    pub default_model: Option<String>,
}

impl Check for Options {
    fn check(&self) -> Result<(), Wrong> {
        if self.models.contains_key(EXTRACTIVE) {
            return Err(Wrong::new(&format!("models.{EXTRACTIVE}"), "the name belongs to the built-in composer").accepting("another name"));
        }
        match self.default_model.as_deref() {
            Some(name) if name != EXTRACTIVE && !self.models.contains_key(name) => {
                Err(Wrong::new("default_model", format!("there is no model `{name}`")))
            }
            _ => Ok(()),
        }
    }
}

/// One model behind an API.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelOptions {
    /// The dialect of the model's server.
    pub provider: Provider,
    /// The model as its provider names it.
    pub model: String,
    /// Where the server is; `/v1/messages` is appended.
    pub base_url: String,
    /// The environment variable that holds the key, so that keys stand in no file. Empty: no key is sent, for servers that want none.
    pub api_key_env: String,
    /// The longest reply, in tokens. An answer of 350 words with its citations and follow-ups takes about 900; one of 600 words about 1,500.
    pub max_tokens: u32,
    /// How much of the model's context the prompt may fill, in tokens, counted as characters / 3.5 (`docs` of providers: English text has
    /// three to four characters per token; no tokenizer of theirs is public). Eight abstracts take about 4,000.
    pub prompt_tokens: u32,
    /// Sampling temperature; not sent when `None`, since some models refuse the field.
    pub temperature: Option<f64>,
    /// Time limit for the connection.
    pub connect_seconds: u64,
    /// Time limit from the request to the first token, retries not included.
    pub first_token_seconds: u64,
    /// Time limit between two events of the stream. Providers send pings every few seconds.
    pub gap_seconds: u64,
    /// Time limit for the whole reply, retries included.
    pub total_seconds: u64,
}

impl Default for ModelOptions {
    fn default() -> Self {
        Self {
            provider: Provider::Anthropic,
            model: "claude-haiku-4-5".to_owned(),
            base_url: "https://api.anthropic.com".to_owned(),
            api_key_env: "ANTHROPIC_API_KEY".to_owned(),
            max_tokens: 2_048,
            prompt_tokens: 24_000,
            temperature: None,
            connect_seconds: 5,
            first_token_seconds: 30,
            gap_seconds: 20,
            total_seconds: 120,
        }
    }
}

/// The dialects that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Anthropic's Messages API.
    Anthropic,
}
