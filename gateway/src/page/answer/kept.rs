//! `/answers/{id}` and `/shared/{token}`: an answer that was kept, at an address that stays.
//!
//! It is written by the same hand as one in the making: its events are those of an answer of which everything is known.

use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::get_answer_request::Key;
use antigravity_proto::gateway::v1::{DeleteAnswerRequest, GetAnswerRequest, ShareAnswerRequest, Sources};
use antigravity_proto::types::{Answer, Block, Reason};
use axum::extract::{Path, Query, Request, State};
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
    let fields = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default();
    let link = fields.into_iter().find(|(name, _)| name == "link").map(|(_, token)| token);
    let place = Place::Kept { link: link.filter(|token| is_token(token)) };
    shown(gateway, Key::Id(id), place, request).await
}

/// One that somebody has shared, for whoever has the link.
pub(in crate::page) async fn shared(
    State(gateway): State<Gateway>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    shown(gateway, Key::ShareToken(token), Place::Shared, request).await
}

/// Makes the link, and shows it.
pub(in crate::page) async fn share(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    let token = change(&gateway, ShareAnswerRequest { id: id.clone(), revoke: false }, request).await?;
    Ok(Redirect::to(&format!("{}?link={token}", href(&id))).into_response())
}

/// Takes the link back.
pub(in crate::page) async fn withdraw(
    State(gateway): State<Gateway>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    change(&gateway, ShareAnswerRequest { id: id.clone(), revoke: true }, request).await?;
    Ok(Redirect::to(&href(&id)).into_response())
}

pub(in crate::page) async fn delete(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    sent::form(Request::from_parts(parts.clone(), body)).await?;
    gateway.delete_answer(call(Request::from_parts(parts, axum::body::Body::empty()), DeleteAnswerRequest { id })).await?;
    Ok(Redirect::to("/answers").into_response())
}

async fn change(gateway: &Gateway, message: ShareAnswerRequest, request: Request) -> Result<String, Refusal> {
    let (parts, body) = request.into_parts();
    sent::form(Request::from_parts(parts.clone(), body)).await?;
    let request = Request::from_parts(parts, axum::body::Body::empty());
    Ok(gateway.share_answer(call(request, message)).await?.into_inner().share_token)
}

async fn shown(gateway: Gateway, key: Key, place: Place, request: Request) -> Result<Response, Refusal> {
    let reader = Reader::of(&gateway, &request);
    let read = gateway.get_answer(call(request, GetAnswerRequest { key: Some(key) })).await?.into_inner();
    let answer =
        read.answer.ok_or_else(|| antigravity_chassis::status::Problem::new(Reason::Internal, "there is no answer in the reply"))?;
    Ok(response::pieces(stream::iter([document(answer, place, reader)])))
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

/// The tokens of links are hexadecimal digits; what else stands in an address is shown nowhere.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
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
