//! A second judge behind HTTP: a server of a classifier of entailment that speaks `POST /predict` as Hugging Face's text-embeddings-inference does
//! (<https://huggingface.github.io/text-embeddings-inference/>, "Predict"): pairs of texts in, a score for each label out.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, Url};
use serde::{Deserialize, Serialize};

use super::second_judge::{Entailment, JudgeError, Pair, SecondJudge};
use crate::error::AnswererError;
use crate::options::SecondJudgeOptions;
use crate::outbound;

/// The server takes 32 texts at once unless it was told otherwise.
const PAIRS: usize = 32;

/// The server of an entailment classifier.
pub(crate) struct Predict {
    client: Client,
    url: Url,
    headers: HeaderMap,
}

#[derive(Serialize)]
struct Asked<'a> {
    inputs: Vec<[&'a str; 2]>,
    /// Longer texts than the classifier reads are cut, not refused.
    truncate: bool,
}

#[derive(Deserialize)]
struct Label {
    label: String,
    score: f64,
}

impl Predict {
    /// Prepares the client and reads the key. Nothing is sent.
    pub(crate) fn new(options: &SecondJudgeOptions) -> Result<Self, AnswererError> {
        let url = outbound::endpoint("second_judge.url", &options.url, "/predict")?;
        let mut headers = HeaderMap::new();
        if !options.api_key_env.is_empty() {
            headers.insert(AUTHORIZATION, outbound::key("second_judge.api_key_env", &options.api_key_env, "Bearer ")?);
        }
        let client = outbound::client(|builder| builder.timeout(Duration::from_secs(options.seconds)))
            .map_err(|cause| AnswererError::Client { model: "second_judge".to_owned(), cause })?;
        Ok(Self { client, url, headers })
    }

    async fn ask(&self, pairs: &[Pair]) -> Result<Vec<Entailment>, JudgeError> {
        let asked = Asked { inputs: pairs.iter().map(|pair| [pair.premise.as_str(), pair.claim.as_str()]).collect(), truncate: true };
        let unreachable = |error: reqwest::Error| JudgeError::Unreachable(outbound::cause(error));
        let reply = self.client.post(self.url.clone()).headers(self.headers.clone()).json(&asked).send().await.map_err(unreachable)?;
        if !reply.status().is_success() {
            return Err(JudgeError::Refused(reply.status().as_u16()));
        }
        let labels: Vec<Vec<Label>> = reply.json().await.map_err(|error| JudgeError::Unreadable(outbound::cause(error)))?;
        labels.iter().map(|labels| entailment(labels)).collect()
    }
}

#[tonic::async_trait]
impl SecondJudge for Predict {
    async fn judge(&self, pairs: &[Pair]) -> Result<Vec<Entailment>, JudgeError> {
        let mut found = Vec::with_capacity(pairs.len());
        for part in pairs.chunks(PAIRS) {
            found.extend(self.ask(part).await?);
        }
        Ok(found)
    }
}

/// The label with the highest score. Which label means what is told by its name alone: numbers (`LABEL_0`) differ from model to model.
fn entailment(labels: &[Label]) -> Result<Entailment, JudgeError> {
    let best = labels.iter().max_by(|a, b| a.score.total_cmp(&b.score));
    let name = best.map(|label| label.label.to_lowercase()).unwrap_or_default();
    match name.as_str() {
        "entailment" => Ok(Entailment::Entailed),
        "neutral" | "not_entailment" => Ok(Entailment::Neutral),
        "contradiction" => Ok(Entailment::Contradicted),
        _ => Err(JudgeError::Unreadable(format!("`{name}` is none of entailment, neutral, not_entailment and contradiction"))),
    }
}
