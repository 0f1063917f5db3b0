//! The Model Context Protocol over HTTP, as it stands on the wire.

use antigravity_chassis::status::Problem;
use antigravity_gateway::Options;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::types::Reason;
use futures_util::{StreamExt, future, stream};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use crate::fakes::*;

const ACCEPT: (&str, &str) = ("accept", "application/json, text/event-stream");
const JSON: (&str, &str) = ("content-type", "application/json");
const VERSION: (&str, &str) = ("mcp-protocol-version", "2025-06-18");

fn call(method: &str, params: &Value) -> Vec<u8> {
    request("/mcp", &[ACCEPT, JSON, VERSION], json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string().as_bytes())
}

/// Every message of a reply, whether it came alone or as events.
fn messages(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.code, 200, "{reply:?}");
    if reply.headers["content-type"].starts_with("application/json") {
        return vec![reply.json()];
    }
    reply.events().into_iter().filter(|(_, data)| !data.is_empty()).map(|(_, data)| serde_json::from_str(&data).unwrap()).collect()
}

async fn result(served: &Served, method: &str, params: &Value) -> Value {
    let reply = served.raw(call(method, params)).await;
    messages(&reply).pop().unwrap()["result"].clone()
}

#[tokio::test]
async fn it_says_who_it_is_and_what_it_can_do() {
    let served = Peers::new().served().await;
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let begun = result(&served, "initialize", &params).await;
    assert_eq!((&begun["serverInfo"]["name"], &begun["protocolVersion"]), (&json!("antigravity"), &json!("2025-06-18")));
    let tools = result(&served, "tools/list", &json!({})).await["tools"].clone();
    let names: Vec<&str> = tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ask", "search_preprints", "get_preprint", "check_grounding", "get_answer"]);
    assert!(
        tools
            .as_array()
            .unwrap()
            .iter()
            .all(|tool| tool["annotations"]["readOnlyHint"] == true && tool["outputSchema"]["type"] == "object")
    );
}

#[tokio::test]
async fn asking_reports_progress_and_gives_text_and_data() {
    let served = Peers::new().served().await;
    let params = json!({"name": "ask", "arguments": {"question": QUESTION}, "_meta": {"progressToken": "p1"}});
    let messages = messages(&served.raw(call("tools/call", &params)).await);
    let told: Vec<&Value> = messages.iter().filter(|message| message["method"] == "notifications/progress").map(|m| &m["params"]).collect();
    assert!(told.len() >= 4 && told.iter().all(|params| params["progressToken"] == "p1"), "{messages:?}");
    assert!(told.is_sorted_by(|a, b| a["progress"].as_f64() < b["progress"].as_f64()));
    let result = &messages.last().unwrap()["result"];
    assert_eq!((&result["isError"], &result["structuredContent"]["question"]), (&json!(false), &json!(QUESTION)));
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("[AG-2026.03-1712]") && text.contains("Sources:") && text.contains("Verify sources"), "{text}");

    let found = result_of(&served, "search_preprints", &json!({"query": "neural", "limit": 3})).await;
    assert_eq!(found["structuredContent"]["sources"].as_array().unwrap().len(), 3);
    let read = result_of(&served, "get_preprint", &json!({"id": "AG-2026.03-1712"})).await;
    assert_eq!(read["structuredContent"]["id"], "AG-2026.03-1712");
}

async fn result_of(served: &Served, tool: &str, arguments: &Value) -> Value {
    result(served, "tools/call", &json!({"name": tool, "arguments": arguments})).await
}

#[tokio::test]
async fn a_tool_that_fails_says_why_to_who_reads() {
    let mut peers = Peers::new();
    peers.retriever.search = fails(Problem::new(Reason::IndexUnavailable, "the vector database doesn't answer"));
    let served = peers.served().await;
    for (tool, arguments, says) in [
        ("ask", json!({"question": QUESTION}), "INDEX_UNAVAILABLE"),
        ("ask", json!({"question": ""}), "QUESTION_EMPTY"),
        ("ask", json!({"qestion": "x"}), "`qestion` is no field"),
        ("get_preprint", json!({"id": "1712"}), "no preprint id"),
        ("get_preprint", json!({}), "no preprint id"),
    ] {
        let result = result_of(&served, tool, &arguments).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}: {result}");
        assert!(result["content"][0]["text"].as_str().unwrap().contains(says), "{tool} {arguments}: {result}");
    }
    let unknown = messages(&served.raw(call("tools/call", &json!({"name": "delete", "arguments": {}}))).await).pop().unwrap();
    assert!(unknown["error"]["message"].as_str().unwrap().contains("search_preprints"), "{unknown}");
}

#[tokio::test]
async fn a_page_of_a_foreign_origin_or_host_is_refused() {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).to_string();
    let sent = |host: &str, origin: Option<&str>| {
        let origin = origin.map(|origin| format!("origin: {origin}\r\n")).unwrap_or_default();
        format!(
            "POST /mcp HTTP/1.1\r\nhost: {host}\r\n{origin}connection: close\r\naccept: {}\r\ncontent-type: application/json\r\n{}: {}\r\ncontent-length: {}\r\n\r\n{body}",
            ACCEPT.1,
            VERSION.0,
            VERSION.1,
            body.len()
        )
    };
    let closed = Peers::new().served().await;
    let options = Options { allowed_hosts: "lab.org".into(), allowed_origins: "https://chat.lab.org:443".into(), ..Default::default() };
    let open = Peers::new().served_with(options, |_| {}).await;
    for (served, host, origin, code) in [
        (&closed, "localhost:7400", None, 200),
        (&closed, "127.0.0.1", None, 200),
        (&closed, "evil.example", None, 403),
        (&closed, "localhost", Some("https://evil.example"), 403),
        (&closed, "localhost", Some("null"), 403),
        (&open, "lab.org", Some("https://chat.lab.org"), 200),
        (&open, "lab.org", Some("http://chat.lab.org"), 403),
        (&open, "evil.example", None, 403),
    ] {
        let reply = served.raw(sent(host, origin)).await;
        assert_eq!(reply.code, code, "{host} {origin:?}: {reply:?}");
    }
}

#[tokio::test]
async fn a_caller_that_leaves_ends_the_writing() {
    let (sender, mut dropped) = Dropped::channel();
    let mut peers = Peers::new();
    peers.answerer.compose = replies(move |_| {
        let guard = Dropped::tell(&sender);
        let _ = sender.send("composing");
        let never = async move {
            let _owned = guard;
            future::pending().await
        };
        stream::iter([said(Composing::Block(block("Half an answer")))]).chain(stream::once(never)).boxed()
    });
    let served = peers.served().await;
    let mut stream = served.connect().await;
    stream.write_all(&call("tools/call", &json!({"name": "ask", "arguments": {"question": QUESTION}}))).await.unwrap();
    assert_eq!(dropped.recv().await, Some("composing"));
    drop(stream);
    assert_eq!(dropped.recv().await, Some("dropped"));
}
