//! `/search`: preprints without an answer about them.

use antigravity_proto::gateway::v1::SearchResponse;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::address::Asked;
use super::document::Document;
use super::field::{Field, form};
use super::html::{Html, html};
use super::reader::Reader;
use super::{call, response, results, written};
use crate::Gateway;
use crate::http::Refusal;

/// How many preprints are listed, and how many more at each step.
const STEP: u32 = 20;
/// The most that a search gives.
const MOST: u32 = 100;

pub(super) async fn page(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    let mut asked = Asked::read(request.uri());
    let reader = Reader::of(&gateway, &request);
    if asked.limit == 0 {
        asked.limit = STEP;
    }
    let found = if asked.question.trim().is_empty() && asked.near.is_empty() {
        None
    } else {
        Some(gateway.search(call(request, asked.search())).await?.into_inner())
    };
    let title = if asked.question.is_empty() { "Search" } else { &asked.question };
    let main = html! {
        h1 { "Search the archive" }
        (form(&Field::Search, &asked))
        @if let Some(found) = &found { (list(&asked, found)) }
    };
    let document = Document { title, description: None, head: Html::default(), section: "/search", reader, main };
    Ok(response::page(StatusCode::OK, document.written()))
}

fn list(asked: &Asked, found: &SearchResponse) -> Html {
    let count = found.sources.len();
    html! {
        section.results aria-labelledby="found" {
            h2 #found { (written::counted(count as u64, "preprint", "preprints")) ", nearest first" }
            @if !asked.near.is_empty() { p { "Near to " a href=(super::source::href(&asked.near)) { (asked.near) } "." } }
            @if found.sources.is_empty() {
                p { "The archive has nothing that passes the filter. Leave a condition out, or widen it: " code { "hep-*" } " takes all categories that begin so." }
            } @else {
                (results::list(&found.sources))
                @if count as u64 == u64::from(asked.limit) && asked.limit < MOST {
                    p { a href=(Asked { limit: (asked.limit + STEP).min(MOST), ..asked.clone() }.href("/search")) { "More" } }
                }
            }
            @if !asked.question.trim().is_empty() { p { a href=(asked.href("/ask")) { "Ask it as a question" } } }
        }
    }
}
