//! JSON over HTTP: each route, and each way to get one wrong.

use antigravity_proto::answerer::v1::CheckGroundingResponse;
use antigravity_proto::types::{Claim, Verdict};
use serde_json::{Value, json};

use crate::fakes::*;

#[tokio::test]
async fn every_route_answers_in_proto3_json() {
    let served = Peers::new().served().await;
    let asked = served.post("/v1/ask", &json!({"question": QUESTION, "filter": {"fromDate": "2024"}, "sources": 4})).await;
    assert_eq!((asked.code, asked.headers["content-type"].as_str()), (200, "application/json"), "{asked:?}");
    let answer = &asked.json()["answer"];
    assert_eq!(answer["markdown"], "The archive has direct research on this. Networks help [AG-2026.03-1712].");
    assert_eq!(
        answer["provenance"]["retrieval"],
        json!({"sources": 4, "filter": {"fromDate": "2024"}, "candidates": 64,
        "denseWeight": 0.6, "wordsWeight": 0.3, "sentencesWeight": 0.1})
    );
    assert_eq!(answer["coverage"]["level"], "COVERAGE_LEVEL_PARTIAL");

    let found = served.post("/v1/search", &json!({"query": "neural"})).await.json();
    assert_eq!(found["sources"][0]["id"], "AG-2025.05-1524");
    assert_eq!(served.get("/v1/preprints/AG-2026.03-1712").await.json()["preprint"]["title"], "The title of AG-2026.03-1712");
    assert_eq!(served.get("/v1/archive?archive=lab").await.json()["archive"]["name"], "lab");
    assert_eq!(served.get("/v1/archive").await.json()["archive"]["preprints"], "3", "a 64-bit number is text");
    assert_eq!(served.get("/v1/archives?pageSize=2").await.json()["archives"], json!(["alpha", "beta"]));
    assert_eq!(served.get("/v1/models").await.json()["models"][1]["name"], "haiku");
}

#[tokio::test]
async fn a_text_is_checked_by_the_preprints_that_it_cites() {
    let mut peers = Peers::new();
    peers.answerer.check_grounding = replies(|request: antigravity_proto::answerer::v1::CheckGroundingRequest| CheckGroundingResponse {
        claims: request
            .preprints
            .iter()
            .map(|preprint| Claim { text: preprint.title.clone(), verdict: Verdict::Supported.into(), ..Default::default() })
            .collect(),
    });
    let served = peers.served().await;
    let checked = served.post("/v1/check-grounding", &json!({"markdown": "So it is [AG-2026.03-1712]."})).await.json();
    assert_eq!(checked["claims"][0]["text"], "The title of AG-2026.03-1712");
    assert_eq!(checked["support"], 1.0);
}

