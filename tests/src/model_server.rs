//! A server that speaks Anthropic's Messages API by a script: it streams a given text cut in awkward places, refuses, breaks off, or stalls
//! until its caller goes away, and keeps what it was asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The provider's name of the model that the scripts play.
pub const MODEL: &str = "claude-haiku-4-5";
/// What every script counts as the prompt's tokens, cached ones left out as the provider does.
pub const INPUT_TOKENS: u32 = 4_321;
/// Those that were cached.
pub const CACHED_TOKENS: u32 = 1_000;
/// The reply's tokens.
pub const OUTPUT_TOKENS: u32 = 765;
/// The line between an answer and its follow-ups, which the prompt asks for.
pub const FOLLOW_UP_MARKER: &str = "@@FOLLOW-UPS@@";

/// How many characters the pieces of the text have, in turn, and how many bytes arrive at once: events are cut anywhere, also within a
/// character.
const CHARACTERS: [usize; 7] = [1, 13, 2, 55, 5, 3, 21];
const BYTES: [usize; 6] = [7, 1, 64, 3, 190, 33];

/// What the server does with one request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Streams the text, then ends as told.
    Streams(String, End),
    /// Refuses with a status and the error type that goes with it.
    Refuses(u16, &'static str),
    /// Takes the request and says nothing, not even a status.
    Silent,
}

/// How a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Properly, with this stop reason.
    Stop(&'static str),
    /// With an error event, under HTTP 200.
    Error,
    /// In the middle, as when the server is killed.
    Cut,
    /// Not at all.
    Stalls,
}

/// The text of a reply: an answer, the marker, and questions to go on with.
pub fn reply(answer: &str, follow_ups: &[impl AsRef<str>]) -> String {
    let questions: String = follow_ups.iter().map(|question| format!("- {}\n", question.as_ref())).collect();
    format!("{answer}\n\n{FOLLOW_UP_MARKER}\n{questions}")
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Value,
}

/// The server, until it is dropped.
pub struct ModelServer {
    address: SocketAddr,
    script: Arc<Script>,
    _serving: JoinSet<()>,
}

struct Script {
    /// The replies to come; the last one is given again and again.
    replies: Mutex<VecDeque<Reply>>,
    received: Mutex<Vec<Received>>,
    arrived: Semaphore,
    left: Semaphore,
}

impl ModelServer {
    /// Serves on a free port of this machine. Requests get the replies in turn, and the last one once they are used up.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script = Arc::new(Script {
            replies: Mutex::new(replies.into_iter().collect()),
            received: Mutex::default(),
            arrived: Semaphore::new(0),
            left: Semaphore::new(0),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = axum::Router::new().route("/v1/messages", post(messages)).with_state(script.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, script, _serving: serving }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A configuration file that names the server as the model `scripted`, and makes it the default one. The key, if any, is in this variable.
    pub fn config(&self, folder: &Path, key_variable: &str) -> PathBuf {
        let file = folder.join("models.toml");
        let text = format!(
            "default_model = 'scripted'\n[models.scripted]\nprovider = 'anthropic'\nmodel = '{MODEL}'\nbase_url = 'http://{}'\napi_key_env = '{key_variable}'\n",
            self.address
        );
        std::fs::write(&file, text).unwrap();
        file
    }

    /// The requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.script.received.lock().unwrap().clone()
    }

    /// Waits until one more request has arrived.
    pub async fn has_arrived(&self) {
        self.script.arrived.acquire().await.unwrap().forget();
    }

    /// Waits until one more caller has gone away from a reply that would never have ended.
    pub async fn caller_has_left(&self) {
        self.script.left.acquire().await.unwrap().forget();
    }
}

async fn messages(State(script): State<Arc<Script>>, headers: HeaderMap, body: Bytes) -> Response {
    let body = serde_json::from_slice(&body).unwrap();
    script.received.lock().unwrap().push(Received { headers, body });
    script.arrived.add_permits(1);
    let reply = {
        let mut replies = script.replies.lock().unwrap();
        if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() }
    };
    match reply.expect("a script has at least one reply") {
        Reply::Streams(text, end) => ([(header::CONTENT_TYPE, "text/event-stream")], stream(&text, end, script)).into_response(),
        Reply::Refuses(status, kind) => {
            let error = json!({"type": "error", "error": {"type": kind, "message": "as the script has it"}});
            (StatusCode::from_u16(status).unwrap(), error.to_string()).into_response()
        }
        Reply::Silent => {
            let _left = Left(script);
            std::future::pending().await
        }
    }
}

/// Tells, when it is dropped, that the caller has gone away.
struct Left(Arc<Script>);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.left.add_permits(1);
    }
}

fn stream(text: &str, end: End, script: Arc<Script>) -> Body {
    let pieces = tokio_stream::iter(cut(events(text, end).into_bytes())).map(Ok::<_, Infallible>);
    if end == End::Stalls {
        let left = Left(script);
        let never = futures_util::stream::poll_fn(move |_| {
            let _held = &left;
            std::task::Poll::Pending
        });
        return Body::from_stream(pieces.chain(never));
    }
    Body::from_stream(pieces)
}

/// The events in the provider's order, with what it may put between them.
fn events(text: &str, end: End) -> String {
    let usage = json!({"input_tokens": INPUT_TOKENS, "cache_read_input_tokens": CACHED_TOKENS, "output_tokens": 1});
    let message =
        json!({"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": [], "stop_reason": null, "usage": usage});
    let mut out = event(json!({"type": "message_start", "message": message}));
    out.push_str(&event(json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})));
    out.push_str(": a comment\n\n");
    out.push_str(&event(json!({"type": "ping"})));
    let mut rest = text.chars().peekable();
    for size in CHARACTERS.into_iter().cycle() {
        if rest.peek().is_none() {
            break;
        }
        let piece: String = rest.by_ref().take(size).collect();
        out.push_str(&event(json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})));
    }
    match end {
        End::Stop(reason) => {
            out.push_str(&event(json!({"type": "content_block_stop", "index": 0})));
            let delta = json!({"stop_reason": reason, "stop_sequence": null});
            out.push_str(&event(json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": OUTPUT_TOKENS}})));
            out.push_str(&event(json!({"type": "message_stop"})));
        }
        End::Error => out.push_str(&event(json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}))),
        End::Cut | End::Stalls => {}
    }
    out
}

fn event(data: Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

fn cut(mut bytes: Vec<u8>) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    for size in BYTES.into_iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let rest = bytes.split_off(size.min(bytes.len()));
        pieces.push(Bytes::from(std::mem::replace(&mut bytes, rest)));
    }
    pieces
}
