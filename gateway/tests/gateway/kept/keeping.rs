//! What is kept, when, and what is said when it can't be.

use std::time::{Duration, SystemTime};

use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::get_answer_request::Key;
use antigravity_proto::gateway::v1::*;
use antigravity_proto::types::{NoticeKind, Reason};
use futures_util::TryStreamExt;
use serde_json::json;
use tonic::Code;

use super::*;

#[tokio::test]
async fn nothing_is_kept_unless_it_is_switched_on() {
    let peers = steady();
    let (seen, answers) = (peers.seen.clone(), peers.retriever.answers.clone());
    let mut client = peers.client();
    for _ in 0..2 {
        let request_id = uuid::Uuid::now_v7().to_string();
        client.ask(AskRequest { reuse_kept_answer: true, request_id, ..asking() }).await.unwrap();
    }
    assert_eq!((answers.asked().len(), composes(&seen)), (0, 2));
    assert!(!seen.methods().iter().any(|method| method.ends_with("Answer")), "{:?}", seen.methods());
}

#[tokio::test]
async fn an_answer_is_kept_before_it_leaves_and_read_the_same_over_every_protocol() {
    let peers = steady();
    let (seen, answers) = (peers.seen.clone(), peers.retriever.answers.clone());
    let served = peers.served_keeping(Default::default()).await;
    let mut client = Client::new(served.transport());
    let mut stream = client.ask_stream(AskStreamRequest { ask: Some(asking()) }).await.unwrap().into_inner();
    let answer = loop {
        match stream.try_next().await.unwrap().unwrap().event.unwrap() {
            Event::Answer(answer) => break answer,
            _ => assert!(answers.asked().len() <= 1),
        }
    };
    assert_eq!(seen.methods().last(), Some(&"KeepAnswer"));
    let kept = answers.asked().remove(0);
    assert_eq!((kept.tenant.as_str(), kept.answer.as_ref()), ("-", Some(&answer)));
    let days = SystemTime::try_from(kept.expire_time.unwrap()).unwrap().duration_since(SystemTime::now()).unwrap().as_secs_f64() / 86_400.0;
    assert!((29.9..30.0).contains(&days), "{days}");

    let read = client.get_answer(GetAnswerRequest { key: Some(Key::Id(answer.id.clone())) }).await.unwrap().into_inner();
    assert_eq!(read.answer.as_ref(), Some(&answer));
    let written = antigravity_proto::json::to_json(&answer).unwrap();
    let over_http = served.get(&format!("/v1/answers/{}", answer.id)).await;
    assert_eq!((over_http.code, &over_http.json()["answer"]), (200, &written));
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_answer", "arguments": {"id": answer.id}}});
    let over_mcp = served.raw(crate::access::protocols::mcp(&call, None)).await;
    assert!(over_mcp.body.contains(&format!("\"id\":\"{}\"", answer.id)) && over_mcp.body.contains("structuredContent"), "{over_mcp:?}");
}

#[tokio::test]
async fn a_failure_to_keep_is_a_notice_and_the_answer_is_given() {
    for (problem, says) in [
        (Problem::new(Reason::StorageFull, "the disk of the data directory is full: make room"), "no room"),
        (Problem::new(Reason::DeadlineExceeded, "late"), "in the time that was left"),
        (Problem::new(Reason::IndexUnavailable, "gone"), "could not be kept."),
    ] {
        let peers = steady();
        peers.retriever.answers.fail(problem);
        let answer = client(peers).ask(asking()).await.unwrap().into_inner().answer.unwrap();
        let notice = answer.notices.last().unwrap();
        assert!(notice.kind() == NoticeKind::NotKept && notice.message.contains(says), "{notice:?}");
        assert!(answer.markdown.contains("[AG-2026.03-1712]"));
    }
}

/// A whole answer isn't lost to a disk that hangs.
#[tokio::test]
async fn keeping_ends_before_the_callers_deadline() {
    let peers = steady();
    peers.retriever.answers.hang();
    let mut request = tonic::Request::new(asking());
    request.set_timeout(Duration::from_secs(2));
    let answer = client(peers).ask(request).await.unwrap().into_inner().answer.unwrap();
    assert_eq!(answer.notices.last().unwrap().kind(), NoticeKind::NotKept);
}

#[tokio::test]
async fn answers_are_listed_deleted_and_gone() {
    let mut client = client(steady());
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(client.ask(asking()).await.unwrap().into_inner().answer.unwrap().id);
    }
    ids.reverse();
    let listed = client.list_answers(ListAnswersRequest::default()).await.unwrap().into_inner().answers;
    assert_eq!(listed.into_iter().map(|answer| answer.id).collect::<Vec<_>>(), ids, "newest first");
    for _ in 0..2 {
        client.delete_answer(DeleteAnswerRequest { id: ids[0].clone() }).await.unwrap();
    }
    let status = client.get_answer(GetAnswerRequest { key: Some(Key::Id(ids[0].clone())) }).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::NotFound, Reason::AnswerNotFound));
    let deleted = client.delete_answers(DeleteAnswersRequest::default()).await.unwrap().into_inner().deleted;
    assert_eq!(deleted, 2);
}

/// Above all no id at all: it would mean every one of them.
#[tokio::test]
async fn what_is_no_id_is_refused() {
    let mut client = client(steady());
    client.ask(asking()).await.unwrap();
    for id in ["", "1", "AG-2026.03-1712"] {
        let refused = [
            client.get_answer(GetAnswerRequest { key: Some(Key::Id(id.into())) }).await.err(),
            client.delete_answer(DeleteAnswerRequest { id: id.into() }).await.err(),
            client.share_answer(ShareAnswerRequest { id: id.into(), revoke: false }).await.err(),
        ];
        for status in refused.map(Option::unwrap) {
            assert_eq!((reason(&status), fields(&status)), (Reason::ArgumentInvalid, vec!["id".to_owned()]), "{id:?}");
        }
    }
    let status = client.get_answer(GetAnswerRequest { key: None }).await.unwrap_err();
    assert_eq!(fields(&status), ["id"]);
    assert_eq!(client.list_answers(ListAnswersRequest::default()).await.unwrap().into_inner().answers.len(), 1);
}
