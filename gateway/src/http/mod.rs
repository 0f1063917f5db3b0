//! HTTP for whoever has no gRPC: proto3 JSON, server-sent events, an OpenAPI document, OpenAI's chat completions, and MCP.
//!
//! The handlers call the same [`Gateway`] methods as gRPC does, with the call's own deadline, trace and identity in the request's extensions.
//! They refuse with a gRPC status, as all that stands in front of them does (admission, deadlines); [`told`] is the one place that puts it
//! into the words of the protocol.

mod body;
mod challenge;
mod counted;
mod json;
mod openai;
mod openapi;
mod refusal;
mod route;
mod routes;
mod status;
mod stream;
mod told;

use antigravity_chassis::server::HttpFace;
use antigravity_chassis::transport::Transport;
use axum::Router;
use axum::extract::DefaultBodyLimit;

pub(crate) use self::body::read as read_form;
pub(crate) use self::refusal::Refusal;
pub(crate) use self::stream::begun;
use crate::Gateway;

pub(crate) use self::json::read as read_json;
pub(crate) use self::routes::{is_shared, method_at};
pub(crate) use self::status::message as status_message;

/// All that the gateway says to callers that don't speak gRPC.
pub(crate) fn face(gateway: &Gateway) -> HttpFace {
    let routes = Router::new()
        .merge(routes::router())
        .merge(openapi::router())
        .nest("/openai/v1", openai::router())
        .merge(crate::mcp::router(gateway))
        .merge(crate::page::router())
        .fallback(Refusal::no_such_path)
        .method_not_allowed_fallback(Refusal::no_such_method)
        // `body` has the limit, and says so in our own form.
        .layer(DefaultBodyLimit::disable())
        .with_state(gateway.clone());
    HttpFace { routes, method: counted::method, told: outermost, origins: gateway.options.origins() }
}

/// What stands around the routes and all that guards them: a status is told in the caller's protocol, and what comes of it is compressed.
fn outermost(routes: Transport) -> Transport {
    crate::page::compressed(told::told(routes))
}
