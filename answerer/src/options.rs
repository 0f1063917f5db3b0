//! What an operator sets.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use antigravity_chassis::options::{Check, Wrong};
use reqwest::Url;
use serde::Deserialize;

use crate::model::EXTRACTIVE;

/// Options of the answerer. Without any, answers come from the extractive composer and nothing is sent anywhere.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The models that requests can choose by name, such as `[models.haiku]`. The name `extractive` is taken by the built-in composer.
    pub models: BTreeMap<String, ModelOptions>,
    /// The name of the model that a request without one gets. `None`: the extractive composer, so that a question goes to a provider only
    /// when somebody said so.
    pub default_model: Option<String>,
    /// A second judge of claims, after the check by words. `None`: that check alone, and nothing is sent anywhere.
    pub second_judge: Option<SecondJudgeOptions>,
}

impl Check for Options {
    fn check(&self) -> Result<(), Wrong> {
        if self.models.contains_key(EXTRACTIVE) {
            return Err(Wrong::new(&format!("models.{EXTRACTIVE}"), "the name belongs to the built-in composer").accepting("another name"));
        }
        self.models.iter().try_for_each(|(name, model)| model.check(name))?;
        self.second_judge.as_ref().map_or(Ok(()), SecondJudgeOptions::check)?;
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
    /// Required. The model as its provider names it.
    pub model: String,
    /// Where the server is; the dialect's path is appended, as its own clients do: `/v1/messages`, or `/chat/completions`. `None`: at the provider's
    /// own address.
    pub base_url: Option<String>,
    /// The environment variable that holds the key, so that keys stand in no file. Empty: no key is sent, for servers that want none. `None`: the
    /// provider's usual variable, but only for the provider's own address; another server isn't sent a key that wasn't meant for it.
    pub api_key_env: Option<String>,
    /// Whether the reply is read as it is written, and each sentence released once it is checked. Otherwise the reader waits for the whole of it.
    pub stream: bool,
    /// The longest reply, in tokens. An answer of 350 words with its citations and follow-ups takes about 900; one of 600 words about 1,500.
    pub max_tokens: u32,
    /// How much of the model's context the prompt may fill, in tokens, counted as characters / 3.5 (`docs` of providers: English text has
    /// three to four characters per token; no tokenizer of theirs is public). Eight abstracts take about 4,000.
    pub prompt_tokens: u32,
    /// Sampling temperature; not sent when `None`, since some models refuse the field.
    pub temperature: Option<f64>,
    /// Time limit for the connection.
    pub connect_seconds: u64,
    /// Time limit from the request to the first token, retries not included. Without `stream` the whole reply may take `total_seconds`.
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
            model: String::new(),
            base_url: None,
            api_key_env: None,
            stream: true,
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

/// No reply needs more; a larger number is a slip, and would be refused by the model's server in the middle of an answer.
const TOKENS: RangeInclusive<u32> = 1..=10_000_000;

/// A day. Far longer than anybody waits, and far below what a clock can't add.
const SECONDS: RangeInclusive<u64> = 1..=86_400;

/// What providers accept at most.
const TEMPERATURES: RangeInclusive<f64> = 0.0..=2.0;

impl ModelOptions {
    /// Where the server is.
    pub(crate) fn base_url(&self) -> &str {
        self.base_url.as_deref().unwrap_or(self.provider.base_url())
    }

    /// The variable that holds the key. `None`: no key is sent.
    pub(crate) fn key_variable(&self) -> Option<&str> {
        let usual = self.base_url.is_none().then_some(self.provider.key_variable());
        self.api_key_env.as_deref().or(usual).filter(|variable| !variable.is_empty())
    }

    /// The first setting that can't be used, as that of the model `name`.
    fn check(&self, name: &str) -> Result<(), Wrong> {
        let wrong = |setting: &str, wrong: String, accepted: String| {
            Err(Wrong::new(&format!("models.{name}.{setting}"), wrong).accepting(accepted))
        };
        if self.model.trim().is_empty() {
            return wrong("model", "it is empty".to_owned(), "the name that the provider gives the model".to_owned());
        }
        if let Err(what) = check_url(self.base_url()) {
            return wrong("base_url", what, format!("a URL such as {}", self.provider.base_url()));
        }
        for (setting, tokens) in [("max_tokens", self.max_tokens), ("prompt_tokens", self.prompt_tokens)] {
            if !TOKENS.contains(&tokens) {
                return wrong(setting, format!("it is {tokens}"), format!("{} to {} tokens", TOKENS.start(), TOKENS.end()));
            }
        }
        if let Some(temperature) = self.temperature.filter(|temperature| !TEMPERATURES.contains(temperature)) {
            let accepted = format!("{} to {}", TEMPERATURES.start(), TEMPERATURES.end());
            return wrong("temperature", format!("it is {temperature}"), accepted);
        }
        for (setting, seconds) in [
            ("connect_seconds", self.connect_seconds),
            ("first_token_seconds", self.first_token_seconds),
            ("gap_seconds", self.gap_seconds),
            ("total_seconds", self.total_seconds),
        ] {
            if !SECONDS.contains(&seconds) {
                return wrong(setting, format!("it is {seconds}"), format!("{} to {} seconds", SECONDS.start(), SECONDS.end()));
            }
        }
        Ok(())
    }
}

/// A server that tells what a text entails: `POST /predict` as text-embeddings-inference serves it for a classifier with the labels `entailment`, `neutral` and
/// `contradiction` (or `entailment` and `not_entailment`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecondJudgeOptions {
    /// Where the server is; `/predict` is appended.
    pub url: String,
    /// The environment variable that holds a bearer token. Empty: none is sent.
    pub api_key_env: String,
    /// Time limit for up to 32 claims. After it the check by words stands.
    pub seconds: u64,
    /// Whether it also judges answers while a model writes them, a call for each sentence before that is released. Otherwise `CheckGrounding` alone asks it.
    pub answers: bool,
}

impl Default for SecondJudgeOptions {
    fn default() -> Self {
        Self { url: String::new(), api_key_env: String::new(), seconds: 10, answers: false }
    }
}

impl SecondJudgeOptions {
    fn check(&self) -> Result<(), Wrong> {
        if let Err(what) = check_url(&self.url) {
            return Err(Wrong::new("second_judge.url", what).accepting("a URL such as http://judge:8080"));
        }
        if !SECONDS.contains(&self.seconds) {
            let accepted = format!("{} to {} seconds", SECONDS.start(), SECONDS.end());
            return Err(Wrong::new("second_judge.seconds", format!("it is {}", self.seconds)).accepting(accepted));
        }
        Ok(())
    }
}

/// The text isn't repeated where it may hold a password.
fn check_url(text: &str) -> Result<(), String> {
    if text.contains('@') {
        return Err("it may hold no user name or password: the key stands in the variable that api_key_env names".to_owned());
    }
    let is_usable =
        |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none() && url.fragment().is_none();
    if text.parse().is_ok_and(|url| is_usable(&url)) { Ok(()) } else { Err(format!("found `{text}`")) }
}

/// The dialects that are spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Anthropic's Messages API.
    Anthropic,
    /// OpenAI's chat completions API, which vLLM, llama.cpp, Ollama and others speak as well.
    OpenAi,
}

