//! A model server that acts by a script: one act for each request, in order, byte for byte. It serves the paths of both dialects.

use std::convert::Infallible;
use std::io;
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
    Refuse(u16, Option<&'static str>, String),
    /// A stream of events in pieces of so many bytes.
    Stream(String, usize),
    /// A body of JSON, at once.
    AtOnce(String),
    /// A stream that begins and is then broken off by the connection.
    Reset(String),
    /// A stream that begins and never ends; the sender is dropped when the client hangs up.
    Hang(String, oneshot::Sender<()>),
    /// Not even a status; the sender is dropped when the client hangs up.
    Silent(oneshot::Sender<()>),
    /// Sends to another place.
    Redirect(String),
}

/// A request as it came.
pub(crate) struct Seen {
    pub(crate) headers: HeaderMap,
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
        let router = Router::new().route("/v1/messages", post(answer)).route("/v1/chat/completions", post(answer)).with_state(script);
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base_url, seen, _server: server }
    }

    /// The requests since this was last asked.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

async fn answer(State(script): State<Arc<Script>>, headers: HeaderMap, body: Bytes) -> Response {
    script.seen.lock().unwrap().push(Seen { headers, body: serde_json::from_slice(&body).unwrap() });
    let act = script.acts.lock().unwrap().next();
    match act {
        None => (StatusCode::BAD_REQUEST, "the script is over").into_response(),
        Some(Act::Refuse(status, retry_after, body)) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert("retry-after", seconds.parse().unwrap());
            }
            response
        }
        Some(Act::Stream(text, size)) => {
            let pieces: Vec<Result<Bytes, Infallible>> =
                text.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            events(Body::from_stream(stream::iter(pieces)))
        }
        Some(Act::AtOnce(body)) => ([("content-type", "application/json; charset=utf-8")], body).into_response(),
        Some(Act::Reset(text)) => {
            let begin = stream::once(async move { Ok(Bytes::from(text)) });
            // What came before is sent while this waits.
            let reset = stream::once(async {
                tokio::task::yield_now().await;
                Err(io::Error::from(io::ErrorKind::ConnectionReset))
            });
            events(Body::from_stream(begin.chain(reset)))
        }
        Some(Act::Hang(text, hung_up)) => {
            let begin = stream::once(async move { Ok::<_, Infallible>(Bytes::from(text)) });
            let never = stream::once(async move {
                let _hung_up = hung_up;
                std::future::pending::<Result<Bytes, Infallible>>().await
            });
            events(Body::from_stream(begin.chain(never)))
        }
        Some(Act::Silent(hung_up)) => {
            let _hung_up = hung_up;
            std::future::pending().await
        }
        Some(Act::Redirect(to)) => (StatusCode::TEMPORARY_REDIRECT, [("location", to)]).into_response(),
    }
}

fn events(body: Body) -> Response {
    ([("content-type", "text/event-stream")], body).into_response()
}
