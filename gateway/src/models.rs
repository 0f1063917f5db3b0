//! The models that can be asked by name.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::ListModelsResponse;
use antigravity_proto::types::{Model, Reason};
use antigravity_text::excerpt;
use tonic::Status;

use crate::Gateway;
use crate::deadlines;
use crate::peers::Peers;
use crate::request::Fields;

pub(crate) async fn list(gateway: &Gateway, context: CallContext) -> Result<ListModelsResponse, Status> {
    let models = gateway.peers.list_models(&deadlines::for_peers(context)).await?.models;
    Ok(ListModelsResponse { models })
}

/// Refuses a model that isn't configured, before a search is paid for. A request that names none costs no call.
pub(crate) async fn check(peers: &Peers, context: &CallContext, fields: Fields, name: &str) -> Result<(), Status> {
    if name.is_empty() {
        return Ok(());
    }
    let models = peers.list_models(context).await?.models;
    if models.iter().any(|model| model.name == name) { Ok(()) } else { Err(unknown(fields, name, &models).into()) }
}

fn unknown(fields: Fields, name: &str, models: &[Model]) -> Problem {
    let names = models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>().join(", ");
    let message = format!("no model is called `{}`; there are: {names}", excerpt(name));
    fields.refuse(Reason::UnknownModel, "model", message).with("model", excerpt(name)).with("models", names)
}
