//! The models by the names that OpenAI's clients use: `antigravity` for the default one, `antigravity/NAME` for each that is configured.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::types::{Model, Reason};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde_json::{Value, json};
use tonic::Status;
use tonic_types::StatusExt as _;

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
    let names = names(&configured(&gateway, &context(&request)).await?);
    if names.contains(&id) { Ok(written(&object(&id))) } else { Err(unknown(&id, &names)) }
}

/// The name that an `AskRequest` uses for a model: empty for the default one. `None` for what can't be one of ours. Whether it is configured is found
/// when the question is asked, so that no second call is made for it.
pub(super) fn named(id: &str) -> Option<&str> {
    if id == DEFAULT { Some("") } else { id.strip_prefix("antigravity/").filter(|name| !name.is_empty()) }
}

/// Refuses a name that can't be one of ours: 404, with the list.
pub(super) async fn foreign(gateway: &Gateway, context: &CallContext, id: &str) -> Refusal {
    match configured(gateway, context).await {
        Ok(models) => unknown(id, &names(&models)),
        Err(refusal) => refusal,
    }
}

/// The refusal of a model that isn't configured, in the names of this API.
pub(super) fn not_configured(id: &str, status: &Status) -> Refusal {
    let listed = status.get_details_error_info().and_then(|mut info| info.metadata.remove("models")).unwrap_or_default();
    let models = listed.split(", ").map(|name| Model { name: name.to_owned(), ..Model::default() }).collect::<Vec<_>>();
    unknown(id, &names(&models))
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

fn unknown(id: &str, names: &[String]) -> Refusal {
    let names = names.join(", ");
    let message = format!("no model is called `{}`; there are: {names}", excerpt(id));
    let problem = Problem::new(Reason::UnknownModel, message.clone()).field("model", message);
    Refusal::with_code(problem.with("model", excerpt(id)).with("models", names), StatusCode::NOT_FOUND)
}