/// (request line's path and body, HTTP code, gRPC code, reason, field)
type Wrong = (&'static str, Option<Value>, u16, i32, &'static str, Option<&'static str>);

#[tokio::test]
async fn what_is_wrong_is_told_with_the_right_code_and_the_field() {
    let served = Peers::new().served().await;
    let wrong: Vec<Wrong> = vec![
        ("/v1/ask", Some(json!({"question": ""})), 400, 3, "QUESTION_EMPTY", Some("question")),
        ("/v1/ask", Some(json!({"question": "x".repeat(2_001)})), 400, 3, "QUESTION_TOO_LONG", Some("question")),
        ("/v1/ask", Some(json!({"qestion": "x"})), 400, 3, "ARGUMENT_INVALID", Some("qestion")),
        ("/v1/ask", Some(json!({"question": "x", "filter": {"toDate": "soon"}})), 400, 3, "FILTER_INVALID", Some("filter.to_date")),
        ("/v1/ask", Some(json!({"question": "x", "model": "gpt"})), 400, 3, "UNKNOWN_MODEL", Some("model")),
        ("/v1/ask?sources=3", Some(json!({"question": "x"})), 400, 3, "ARGUMENT_INVALID", Some("sources")),
        ("/v1/search", Some(json!({"query": "x", "limit": 101})), 400, 3, "ARGUMENT_INVALID", Some("limit")),
        ("/v1/check-grounding", Some(json!({"markdown": ""})), 400, 3, "ARGUMENT_INVALID", Some("markdown")),
        ("/v1/preprints/1712", None, 400, 3, "ARGUMENT_INVALID", Some("id")),
        ("/v1/preprints/AG-2026.03-1712?id=AG-2025.05-1524", None, 400, 3, "ARGUMENT_INVALID", Some("id")),
        ("/v1/archives?pageSize=-1", None, 400, 3, "ARGUMENT_INVALID", Some("page_size")),
        ("/v1/archives?pageSize=many", None, 400, 3, "ARGUMENT_INVALID", Some("pageSize")),
        ("/v1/archives?page=2", None, 400, 3, "ARGUMENT_INVALID", Some("page")),
        ("/v1/archive?archive=a&archive=b", None, 400, 3, "ARGUMENT_INVALID", Some("archive")),
        ("/v1/answers/0190163d-8694-739b-aea5-966c26f8ad91", None, 404, 5, "ANSWER_NOT_FOUND", None),
        ("/v1/answers/1", None, 400, 3, "ARGUMENT_INVALID", Some("id")),
        ("/v1/answers/0190163d-8694-739b-aea5-966c26f8ad91?shareToken=x", None, 400, 3, "ARGUMENT_INVALID", Some("shareToken")),
        ("/v1/delete-answers", Some(json!({"before": "soon"})), 400, 3, "ARGUMENT_INVALID", Some("before")),
        ("/v1/nothing", None, 404, 12, "NOT_IMPLEMENTED", None),
        ("/v1/ask", None, 405, 12, "NOT_IMPLEMENTED", None),
        ("/v1/models", Some(json!({})), 405, 12, "NOT_IMPLEMENTED", None),
    ];
    for (path, body, code, status, reason, field) in wrong {
        let reply = match &body {
            Some(body) => served.post(path, body).await,
            None => served.get(path).await,
        };
        let told = (reply.code, reply.json()["code"].clone(), reply.detail("ErrorInfo")["reason"].clone());
        assert_eq!(told, (code, json!(status), json!(reason)), "{path} {body:?}: {reply:?}");
        let named = reply.detail("BadRequest")["fieldViolations"][0]["field"].clone();
        assert_eq!(named.as_str(), field, "{path} {body:?}: {reply:?}");
        assert_eq!(reply.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn a_body_that_is_none_is_told_apart() {
    let served = Peers::new().served().await;
    let json = ("content-type", "application/json");
    let twice = br#"{"question": "a", "question": "b"}"#.as_slice();
    let large = format!(r#"{{"question": "{}"}}"#, "x".repeat(5 << 20));
    for (headers, body, code, says) in [
        (vec![("content-type", "text/plain")], b"{}".as_slice(), 415, "text/plain"),
        (vec![], b"{}".as_slice(), 415, "none was given"),
        (vec![("content-type", "application/json; charset=utf-8")], br#"{"question": ""}"#.as_slice(), 400, "empty"),
        (vec![json], b"{\"question\": \"\xff\"}".as_slice(), 400, "byte 14"),
        (vec![json], twice, 400, "twice"),
        (vec![json], b"{\"question\": ".as_slice(), 400, "line 1"),
        (vec![json], large.as_bytes(), 413, "4194304"),
    ] {
        let reply = served.raw(request("/v1/ask", &headers, body)).await;
        assert_eq!(reply.code, code, "{reply:?}");
        assert!(reply.json()["message"].as_str().unwrap().contains(says), "{says}: {reply:?}");
    }
}

#[tokio::test]
async fn http_1_0_is_answered_too() {
    let served = Peers::new().served().await;
    let reply = served.raw("GET /v1/models HTTP/1.0\r\n\r\n").await;
    assert_eq!((reply.code, reply.json()["models"][0]["name"].as_str()), (200, Some("extractive")));
    let body = json!({"question": QUESTION}).to_string();
    let head = format!("POST /v1/ask:stream HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let streamed = served.raw(head + &body).await;
    assert_eq!(streamed.events().last().unwrap().0, "answer", "{streamed:?}");
    // What hyper can't read has no form of ours.
    assert_eq!(served.raw("GET /v1/models HTTP/3.7\r\n\r\n").await.code, 400);
}

#[tokio::test]
async fn the_document_lists_what_the_routes_take() {
    let served = Peers::new().served().await;
    let document = served.get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for (path, verbs) in paths {
        let here = path.replace("{id}", "AG-2026.03-1712");
        for verb in verbs.as_object().unwrap().keys() {
            let reply =
                served.raw(format!("{} {here} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n", verb.to_uppercase())).await;
            assert_ne!(reply.json()["code"], 12, "{verb} {path} is served: {reply:?}");
        }
    }
    let question = &document["components"]["schemas"]["AskRequest"]["properties"]["question"];
    assert_eq!(question["type"], "string");
    assert!(question["description"].as_str().unwrap().contains("2,000 characters"), "{question}");
}
