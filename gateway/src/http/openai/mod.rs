//! OpenAI's chat completions, so that any chat front end can have the archive as a model. The base URL is `/openai/v1`.
//!
//! The text is the answer's Markdown with its citations; the whole [`Answer`](antigravity_proto::types::Answer) rides along in the field
//! `antigravity`, as does, the other way round, what an `AskRequest` holds besides the question.

mod chat;
mod completion;
mod conversation;
mod models;

use antigravity_chassis::status::reason_of;
use antigravity_proto::types::Reason;
use axum::Router;
use axum::routing::{get, post};
use http::Method;
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::Gateway;

/// The method of the contract behind a path.
pub(super) fn method_at(method: &Method, path: &str) -> Option<&'static str> {
    match (method, path.strip_prefix("/openai/v1/")?) {
        (&Method::POST, "chat/completions") => Some("Ask"),
        (&Method::GET | &Method::HEAD, models) if models == "models" || models.starts_with("models/") => Some("ListModels"),
        _ => None,
    }
}

pub(super) fn router() -> Router<Gateway> {
    Router::new()
        .route("/models", get(models::list))
        .route("/models/{*id}", get(models::get))
        .route("/chat/completions", post(chat::completions))
}

/// A failure as OpenAI's clients read it. They decide by the HTTP code; `code` is our reason in small letters.
pub(super) fn error(status: &Status) -> Value {
    let kind = match status.code() {
        Code::InvalidArgument | Code::NotFound | Code::FailedPrecondition | Code::Unimplemented | Code::OutOfRange => {
            "invalid_request_error"
        }
        Code::Unauthenticated => "authentication_error",
        Code::PermissionDenied => "permission_error",
        Code::ResourceExhausted => "rate_limit_error",
        _ => "server_error",
    };
    let violation = status.get_details_bad_request().and_then(|bad| bad.field_violations.into_iter().next());
    let code = match reason_of(status) {
        Some(Reason::UnknownModel) => "model_not_found".to_owned(),
        reason => reason.unwrap_or(Reason::Internal).as_str_name().trim_start_matches("REASON_").to_lowercase(),
    };
    json!({"error": {"message": status.message(), "type": kind, "param": violation.map(|violation| violation.field), "code": code}})
}
