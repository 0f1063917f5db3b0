//! Kept answers over the embedded engine, and over the server that `QDRANT_URL` names, where it is set.

use std::time::Duration;

use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::status::reason_of;
use antigravity_chassis::transport::{self, Peer, Transport};
use antigravity_embedded::{Engine, EngineOptions};
use antigravity_proto::types::Answer;
use tonic::Status;
use uuid::Uuid;

use super::*;
use crate::index::Layout;

const DAY: i64 = 86_400;

fn call() -> CallContext {
    CallContext::root().with_deadline(Deadline::within(Duration::from_secs(60)))
}

fn answer(text: &str) -> Answer {
    let create_time = Some(prost_types::Timestamp { seconds: now(), nanos: 0 });
    Answer { id: Uuid::now_v7().to_string(), question: text.into(), create_time, ..Default::default() }
}

fn keep(tenant: &str, answer: &Answer, expires_in: i64) -> KeepAnswerRequest {
    KeepAnswerRequest {
        tenant: tenant.into(),
        answer: Some(answer.clone()),
        reuse_key: format!("key of {}", answer.question),
        expire_time: Some(prost_types::Timestamp { seconds: now() + expires_in, nanos: 0 }),
        request_id: format!("request of {}", answer.question),
    }
}

/// Tenants of this run alone: a server may hold others' answers.
struct Under {
    answers: Answers,
    a: String,
    b: String,
}

impl Under {
    fn new(transport: Transport) -> Self {
        let run = Uuid::now_v7().simple().to_string();
        Self { answers: Answers::new(Index::new(transport, Layout::default())), a: format!("a-{run}"), b: format!("b-{run}") }
    }

    async fn keep(&self, tenant: &str, answer: &Answer) {
        self.answers.keep(&call(), keep(tenant, answer, DAY)).await.unwrap();
    }

    async fn get(&self, tenant: &str, key: Key) -> Option<Answer> {
        self.read(tenant, key).await.and_then(|read| read.answer)
    }

    async fn read(&self, tenant: &str, key: Key) -> Option<GetAnswerResponse> {
        match self.answers.get(&call(), GetAnswerRequest { tenant: tenant.into(), key: Some(key) }).await {
            Ok(read) => Some(read),
            Err(error) => {
                assert_eq!(reason_of(&Status::from(error)), Some(Reason::AnswerNotFound));
                None
            }
        }
    }

    /// The questions of a page, and its token.
    async fn page(&self, tenant: &str, page_size: i32, page_token: &str) -> (Vec<String>, String) {
        let request = ListAnswersRequest { tenant: tenant.into(), page_size, page_token: page_token.into() };
        let page = self.answers.list(&call(), request).await.unwrap();
        (page.answers.into_iter().map(|answer| answer.question).collect(), page.next_page_token)
    }

    async fn delete(&self, tenant: &str, ids: &[&str], before: Option<i64>) -> u64 {
        let before = before.map(|seconds| prost_types::Timestamp { seconds, nanos: 0 });
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        self.answers.delete(&call(), DeleteAnswersRequest { tenant: tenant.into(), ids, before }).await.unwrap()
    }

    async fn share(&self, tenant: &str, id: &str, revoke: bool) -> Result<String, Option<Reason>> {
        let request = ShareAnswerRequest { tenant: tenant.into(), id: id.into(), revoke };
        self.answers.share(&call(), request).await.map_err(|error| reason_of(&error.into()))
    }
}

async fn contract(transport: Transport) {
    let under = Under::new(transport);
    let Under { a, b, .. } = &under;
    nothing_is_there_before_the_first(&under).await;
    let [first, second, third] = ["first", "second", "third"].map(answer);
    for answer in [&first, &second, &third] {
        under.keep(a, answer).await;
    }
    for (tenant, found) in [(a, Some(&first)), (b, None)] {
        for key in [Key::Id(first.id.clone()), Key::ReuseKey("key of first".into()), Key::RequestId("request of first".into())] {
            assert_eq!(under.get(tenant, key).await.as_ref(), found, "{tenant}");
        }
    }
    for key in [Key::Id("1".into()), Key::ReuseKey(String::new()), Key::RequestId(String::new()), Key::ShareToken(String::new())] {
        assert_eq!(under.get(a, key).await, None);
    }
    the_newest_is_found_by_a_key(&under).await;
    pages_follow_each_other(&under).await;
    a_link_opens_one_answer(&under, &first).await;
    what_has_expired_is_not_there(&under).await;
    only_ones_own_are_deleted(&under, &first).await;
}

async fn nothing_is_there_before_the_first(under: &Under) {
    assert_eq!(under.get(&under.a, Key::Id(Uuid::now_v7().to_string())).await, None);
    assert_eq!(under.page(&under.a, 0, "").await, (vec![], String::new()));
    assert_eq!(under.delete(&under.a, &[], None).await, 0);
}

async fn the_newest_is_found_by_a_key(under: &Under) {
    let newer = answer("second");
    under.keep(&under.a, &newer).await;
    assert_eq!(under.get(&under.a, Key::ReuseKey("key of second".into())).await.unwrap().id, newer.id);
    assert_eq!(under.delete(&under.a, &[&newer.id], None).await, 1);
}

