//! The gateway's neighbours: gone, restarted elsewhere, partitioned.

use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest};
use antigravity_proto::types::Reason;
use antigravity_tests::model_server::{End, ModelServer, Reply};
use tempfile::TempDir;

use crate::chain::{self, Chain, QUESTION, SHORT, assert_away, assert_late, counted};

#[tokio::test]
async fn a_retriever_that_is_killed_and_started_elsewhere() {
    let mut chain = Chain::start().await;
    chain.answer().await;
    let restarted = chain::retriever(chain.data.path(), &chain.to_engine.setting());
    std::mem::replace(&mut chain.retriever, restarted).kill();
    assert_away(&chain.ask(SHORT).await.unwrap_err(), Reason::RetrieverUnavailable);
    assert_away(&chain.search(SHORT).await.unwrap_err(), Reason::RetrieverUnavailable);
    assert!(counted(&chain.gateway, "RetrieverService/Search", "UNAVAILABLE").await >= 2.0);

    chain.to_retriever.open(chain.retriever.socket());
    chain.answer().await;
    chain.stop().await;
}

#[tokio::test]
async fn an_answerer_that_is_killed_and_started_elsewhere() {
    let mut chain = Chain::start().await;
    chain.answer().await;
    std::mem::replace(&mut chain.answerer, chain::answerer(None)).kill();
    assert_away(&chain.ask(SHORT).await.unwrap_err(), Reason::AnswererUnavailable);
    assert!(chain.search(SHORT * 10).await.is_ok(), "searching needs no answerer");
    assert!(counted(&chain.gateway, "AnswererService/Compose", "UNAVAILABLE").await >= 1.0);

    chain.to_answerer.open(chain.answerer.socket());
    chain.answer().await;
    chain.stop().await;
}

/// What was shown stays shown, and the stream doesn't end as if the answer were whole.
#[tokio::test]
async fn an_answerer_that_is_killed_in_the_middle_of_an_answer() {
    let models = TempDir::new().unwrap();
    let text =
        "The archive speaks to this. Contrastive training keeps the latent space sensitive to unseen signals [AG-2026.03-1712]. And ";
    let server = ModelServer::start([Reply::Streams(text.into(), End::Stalls)]).await;
    let mut chain = Chain::with(&[], Some(&server.config(models.path(), ""))).await;
    let ask = AskRequest { question: QUESTION.into(), ..Default::default() };
    let mut events = chain.client().ask_stream(AskStreamRequest { ask: Some(ask) }).await.unwrap().into_inner();
    while !matches!(events.message().await.unwrap().unwrap().event, Some(Event::Block(_))) {}
    std::mem::replace(&mut chain.answerer, chain::answerer(None)).kill();
    let failed = loop {
        match events.message().await {
            Ok(message) => assert!(message.is_some(), "the stream ended as if the answer were whole"),
            Err(failed) => break failed,
        }
    };
    assert_away(&failed, Reason::AnswererUnavailable);
    assert!(counted(&chain.gateway, "AnswererService/Compose", "UNAVAILABLE").await >= 1.0);

    chain.to_answerer.open(chain.answerer.socket());
    chain.answer().await;
    chain.stop().await;
}

#[tokio::test]
async fn a_retriever_behind_a_partition() {
    let chain = Chain::start().await;
    chain.answer().await;
    chain.to_retriever.hold();
    assert_late(&chain.ask(SHORT).await.unwrap_err());
    assert_late(&chain.search(SHORT).await.unwrap_err());
    assert!(counted(&chain.gateway, "RetrieverService/Search", "DEADLINE_EXCEEDED").await >= 1.0);

    chain.to_retriever.open(chain.retriever.socket());
    chain.answer().await;
    chain.stop().await;
}

#[tokio::test]
async fn an_answerer_behind_a_partition() {
    let chain = Chain::start().await;
    chain.answer().await;
    chain.to_answerer.hold();
    assert_late(&chain.ask(SHORT * 4).await.unwrap_err());
    assert!(counted(&chain.gateway, "AnswererService/Compose", "DEADLINE_EXCEEDED").await >= 1.0);

    chain.to_answerer.open(chain.answerer.socket());
    chain.answer().await;
    chain.stop().await;
}
