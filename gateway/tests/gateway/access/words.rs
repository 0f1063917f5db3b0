//! A refusal in the words of each protocol.

use antigravity_chassis::access::AccessOptions;
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::types::Reason;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tonic::Code;

use super::credentials::Guarded;
use super::protocols::*;
use crate::fakes::*;

#[tokio::test]
async fn who_brings_nothing_is_asked_for_a_credential() {
    let guarded = Guarded::serve().await;
    let Guarded { served, .. } = &guarded;
    let status = GatewayServiceClient::new(served.transport()).ask(asking()).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::Unauthenticated, Reason::Unauthenticated));
    for path in ["/v1/ask", "/v1/ask:stream", "/mcp"] {
        let reply = http(served, "POST", path, None).await;
        assert_eq!((reply.code, reply.detail("ErrorInfo")["reason"].as_str()), (401, Some("UNAUTHENTICATED")), "{path}");
        assert_eq!(reply.headers["www-authenticate"], r#"Bearer realm="Antigravity Q&A""#, "{path}");
        assert!(reply.json()["message"].as_str().unwrap().contains("authorization: Bearer"), "{path}");
    }
    let reply = http(served, "POST", "/openai/v1/chat/completions", None).await;
    assert_eq!((reply.code, &reply.json()["error"]["type"]), (401, &json!("authentication_error")));

    let bad = ("authorization", "Bearer sk-1".to_owned());
    let reply = http(served, "GET", "/v1/archive", Some(&bad)).await;
    assert_eq!((reply.code, reply.headers["www-authenticate"].contains("invalid_token")), (401, true));
    assert!(!reply.body.contains("sk-1"), "{reply:?}");
}

#[tokio::test]
async fn a_browser_is_given_a_page_on_which_its_reader_signs_in() {
    let guarded = Guarded::serve().await;
    let Guarded { served, credentials, .. } = &guarded;
    let get = |authorization: &str| {
        format!("GET / HTTP/1.1\r\nhost: localhost\r\naccept: text/html,*/*;q=0.8\r\n{authorization}connection: close\r\n\r\n")
    };
    let reply = served.raw(get("")).await;
    assert_eq!((reply.code, reply.headers["content-type"].as_str()), (401, "text/html; charset=utf-8"));
    assert!(reply.headers["www-authenticate"].starts_with("Bearer ") && reply.body.contains("action=\"/sign-in\""), "{reply:?}");
    // Whatever sends a key as browsers send passwords: any name, and the key.
    let key = credentials.iter().find(|credential| credential.name == "all").unwrap().header.as_ref().unwrap().1.replace("Bearer ", "");
    let reply = served.raw(get(&format!("authorization: Basic {}\r\n", STANDARD.encode(format!("reader:{key}"))))).await;
    assert_ne!(reply.code, 401, "{reply:?}");
}

#[tokio::test]
async fn who_may_not_is_told_which_scope_is_missing() {
    let guarded = Guarded::serve().await;
    let Guarded { served, credentials, .. } = &guarded;
    let search = credentials.iter().find(|credential| credential.name == "search").unwrap().header.as_ref();
    let reply = http(served, "POST", "/v1/ask", search).await;
    let info = reply.detail("ErrorInfo");
    assert_eq!((reply.code, &info["reason"], &info["metadata"]["scope"]), (403, &json!("PERMISSION_DENIED"), &json!("ask")));
    let reply = http(served, "POST", "/openai/v1/chat/completions", search).await;
    assert_eq!((reply.code, &reply.json()["error"]["type"]), (403, &json!("permission_error")));
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": QUESTION}}});
    let reply = served.raw(mcp(&call, search)).await;
    assert!(reply.code == 200 && reply.body.contains("\"isError\":true") && reply.body.contains("lacks the scope `ask`"), "{reply:?}");
}

#[tokio::test]
async fn where_nobody_is_asked_a_foreign_name_is_refused_on_every_route() {
    let served = Peers::new().served_to(AccessOptions::default()).await;
    for (host, code) in
        [("localhost:7400", 200), ("127.0.0.1", 200), ("[::1]:7400", 200), ("evil.example", 403), ("localhost.evil.example", 403)]
    {
        for path in ["/v1/models", "/openai/v1/models"] {
            let reply = served.raw(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")).await;
            assert_eq!(reply.code, code, "{host} {path}: {reply:?}");
        }
        let web = format!(
            "POST /antigravityqa.gateway.v1.GatewayService/ListModels HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/grpc-web-text\r\naccept: application/grpc-web-text\r\ncontent-length: 8\r\nconnection: close\r\n\r\nAAAAAAA="
        );
        let refused = served.raw(web).await.headers.get("grpc-status").is_some_and(|status| status == "7");
        assert_eq!(refused, code == 403, "{host}");
    }
}
