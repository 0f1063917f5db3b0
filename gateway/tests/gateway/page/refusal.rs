//! Failures: a page for who reads, a status for who doesn't.

use antigravity_chassis::status::Problem;
use antigravity_proto::answerer::v1::compose_response;
use antigravity_proto::types::Reason;
use futures_util::{StreamExt as _, stream};

use super::{browse, browse_packed, browse_with, words};
use crate::fakes::*;

#[tokio::test]
async fn an_error_page_says_what_happened_and_what_to_do() {
    for (path, code, said) in [
        ("/ask?q=", 400, &["There is no question", "Write one below", "QUESTION_EMPTY"][..]),
        ("/ask?q=Why&from=soon", 400, &["can’t be narrowed down", "soon", "FILTER_INVALID"]),
        ("/ask?q=Why&model=x", 400, &["no such model", "`x`", "UNKNOWN_MODEL"]),
        ("/search?q=x&limit=1000", 400, &["can’t be read", "ARGUMENT_INVALID"]),
        ("/preprints/9", 400, &["can’t be read", "ARGUMENT_INVALID"]),
        ("/nowhere", 404, &["There is no such page", "/nowhere"]),
        ("/page.js/x", 404, &["There is no such page"]),
    ] {
        let reply = browse_with(&Peers::new().served().await, path, &[("accept-encoding", "gzip")]).await;
        assert!(!reply.headers.contains_key("content-encoding"), "{path}: what isn't compressed doesn't say that it is");
        assert_eq!((reply.code, reply.headers["content-type"].as_str()), (code, "text/html; charset=utf-8"), "{path}");
        let page = words(&reply.body);
        assert!(said.iter().all(|said| page.contains(said)), "{path}: {page}");
        assert!(reply.headers.contains_key("content-security-policy"));
        assert!(!reply.headers.keys().any(|name| name.starts_with("grpc-")), "{reply:?}");
    }
}

#[tokio::test]
async fn a_part_that_is_away_is_told_with_when_to_come_back() {
    let mut peers = Peers::new();
    peers.retriever.search = fails(Problem::new(Reason::IndexUnavailable, "Qdrant doesn't answer"));
    let reply = browse(&peers.served().await, "/ask?q=Why%3F").await;
    assert_eq!((reply.code, reply.headers["retry-after"].as_str()), (503, "1"));
    assert!(
        reply.body.contains("A part of the service is away") && reply.body.contains(">Why?</textarea>"),
        "the question isn't lost: {reply:?}"
    );
}

#[tokio::test]
async fn a_page_that_is_cut_off_says_so_also_when_it_is_compressed() {
    let mut peers = Peers::new();
    peers.answerer.compose = replies(|_| {
        let begun = said(compose_response::Event::Block(block("Half an answer.\n\n")));
        stream::iter([begun]).chain(stream::pending()).boxed()
    });
    let page = browse_packed(&peers.served().await, "/ask?q=Why%3F", &[("grpc-timeout", "400m")]).await;
    assert!(page.contains("<p>Half an answer.</p>") && words(&page).contains("The answer broke off"), "{page}");
}

#[tokio::test]
async fn programs_get_a_status_whatever_they_accept() {
    let served = Peers::new().served().await;
    for (path, code) in [("/nowhere", 404), ("/v1/nothing", 404), ("/preprints/9", 400)] {
        let reply = served.get(path).await;
        assert_eq!((reply.code, reply.headers["content-type"].as_str()), (code, "application/json"), "{path}");
    }
    let reply = browse(&served, "/v1/preprints/9").await;
    assert_eq!((reply.code, reply.headers["content-type"].as_str()), (400, "application/json"), "a browser at a program's address");
}
