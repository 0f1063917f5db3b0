//! Anthropic's Messages API, streaming: `message_start`, `content_block_delta`…, `message_delta`, `message_stop`, with `ping` anywhere between
//! and `error` possible at any time under HTTP 200 (<https://docs.anthropic.com/en/api/messages-streaming>).

use std::fmt;
use std::time::Duration;

use antigravity_chassis::options::Wrong;
use antigravity_chassis::tls;
use antigravity_proto::types::{ModelProvider, TokenUsage};
use eventsource_stream::{EventStreamError, Eventsource as _};
use futures_util::StreamExt as _;
use futures_util::stream::{BoxStream, Stream};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::retry::{self, Failure};
use super::{Model, ModelError, Reply, Stop, server_error, wire};
use crate::error::AnswererError;
use crate::options::ModelOptions;
use crate::produced::produced;
use crate::prompt::{Prompt, SYSTEM};

/// The version of the API that the wire types follow.
const API_VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");

/// The whole stream. An answer of 2,000 tokens in events of one token each, 150 bytes around it, has 300 kB.
const REPLY_BYTES: usize = 8 << 20;

/// A model behind the Messages API. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Anthropic {
    client: Client,
    url: Url,
    options: ModelOptions,
    headers: HeaderMap,
}

impl Anthropic {
    /// Prepares the client and reads the key. Nothing is sent.
    pub(crate) fn new(name: &str, options: &ModelOptions) -> Result<Self, AnswererError> {
        let unreadable = |cause: <Url as std::str::FromStr>::Err| {
            AnswererError::Option(Wrong::new(&format!("models.{name}.base_url"), format!("no URL: {cause}")).accepting("a URL"))
        };
        let url: Url = format!("{}/v1/messages", options.base_url.trim_end_matches('/')).parse().map_err(unreadable)?;
        let mut headers = HeaderMap::from_iter([(HeaderName::from_static("anthropic-version"), API_VERSION)]);
        if !options.api_key_env.is_empty() {
            headers.insert("x-api-key", key(name, &options.api_key_env)?);
        }
        let client = client(options).map_err(|cause| AnswererError::Client { model: name.to_owned(), cause })?;
        Ok(Self { client, url, options: options.clone(), headers })
    }

    /// Sends until an answer is streaming, or until no more tries are left. Gives the time until which its first token may come.
    async fn open(&self, user: &str) -> Result<(Response, Instant), ModelError> {
        let mut tried = 0;
        loop {
            tried += 1;
            let first_token = Instant::now() + Duration::from_secs(self.options.first_token_seconds);
            let sent = timeout_at(first_token, self.send(user)).await.map_err(|_| ModelError::TimedOut("no answer came in time"))?;
            let (error, failure) = match sent {
                Ok(response) if response.status().is_success() => return Ok((response, first_token)),
                Ok(response) => {
                    timeout_at(first_token, refusal(response)).await.map_err(|_| ModelError::TimedOut("no answer came in time"))?
                }
                // A connection that broke while the request was on its way may have been charged: only what never connected is sent again.
                Err(error) if error.is_connect() => (ModelError::Connect(cause(error)), Some(Failure::Connect)),
                Err(error) => (ModelError::Connect(cause(error)), None),
            };
            match failure.and_then(|failure| retry::delay(failure, tried)) {
                Some(delay) => {
                    tracing::warn!(model = %self.options.model, tried, delay_ms = delay.as_millis(), error = %error, "asking the model again");
                    tokio::time::sleep(delay).await;
                }
                None => return Err(error),
            }
        }
    }

    async fn send(&self, user: &str) -> Result<Response, reqwest::Error> {
        let body = wire::Request {
            model: &self.options.model,
            max_tokens: self.options.max_tokens,
            stream: true,
            temperature: self.options.temperature,
            system: SYSTEM,
            messages: [wire::Message { role: "user", content: user }],
        };
        self.client.post(self.url.clone()).headers(self.headers.clone()).json(&body).send().await
    }

    /// Reads the stream to its end and passes on what it says.
    async fn read(
        &self,
        (response, first_token): (Response, Instant),
        out: &mpsc::Sender<Result<Reply, ModelError>>,
    ) -> Result<(), ModelError> {
        let mut events = bounded(response.bytes_stream()).eventsource();
        let mut progress = Progress::default();
        // Pings keep the connection, but they are no first token.
        loop {
            let gap = Instant::now() + Duration::from_secs(self.options.gap_seconds);
            let event = match timeout_at(if progress.began { gap } else { first_token }, events.next()).await {
                Err(_) => return Err(ModelError::TimedOut("its reply stood still")),
                Ok(None) => return Err(ModelError::Truncated),
                Ok(Some(Err(EventStreamError::Transport(error)))) => return Err(error),
                Ok(Some(Err(_))) => return Err(ModelError::Unreadable("it is no stream of events".to_owned())),
                Ok(Some(Ok(event))) => event,
            };
            for reply in progress.take(&event.event, &event.data)? {
                let ended = matches!(reply, Reply::End(_));
                // The receiver is gone only when the whole stream is.
                if out.send(Ok(reply)).await.is_err() || ended {
                    return Ok(());
                }
            }
        }
    }
}

