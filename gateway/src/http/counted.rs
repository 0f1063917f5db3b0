//! As which method of the contract an HTTP request is counted.

use antigravity_chassis::metrics::method_named;
use http::Method;

use super::routes::method_at;
use crate::{SERVICE_NAME, page};

/// The full name of the method. A page counts as the method that it calls. `None` for what does no such work, and for `/mcp`, whose tools are calls
/// of their own.
pub(super) fn method(method: &Method, path: &str) -> Option<&'static str> {
    let name = method_at(method, path).or_else(|| page::method_at(method, path))?;
    method_named(SERVICE_NAME, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_counts_as_the_method_behind_it() {
        for (verb, path, name) in [
            (Method::POST, "/v1/ask", Some("antigravityqa.gateway.v1.GatewayService/Ask")),
            (Method::POST, "/v1/ask:stream", Some("antigravityqa.gateway.v1.GatewayService/AskStream")),
            (Method::GET, "/v1/preprints/AG-2026.03-1712", Some("antigravityqa.gateway.v1.GatewayService/GetPreprint")),
            (Method::POST, "/openai/v1/chat/completions", Some("antigravityqa.gateway.v1.GatewayService/Ask")),
            (Method::GET, "/openai/v1/models/x", Some("antigravityqa.gateway.v1.GatewayService/ListModels")),
            (Method::GET, "/v1/ask", None),
            (Method::POST, "/mcp", None),
            (Method::GET, "/ask", Some("antigravityqa.gateway.v1.GatewayService/AskStream")),
            (Method::GET, "/search", Some("antigravityqa.gateway.v1.GatewayService/Search")),
            (Method::GET, "/preprints/AG-2026.03-1712", Some("antigravityqa.gateway.v1.GatewayService/GetPreprint")),
            (Method::GET, "/", None),
        ] {
            assert_eq!(method(&verb, path), name, "{verb} {path}");
        }
    }
}
