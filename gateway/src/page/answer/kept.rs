//! `/answers/{id}` and `/shared/{token}`: an answer that was kept, at an address that stays.
//!
//! It is written by the same hand as one in the making: its events are those of an answer of which everything is known.

use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::get_answer_request::Key;
use antigravity_proto::gateway::v1::{DeleteAnswerRequest, GetAnswerRequest, GetAnswerResponse, ShareAnswerRequest, Sources};
use antigravity_proto::types::{Answer, Block, Reason};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use futures_util::stream;

use super::permanent::Place;
use super::writing::Writing;
use crate::Gateway;
use crate::http::Refusal;
use crate::page::address::Asked;
use crate::page::answers::href;
use crate::page::reader::Reader;
use crate::page::{call, response, sent};

/// One's own.
pub(in crate::page) async fn own(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    shown(gateway, Key::Id(id), |share_token| Place::Kept { share_token }, request).await
}

/// One that somebody has shared, for whoever has the link.
pub(in crate::page) async fn shared(
    State(gateway): State<Gateway>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    shown(gateway, Key::ShareToken(token), |_| Place::Shared, request).await
}

/// Makes the link, which the answer's page then shows.
pub(in crate::page) async fn share(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    change(gateway, ShareAnswerRequest { id, revoke: false }, request).await
}

/// Takes the link back.
pub(in crate::page) async fn withdraw(
    State(gateway): State<Gateway>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    change(gateway, ShareAnswerRequest { id, revoke: true }, request).await
}

pub(in crate::page) async fn delete(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    sent::form(Request::from_parts(parts.clone(), body)).await?;
    gateway.delete_answer(call(Request::from_parts(parts, axum::body::Body::empty()), DeleteAnswerRequest { id })).await?;
    Ok(Redirect::to("/answers").into_response())
}

async fn change(gateway: Gateway, message: ShareAnswerRequest, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    sent::form(Request::from_parts(parts.clone(), body)).await?;
    let request = Request::from_parts(parts, axum::body::Body::empty());
    let page = href(&message.id);
    gateway.share_answer(call(request, message)).await?;
    Ok(Redirect::to(&page).into_response())
}

/// `place`: where it stands, by the token of its link.
async fn shown(gateway: Gateway, key: Key, place: impl FnOnce(String) -> Place, request: Request) -> Result<Response, Refusal> {
    let reader = Reader::of(&gateway, &request);
    let GetAnswerResponse { answer, share_token } =
        gateway.get_answer(call(request, GetAnswerRequest { key: Some(key) })).await?.into_inner();
    let answer = answer.ok_or_else(|| antigravity_chassis::status::Problem::new(Reason::Internal, "there is no answer in the reply"))?;
    Ok(response::pieces(stream::iter([document(answer, place(share_token), reader)])))
}

fn document(answer: Answer, place: Place, reader: Reader) -> String {
    let (mut written, mut writing) = Writing::of(&answer, place, reader);
    let told = Event::Sources(Sources { sources: answer.sources.clone() });
    let text = Event::Block(Block { markdown: answer.markdown.clone(), claims: answer.claims.clone() });
    let events = [Some(told), answer.coverage.clone().map(Event::Coverage), Some(text), Some(Event::Answer(answer))];
    for event in events.into_iter().flatten() {
        written.push_str(&writing.event(event).0);
    }
    written + &writing.end()
}

impl Asked {
    /// What was asked, as far as the answer says so.
    pub(super) fn by(answer: &Answer) -> Self {
        let retrieval = answer.provenance.as_ref().and_then(|provenance| provenance.retrieval.as_ref());
        let filter = retrieval.and_then(|retrieval| retrieval.filter.clone()).unwrap_or_default();
        Self {
            question: answer.question.clone(),
            categories: filter.categories.join(", "),
            from: filter.from_date,
            to: filter.to_date,
            authors: filter.authors.join("; "),
            near: retrieval.map(|retrieval| retrieval.near.clone()).unwrap_or_default(),
            ..Self::default()
        }
    }
}
