//! Kept answers given again: to a request that comes again, and to the same question where the request allows it.

use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest};
use antigravity_proto::retriever::v1::{DescribeArchiveRequest, DescribeArchiveResponse, SearchRequest};
use antigravity_proto::types::{Answer, Filter, Notice, NoticeKind, Reason};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use std::sync::Arc;
use tokio::sync::Semaphore;

use super::*;

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

async fn ask(client: &mut Client, request: AskRequest) -> Answer {
    client.ask(request).await.unwrap().into_inner().answer.unwrap()
}

fn again() -> AskRequest {
    AskRequest { reuse_kept_answer: true, ..asking() }
}

/// The same answer but for what this request took and cost.
fn is_served_from(answer: &Answer, first: &Answer) {
    let provenance = answer.provenance.as_ref().unwrap();
    assert_eq!((provenance.served_from.as_str(), provenance.model_calls, provenance.usage), (first.id.as_str(), 0, None));
    assert!(provenance.timings.as_ref().is_some_and(|timings| timings.total.is_some() && timings.model.is_none()));
    assert_eq!(answer.notices.last().unwrap().kind(), NoticeKind::ServedFromKept);
    let mut same = answer.clone();
    same.notices.pop();
    same.provenance = first.provenance.clone();
    assert_eq!(same, *first);
}

#[tokio::test]
async fn the_same_question_is_answered_from_what_is_kept_when_the_request_allows_it() {
    let peers = steady();
    let seen = peers.seen.clone();
    let mut client = client(peers);
    let first = ask(&mut client, asking()).await;
    is_served_from(&ask(&mut client, again()).await, &first);
    is_served_from(&ask(&mut client, AskRequest { model: "haiku".into(), ..again() }).await, &first);
    assert_eq!(composes(&seen), 1);
    assert_ne!(ask(&mut client, asking()).await.id, first.id, "not unless it is allowed");
    assert_eq!(composes(&seen), 2);
}

#[tokio::test]
async fn a_served_answer_comes_in_the_same_events() {
    let mut client = client(steady());
    let first = ask(&mut client, asking()).await;
    let stream = client.ask_stream(AskStreamRequest { ask: Some(again()) }).await.unwrap().into_inner();
    let events: Vec<Event> = stream.map_ok(|message| message.event.unwrap()).try_collect().await.unwrap();
    let [Event::Sources(sources), Event::Coverage(coverage), Event::Block(block), Event::Answer(answer)] = &events[..] else {
        panic!("{events:?}")
    };
    is_served_from(answer, &first);
    assert_eq!((&sources.sources, Some(coverage)), (&answer.sources, answer.coverage.as_ref()));
    assert_eq!((&block.markdown, &block.claims), (&answer.markdown, &answer.claims));
}

#[tokio::test]
async fn another_question_filter_or_model_is_answered_anew() {
    let peers = steady();
    let seen = peers.seen.clone();
    let mut client = client(peers);
    let first = ask(&mut client, asking()).await;
    let filter = Some(Filter { categories: vec!["hep-ph".into()], ..Default::default() });
    for other in [
        AskRequest { question: "Why is the sky dark?".into(), ..again() },
        AskRequest { filter, ..again() },
        AskRequest { sources: 5, ..again() },
        AskRequest { model: "sonnet".into(), ..again() },
    ] {
        assert_ne!(ask(&mut client, other).await.id, first.id);
    }
    assert_eq!(composes(&seen), 5);
}

#[tokio::test]
async fn an_archive_that_has_changed_is_asked_anew() {
    let mut peers = steady();
    let answers = peers.retriever.answers.clone();
    let revision = Arc::new(std::sync::Mutex::new("r1"));
    let (described, searched) = (revision.clone(), revision.clone());
    peers.retriever.describe_archive = replies(move |_: DescribeArchiveRequest| {
        let revision = *described.lock().unwrap();
        DescribeArchiveResponse { archive: Some(archive(revision)) }
    });
    peers.retriever.search = replies(move |request: SearchRequest| {
        let archive_revision = (*searched.lock().unwrap()).to_owned();
        antigravity_proto::retriever::v1::SearchResponse { archive_revision, ..search_response(&request) }
    });
    let mut client = client(peers);
    let first = ask(&mut client, asking()).await;
    *revision.lock().unwrap() = "r2";
    let second = ask(&mut client, again()).await;
    assert_ne!(second.id, first.id);
    is_served_from(&ask(&mut client, again()).await, &second);
    *revision.lock().unwrap() = "r1";
    is_served_from(&ask(&mut client, again()).await, &first);
    assert_eq!(answers.asked().len(), 2);
}

