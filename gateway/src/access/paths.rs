//! What a request needs, by the path that it comes to: each is served by some method of the contract.

use antigravity_chassis::access::{Need, Scope};
use http::Method;

use super::methods;
use crate::SERVICE_NAME;
use crate::http::{is_shared, method_at};

/// Answered to anybody, as is an answer that was shared: whether the service is up, and what its contract is, which anybody can read in its
/// sources.
const PUBLIC: [&str; 3] = ["/grpc.health.v1.Health/", "/grpc.reflection.", "/openapi.json"];
/// Nothing below these serves what isn't listed, so that a caller with any credential may be told so.
const LISTED: [&str; 2] = ["/v1/", "/openai/"];

/// What a request of this method to this path needs.
pub(super) fn need(method: &Method, path: &str) -> Need {
    if PUBLIC.iter().any(|public| path.starts_with(public)) || is_shared(path) {
        return Need::Nothing;
    }
    let of_contract = path.strip_prefix('/').and_then(|path| path.strip_prefix(SERVICE_NAME)).and_then(|path| path.strip_prefix('/'));
    if let Some(name) = of_contract {
        return methods::need(name).unwrap_or(Need::Credential);
    }
    if let Some(name) = method_at(method, path) {
        // A route without a need of its own would be a fault of ours: nobody but an administrator may find it.
        return methods::need(name).unwrap_or(Need::Scope(Scope::Admin));
    }
    if let Some(need) = crate::page::need(path) {
        return need;
    }
    match path {
        // One path for all tools: each is asked about when it is called.
        "/mcp" => Need::Credential,
        _ if LISTED.iter().any(|listed| path.starts_with(listed)) => Need::Credential,
        // What else there is, asks.
        _ => Need::Scope(Scope::Ask),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_needs_what_its_method_needs() {
        let (ask, search) = (Need::Scope(Scope::Ask), Need::Scope(Scope::Search));
        for (method, path, expected) in [
            (Method::POST, "/antigravityqa.gateway.v1.GatewayService/Ask", ask),
            (Method::POST, "/antigravityqa.gateway.v1.GatewayService/VerifyArchive", Need::Scope(Scope::Admin)),
            (Method::POST, "/antigravityqa.gateway.v1.GatewayService/NoSuch", Need::Credential),
            (Method::POST, "/grpc.health.v1.Health/Check", Need::Nothing),
            (Method::POST, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Need::Nothing),
            (Method::GET, "/openapi.json", Need::Nothing),
            (Method::POST, "/v1/ask", ask),
            (Method::POST, "/v1/ask:stream", ask),
            (Method::POST, "/v1/search", search),
            (Method::GET, "/v1/preprints/AG-2026.03-1712", search),
            (Method::HEAD, "/v1/preprints/AG-2026.03-1712", search),
            (Method::GET, "/v1/preprints/AG-2026.03-1712/more", Need::Credential),
            (Method::DELETE, "/v1/answers/1", ask),
            (Method::GET, "/v1/answers/1", ask),
            (Method::POST, "/v1/delete-answers", Need::Scope(Scope::Admin)),
            (Method::POST, "/v1/share-answer", ask),
            (Method::GET, "/v1/shared-answers/1", Need::Nothing),
            (Method::GET, "/v1/shared-answers/", Need::Credential),
            (Method::GET, "/v1/shared-answers/1/2", Need::Credential),
            (Method::GET, "/v1/archive", Need::Credential),
            (Method::GET, "/v1/nothing", Need::Credential),
            (Method::POST, "/openai/v1/chat/completions", ask),
            (Method::GET, "/openai/v1/models/antigravity", Need::Credential),
            (Method::POST, "/mcp", Need::Credential),
            (Method::GET, "/", Need::Credential),
            (Method::GET, "/ask", ask),
            (Method::GET, "/search", search),
            (Method::GET, "/preprints/AG-2026.03-1712", search),
            (Method::GET, "/page.css", Need::Nothing),
            (Method::GET, "/anything", ask),
        ] {
            assert_eq!(need(&method, path), expected, "{method} {path}");
        }
    }
}
