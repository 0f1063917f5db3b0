//! What holds on the one port for every protocol: identity of a call, compression, reflection, and when to come back.

use antigravity_chassis::status::Problem;
use antigravity_gateway::Options;
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::types::Reason;
use serde_json::json;
use tonic::codec::CompressionEncoding;
use tonic::{Code, Request};

use crate::fakes::*;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[tokio::test]
async fn a_calls_id_and_trace_come_back_on_every_protocol() {
    let served = Peers::new().served().await;
    let headers = [("content-type", "application/json"), ("x-request-id", "run-7"), ("traceparent", TRACE)];
    for (path, body) in [
        ("/v1/ask", json!({"question": QUESTION})),
        ("/v1/ask", json!({"question": ""})),
        ("/v1/ask:stream", json!({"question": QUESTION})),
        ("/openai/v1/chat/completions", json!({})),
        ("/mcp", json!({})),
        ("/nothing", json!({})),
    ] {
        let reply = served.raw(request(path, &headers, body.to_string().as_bytes())).await;
        assert_eq!((reply.headers["x-request-id"].as_str(), reply.headers["traceparent"].as_str()), ("run-7", TRACE), "{path}");
    }
    let made = served.get("/v1/models").await.headers;
    assert!(!made["x-request-id"].is_empty() && made["traceparent"].len() == TRACE.len(), "{made:?}");

    let mut client = GatewayServiceClient::new(served.transport());
    let mut asked = Request::new(asking());
    asked.metadata_mut().insert("x-request-id", "run-8".parse().unwrap());
    assert_eq!(client.ask(asked).await.unwrap().metadata().get("x-request-id").unwrap(), "run-8");
}

#[tokio::test]
async fn replies_are_compressed_for_who_asks_for_it() {
    let served = Peers::new().served().await;
    let mut client = GatewayServiceClient::new(served.transport())
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    let reply = client.ask(asking()).await.unwrap();
    assert_eq!(reply.metadata().get("grpc-encoding").unwrap(), "gzip");
    assert_eq!(reply.into_inner().answer.unwrap().question, QUESTION);
    let plain = GatewayServiceClient::new(served.transport()).ask(asking()).await.unwrap();
    assert_eq!(plain.metadata().get("grpc-encoding"), None);
}

#[tokio::test]
async fn when_to_come_back_is_told_in_both_ways() {
    let mut peers = Peers::new();
    peers.retriever.search = fails(Problem::new(Reason::IndexUnavailable, "no index").retry_after(std::time::Duration::from_millis(1_500)));
    let served = peers.served().await;
    let status = GatewayServiceClient::new(served.transport()).ask(asking()).await.unwrap_err();
    assert_eq!((status.code(), status.metadata().get("grpc-retry-pushback-ms").unwrap().to_str().unwrap()), (Code::Unavailable, "1500"));
    let reply = served.post("/v1/ask", &json!({"question": QUESTION})).await;
    assert_eq!((reply.headers["retry-after"].as_str(), reply.detail("RetryInfo")["retryDelay"].as_str()), ("2", Some("1.500s")));
    assert!(!reply.headers.keys().any(|name| name.starts_with("grpc-")), "{reply:?}");
}

#[tokio::test]
async fn a_page_of_a_named_origin_may_read_and_another_one_may_not() {
    let options = Options { allowed_origins: "https://chat.lab.org".into(), ..Default::default() };
    let (open, closed) = (Peers::new().served_with(options, |_| {}).await, Peers::new().served().await);
    let allowed = |reply: &Reply| reply.headers.get("access-control-allow-origin").cloned();
    for (served, origin, may) in
        [(&open, "https://chat.lab.org", true), (&open, "https://evil.example", false), (&closed, "https://chat.lab.org", false)]
    {
        for request in [
            format!(
                "OPTIONS /v1/ask HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\naccess-control-request-method: POST\r\naccess-control-request-headers: content-type\r\nconnection: close\r\n\r\n"
            ),
            format!("GET /v1/models HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\nconnection: close\r\n\r\n"),
            format!(
                "POST /antigravityqa.gateway.v1.GatewayService/ListModels HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\ncontent-type: application/grpc-web-text\r\naccept: application/grpc-web-text\r\ncontent-length: 8\r\nconnection: close\r\n\r\nAAAAAAA="
            ),
        ] {
            let reply = served.raw(&request).await;
            assert_eq!(allowed(&reply), may.then(|| origin.to_owned()), "{request}: {reply:?}");
        }
    }
    let read = open.raw("GET /v1/models HTTP/1.1\r\nhost: localhost\r\norigin: https://chat.lab.org\r\nconnection: close\r\n\r\n").await;
    assert!(read.headers["access-control-expose-headers"].contains("grpc-status"), "{read:?}");
}
