//! `/answers`: those that were kept, newest first.

use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::{ListAnswersRequest, ListAnswersResponse};
use antigravity_proto::types::{Answer, CoverageLevel};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::address::{field, segment};
use super::document::Document;
use super::html::{Html, html};
use super::reader::Reader;
use super::{call, response, written};
use crate::Gateway;
use crate::http::Refusal;

/// The address of a kept answer's page.
pub(super) fn href(id: &str) -> String {
    format!("/answers/{}", segment(id))
}

pub(super) async fn page(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    let reader = Reader::of(&gateway, &request);
    let page_token = field(request.uri(), "page");
    let listed = gateway.list_answers(call(request, ListAnswersRequest { page_token, ..Default::default() })).await?.into_inner();
    let document = Document {
        title: "Answers",
        description: None,
        head: Html::default(),
        section: "/answers",
        main: list(&listed, gateway.options.keep_answers_days),
        reader,
    };
    Ok(response::page(StatusCode::OK, document.written()))
}

fn list(listed: &ListAnswersResponse, days: Option<u32>) -> Html {
    html! {
        section.results {
            h1 { "Answers that were kept" }
            @match days {
                Some(days) => p.note { "Each stays for " (written::counted(days.into(), "day", "days")) ". Others can read it once a link was made for them." },
                None => p.note { "This service keeps no answers. Whoever runs it switches that on." },
            }
            @if listed.answers.is_empty() { p { "There is none yet. " a href="/" { "Ask a question" } "." } }
            ol.sources { @for answer in &listed.answers { li { (entry(answer)) } } }
            @if !listed.next_page_token.is_empty() {
                @let older = form_urlencoded::Serializer::new(String::new()).append_pair("page", &listed.next_page_token).finish();
                p { a href=(format!("/answers?{older}")) { "Older ones" } }
            }
        }
    }
}

fn entry(answer: &Answer) -> Html {
    let reaches = match answer.coverage.as_ref().map(antigravity_proto::types::Coverage::level) {
        Some(CoverageLevel::Full) => "answered",
        Some(CoverageLevel::Partial) => "answered in part",
        Some(CoverageLevel::Related) => "related work only",
        Some(CoverageLevel::None) => "outside the archive",
        Some(CoverageLevel::Unspecified) | None => "",
    };
    html! {
        p.title dir="auto" { a href=(href(&answer.id)) { (answer.question) } }
        p.where {
            @if let Some(day) = answer.create_time.as_ref().and_then(written::day) { span { (day) } }
            @if !reaches.is_empty() { span { (reaches) } }
            span { (answer.answered_by) }
        }
    }
}
