//! A failure, for a reader: what happened, and what to do.

use antigravity_chassis::status::reason_of;
use antigravity_proto::types::Reason;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use tonic::Status;
use tonic_types::StatusExt as _;

use super::address::Asked;
use super::document::Document;
use super::field::{Field, form};
use super::html::{Html, html};
use super::legible::legible;
use super::reader::Reader;
use super::{response, sign_in};

/// The addresses that programs call, whatever they say they accept.
const FOR_PROGRAMS: [&str; 4] = ["/v1/", "/openai/", "/mcp", "/openapi.json"];

/// Whether whoever sent the request reads pages: a browser says so. It loads them, or sends a page's form.
pub(crate) fn is_for_a_reader<B>(request: &Request<B>) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD) || kind.starts_with(b"application/x-www-form-urlencoded");
    let accepted = request.headers().get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let path = request.uri().path();
    reads && accepted.into_iter().any(|kinds| kinds.contains("text/html")) && !FOR_PROGRAMS.iter().any(|start| path.starts_with(start))
}

/// The page that stands in the place of the one that was asked for.
pub(crate) fn refused(status: &Status, code: StatusCode, asked: &http::Uri) -> String {
    let advice = advice(status, code);
    let main = html! {
        article.failure {
            h1 { (advice.title) }
            @if !only_lacks_key(status) { p.lead { (sentence(status.message())) } }
            p { (advice.what_to_do) }
            @match asked.path() {
                _ if wants_key(status) => (sign_in::form(asked)),
                "/ask" => (form(&Field::Ask { models: &[] }, &again(status, asked))),
                "/search" => (form(&Field::Search, &Asked::read(asked))),
                _ => p { a href="/" { "Ask a question" } " or " a href="/search" { "search the archive" } "." },
            }
            p.reason { "Error " (code.as_u16()) " · " (reason(status)) }
        }
    };
    let document = Document { title: advice.title, description: None, head: Html::default(), section: "", reader: Reader::default(), main };
    legible(&document.written().0).into_owned()
}

/// What was asked, without the model that there isn't: the form would send its name along once more.
fn again(status: &Status, asked: &http::Uri) -> Asked {
    let mut asked = Asked::read(asked);
    if reason_of(status) == Some(Reason::UnknownModel) {
        asked.model.clear();
    }
    asked
}

/// The same within a page that was under way, which somebody else than its writer has to end.
pub(crate) fn cut_off(status: &Status) -> String {
    legible(&broken_off(status).0).into_owned()
}

/// The same within an answer that was under way.
pub(super) fn broken_off(status: &Status) -> Html {
    let advice = advice(status, StatusCode::OK);
    html! {
        section.failure slot="tail" role="alert" {
            h2 { "The answer broke off" }
            p { (sentence(status.message())) " What stands above was checked, but it isn’t whole. " (advice.what_to_do) }
            p { a href="" { "Ask again" } }
            p.reason { (reason(status)) }
        }
    }
}

/// The headers of a page of this kind.
pub(crate) fn headers() -> HeaderMap<HeaderValue> {
    response::headers()
}

/// Whether another key would help. Whom a proxy has to name can show none.
fn wants_key(status: &Status) -> bool {
    match reason_of(status) {
        Some(Reason::Unauthenticated) => {
            status.get_details_error_info().is_some_and(|info| info.metadata.get("credential").is_some_and(|wanted| wanted == "key"))
        }
        Some(Reason::PermissionDenied) => status.get_details_error_info().is_some_and(|info| info.metadata.contains_key("scope")),
        _ => false,
    }
}

/// Whether nothing is wrong but that nobody has signed in yet: the message tells programs what to send, and the form says it to readers.
fn only_lacks_key(status: &Status) -> bool {
    wants_key(status) && status.get_details_error_info().is_some_and(|info| info.metadata.contains_key("brought"))
}

struct Advice {
    title: &'static str,
    what_to_do: &'static str,
}

fn advice(status: &Status, code: StatusCode) -> Advice {
    let (title, what_to_do) = match reason_of(status).unwrap_or(Reason::Internal) {
        Reason::QuestionEmpty => ("There is no question", "Write one below; a whole sentence finds more than a keyword."),
        Reason::QuestionTooLong => ("The question is too long", "Say it in fewer words: two or three sentences are plenty."),
        Reason::FilterInvalid => {
            ("The question can’t be narrowed down like this", "Correct the field that is named above, or leave it empty.")
        }
        Reason::ArgumentInvalid => ("Something in the address can’t be read", "Correct what is named above."),
        Reason::UnknownModel => ("There is no such model", "Leave the choice of a model out, or choose one that is listed."),
        Reason::PreprintNotFound => {
            ("The archive has no such preprint", "It may have been removed, or the id has a slip. Search for its title.")
        }
        Reason::AnswerNotFound => ("There is no such answer", "It may have been deleted, or its time was up. Ask again."),
        Reason::ArchiveNotFound | Reason::ArchiveEmpty => {
            ("The archive is empty", "Fill it: antigravity index FILE takes preprints in, antigravity harvest fetches them from arXiv.")
        }
        Reason::IndexIncompatible => {
            ("The archive was made by another version", "Whoever runs this service has to index it anew: antigravity index --rebuild.")
        }
        Reason::IndexUnavailable
        | Reason::RetrieverUnavailable
        | Reason::AnswererUnavailable
        | Reason::PeerUnavailable
        | Reason::Draining => (
            "A part of the service is away",
            "Usually it is back within a minute. Try again; if it stays away, tell whoever runs this service.",
        ),
        Reason::DeadlineExceeded => ("It took too long", "The model or the machine is busy. Try again, or ask for a short answer."),
        Reason::Overloaded | Reason::QuotaExceeded => ("Too much is being asked at once", "Wait a moment, and try again."),
        Reason::StorageFull => ("The disk is full", "Tell whoever runs this service."),
        Reason::NotImplemented if code == StatusCode::NOT_FOUND => {
            ("There is no such page", "The address may have a slip, or it comes from another version.")
        }
        Reason::NotImplemented => ("This can’t be done here", "This version doesn’t do it."),
        Reason::Unauthenticated => ("Sign in first", "This archive is open to those whom it knows."),
        Reason::PermissionDenied => ("This isn’t allowed", "Ask whoever runs this service what is."),
        Reason::Cancelled | Reason::Internal | Reason::Unspecified => (
            "Something went wrong here",
            "It is our fault, and the log says more. Try again; if it stays so, tell whoever runs this service.",
        ),
    };
    Advice { title, what_to_do }
}

fn reason(status: &Status) -> &'static str {
    reason_of(status).map_or("INTERNAL", |reason| reason.as_str_name().trim_start_matches("REASON_"))
}

/// Messages are written for a log: small letter, no full stop.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if message.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}
