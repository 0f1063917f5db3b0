//! Qdrant: gone, restarted, half-open, slow, and with another collection behind the alias. The embedded engine behind a port stands for it.

use antigravity_chassis::status::reason_of;
use antigravity_proto::types::Reason;
use antigravity_tests::engine::ServedEngine;
use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::{
    AliasOperations, ChangeAliases, CreateAlias, CreateCollection, DeleteAlias, Distance, ListAliasesRequest, VectorParams, VectorsConfig,
    vectors_config::Config,
};
use tonic::Code;

use crate::chain::{Chain, SHORT, assert_away, assert_late, counted, free};

/// Of a search or of a look at what the archive holds, whichever comes first.
const CALLS: &str = "\"qdrant.";

#[tokio::test]
async fn gone_and_restarted_elsewhere() {
    let mut chain = Chain::start().await;
    chain.answer().await;
    chain.to_engine.cut();
    for _ in 0..2 {
        assert_away(&chain.ask(SHORT * 10).await.unwrap_err(), Reason::IndexUnavailable);
    }
    assert!(counted(&chain.retriever, CALLS, "UNAVAILABLE").await >= 1.0);

    let folder = chain.data.path().join("index");
    chain.engine.stop().await;
    chain.engine = ServedEngine::start(&folder, free()).await;
    chain.to_engine.open(chain.engine.address);
    chain.answer().await;
    chain.stop().await;
}

/// The connection is there, and nothing comes over it.
#[tokio::test]
async fn half_open() {
    let chain = Chain::start().await;
    chain.answer().await;
    chain.to_engine.hold();
    assert_late(&chain.ask(SHORT).await.unwrap_err());
    assert_late(&chain.search(SHORT).await.unwrap_err());
    assert!(counted(&chain.retriever, CALLS, "DEADLINE_EXCEEDED").await + counted(&chain.retriever, CALLS, "CANCELLED").await >= 1.0);

    chain.to_engine.open(chain.engine.address);
    chain.answer().await;
    chain.stop().await;
}

/// Slow, and still in time: the caller waits, and is answered.
#[tokio::test]
async fn slow() {
    let mut chain = Chain::start().await;
    chain.answer().await;
    chain.to_engine.hold();
    let (mut client, target) = (chain.client(), chain.engine.address);
    let request = antigravity_proto::gateway::v1::SearchRequest { query: crate::chain::QUESTION.into(), ..Default::default() };
    let (found, ()) = tokio::join!(client.search(request), async {
        chain.to_engine.has_held().await;
        chain.to_engine.open(target);
    });
    assert!(!found.unwrap().into_inner().sources.is_empty());
    assert_eq!(counted(&chain.retriever, CALLS, "UNAVAILABLE").await, 0.0);
    chain.stop().await;
}

/// Somebody leads the archive's alias to a collection of another model: that is told as such, and so that an operator sees which; no answer is
/// made from it.
#[tokio::test]
async fn another_collection_behind_the_alias() {
    let chain = Chain::start().await;
    chain.answer().await;
    let mut collections = CollectionsClient::connect(chain.engine.setting().to_string()).await.unwrap();
    let alias = collections.list_aliases(ListAliasesRequest {}).await.unwrap().into_inner().aliases.remove(0);
    let params = VectorParams { size: 4, distance: Distance::Cosine.into(), ..Default::default() };
    let other = CreateCollection {
        collection_name: "other".into(),
        vectors_config: Some(VectorsConfig { config: Some(Config::Params(params)) }),
        ..Default::default()
    };
    collections.create(other).await.unwrap();
    lead(&mut collections, &alias.alias_name, "other").await;
    let failed = chain.ask(SHORT * 20).await.unwrap_err();
    assert_eq!((failed.code(), reason_of(&failed)), (Code::FailedPrecondition, Some(Reason::IndexIncompatible)), "{failed:?}");
    assert!(counted(&chain.gateway, "RetrieverService/Search", "FAILED_PRECONDITION").await >= 1.0);

    lead(&mut collections, &alias.alias_name, &alias.collection_name).await;
    chain.answer().await;
    chain.stop().await;
}

async fn lead(collections: &mut CollectionsClient<tonic::transport::Channel>, alias: &str, collection: &str) {
    let delete = Action::DeleteAlias(DeleteAlias { alias_name: alias.into() });
    let create = Action::CreateAlias(CreateAlias { alias_name: alias.into(), collection_name: collection.into() });
    let actions = [delete, create].map(|action| AliasOperations { action: Some(action) }).into();
    collections.update_aliases(ChangeAliases { actions, timeout: None }).await.unwrap();
}
