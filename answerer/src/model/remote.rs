//! A model behind HTTP: leave of the breaker → request, again where that helps → reply, as a stream or whole.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use antigravity_proto::types::ModelProvider;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Client, Response, Url};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::breaker::Breaker;
use super::dialect::{self, Asked, Dialect};
use super::retry::{self, Budget, Failure};
use super::stream::{self, Limits, REPLY_BYTES};
use super::{Model, ModelError, Reply, server_error};
use crate::error::AnswererError;
use crate::options::ModelOptions;
use crate::outbound;
use crate::produced::produced;
use crate::prompt::{Prompt, SYSTEM};

/// A model behind HTTP. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Remote {
    dialect: &'static dyn Dialect,
    client: Client,
    url: Url,
    headers: HeaderMap,
    options: Arc<ModelOptions>,
    server: Server,
}

/// What is known of a server, shared by all models that it serves.
#[derive(Clone, Default)]
pub(super) struct Server {
    breaker: Arc<Breaker>,
    retries: Arc<Budget>,
}

impl Remote {
    /// Prepares the client and reads the key. Nothing is sent.
    pub(super) fn new(name: &str, options: &ModelOptions, server: Server) -> Result<Self, AnswererError> {
        let dialect = dialect::of(options.provider);
        let url = outbound::endpoint(&format!("models.{name}.base_url"), options.base_url(), dialect.path())?;
        let mut headers = dialect.headers();
        if let Some(variable) = options.key_variable() {
            let (header, prefix) = dialect.key_header();
            headers.insert(header, outbound::key(&format!("models.{name}.api_key_env"), variable, prefix)?);
        }
        let client = outbound::client(|builder| builder.connect_timeout(Duration::from_secs(options.connect_seconds)))
            .map_err(|cause| AnswererError::Client { model: name.to_owned(), cause })?;
        Ok(Self { dialect, client, url, headers, options: Arc::new(options.clone()), server })
    }

    /// Asks, and passes on what comes.
    async fn ask(&self, user: &str, out: &mpsc::Sender<Result<Reply, ModelError>>) -> Result<(), ModelError> {
        let leave = self.server.breaker.admit(std::time::Instant::now())?;
        let until = Instant::now() + Duration::from_secs(self.options.total_seconds);
        let asked = async {
            let (response, limits) = self.open(user).await?;
            self.read(response, &limits, out).await
        };
        let asked = timeout_at(until, asked).await.unwrap_or(Err(ModelError::TimedOut("the time for a reply is over")));
        leave.settle(&asked, std::time::Instant::now());
        asked
    }

    /// Sends until an answer is coming, or until no more tries are left.
    async fn open(&self, user: &str) -> Result<(Response, Limits), ModelError> {
        self.server.retries.asked();
        let mut tried = 0;
        loop {
            tried += 1;
            let limits = self.limits();
            let (error, failure) = match timeout_at(limits.first_token, self.send(user)).await {
                Err(_) => return Err(ModelError::TimedOut("no answer came in time")),
                Ok(Ok(response)) if response.status().is_success() => return Ok((response, limits)),
                Ok(Ok(response)) => refusal(response, limits.first_token).await,
                // A connection that broke while the request was on its way may have been charged: only what never connected is sent again.
                Ok(Err(error)) if error.is_connect() => (ModelError::Connect(outbound::cause(error)), Some(Failure::Connect)),
                Ok(Err(error)) => (broke_off(error), None),
            };
            let Some(delay) = failure.and_then(|failure| self.server.retries.delay(failure, tried)) else { return Err(error) };
            tracing::warn!(model = %self.options.model, tried, delay_ms = delay.as_millis(), error = %error, "asking the model again");
            tokio::time::sleep(delay).await;
        }
    }

    /// Beginning now. A reply that comes whole has its first token with its last, and has all the time there is.
    fn limits(&self) -> Limits {
        let first_token = if self.options.stream { self.options.first_token_seconds } else { self.options.total_seconds };
        Limits { first_token: Instant::now() + Duration::from_secs(first_token), gap: Duration::from_secs(self.options.gap_seconds) }
    }