#[tokio::test]
async fn an_answer_whose_model_failed_is_kept_but_not_given_to_others() {
    let mut peers = steady();
    let seen = peers.seen.clone();
    let failed = Notice { kind: NoticeKind::ModelFailed.into(), message: "The model failed.".into() };
    peers.answerer.composes(events(antigravity_proto::answerer::v1::Composition { notices: vec![failed], ..composed("haiku") }));
    let mut client = client(peers);
    ask(&mut client, asking()).await;
    ask(&mut client, again()).await;
    assert_eq!(composes(&seen), 2);
}

#[tokio::test]
async fn when_nothing_can_be_looked_up_the_question_is_answered_anew() {
    let peers = steady();
    peers.retriever.answers.fail(Problem::new(Reason::IndexUnavailable, "gone"));
    let answer = ask(&mut client(peers), again()).await;
    assert_eq!(answer.provenance.unwrap().served_from, "");
}

#[tokio::test]
async fn a_repeated_request_is_paid_once() {
    let peers = steady();
    let seen = peers.seen.clone();
    let mut client = client(peers);
    let request = || AskRequest { request_id: ID.into(), ..asking() };
    let first = ask(&mut client, request()).await;
    is_served_from(&ask(&mut client, request()).await, &first);
    is_served_from(&ask(&mut client, AskRequest { request_id: ID.to_uppercase(), ..asking() }).await, &first);
    let filter = Some(Filter { categories: vec!["hep-ph".into()], ..Default::default() });
    for other in [AskRequest { question: "What else?".into(), ..request() }, AskRequest { filter, ..request() }] {
        let status = client.ask(other).await.unwrap_err();
        assert_eq!((reason(&status), fields(&status)), (Reason::ArgumentInvalid, vec!["request_id".to_owned()]));
    }
    assert_eq!(composes(&seen), 1);
}

/// Where it can't be known whether it was paid for already, the caller decides.
#[tokio::test]
async fn a_request_that_may_be_a_repeated_one_fails_when_that_cannot_be_looked_up() {
    let peers = steady();
    let seen = peers.seen.clone();
    peers.retriever.answers.fail(Problem::new(Reason::IndexUnavailable, "gone"));
    let status = client(peers).ask(AskRequest { request_id: ID.into(), ..asking() }).await.unwrap_err();
    assert_eq!((reason(&status), composes(&seen)), (Reason::IndexUnavailable, 0));
}

#[tokio::test]
async fn a_request_that_comes_again_meanwhile_waits_for_the_first() {
    let mut peers = steady();
    let seen = peers.seen.clone();
    let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (inner_begun, inner_go) = (begun.clone(), go_on.clone());
    peers.answerer.compose = Box::new(move |_| {
        let (begun, go_on) = (inner_begun.clone(), inner_go.clone());
        async move {
            begun.add_permits(1);
            go_on.acquire().await.unwrap().forget();
            Ok(stream::iter(events(composed("haiku")).map(said)).boxed())
        }
        .boxed()
    });
    let client = client(peers);
    let asked = || {
        let mut client = client.clone();
        async move { ask(&mut client, AskRequest { request_id: ID.into(), ..asking() }).await }
    };
    let together = async { tokio::join!(asked(), asked()) };
    let released = async {
        begun.acquire().await.unwrap().forget();
        go_on.add_permits(2);
    };
    let ((a, b), ()) = tokio::join!(together, released);
    assert_eq!((a.id == b.id, composes(&seen)), (true, 1));
    let served = [&a, &b].into_iter().filter(|answer| !answer.provenance.as_ref().unwrap().served_from.is_empty()).count();
    assert_eq!(served, 1);
}
