//! A caller that goes away ends all that is under way for it.

use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskStreamRequest, IndexPreprintsRequest};
use antigravity_proto::types::CoverageLevel;
use futures_util::{FutureExt, StreamExt, future, stream};

use crate::fakes::*;

#[tokio::test]
async fn leaving_a_stream_ends_the_writing() {
    let (sender, mut dropped) = Dropped::channel();
    let mut peers = Peers::new();
    peers.answerer.compose = replies(move |_| {
        let guard = Dropped::tell(&sender);
        let begun = [said(Composing::Coverage(coverage(CoverageLevel::Full))), said(Composing::Block(block("Half an answer")))];
        let never = async move {
            let _owned = guard;
            future::pending().await
        };
        stream::iter(begun).chain(stream::once(never)).boxed()
    });
    let mut events = peers.client().ask_stream(AskStreamRequest { ask: Some(asking()) }).await.unwrap().into_inner();
    while let Some(event) = events.message().await.unwrap() {
        if let Some(Event::Block(_)) = event.event {
            break;
        }
    }
    assert_eq!(dropped.recv().now_or_never(), None, "the answerer is still writing");
    drop(events);
    assert_eq!(dropped.recv().await, Some("dropped"));
}

#[tokio::test]
async fn leaving_a_unary_call_ends_the_search() {
    let (sender, mut dropped) = Dropped::channel();
    let mut peers = Peers::new();
    peers.retriever.search = Box::new(move |_| {
        let guard = Dropped::tell(&sender);
        let _ = sender.send("searching");
        Box::pin(async move {
            let _owned = guard;
            future::pending().await
        })
    });
    let mut client = peers.client();
    let mut call = Box::pin(client.ask(asking()));
    let searching = tokio::select! {
        biased;
        ended = &mut call => panic!("the search hangs, and the call ended: {ended:?}"),
        event = dropped.recv() => event,
    };
    assert_eq!(searching, Some("searching"));
    drop(call);
    assert_eq!(dropped.recv().await, Some("dropped"));
}

#[tokio::test]
async fn leaving_an_indexing_ends_it_at_the_retriever() {
    let (sender, mut dropped) = Dropped::channel();
    let mut peers = Peers::new();
    peers.retriever.index_preprints = Box::new(move |batches| {
        let guard = Dropped::tell(&sender);
        let never = async move {
            let _owned = (guard, batches);
            future::pending().await
        };
        Box::pin(future::ready(Ok(stream::once(never).boxed())))
    });
    let batches = stream::pending::<IndexPreprintsRequest>();
    let mut acknowledgements = peers.client().index_preprints(batches).await.unwrap().into_inner();
    assert!(acknowledgements.message().now_or_never().is_none(), "polled once, so that the retriever was called");
    drop(acknowledgements);
    assert_eq!(dropped.recv().await, Some("dropped"));
}
