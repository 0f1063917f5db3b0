//! The page: the gateway for people with a browser. Complete without a script.
//!
//! Every page is a document that the server writes. An answer's is sent while the answer is made: its blocks stand in the document in the order
//! in which they were released, so that a browser shows them as they come, with or without a script, and a page that was left and returned to
//! asks nothing again. The script adds comforts: it copies, announces, and closes cards.
//!
//! What a page shows came from outside and is hostile until it is escaped: [`html`] says how text becomes markup.

mod address;
mod answer;
mod answers;
mod assets;
mod bibtex;
mod citation;
mod compressed;
mod document;
mod error;
mod field;
mod html;
mod legible;
mod markdown;
mod math;
#[cfg(test)]
mod payloads;
mod preprint;
mod reader;
mod response;
mod results;
mod search;
mod sent;
mod sign_in;
mod source;
mod start;
mod written;

use antigravity_chassis::access::{Need, Scope};
use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use http::Method;

use crate::Gateway;

pub(crate) use self::compressed::compressed;
pub(crate) use self::error::{cut_off, headers, is_for_a_reader, refused};
pub(crate) use self::start::Examples;

/// The pages, and what they are made up with.
pub(crate) fn router() -> Router<Gateway> {
    Router::new()
        .route("/", get(start::page))
        .route("/ask", get(answer::page))
        .route("/search", get(search::page))
        .route("/preprints/{id}", get(preprint::page))
        .route("/answers", get(answers::page))
        .route("/answers/{id}", get(answer::kept::own))
        .route("/answers/{id}/share", post(answer::kept::share))
        .route("/answers/{id}/withdraw", post(answer::kept::withdraw))
        .route("/answers/{id}/delete", post(answer::kept::delete))
        .route("/shared/{token}", get(answer::kept::shared))
        .route(sign_in::SIGN_IN, get(sign_in::page).post(sign_in::sign_in))
        .route(sign_in::SIGN_OUT, post(sign_in::sign_out))
        .merge(assets::router())
}

/// What a reader of the page at `path` needs. `None`: there is no such page.
pub(crate) fn need(path: &str) -> Option<Need> {
    match path {
        "/" => Some(Need::Credential),
        "/ask" | "/answers" => Some(Need::Scope(Scope::Ask)),
        sign_in::SIGN_IN | sign_in::SIGN_OUT => Some(Need::Nothing),
        "/search" => Some(Need::Scope(Scope::Search)),
        _ if path.starts_with("/preprints/") => Some(Need::Scope(Scope::Search)),
        _ if path.starts_with("/answers/") => Some(Need::Scope(Scope::Ask)),
        // The link itself is what is shown.
        _ if path.starts_with("/shared/") => Some(Need::Nothing),
        _ => assets::is_one(path).then_some(Need::Nothing),
    }
}

/// The method that the page at `path` calls for what it shows.
pub(crate) fn method_at(method: &Method, path: &str) -> Option<&'static str> {
    match path {
        _ if method != Method::GET => None,
        "/ask" => Some("AskStream"),
        "/search" => Some("Search"),
        _ if path.starts_with("/preprints/") => Some("GetPreprint"),
        _ => None,
    }
}

/// A call of the gateway's own method, with the request's deadline, trace and identity.
fn call<T>(request: Request, message: T) -> tonic::Request<T> {
    let (parts, _) = request.into_parts();
    tonic::Request::from_parts(tonic::metadata::MetadataMap::from_headers(parts.headers), parts.extensions, message)
}