    async fn send(&self, user: &str) -> Result<Response, reqwest::Error> {
        let asked = Asked {
            model: &self.options.model,
            system: SYSTEM,
            user,
            max_tokens: self.options.max_tokens,
            temperature: self.options.temperature,
            stream: self.options.stream,
            host: self.url.host_str().unwrap_or(""),
        };
        self.client.post(self.url.clone()).headers(self.headers.clone()).json(&self.dialect.body(&asked)).send().await
    }

    async fn read(&self, response: Response, limits: &Limits, out: &mpsc::Sender<Result<Reply, ModelError>>) -> Result<(), ModelError> {
        // Some servers send a stream's reply whole all the same.
        if is_json(&response) {
            let body =
                timeout_at(limits.first_token, whole(response)).await.map_err(|_| ModelError::TimedOut("no answer came in time"))??;
            for reply in self.dialect.whole(&body)? {
                if out.send(Ok(reply)).await.is_err() {
                    break;
                }
            }
            return Ok(());
        }
        let pieces = response.bytes_stream().map(|piece| piece.map_err(broke_off));
        stream::read(self.dialect, pieces, limits, out).await
    }
}

impl Model for Remote {
    fn provider(&self) -> ModelProvider {
        self.dialect.provider()
    }

    fn provider_model(&self) -> &str {
        &self.options.model
    }

    fn prompt_tokens(&self) -> u32 {
        self.options.prompt_tokens
    }

    fn reply(&self, prompt: &Prompt) -> BoxStream<'static, Result<Reply, ModelError>> {
        let (model, user) = (self.clone(), prompt.user.clone());
        Box::pin(produced(move |out| async move {
            if let Err(error) = model.ask(&user, &out).await {
                let _ = out.send(Err(error)).await;
            }
        }))
    }
}

/// Without the key.
impl fmt::Debug for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Remote").field("url", &self.url.as_str()).field("model", &self.options.model).finish_non_exhaustive()
    }
}

/// What a server refused with, its body read until then at most.
async fn refusal(response: Response, until: Instant) -> (ModelError, Option<Failure>) {
    let status = response.status().as_u16();
    let wait = retry::asked(response.headers(), SystemTime::now());
    let class = timeout_at(until, server_error::class_of_response(response)).await;
    let class = class.unwrap_or_else(|_| server_error::unnamed());
    (ModelError::Refused { status, class }, Some(Failure::Status(status, wait)))
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    kind.trim_start().to_ascii_lowercase().starts_with("application/json")
}

/// The body of a reply that comes whole, as far as a reply may go.
async fn whole(mut response: Response) -> Result<String, ModelError> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(broke_off)? {
        if body.len() + piece.len() > REPLY_BYTES {
            return Err(ModelError::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    String::from_utf8(body).map_err(|_| ModelError::Unreadable("it is no UTF-8".to_owned()))
}

fn broke_off(error: reqwest::Error) -> ModelError {
    ModelError::BrokeOff(outbound::cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Provider;

    /// The key is the value of a variable that every test has.
    #[test]
    fn no_debug_output_shows_the_key() {
        for provider in [Provider::Anthropic, Provider::OpenAi] {
            let options = ModelOptions { provider, api_key_env: Some("CARGO_PKG_NAME".to_owned()), ..ModelOptions::default() };
            let model = Remote::new("m", &options, Server::default()).unwrap();
            let (header, _) = model.dialect.key_header();
            assert!(model.headers[&header].to_str().unwrap().ends_with("antigravity-answerer"));
            let request = model.client.post(model.url.clone()).headers(model.headers.clone()).build().unwrap();
            for shown in [format!("{model:?}"), format!("{:?}", model.headers), format!("{request:?}"), format!("{options:?}")] {
                assert!(!shown.contains("antigravity-answerer"), "{shown}");
            }
        }
    }
}