impl Provider {
    fn base_url(self) -> &'static str {
        match self {
            Self::Anthropic => "https://api.anthropic.com",
            Self::OpenAi => "https://api.openai.com/v1",
        }
    }

    fn key_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_settings_are_named() {
        let good = || ModelOptions { model: "claude-haiku-4-5".into(), ..ModelOptions::default() };
        assert_eq!(good().check("haiku"), Ok(()));
        for (options, setting, told) in [
            (ModelOptions { model: " ".into(), ..good() }, "model", "empty"),
            (ModelOptions { base_url: Some("nowhere".into()), ..good() }, "base_url", "nowhere"),
            (ModelOptions { base_url: Some("ftp://example.org".into()), ..good() }, "base_url", "ftp"),
            (ModelOptions { base_url: Some("https://example.org/?a=b".into()), ..good() }, "base_url", "?a=b"),
            (ModelOptions { base_url: Some("https://me:secret@example.org".into()), ..good() }, "base_url", "password"),
            (ModelOptions { base_url: Some("me:secret@".into()), ..good() }, "base_url", "api_key_env"),
            (ModelOptions { max_tokens: 0, ..good() }, "max_tokens", "it is 0"),
            (ModelOptions { prompt_tokens: u32::MAX, ..good() }, "prompt_tokens", "4294967295"),
            (ModelOptions { temperature: Some(f64::NAN), ..good() }, "temperature", "NaN"),
            (ModelOptions { temperature: Some(-1.0), ..good() }, "temperature", "-1"),
            (ModelOptions { connect_seconds: 0, ..good() }, "connect_seconds", "it is 0"),
            (ModelOptions { first_token_seconds: 0, ..good() }, "first_token_seconds", "it is 0"),
            (ModelOptions { gap_seconds: 86_401, ..good() }, "gap_seconds", "86401"),
            (ModelOptions { total_seconds: u64::MAX, ..good() }, "total_seconds", "18446744073709551615"),
        ] {
            let found = options.check("haiku").unwrap_err();
            assert_eq!(found.setting, format!("models.haiku.{setting}"));
            assert!(found.wrong.contains(told) && !found.wrong.contains("secret"), "{found:?}");
        }
    }

    #[test]
    fn a_key_goes_only_where_it_is_meant_to() {
        let local = Some("http://localhost:8000/v1".to_owned());
        let named = Some("LAB_KEY".to_owned());
        for (provider, base_url, api_key_env, server, key) in [
            (Provider::Anthropic, None, None, "https://api.anthropic.com", Some("ANTHROPIC_API_KEY")),
            (Provider::OpenAi, None, None, "https://api.openai.com/v1", Some("OPENAI_API_KEY")),
            (Provider::OpenAi, None, named.clone(), "https://api.openai.com/v1", Some("LAB_KEY")),
            (Provider::OpenAi, local.clone(), None, "http://localhost:8000/v1", None),
            (Provider::Anthropic, local.clone(), None, "http://localhost:8000/v1", None),
            (Provider::OpenAi, local.clone(), named, "http://localhost:8000/v1", Some("LAB_KEY")),
            (Provider::OpenAi, local, Some(String::new()), "http://localhost:8000/v1", None),
        ] {
            let options = ModelOptions { provider, base_url, api_key_env, ..ModelOptions::default() };
            assert_eq!((options.base_url(), options.key_variable()), (server, key), "{options:?}");
        }
    }
}
