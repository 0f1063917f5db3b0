//! The models by the names that OpenAI's clients use: `antigravity` for the default one, `antigravity/NAME` for each that is configured.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::types::{Model, Reason};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::Gateway;
use crate::http::refusal::Refusal;
use antigravity_text::excerpt;

/// The default model.
const DEFAULT: &str = "antigravity";

pub(super) async fn list(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    let names = names(&configured(&gateway, &context(&request)).await?);
    Ok(written(&json!({"object": "list", "data": names.iter().map(|name| object(name)).collect::<Vec<_>>()})))
}

pub(super) async fn get(State(gateway): State<Gateway>, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    known(&gateway, &context(&request), &id).await?;
    Ok(written(&object(&id)))
}

/// The name that an `AskRequest` uses for a model: empty for the default one. A name that isn't listed is 404, with the list.
pub(super) async fn known(gateway: &Gateway, context: &CallContext, id: &str) -> Result<String, Refusal> {
    // It costs no call: front ends send it with each question.
    if id == DEFAULT {
        return Ok(String::new());
    }
    let models = configured(gateway, context).await?;
    match id.strip_prefix("antigravity/") {
        Some(name) if models.iter().any(|model| model.name == name) => Ok(name.to_owned()),
        _ => Err(unknown(id, &names(&models).join(", "))),
    }
}

pub(super) fn context(request: &Request) -> CallContext {
    request.extensions().get::<CallContext>().cloned().unwrap_or_else(CallContext::root)
}

/// A JSON response.
pub(super) fn written(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn configured(gateway: &Gateway, context: &CallContext) -> Result<Vec<Model>, Refusal> {
    Ok(crate::models::list(gateway, context.clone()).await?.models)
}

fn names(models: &[Model]) -> Vec<String> {
    std::iter::once(DEFAULT.to_owned()).chain(models.iter().map(|model| format!("{DEFAULT}/{}", model.name))).collect()
}

fn object(name: &str) -> Value {
    json!({"id": name, "object": "model", "created": 0, "owned_by": "antigravity"})
}

fn unknown(id: &str, names: &str) -> Refusal {
    let message = format!("no model is called `{}`; there are: {names}", excerpt(id));
    let problem = Problem::new(Reason::UnknownModel, message.clone()).field("model", message);
    Refusal::with_code(problem.with("model", excerpt(id)).with("models", names), StatusCode::NOT_FOUND)
}
