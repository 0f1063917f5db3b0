//! The archive as tools of the Model Context Protocol: at `/mcp` over streamable HTTP, and on standard input and output.
//!
//! Stateless: a call carries all it needs, so that any replica can take it. The tools stand on the generated client of the gateway, which may
//! be in this process or elsewhere.

mod server;
mod text;
mod tools;

use std::sync::Arc;

use antigravity_chassis::transport::{Transport, in_process};
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use axum::Router;
use axum::routing::any_service;
use rmcp::ServiceExt as _;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use self::server::McpServer;
use crate::options::entries;
use crate::{Gateway, MESSAGE_LIMIT};

/// Largest reply that is read: an answer with all its evidence has some 100 KiB, a hundred preprints some 2 MB.
const REPLY_LIMIT: usize = 16 * 1024 * 1024;

/// A gateway that tools are called of.
pub(crate) type Client = GatewayServiceClient<Transport>;

/// The route `/mcp`.
///
/// A page in a browser could otherwise reach a gateway on its reader's own machine, by a name that it makes resolve to 127.0.0.1: the `Host`
/// must be one that the operator named (loopback without), and an `Origin`, which only browsers send, too (none without).
pub(crate) fn router(gateway: &Gateway) -> Router<Gateway> {
    let client = client(in_process(gateway.routes()));
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_max_request_body_bytes(MESSAGE_LIMIT)
        .enforce_origin_validation()
        .with_allowed_origins(gateway.options.origins().iter().filter_map(|origin| origin.to_str().ok()).map(with_port));
    let hosts = entries(&gateway.options.allowed_hosts);
    let config = if hosts.is_empty() { config } else { config.with_allowed_hosts(hosts) };
    let server = move || Ok(McpServer::new(client.clone(), String::new()));
    let service = StreamableHttpService::new(server, Arc::new(NeverSessionManager::default()), config);
    Router::new().route("/mcp", any_service(service))
}

/// Without a port the SDK would take any; a browser leaves out the scheme's own.
fn with_port(origin: &str) -> String {
    let (scheme, authority) = origin.split_once("://").unwrap_or(("https", origin));
    match (authority.rsplit_once(':'), scheme) {
        (Some(_), _) => origin.to_owned(),
        (None, "http") => format!("{origin}:80"),
        (None, _) => format!("{origin}:443"),
    }
}

/// Serves the tools of a gateway on standard input and output until either is closed.
pub async fn serve_stdio(gateway: Transport, archive: String) -> Result<(), McpError> {
    let running = McpServer::new(client(gateway), archive).serve(rmcp::transport::stdio()).await.map_err(McpError::new)?;
    running.waiting().await.map(drop).map_err(McpError::new)
}

/// Why serving on standard input and output ended early.
#[derive(Debug, thiserror::Error)]
#[error("the Model Context Protocol could not be spoken: {0}")]
pub struct McpError(String);

impl McpError {
    fn new(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

fn client(transport: Transport) -> Client {
    GatewayServiceClient::new(transport).max_decoding_message_size(REPLY_LIMIT)
}
