//! A deadline that passes, in each stage. What waits here waits for the deadline itself.

use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::gateway::v1::AskStreamRequest;
use antigravity_proto::types::{CoverageLevel, NoticeKind, Reason};
use futures_util::{StreamExt, TryStreamExt, future, stream};
use tonic::{Code, Request, Status};

use crate::fakes::*;

fn within<T>(time: Duration, message: T) -> Request<T> {
    CallContext::root().with_deadline(Deadline::within(time)).request(message)
}

fn late(status: &Status, stage: &str) {
    assert_eq!((status.code(), reason(status)), (Code::DeadlineExceeded, Reason::DeadlineExceeded), "{status}");
    assert_eq!(metadata(status, "stage").as_deref(), Some(stage));
}

type Break = fn(&mut Peers);

/// What a call of a gateway with such peers ends with, once it is late at this method and not before it, as the first may be on a busy machine:
/// each has more time than the one before.
async fn late_at(method: &str, breaks: Break, call: impl AsyncFn(Client, Duration) -> Result<(), Status>) -> Status {
    for time in [120, 500, 2_000, 8_000].map(Duration::from_millis) {
        let mut peers = Peers::new();
        breaks(&mut peers);
        let seen = peers.seen.clone();
        let status = call(peers.client(), time).await.unwrap_err();
        if seen.methods().contains(&method) {
            return status;
        }
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status}");
    }
    panic!("no call reached {method}");
}

#[tokio::test]
async fn in_a_stage_that_the_answer_needs_it_ends_the_call_and_names_the_stage() {
    let search: Break = |peers| peers.retriever.search = hangs();
    let compose: Break = |peers| peers.answerer.compose = hangs();
    let mid_compose: Break = |peers| {
        peers.answerer.compose = replies(|_| {
            let begun = [said(Composing::Coverage(coverage(CoverageLevel::Full))), said(Composing::Block(block("Half an answer")))];
            stream::iter(begun).chain(stream::once(future::pending())).boxed()
        });
    };
    for (breaks, stage, method) in [(search, "search", "Search"), (compose, "compose", "Compose"), (mid_compose, "compose", "Compose")] {
        let unary = async |mut client: Client, time| client.ask(within(time, asking())).await.map(drop);
        late(&late_at(method, breaks, unary).await, stage);
        let streamed = async |mut client: Client, time| {
            let events = client.ask_stream(within(time, AskStreamRequest { ask: Some(asking()) })).await?.into_inner();
            events.try_for_each(async |_| Ok(())).await
        };
        late(&late_at(method, breaks, streamed).await, stage);
    }
}

#[tokio::test]
async fn in_the_check_of_follow_ups_it_costs_the_follow_ups_and_not_the_answer() {
    let mut peers = Peers::new();
    peers.answerer.assess_coverage = hangs();
    let answer = peers.client().ask(within(Duration::from_secs(1), asking())).await.unwrap().into_inner().answer.unwrap();
    assert!(!answer.markdown.is_empty() && answer.follow_ups.is_empty());
    assert!(answer.notices.iter().any(|notice| notice.kind() == NoticeKind::FollowUpsGivenUp));
}

#[tokio::test]
async fn with_too_little_time_left_follow_ups_are_not_even_begun() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let answer = peers.client().ask(within(Duration::from_millis(380), asking())).await.unwrap().into_inner().answer.unwrap();
    assert_eq!(seen.methods(), ["Search", "Compose"]);
    assert!(answer.follow_ups.is_empty());
    assert!(answer.notices.iter().any(|notice| notice.kind() == NoticeKind::FollowUpsGivenUp));
    assert!(answer.follow_up_shortfall.contains("Too little time"), "{}", answer.follow_up_shortfall);
}
