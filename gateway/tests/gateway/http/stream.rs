//! Server-sent events: what comes in which order, how a failure is told, and what a caller that leaves leaves behind.

use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::types::{CoverageLevel, Reason};
use futures_util::{StreamExt, future, stream};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::fakes::*;

fn asked() -> Value {
    json!({"question": QUESTION})
}

#[tokio::test]
async fn the_events_end_in_the_answer_that_ask_gives() {
    let served = Peers::new().served().await;
    let reply = served.post("/v1/ask:stream", &asked()).await;
    assert_eq!((reply.code, reply.headers["content-type"].as_str()), (200, "text/event-stream"));
    let events = reply.events();
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sources", "coverage", "block", "block", "answer"]);
    for (name, data) in &events {
        let data: Value = serde_json::from_str(data).unwrap();
        assert_eq!(data.as_object().unwrap().keys().collect::<Vec<_>>(), [name], "each is an AskStreamResponse");
    }
    let comparable = |mut answer: Value| {
        for varying in ["id", "createTime"] {
            answer.as_object_mut().unwrap().remove(varying);
        }
        answer["provenance"].as_object_mut().unwrap().remove("timings");
        answer
    };
    let streamed: Value = serde_json::from_str(&events[4].1).unwrap();
    let whole = served.post("/v1/ask", &asked()).await.json();
    assert_eq!(comparable(streamed["answer"].clone()), comparable(whole["answer"].clone()));
}

#[tokio::test]
async fn a_failure_before_the_first_event_is_an_http_error() {
    let mut peers = Peers::new();
    peers.retriever.search = fails(Problem::new(Reason::IndexUnavailable, "no index"));
    let served = peers.served().await;
    let reply = served.post("/v1/ask:stream", &asked()).await;
    assert_eq!((reply.code, reply.detail("ErrorInfo")["reason"].as_str()), (503, Some("INDEX_UNAVAILABLE")));
    assert_eq!((reply.headers["retry-after"].as_str(), reply.detail("RetryInfo")["retryDelay"].as_str()), ("1", Some("1s")));
    let reply = served.post("/v1/ask:stream", &json!({"question": "x", "sources": 99})).await;
    assert_eq!((reply.code, reply.detail("BadRequest")["fieldViolations"][0]["field"].as_str()), (400, Some("sources")));
}

#[tokio::test]
async fn a_failure_after_it_is_the_last_event() {
    let mut peers = Peers::new();
    peers.answerer.compose = replies(|_| {
        let begun = said(Composing::Block(block("Half an answer")));
        stream::iter([begun, Err(Problem::new(Reason::AnswererUnavailable, "gone").into())]).boxed()
    });
    let events = peers.served().await.post("/v1/ask:stream", &asked()).await.events();
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["sources", "block", "error"]);
    let error: Value = serde_json::from_str(&events[2].1).unwrap();
    let reasons: Vec<&str> = error["details"].as_array().unwrap().iter().filter_map(|detail| detail["reason"].as_str()).collect();
    assert_eq!((&error["code"], reasons), (&json!(14), vec!["ANSWERER_UNAVAILABLE"]));
}

/// An answer that begins and doesn't end; tells when it is dropped.
fn endless(peers: &mut Peers) -> tokio::sync::mpsc::UnboundedReceiver<&'static str> {
    let (sender, dropped) = Dropped::channel();
    peers.answerer.compose = replies(move |_| {
        sender.send("composing").unwrap();
        let guard = Dropped::tell(&sender);
        let begun = [said(Composing::Coverage(coverage(CoverageLevel::Full))), said(Composing::Block(block("Half an answer")))];
        let never = async move {
            let _owned = guard;
            future::pending().await
        };
        stream::iter(begun).chain(stream::once(never)).boxed()
    });
    dropped
}

#[tokio::test]
async fn a_caller_that_leaves_ends_the_writing() {
    let mut peers = Peers::new();
    let mut dropped = endless(&mut peers);
    let served = peers.served().await;
    for path in ["/v1/ask:stream", "/v1/ask"] {
        let mut stream = served.connect().await;
        stream.write_all(&request(path, &[("content-type", "application/json")], asked().to_string().as_bytes())).await.unwrap();
        if path.ends_with(":stream") {
            let mut read = String::new();
            while !read.contains("Half an answer") {
                let mut bytes = [0; 1024];
                let count = stream.read(&mut bytes).await.unwrap();
                read.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
            }
        }
        // Until it is being written, there is nothing to be dropped.
        assert_eq!(dropped.recv().await, Some("composing"));
        drop(stream);
        assert_eq!(dropped.recv().await, Some("dropped"), "{path}");
    }
}

#[tokio::test]
async fn a_deadline_ends_a_stream_with_an_event_and_a_whole_answer_with_504() {
    let mut peers = Peers::new();
    let mut dropped = endless(&mut peers);
    let served = peers.served().await;
    let headers = [("content-type", "application/json"), ("grpc-timeout", "400m")];
    let reply = served.raw(request("/v1/ask:stream", &headers, asked().to_string().as_bytes())).await;
    let (name, data) = reply.events().pop().unwrap();
    let error: Value = serde_json::from_str(&data).unwrap();
    assert_eq!((name.as_str(), &error["code"]), ("error", &json!(4)), "{reply:?}");
    assert_eq!((dropped.recv().await, dropped.recv().await), (Some("composing"), Some("dropped")));
    let reply = served.raw(request("/v1/ask", &headers, asked().to_string().as_bytes())).await;
    assert_eq!((reply.code, reply.detail("ErrorInfo")["reason"].as_str()), (504, Some("DEADLINE_EXCEEDED")));
    assert_eq!((dropped.recv().await, dropped.recv().await), (Some("composing"), Some("dropped")));
}
