//! Questions that the archive can answer, to begin with.
//!
//! An answer's follow-ups are checked against the archive before they are offered. So each example is a follow-up of an extractive answer,
//! which costs no model, about a preprint of one of the archive's largest categories: nobody has to write examples for an archive, and none is
//! offered that the archive is silent on.

use std::sync::{Arc, Mutex, PoisonError};

use antigravity_chassis::access::{Need, Scope};
use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use antigravity_proto::gateway::v1::{AskRequest, SearchRequest};
use antigravity_proto::types::{Archive, Filter, Model, ModelProvider};
use axum::extract::Request;
use futures_util::future;

use crate::Gateway;
use crate::page::call;

/// How many are offered, each from another category.
const OFFERED: usize = 3;

/// The examples of the archive's present revision, found once: they change exactly when the archive does.
#[derive(Clone, Default)]
pub(crate) struct Examples(Arc<Mutex<Option<Found>>>);

struct Found {
    revision: String,
    questions: Vec<String>,
}

impl Examples {
    fn of_revision(&self, revision: &str) -> Option<Vec<String>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|found| found.revision == revision).map(|found| found.questions.clone())
    }

    fn keep(&self, revision: &str, questions: &[String]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Found { revision: revision.to_owned(), questions: questions.to_vec() });
    }
}

/// The examples. Fewer, or none, where they can't be found: a page doesn't fail for them.
pub(super) async fn of(gateway: &Gateway, archive: &Archive, models: &[Model], request: impl Fn() -> Request) -> Vec<String> {
    if let Some(known) = gateway.examples.of_revision(&archive.revision) {
        return known;
    }
    // They are found by calls of the reader's, who may have no right to them.
    let caller = CallContext::of(&call(request(), ())).caller;
    if [Scope::Ask, Scope::Search].into_iter().any(|scope| caller.may(Need::Scope(scope)).is_err()) {
        return vec![];
    }
    // Nobody asked these: they aren't kept among a reader's answers.
    let gateway = &gateway.keeping_nothing();
    let Some(extractive) = models.iter().find(|model| model.provider() == ModelProvider::Extractive) else { return vec![] };
    let categories = archive.categories.iter().take(OFFERED).map(|count| about(gateway, &count.category, &extractive.name, &request));
    let mut questions: Vec<String> = Vec::new();
    for (place, mut offered) in future::join_all(categories).await.into_iter().enumerate() {
        // Each answer's follow-ups are of different kinds: from each another one.
        let turn = if offered.is_empty() { 0 } else { place % offered.len() };
        offered.rotate_left(turn);
        questions.extend(offered.into_iter().find(|question| !questions.contains(question)));
    }
    if !questions.is_empty() {
        gateway.examples.keep(&archive.revision, &questions);
    }
    questions
}

/// The follow-ups of an answer about the neighbours of a preprint of the category: the one that is nearest to the category's name.
async fn about(gateway: &Gateway, category: &str, model: &str, request: impl Fn() -> Request) -> Vec<String> {
    let filter = Some(Filter { categories: vec![category.to_owned()], ..Default::default() });
    let search = SearchRequest { query: category.to_owned(), filter, limit: 1, ..Default::default() };
    let Ok(found) = gateway.search(call(request(), search)).await else { return vec![] };
    let Some(typical) = found.into_inner().sources.into_iter().next() else { return vec![] };
    let ask = AskRequest { near: typical.id, model: model.to_owned(), ..Default::default() };
    let answer = gateway.ask(call(request(), ask)).await.ok().and_then(|answered| answered.into_inner().answer);
    answer.map(|answer| answer.follow_ups.into_iter().map(|follow_up| follow_up.question).collect()).unwrap_or_default()
}
