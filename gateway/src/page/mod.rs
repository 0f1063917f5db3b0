//! The page: the gateway for people with a browser. Complete without a script.
//!
//! Every page is a document that the server writes. An answer's is sent while the answer is made: its blocks stand in the document in the order
//! in which they were released, so that a browser shows them as they come, with or without a script, and a page that was left and returned to
//! asks nothing again. The script adds comforts: it copies, announces, and closes cards.
//!
//! What a page shows came from outside and is hostile until it is escaped: [`html`] says how text becomes markup.

mod address;
mod answer;
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
mod response;
mod results;
mod search;
mod source;
mod start;
mod written;

use antigravity_chassis::access::{Need, Scope};
use axum::Router;
use axum::extract::Request;
use axum::routing::get;

use crate::Gateway;

pub(crate) use self::error::{broken_off, headers, is_for_a_reader, refused};
pub(crate) use self::start::Examples;

/// The pages, and what they are made up with.
pub(crate) fn router() -> Router<Gateway> {
    Router::new()
        .route("/", get(start::page))
        .route("/ask", get(answer::page))
        .route("/search", get(search::page))
        .route("/preprints/{id}", get(preprint::page))
        .merge(assets::router())
        .layer(axum::middleware::from_fn(compressed::compressed))
}

/// What a reader of the page at `path` needs. `None`: there is no such page.
pub(crate) fn need(path: &str) -> Option<Need> {
    match path {
        "/" => Some(Need::Credential),
        "/ask" => Some(Need::Scope(Scope::Ask)),
        "/search" => Some(Need::Scope(Scope::Search)),
        _ if path.starts_with("/preprints/") => Some(Need::Scope(Scope::Search)),
        _ => assets::is_one(path).then_some(Need::Nothing),
    }
}

/// A call of the gateway's own method, with the request's deadline, trace and identity.
fn call<T>(request: Request, message: T) -> tonic::Request<T> {
    let (parts, _) = request.into_parts();
    tonic::Request::from_parts(tonic::metadata::MetadataMap::from_headers(parts.headers), parts.extensions, message)
}
