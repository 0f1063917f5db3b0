//! `POST /v1/ask:stream`: the events of an answer in the making, as server-sent events.
//!
//! Each event carries an `AskStreamResponse` in JSON, and the name of what happened: `sources`, `coverage`, `block`, `restarted`, `answer`. A
//! failure after the first event is the last one, `error`, with a `google.rpc.Status`; before it, it is an HTTP error like any other.

use std::convert::Infallible;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamResponse};
use antigravity_proto::json::to_json;
use axum::extract::{RawPathParams, Request, State};
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt as _, TryStreamExt as _};
use tonic::Status;

use super::refusal::Refusal;
use super::route::{Verb, message};
use super::status::json as status_json;
use crate::request::Fields;
use crate::{Gateway, ask};

/// How often a comment is sent while nothing happens. Proxies commonly close what was silent for 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) async fn ask(State(gateway): State<Gateway>, parameters: RawPathParams, request: Request) -> Result<Response, Refusal> {
    let request: tonic::Request<AskRequest> = message(Verb::Post, &parameters, request).await?;
    let (first, rest) = begun(gateway, request).await?;
    let events = stream::iter([Ok(first)]).chain(rest).map(|event| Ok(event.and_then(sent).unwrap_or_else(|status| failed(&status))));
    Ok(served(events))
}

/// The first event, and those after it. What is refused before the first one is refused as a whole.
pub(crate) async fn begun(
    gateway: Gateway,
    request: tonic::Request<AskRequest>,
) -> Result<(Event, impl Stream<Item = Result<Event, Status>> + Send + use<>), Status> {
    let context = CallContext::of(&request);
    let mut events = ask::events(gateway, context, Fields::of_the_request(), request.into_inner());
    let first = events.try_next().await?.ok_or_else(|| status::internal("an answer without events"))?;
    Ok((first, events))
}

/// A stream of events as a response. Dropped with the caller, and the answer's making with it.
pub(super) fn served(events: impl Stream<Item = Result<Sent, Infallible>> + Send + 'static) -> Response {
    // nginx would hold events back until its buffer is full.
    ([("x-accel-buffering", "no")], Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))).into_response()
}

fn sent(event: Event) -> Result<Sent, Status> {
    let name = match &event {
        Event::Sources(_) => "sources",
        Event::Coverage(_) => "coverage",
        Event::Block(_) => "block",
        Event::Restarted(_) => "restarted",
        Event::Answer(_) => "answer",
    };
    let data = to_json(&AskStreamResponse { event: Some(event) }).map_err(status::internal)?;
    Ok(Sent::default().event(name).data(data.to_string()))
}

fn failed(status: &Status) -> Sent {
    Sent::default().event("error").data(status_json(status).to_string())
}