async fn pages_follow_each_other(under: &Under) {
    let (page, next) = under.page(&under.a, 2, "").await;
    assert_eq!((page, next.is_empty()), (vec!["third".to_owned(), "second".to_owned()], false), "newest first");
    assert_eq!(under.page(&under.a, 2, &next).await, (vec!["first".to_owned()], String::new()));
    for (page_size, page_token) in [(-1, ""), (0, "2")] {
        let request = ListAnswersRequest { tenant: under.a.clone(), page_size, page_token: page_token.into() };
        let error = under.answers.list(&call(), request).await.unwrap_err();
        assert_eq!(reason_of(&error.into()), Some(Reason::ArgumentInvalid));
    }
}

async fn a_link_opens_one_answer(under: &Under, answer: &Answer) {
    let Under { a, b, .. } = under;
    assert_eq!(under.share(b, &answer.id, false).await, Err(Some(Reason::AnswerNotFound)));
    let link = async || under.read(a, Key::Id(answer.id.clone())).await.unwrap().share_token;
    assert_eq!(link().await, "");
    let token = under.share(a, &answer.id, false).await.unwrap();
    assert_eq!(link().await, token, "who reads it knows that others can");
    assert!(token.len() == 48 && token != answer.id);
    assert_eq!(under.share(a, &answer.id, false).await.unwrap(), token, "the same link again");
    assert_eq!(under.get(b, Key::ShareToken(token.clone())).await.as_ref(), Some(answer));
    assert_eq!(under.get(a, Key::RequestId("request of first".into())).await.as_ref(), Some(answer), "all else stays");
    assert_eq!(under.share(a, &answer.id, true).await.unwrap(), "");
    assert_eq!(link().await, "");
    assert_eq!(under.get(a, Key::ShareToken(token.clone())).await, None);
    assert_ne!(under.share(a, &answer.id, false).await.unwrap(), token, "what was taken back stays so");
    under.share(a, &answer.id, true).await.unwrap();
    let (one, other) = tokio::join!(under.share(a, &answer.id, false), under.share(a, &answer.id, false));
    assert_eq!(one, other, "who share at once get one link");
}

async fn what_has_expired_is_not_there(under: &Under) {
    let old = answer("old");
    under.answers.keep(&call(), keep(&under.a, &old, 0)).await.unwrap();
    assert_eq!(under.get(&under.a, Key::Id(old.id.clone())).await, None);
    assert!(!under.page(&under.a, 0, "").await.0.contains(&"old".to_owned()));
    // It went when it was written: there is nothing left to delete.
    assert_eq!(under.delete(&under.a, &[&old.id], None).await, 0);
}

async fn only_ones_own_are_deleted(under: &Under, answer: &Answer) {
    let Under { a, b, .. } = under;
    assert_eq!(under.delete(b, &[], None).await + under.delete(b, &[&answer.id], None).await, 0);
    assert_eq!(under.delete(a, &["1", ""], None).await, 0, "what is no id is not all of them");
    assert_eq!(under.delete(a, &[], Some(now() - DAY)).await, 0);
    assert_eq!(under.delete(a, &[&answer.id], None).await, 1);
    assert_eq!(under.delete(a, &[], Some(now() + DAY)).await, 2);
    assert_eq!(under.page(a, 0, "").await.0, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_embedded_engine() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(dir.path(), EngineOptions::default()).await.unwrap();
    Box::pin(contract(transport::in_process(engine.routes()))).await;
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_server_named_by_qdrant_url() {
    match std::env::var("QDRANT_URL").ok().filter(|address| !address.is_empty()) {
        Some(address) => Box::pin(contract(transport::remote(&address.parse().unwrap(), Peer::Index))).await,
        None => println!("SKIPPED: QDRANT_URL is not set"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, tenant) = (answer("kept"), "lab-a");
    for opened in 0..2 {
        let engine = Engine::open(dir.path(), EngineOptions::default()).await.unwrap();
        let under = Under::new(transport::in_process(engine.routes()));
        if opened == 0 {
            under.keep(tenant, &kept).await;
        }
        assert_eq!(under.get(tenant, Key::Id(kept.id.clone())).await.as_ref(), Some(&kept));
        engine.close().await;
    }
}

#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(dir.path(), EngineOptions { free_bytes: u64::MAX, ..EngineOptions::default() }).await.unwrap();
    let under = Under::new(transport::in_process(engine.routes()));
    let error = under.answers.keep(&call(), keep("lab-a", &answer("any"), DAY)).await.unwrap_err();
    assert_eq!(reason_of(&error.into()), Some(Reason::StorageFull));
    engine.close().await;
}

/// A page is as long as any client takes, and the next one goes on where it ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_long_answers_is_short() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(dir.path(), EngineOptions::default()).await.unwrap();
    let under = Under::new(transport::in_process(engine.routes()));
    for question in ["a", "b", "c"] {
        let long = Answer { markdown: "x".repeat(PAGE_BYTES / 2), ..answer(question) };
        under.keep("lab-a", &long).await;
    }
    let (page, next) = under.page("lab-a", 0, "").await;
    assert_eq!(page, ["c"]);
    let (page, next) = under.page("lab-a", 0, &next).await;
    assert_eq!(page, ["b"]);
    assert_eq!(under.page("lab-a", 0, &next).await, (vec!["a".to_owned()], String::new()));
    engine.close().await;
}
