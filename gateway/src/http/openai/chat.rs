//! `POST /openai/v1/chat/completions`, whole or streamed.

use std::time::{SystemTime, UNIX_EPOCH};

use antigravity_chassis::status::{Problem, reason_of, with_fields_named};
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::types::Reason;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::response::sse::Event as Sent;
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value;
use tonic::Status;
use tonic::metadata::MetadataMap;
use uuid::Uuid;

use super::completion::Head;
use super::conversation::Places;
use super::{conversation, error, models};
use crate::Gateway;
use crate::http::refusal::Refusal;
use crate::http::{body, stream as events};

/// What a stream of this API ends with.
const DONE: &str = "[DONE]";

pub(super) async fn completions(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    let context = models::context(&request);
    let (parts, body) = request.into_parts();
    let chat = conversation::Request::read(&body::text(&parts.headers, body).await?)?;
    let Some(model) = models::named(&chat.model).map(ToOwned::to_owned) else {
        return Err(models::foreign(&gateway, &context, &chat.model).await);
    };
    let head = Head { id: format!("chatcmpl-{}", Uuid::now_v7().simple()), created: now(), model: chat.model.clone() };
    let (streamed, include_usage) = (chat.stream, chat.include_usage());
    let (asked, places) = chat.asked(model)?;
    let asked = tonic::Request::from_parts(MetadataMap::from_headers(parts.headers), parts.extensions, asked);
    if streamed { stream(gateway, asked, head, &places, include_usage).await } else { whole(&gateway, asked, &head, &places).await }
}

async fn whole(gateway: &Gateway, asked: tonic::Request<AskRequest>, head: &Head, places: &Places) -> Result<Response, Refusal> {
    let reply = gateway.ask(asked).await.map_err(|status| refused(status, head, places))?;
    let answer = reply.into_inner().answer.ok_or_else(|| Problem::new(Reason::Internal, "there is no answer in the reply"))?;
    Ok(models::written(&head.completion(&answer)?))
}

async fn stream(
    gateway: Gateway,
    asked: tonic::Request<AskRequest>,
    head: Head,
    places: &Places,
    include_usage: bool,
) -> Result<Response, Refusal> {
    let (first, rest) = events::begun(gateway, asked).await.map_err(|status| refused(status, &head, places))?;
    let opening = head.opening().to_string();
    let pieces = stream::iter([Ok(first)]).chain(rest).flat_map(move |event| {
        stream::iter(event.and_then(|event| pieces(&head, event, include_usage)).unwrap_or_else(|status| vec![error(&status).to_string()]))
    });
    Ok(events::served(stream::iter([opening]).chain(pieces).map(|data| Ok(Sent::default().data(data)))))
}

/// A refused question, told of the chat that it came from: the model by the name that was given, fields where they stand.
fn refused(status: Status, head: &Head, places: &Places) -> Refusal {
    match reason_of(&status) {
        Some(Reason::UnknownModel) => models::not_configured(&head.model, &status),
        _ => with_fields_named(status, |field| places.of(field)).into(),
    }
}

/// What one event is in this API: nothing, a piece of text, or the end.
fn pieces(head: &Head, event: Event, include_usage: bool) -> Result<Vec<String>, Status> {
    let text = |text: &str| vec![head.text(text).to_string()];
    Ok(match event {
        Event::Sources(_) | Event::Coverage(_) => Vec::new(),
        Event::Block(block) => text(&block.markdown),
        // This API can't take back what it has said; the answer in the last piece is the valid one.
        Event::Restarted(restarted) => text(&format!("\n\n---\n\n*What stands above is void. {}*\n\n", restarted.reason)),
        Event::Answer(answer) => {
            let usage = include_usage.then(|| head.usage(&answer));
            let closing = head.closing(&answer)?;
            let last = [Some(closing), usage].into_iter().flatten().map(|piece: Value| piece.to_string());
            last.chain([DONE.to_owned()]).collect()
        }
    })
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok()).unwrap_or_default()
}
