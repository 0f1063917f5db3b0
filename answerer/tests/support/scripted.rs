//! A server that speaks the Messages API by a script: one answer for each request, in order, byte for byte.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// What the server does with a request.
pub(crate) enum Act {
    /// A status, with `retry-after` perhaps, and a body.
    Refuse(u16, Option<&'static str>, &'static str),
    /// A stream of events in pieces of so many bytes.
    Stream(String, usize),
    /// A stream that never ends; the sender is dropped when the client hangs up.
    Hang(String, oneshot::Sender<()>),
}

/// A request as it came.
pub(crate) struct Seen {
    pub(crate) key: String,
    pub(crate) body: serde_json::Value,
}

/// The server. It stops when it is dropped.
pub(crate) struct Scripted {
    pub(crate) base_url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    _server: JoinSet<()>,
}

struct Script {
    acts: Mutex<std::vec::IntoIter<Act>>,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Scripted {
    pub(crate) async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Script { acts: Mutex::new(acts.into_iter()), seen: Arc::clone(&seen) });
        let router = Router::new().route("/v1/messages", post(answer)).with_state(script);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base_url, seen, _server: server }
    }

    /// The requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn answer(State(script): State<Arc<Script>>, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get("x-api-key").map(|key| key.to_str().unwrap().to_owned()).unwrap_or_default();
    script.seen.lock().unwrap().push(Seen { key, body: serde_json::from_slice(&body).unwrap() });
    let act = script.acts.lock().unwrap().next();
    match act {
        None => (StatusCode::BAD_REQUEST, "the script is over").into_response(),
        Some(Act::Refuse(status, retry_after, body)) => {
            let headers = retry_after.map(|seconds| [("retry-after", seconds)]);
            (StatusCode::from_u16(status).unwrap(), headers.map_or_else(HeaderMap::new, |headers| headers_of(&headers)), body)
                .into_response()
        }
        Some(Act::Stream(text, size)) => {
            let pieces: Vec<Result<Bytes, Infallible>> =
                text.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            events(Body::from_stream(stream::iter(pieces)))
        }
        Some(Act::Hang(text, hung_up)) => {
            let begin = stream::once(async move { Ok::<_, Infallible>(Bytes::from(text)) });
            let never = stream::once(async move {
                let _hung_up = hung_up;
                std::future::pending::<Result<Bytes, Infallible>>().await
            });
            events(Body::from_stream(begin.chain(never)))
        }
    }
}

fn headers_of(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

fn events(body: Body) -> Response {
    ([("content-type", "text/event-stream")], body).into_response()
}

/// The events of a reply up to its last piece of text, in pieces of so many characters, with pings between.
pub(crate) fn begun(text: &str, size: usize) -> String {
    let mut script = event(
        r#"{"type":"message_start","message":{"id":"m","role":"assistant","usage":{"input_tokens":1,"cache_read_input_tokens":30,"output_tokens":1}}}"#,
    );
    script.push_str(&event(r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#));
    let characters: Vec<char> = text.chars().collect();
    for (at, piece) in characters.chunks(size).enumerate() {
        let text = piece.iter().collect::<String>();
        script.push_str(&event(
            &serde_json::json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}).to_string(),
        ));
        if at % 5 == 0 {
            script.push_str(": a comment\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n");
        }
    }
    script
}

/// The events of a whole reply that ends for this reason.
pub(crate) fn whole(text: &str, size: usize, stop_reason: &str) -> String {
    let mut script = begun(text, size);
    script.push_str(&event(r#"{"type":"content_block_stop","index":0}"#));
    script.push_str(&event(&format!(
        r#"{{"type":"message_delta","delta":{{"stop_reason":"{stop_reason}"}},"usage":{{"output_tokens":77}}}}"#
    )));
    script.push_str(&event(r#"{"type":"message_stop"}"#));
    script
}

/// One event, named as its data says.
pub(crate) fn event(data: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(data).unwrap();
    format!("event: {}\ndata: {data}\n\n", value["type"].as_str().unwrap())
}
