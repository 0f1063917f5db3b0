//! `/`: where a question is asked, and what the archive holds.

mod chart;
mod examples;

use antigravity_chassis::status::reason_of;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::{DescribeArchiveRequest, ListModelsRequest};
use antigravity_proto::types::{Archive, DatePrecision, Model, Reason};
use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;

use super::address::Asked;
use super::document::Document;
use super::field::{Field, form};
use super::html::{Html, html};
use super::reader::Reader;
use super::{call, response, written};
use crate::Gateway;
use crate::http::Refusal;

pub(crate) use self::examples::Examples;

pub(super) async fn page(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    let asked = Asked::read(request.uri());
    let reader = Reader::of(&gateway, &request);
    let (parts, _) = request.into_parts();
    let again = || Request::from_parts(parts.clone(), axum::body::Body::empty());
    let (described, models) = tokio::join!(
        gateway.describe_archive(call(again(), DescribeArchiveRequest::default())),
        gateway.list_models(call(again(), ListModelsRequest::default())),
    );
    // Without the list there is no choice, and a question can be asked all the same.
    let models = models.map(|listed| listed.into_inner().models).unwrap_or_default();
    let archive = match described {
        Ok(described) => described.into_inner().archive.unwrap_or_default(),
        Err(status) if matches!(reason_of(&status), Some(Reason::ArchiveEmpty | Reason::ArchiveNotFound)) => Archive::default(),
        Err(status) => return Err(status.into()),
    };
    let examples = if archive.preprints == 0 { vec![] } else { examples::of(&gateway, &archive, &models, again).await };
    let description =
        format!("Ask a scientific question of {} and get an answer of which each sentence is cited and checked.", held(&archive));
    let main = main(&asked, &archive, &models, &examples);
    let document = Document { title: "", description: Some(&description), head: Html::default(), section: "/", reader, main };
    Ok(response::page(StatusCode::OK, document.written()))
}

fn main(asked: &Asked, archive: &Archive, models: &[Model], examples: &[String]) -> Html {
    html! {
        div.start {
            h1 { "Ask the literature" }
            p.lead { "An answer says only what the archive’s preprints support. Every sentence is cited and checked, and what they leave open is said." }
            @if archive.preprints == 0 { (empty()) } @else {
                (form(&Field::Ask { models }, asked))
                @if !examples.is_empty() {
                    section.examples aria-labelledby="examples" {
                        h2 #examples { "This archive can answer" }
                        ul { @for question in examples { li dir="auto" { a href=(asked.with_question(question).href("/ask")) { (question) } } } }
                    }
                }
                section.holdings aria-labelledby="holdings" {
                    h2 #holdings { "What it holds" }
                    p { (held(archive)) ", " (dates(archive)) "." }
                    (chart::categories(&archive.categories))
                }
            }
        }
    }
}

fn held(archive: &Archive) -> String {
    written::counted(archive.preprints, "preprint", "preprints")
}

fn dates(archive: &Archive) -> String {
    let month = |date: &str| written::date(date, DatePrecision::Month.into());
    match (month(&archive.earliest_date), month(&archive.latest_date)) {
        (first, last) if first == last => format!("of {first}"),
        (first, last) => format!("from {first} to {last}"),
    }
}

/// Whoever sees this has probably just installed the program.
fn empty() -> Html {
    html! {
        section.failure {
            h2 { "The archive is empty" }
            p { "Take preprints in, from a file of records or from arXiv’s own dump:" }
            pre tabindex="0" { code { "antigravity index FILE" } }
            p { "or fetch a field of arXiv, and keep it current:" }
            pre tabindex="0" { code { "antigravity harvest --set physics:hep-ph" } }
            p { "Then " a href="/" { "load this page again" } "." }
        }
    }
}