impl Model for Anthropic {
    fn provider(&self) -> ModelProvider {
        ModelProvider::Anthropic
    }

    fn provider_model(&self) -> &str {
        &self.options.model
    }

    fn prompt_tokens(&self) -> u32 {
        self.options.prompt_tokens
    }

    fn reply(&self, prompt: &Prompt) -> BoxStream<'static, Result<Reply, ModelError>> {
        let (model, user) = (self.clone(), prompt.user.clone());
        let until = Instant::now() + Duration::from_secs(self.options.total_seconds);
        Box::pin(produced(move |out| async move {
            let asked = async { model.read(model.open(&user).await?, &out).await };
            let ended = timeout_at(until, asked).await.unwrap_or(Err(ModelError::TimedOut("the time for a reply is over")));
            if let Err(error) = ended {
                let _ = out.send(Err(error)).await;
            }
        }))
    }
}

/// Without the key.
impl fmt::Debug for Anthropic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Anthropic").field("url", &self.url.as_str()).field("model", &self.options.model).finish_non_exhaustive()
    }
}

/// What was seen of a stream.
#[derive(Default)]
struct Progress {
    began: bool,
    usage: TokenUsage,
    stop: Option<Stop>,
}

impl Progress {
    /// What an event says to us. Unknown ones say nothing, unless they are errors.
    fn take(&mut self, name: &str, data: &str) -> Result<Vec<Reply>, ModelError> {
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
            wire::Event::MessageStart { message } => vec![self.count(message.usage)],
            wire::Event::ContentBlockDelta { delta } if delta.text.is_empty() => Vec::new(),
            wire::Event::ContentBlockDelta { delta } => {
                self.began = true;
                vec![Reply::Text(delta.text)]
            }
            wire::Event::MessageDelta { delta, usage } => {
                self.stop = delta.stop_reason.as_deref().map(stop).or(self.stop);
                vec![self.count(usage)]
            }
            // A stream that stops without a reason was cut as well.
            wire::Event::MessageStop => vec![Reply::End(self.stop.unwrap_or(Stop::Cut))],
            wire::Event::Other => Vec::new(),
        })
    }

    /// Input comes with the start, output grows; cached tokens are not among `input_tokens` and are added.
    fn count(&mut self, usage: wire::Usage) -> Reply {
        if let Some(input) = usage.input_tokens {
            let cached = usage.cache_read_input_tokens.unwrap_or(0);
            self.usage.cached_input_tokens = cached;
            self.usage.input_tokens = input.saturating_add(cached).saturating_add(usage.cache_creation_input_tokens.unwrap_or(0));
        }
        self.usage.output_tokens = usage.output_tokens.unwrap_or(self.usage.output_tokens);
        Reply::Usage(self.usage)
    }
}

fn stop(reason: &str) -> Stop {
    match reason {
        "max_tokens" | "model_context_window_exceeded" => Stop::Cut,
        "refusal" => Stop::Declined,
        _ => Stop::Done,
    }
}

async fn refusal(response: Response) -> (ModelError, Option<Failure>) {
    let status = response.status().as_u16();
    let wait = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .and_then(|seconds| seconds.trim().parse().ok())
        .map(Duration::from_secs);
    let class = server_error::class_of_response(response).await;
    (ModelError::Refused { status, class }, Some(Failure::Status(status, wait)))
}

/// The stream of a reply as far as a reply may go; a server that never ends its line would fill the memory.
fn bounded<B: AsRef<[u8]>>(bytes: impl Stream<Item = Result<B, reqwest::Error>>) -> impl Stream<Item = Result<B, ModelError>> {
    let mut left = REPLY_BYTES;
    bytes.map(move |piece| {
        let piece = piece.map_err(|error| ModelError::BrokeOff(cause(error)))?;
        left = left.checked_sub(piece.as_ref().len()).ok_or(ModelError::TooLong)?;
        Ok(piece)
    })
}

/// What a client error says, with its causes and without the URL.
fn cause(error: reqwest::Error) -> String {
    antigravity_chassis::program::chain(&error.without_url())
}

/// The key that a variable holds. What can't be sent as a header is not repeated.
fn key(model: &str, variable: &str) -> Result<HeaderValue, Wrong> {
    let wrong = |what: &str| {
        Wrong::new(&format!("models.{model}.api_key_env"), format!("the variable {variable} {what}"))
            .accepting("the name of a variable that holds the model's key, or an empty one for a server that wants none")
    };
    let key = std::env::var(variable).ok().filter(|key| !key.trim().is_empty()).ok_or_else(|| wrong("is not set"))?;
    let mut value = HeaderValue::from_str(key.trim()).map_err(|_| wrong("holds characters that can't be sent, such as line breaks"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The one client. Redirects are not followed: they would carry the key to another host.
fn client(options: &ModelOptions) -> Result<Client, reqwest::Error> {
    tls::install_crypto_provider();
    Client::builder()
        .connect_timeout(Duration::from_secs(options.connect_seconds))
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("antigravity-answerer/", env!("CARGO_PKG_VERSION")))
        .build()
}
