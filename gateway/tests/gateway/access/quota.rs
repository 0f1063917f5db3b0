//! How much a tenant may, counted over all protocols together and told in the words of each.

use antigravity_chassis::access::{AccessOptions, Limits};
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::gateway::v1::{AskRequest, ListModelsRequest};
use antigravity_proto::types::Reason;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tonic_types::StatusExt as _;

use super::credentials::Keyring;
use super::protocols::*;
use crate::fakes::*;

fn limits(requests: u32, concurrent: u32, tokens: u64) -> Limits {
    Limits { requests_per_minute: requests.try_into().ok(), concurrent: concurrent.try_into().ok(), tokens_per_day: tokens.try_into().ok() }
}

#[tokio::test]
async fn a_minutes_calls_are_counted_over_all_protocols_and_told_in_each() {
    let served = Peers::new().served_within(AccessOptions::default(), limits(4, 0, 0)).await;
    let standing = |reply: &Reply| ["ratelimit-limit", "ratelimit-remaining", "ratelimit-policy"].map(|name| reply.headers[name].clone());
    assert_eq!(standing(&http(&served, "GET", "/v1/models", None).await), ["4", "3", "4;w=60"]);
    assert_eq!(standing(&http(&served, "GET", "/openai/v1/models", None).await), ["4", "2", "4;w=60"]);
    let mut client = GatewayServiceClient::new(served.transport());
    let reply = client.list_models(ListModelsRequest {}).await.unwrap();
    assert_eq!(reply.metadata().get("ratelimit-remaining").unwrap(), "1");
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}});
    assert_eq!(standing(&served.raw(mcp(&call, None)).await)[1], "0");

    let status = client.list_models(ListModelsRequest {}).await.unwrap_err();
    assert_eq!((reason(&status), metadata(&status, "quota").as_deref()), (Reason::QuotaExceeded, Some("requests_per_minute")));
    let violation = &status.get_details_quota_failure().unwrap().violations[0];
    assert_eq!((violation.subject.as_str(), violation.description.as_str()), ("tenant:-", "requests_per_minute"));
    let pushback: u64 = status.metadata().get("grpc-retry-pushback-ms").unwrap().to_str().unwrap().parse().unwrap();
    assert!((1..=15_000).contains(&pushback), "a quarter of the minute's four: {pushback}");
    for path in ["/v1/ask", "/v1/ask:stream", "/mcp"] {
        let reply = http(&served, "POST", path, None).await;
        assert_eq!((reply.code, reply.detail("ErrorInfo")["reason"].as_str()), (429, Some("QUOTA_EXCEEDED")), "{path}");
        assert_eq!(reply.detail("QuotaFailure")["violations"][0]["subject"], "tenant:-", "{path}");
        let wait: u64 = reply.headers["retry-after"].parse().unwrap();
        assert!((1..=15).contains(&wait), "{path}: {wait}");
    }
    let reply = http(&served, "POST", "/openai/v1/chat/completions", None).await;
    assert_eq!((reply.code, &reply.json()["error"]["type"]), (429, &json!("rate_limit_error")));
    assert_eq!(http(&served, "GET", "/openapi.json", None).await.code, 200, "what is anybody's isn't counted");
}

#[tokio::test]
async fn a_models_tokens_are_counted_however_it_is_asked() {
    // Each answer of the scripted answerer takes 1,200 tokens.
    let asking_by_tool =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": QUESTION}}});
    for first in ["gRPC", "JSON", "SSE", "OpenAI", "MCP"] {
        let served = Peers::new().served_within(AccessOptions::default(), limits(0, 0, 1_000)).await;
        let mut client = GatewayServiceClient::new(served.transport());
        match first {
            "gRPC" => drop(client.ask(asking()).await.unwrap()),
            "JSON" => assert_eq!(http(&served, "POST", "/v1/ask", None).await.code, 200),
            "SSE" => assert!(http(&served, "POST", "/v1/ask:stream", None).await.body.contains("event: answer")),
            "OpenAI" => {
                let body = json!({"model": "antigravity", "messages": [{"role": "user", "content": QUESTION}]});
                assert_eq!(served.post("/openai/v1/chat/completions", &body).await.code, 200);
            }
            _ => assert!(served.raw(mcp(&asking_by_tool, None)).await.body.contains("\"isError\":false")),
        }
        let status = client.ask(asking()).await.unwrap_err();
        assert_eq!((reason(&status), metadata(&status, "quota").as_deref()), (Reason::QuotaExceeded, Some("tokens_per_day")), "{first}");
        let by_tool = served.raw(mcp(&asking_by_tool, None)).await.body;
        assert!(by_tool.contains("QUOTA_EXCEEDED"), "{first}: {by_tool}");
        assert!(client.list_models(ListModelsRequest {}).await.is_ok(), "what asks no model goes on");
        assert!(client.ask(AskRequest { model: "extractive".into(), ..asking() }).await.is_ok());
    }
}

#[tokio::test]
async fn calls_under_way_are_counted_until_they_end() {
    let (sender, mut dropped) = Dropped::channel();
    let mut peers = Peers::new();
    peers.retriever.search = Box::new(move |_| {
        let guard = Dropped::tell(&sender);
        let _ = sender.send("began");
        Box::pin(async move {
            let _owned = guard;
            std::future::pending().await
        })
    });
    let served = peers.served_within(AccessOptions::default(), limits(0, 1, 0)).await;
    let mut holding = served.connect().await;
    let body = json!({"question": QUESTION}).to_string();
    holding.write_all(&request("/v1/ask", &[("content-type", "application/json")], body.as_bytes())).await.unwrap();
    assert_eq!(dropped.recv().await, Some("began"));
    let reply = http(&served, "GET", "/v1/models", None).await;
    assert_eq!((reply.code, reply.detail("QuotaFailure")["violations"][0]["description"].as_str()), (429, Some("concurrent")));
    drop(holding);
    assert_eq!(dropped.recv().await, Some("dropped"));
    while http(&served, "GET", "/v1/models", None).await.code == 429 {}
}

#[tokio::test]
async fn each_tenant_is_counted_by_itself_and_the_file_may_grant_it_more() {
    let keyring = Keyring::new();
    let [a, also_a, b] = ["lab-a", "lab-a", "lab-b"].map(|tenant| keyring.bearer(tenant));
    keyring.append("\n[tenants.lab-b]\nrequests_per_minute = 5\n");
    let served = Peers::new().served_within(keyring.access(), limits(2, 0, 0)).await;
    let mut left = Vec::new();
    for key in [&a, &also_a, &b] {
        left.push(http(&served, "GET", "/v1/models", Some(key)).await.headers["ratelimit-remaining"].clone());
    }
    assert_eq!(left, ["1", "0", "4"]);
    assert_eq!(http(&served, "GET", "/v1/models", Some(&a)).await.code, 429);
    assert_eq!(http(&served, "GET", "/v1/models", Some(&b)).await.code, 200);
    assert_eq!(http(&served, "GET", "/v1/models", None).await.code, 401, "who isn't known uses up nobody's");
}
