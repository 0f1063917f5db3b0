//! Which methods of the contract are served over HTTP, and where.

use std::sync::LazyLock;

use antigravity_proto::gateway::v1::gateway_service_server::GatewayService;
use axum::Router;
use http::Method;

use super::route::{Route, Verb};
use super::{openai, stream};
use crate::Gateway;

/// Where whoever has an answer's link reads it, without a credential.
const SHARED_ANSWERS: &str = "/v1/shared-answers/{shareToken}";

/// Whether what is at this path is shown to anybody who knows it.
pub(crate) fn is_shared(path: &str) -> bool {
    matches(SHARED_ANSWERS, path)
}

/// All routes under `/v1`. Indexing and exports are streams of batches, and stay with gRPC.
pub(super) fn list() -> Vec<Route> {
    use Verb::{Delete, Get, Post};
    vec![
        Route::unary(Post, "/v1/ask", "Ask", async |gateway: Gateway, request| gateway.ask(request).await),
        Route { verb: Post, path: "/v1/ask:stream", method: "AskStream", name: "AskStream", handler: axum::routing::post(stream::ask) },
        Route::unary(Post, "/v1/search", "Search", async |gateway: Gateway, request| gateway.search(request).await),
        Route::unary(Post, "/v1/check-grounding", "CheckGrounding", async |gateway: Gateway, request| {
            gateway.check_grounding(request).await
        }),
        Route::unary(Get, "/v1/preprints/{id}", "GetPreprint", async |gateway: Gateway, request| gateway.get_preprint(request).await),
        Route::unary(Get, "/v1/answers", "ListAnswers", async |gateway: Gateway, request| gateway.list_answers(request).await),
        Route::unary(Get, "/v1/answers/{id}", "GetAnswer", async |gateway: Gateway, request| gateway.get_answer(request).await),
        Route::unary(Delete, "/v1/answers/{id}", "DeleteAnswer", async |gateway: Gateway, request| gateway.delete_answer(request).await),
        // Not DELETE /v1/answers: a command that lacks its id must not mean all of them.
        Route::unary(Post, "/v1/delete-answers", "DeleteAnswers", async |gateway: Gateway, request| gateway.delete_answers(request).await),
        Route::unary(Post, "/v1/share-answer", "ShareAnswer", async |gateway: Gateway, request| gateway.share_answer(request).await),
        Route::unary(Get, SHARED_ANSWERS, "GetAnswer", async |gateway: Gateway, request| gateway.get_answer(request).await)
            .called("GetSharedAnswer"),
        Route::unary(Get, "/v1/archive", "DescribeArchive", async |gateway: Gateway, request| gateway.describe_archive(request).await),
        Route::unary(Get, "/v1/archives", "ListArchives", async |gateway: Gateway, request| gateway.list_archives(request).await),
        Route::unary(Get, "/v1/models", "ListModels", async |gateway: Gateway, request| gateway.list_models(request).await),
    ]
}

pub(super) fn router() -> Router<Gateway> {
    list().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}

/// The method of the contract that is behind a path of JSON or of OpenAI's API.
pub(crate) fn method_at(method: &Method, path: &str) -> Option<&'static str> {
    listed_at(method, path).or_else(|| openai::method_at(method, path))
}

/// It matches as the router does: segment by segment, as they were sent.
fn listed_at(method: &Method, path: &str) -> Option<&'static str> {
    static ROUTES: LazyLock<Vec<(Verb, &'static str, &'static str)>> =
        LazyLock::new(|| list().into_iter().map(|route| (route.verb, route.path, route.method)).collect());
    let found = ROUTES.iter().find(|(verb, pattern, _)| verb.serves(method) && matches(pattern, path));
    found.map(|(_, _, name)| *name)
}

fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.split('/'), path.split('/'));
    pattern.clone().count() == path.clone().count()
        && pattern.zip(path).all(|(expected, given)| if expected.starts_with('{') { !given.is_empty() } else { expected == given })
}
