//! What a caller is told when a peer fails: the truth, with its reason.

use antigravity_chassis::status::Problem;
use antigravity_chassis::transport::{Peer, remote};
use antigravity_gateway::{Gateway, Options};
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::gateway::v1::*;
use antigravity_proto::retriever::v1::{GetPreprintsResponse, SearchResponse};
use antigravity_proto::types::{CoverageLevel, NoticeKind, Reason};
use futures_util::{FutureExt, StreamExt, TryStreamExt, future, stream};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::fakes::*;

/// Fails `Ask` and the end of `AskStream`, which must be told the same.
async fn failure(client: &mut Client) -> Status {
    let unary = client.ask(asking()).await.unwrap_err();
    let events = client.ask_stream(AskStreamRequest { ask: Some(asking()) }).await.unwrap().into_inner();
    let streamed = events.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!((unary.code(), unary.message(), reason(&unary)), (streamed.code(), streamed.message(), reason(&streamed)));
    unary
}

#[tokio::test]
async fn what_a_peer_says_passes_through() {
    let archive_empty = || Problem::new(Reason::ArchiveEmpty, "the archive is empty: fill it with `antigravity index FILE`");
    let index = || Problem::new(Reason::IndexUnavailable, "no Qdrant");
    let overloaded = || Problem::new(Reason::Overloaded, "too many calls");
    type Break = fn(&mut Peers, Problem);
    let search: Break = |peers, problem| peers.retriever.search = fails(problem);
    let compose: Break = |peers, problem| peers.answerer.compose = fails(problem);
    let mid_stream: Break = |peers, problem| {
        peers.answerer.compose = replies(move |_| {
            let block = said(Composing::Block(block("Half an answer")));
            stream::iter([block, Err(problem.clone().into())]).boxed()
        });
    };
    for (broken, problem, code) in [
        (search, archive_empty(), Code::FailedPrecondition),
        (search, index(), Code::Unavailable),
        (compose, overloaded(), Code::ResourceExhausted),
        (mid_stream, overloaded(), Code::ResourceExhausted),
    ] {
        let mut peers = Peers::new();
        broken(&mut peers, problem.clone());
        let status = failure(&mut peers.client()).await;
        assert_eq!((status.code(), reason(&status), status.message()), (code, problem.reason(), problem.to_string().as_str()));
    }
}

/// Loses the first call of this method with its replica, and answers the others.
fn loses_first<Q: 'static, R: Send + 'static>(by: Reason, then: Script<Q, R>) -> Script<Q, R> {
    let lost = std::sync::atomic::AtomicBool::new(false);
    Box::new(move |request| match lost.swap(true, std::sync::atomic::Ordering::Relaxed) {
        false => future::ready(Err(Problem::new(by, "the connection was lost").into())).boxed(),
        true => then(request),
    })
}

#[tokio::test]
async fn what_only_reads_and_was_lost_with_its_replica_is_asked_once_more() {
    let mut peers = Peers::new();
    peers.retriever.search = loses_first(Reason::RetrieverUnavailable, peers.retriever.search);
    peers.answerer.assess_coverage = loses_first(Reason::AnswererUnavailable, peers.answerer.assess_coverage);
    let seen = peers.seen.clone();
    let answer = peers.client().ask(asking()).await.unwrap().into_inner().answer.unwrap();
    assert!(answer.notices.iter().all(|notice| notice.kind() != NoticeKind::FollowUpsGivenUp), "{answer:?}");
    assert_eq!(seen.methods()[..3], ["Search", "Search", "Compose"]);
    assert_eq!(seen.methods().iter().filter(|method| **method == "AssessCoverage").count(), 2);

    let mut peers = Peers::new();
    peers.answerer.compose = loses_first(Reason::AnswererUnavailable, peers.answerer.compose);
    let lost = peers.client().ask(asking()).await.unwrap_err();
    assert_eq!(reason(&lost), Reason::AnswererUnavailable, "a model may have been asked");
}

#[tokio::test]
async fn a_peer_that_cannot_be_reached_is_named_with_the_time_to_come_back() {
    // A port that nothing listens on: it was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string().parse().unwrap();
    let there = || Peers::new().transport();
    for (retriever, answerer, expected) in [
        (remote(&free, Peer::Retriever), there(), Reason::RetrieverUnavailable),
        (remote(&free, Peer::Retriever), remote(&free, Peer::Answerer), Reason::RetrieverUnavailable),
    ] {
        let gateway = Gateway::build(Options::default(), retriever, answerer);
        let mut client = Client::new(antigravity_chassis::transport::in_process(gateway.routes()));
        let status = failure(&mut client).await;
        assert_eq!((status.code(), reason(&status)), (Code::Unavailable, expected));
        assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());
    }
    let gateway = Gateway::build(Options::default(), there(), remote(&free, Peer::Answerer));
    let mut client = Client::new(antigravity_chassis::transport::in_process(gateway.routes()));
    let status = client.list_models(ListModelsRequest {}).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::Unavailable, Reason::AnswererUnavailable));
}

#[tokio::test]
async fn a_peer_that_breaks_the_contract_is_a_fault_and_no_answer() {
    let mut peers = Peers::new();
    peers.retriever.search = replies(|_| SearchResponse::default());
    assert_eq!(reason(&failure(&mut peers.client()).await), Reason::Internal, "no result for the query");

    let mut peers = Peers::new();
    peers.answerer.composes([Composing::Coverage(coverage(CoverageLevel::Full)), Composing::Block(block("Half an answer"))]);
    assert_eq!(reason(&failure(&mut peers.client()).await), Reason::Internal, "no composition at the end");
}

#[tokio::test]
async fn a_preprint_that_is_not_there_is_named() {
    let mut peers = Peers::new();
    peers.retriever.get_preprints = replies(|_| GetPreprintsResponse::default());
    let request = GetPreprintRequest { id: "ag-2026.03-1712".into(), ..Default::default() };
    let status = peers.client().get_preprint(request).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::NotFound, Reason::PreprintNotFound));
    let resource = status.get_details_resource_info().unwrap();
    assert_eq!((resource.resource_type.as_str(), resource.resource_name.as_str()), ("preprint", "AG-2026.03-1712"));
}
