//! Questions that the archive can answer, to begin with.
//!
//! An answer's follow-ups are checked against the archive before they are offered. So each example is a follow-up of an extractive answer,
//! which costs no model, about a preprint of one of the archive's largest categories: nobody has to write examples for an archive, and none is
//! offered that the archive is silent on.

use std::sync::Arc;

use antigravity_chassis::access::{Need, Scope};
use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::{AskRequest, SearchRequest};
use antigravity_proto::types::{Archive, Filter, Model, ModelProvider};
use axum::extract::Request;
use futures_util::future;
use tokio::sync::Mutex;
use tonic::Status;

use crate::Gateway;
use crate::page::call;

/// How many are offered, each from another category.
const OFFERED: usize = 3;

/// The examples of the archive's present revision, found once: they change exactly when the archive does. Whoever comes while they are being
/// found waits for them, so that a crowd of readers asks no more than one of them would.
#[derive(Clone, Default)]
pub(crate) struct Examples(Arc<Mutex<Option<Found>>>);

struct Found {
    revision: String,
    questions: Vec<String>,
}

/// The examples. Fewer, or none, where they can't be found: a page doesn't fail for them.
pub(super) async fn of(gateway: &Gateway, archive: &Archive, models: &[Model], request: impl Fn() -> Request) -> Vec<String> {
    let mut known = gateway.examples.0.lock().await;
    if let Some(found) = known.as_ref().filter(|found| found.revision == archive.revision) {
        return found.questions.clone();
    }
    // They are found by calls of the reader's, who may have no right to them.
    let caller = CallContext::of(&call(request(), ())).caller;
    if [Scope::Ask, Scope::Search].into_iter().any(|scope| caller.may(Need::Scope(scope)).is_err()) {
        return vec![];
    }
    let Some(extractive) = models.iter().find(|model| model.provider() == ModelProvider::Extractive) else { return vec![] };
    // Nobody asked these: they aren't kept among a reader's answers.
    let gateway = &gateway.keeping_nothing();
    let categories = archive.categories.iter().take(OFFERED).map(|count| about(gateway, &count.category, &extractive.name, &request));
    let found = future::join_all(categories).await;
    let is_whole = found.iter().all(Result::is_ok);
    let questions = one_of_each(found.into_iter().flatten());
    // That there are none is known as well, unless a call failed: the next reader's may not.
    if is_whole {
        *known = Some(Found { revision: archive.revision.clone(), questions: questions.clone() });
    }
    questions
}

/// From each category another kind of question: an answer's follow-ups are of different kinds.
fn one_of_each(offered: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let mut questions: Vec<String> = Vec::new();
    for (place, mut offered) in offered.enumerate() {
        let turn = if offered.is_empty() { 0 } else { place % offered.len() };
        offered.rotate_left(turn);
        questions.extend(offered.into_iter().find(|question| !questions.contains(question)));
    }
    questions
}

/// The follow-ups of an answer about the neighbours of a preprint of the category: the one that is nearest to the category's name.
async fn about(gateway: &Gateway, category: &str, model: &str, request: impl Fn() -> Request) -> Result<Vec<String>, Status> {
    let filter = Some(Filter { categories: vec![category.to_owned()], ..Default::default() });
    let search = SearchRequest { query: category.to_owned(), filter, limit: 1, ..Default::default() };
    let found = gateway.search(call(request(), search)).await?.into_inner().sources;
    let Some(typical) = found.into_iter().next() else { return Ok(vec![]) };
    let ask = AskRequest { near: typical.id, model: model.to_owned(), ..Default::default() };
    let answer = gateway.ask(call(request(), ask)).await?.into_inner().answer.unwrap_or_default();
    Ok(answer.follow_ups.into_iter().map(|follow_up| follow_up.question).collect())
}
