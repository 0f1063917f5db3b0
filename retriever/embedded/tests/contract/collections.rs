//! Collections made, listed, described and deleted; and the settings and methods that are refused instead of ignored.

use qdrant_client::qdrant::{self as pb};
use tonic::Code;

use crate::support::{Fixture, NAME, dense, metadata, papers, point};

#[tokio::test]
async fn a_collection_reports_its_configuration_and_metadata_in_full_also_after_a_restart() {
    let mut fixture = Fixture::with_papers().await;
    fixture.index("year", pb::FieldType::Integer).await;
    let before = fixture.info(NAME).await.unwrap();
    for _ in 0..2 {
        let info = fixture.info(NAME).await.unwrap();
        assert_eq!(info.status(), pb::CollectionStatus::Green);
        assert_eq!(info.points_count, Some(0));
        assert_eq!(info.payload_schema["year"].data_type(), pb::PayloadSchemaType::Integer);
        let config = info.config.unwrap();
        assert_eq!(config.metadata, metadata());
        let params = config.params.clone().unwrap();
        let sent = papers();
        assert_eq!((params.vectors_config, params.sparse_vectors_config), (sent.vectors_config, sent.sparse_vectors_config));
        assert_eq!((params.shard_number, params.replication_factor, params.write_consistency_factor), (1, Some(1), Some(1)));
        assert_eq!(config.hnsw_config.unwrap().m, Some(16));
        assert_eq!(Some(config), before.config);
        fixture = fixture.reopened().await;
    }
}

#[tokio::test]
async fn collections_are_listed_found_and_deleted() {
    let mut fixture = Fixture::with_papers().await;
    let second = pb::CreateCollection { collection_name: "answers".into(), ..papers() };
    assert!(fixture.create(second).await.unwrap().result);
    assert_eq!(names(&mut fixture).await, ["answers", NAME]);
    assert_eq!(fixture.create(papers()).await.unwrap_err().code(), Code::AlreadyExists);

    let delete = pb::DeleteCollection { collection_name: NAME.into(), timeout: None };
    assert!(fixture.collections.delete(delete.clone()).await.unwrap().into_inner().result);
    assert!(!fixture.collections.delete(delete).await.unwrap().into_inner().result, "it is gone already");
    assert!(!exists(&mut fixture, NAME).await);
    assert!(exists(&mut fixture, "answers").await);
    assert_eq!(fixture.info(NAME).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(std::fs::read_dir(fixture.dir.path().join("collections")).unwrap().count(), 1, "its directory is gone");

    // The name is free again, and what was in it stays gone.
    fixture.create(papers()).await.unwrap();
    fixture.upsert(vec![point(1, [("dense", dense(&[1.0, 0.0, 0.0]))], serde_json::json!({}))]).await.unwrap();
    let mut fixture = fixture.reopened().await;
    assert_eq!(fixture.count(None).await, 1);
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused() {
    let mut fixture = Fixture::empty().await;
    let with = |change: &dyn Fn(&mut pb::CreateCollection)| {
        let mut request = papers();
        change(&mut request);
        request
    };
    let first_vector = |request: &mut pb::CreateCollection, change: &dyn Fn(&mut pb::VectorParams)| {
        let Some(pb::vectors_config::Config::ParamsMap(map)) = request.vectors_config.as_mut().unwrap().config.as_mut() else {
            panic!("named vectors");
        };
        change(map.map.get_mut("dense").unwrap());
    };
    let strict = pb::StrictModeConfig { enabled: Some(true), ..Default::default() };
    let table = [
        (with(&|request| request.shard_number = Some(2)), Code::Unimplemented),
        (with(&|request| request.replication_factor = Some(3)), Code::Unimplemented),
        (with(&|request| request.write_consistency_factor = Some(2)), Code::Unimplemented),
        (with(&|request| request.sharding_method = Some(pb::ShardingMethod::Custom.into())), Code::Unimplemented),
        (with(&|request| request.quantization_config = Some(Default::default())), Code::Unimplemented),
        (with(&|request| request.strict_mode_config = Some(strict.clone())), Code::Unimplemented),
        (
            with(&|request| {
                request.optimizers_config = Some(pb::OptimizersConfigDiff { prevent_unoptimized: Some(true), ..Default::default() });
            }),
            Code::Unimplemented,
        ),
        (with(&|request| first_vector(request, &|vector| vector.size = 0)), Code::InvalidArgument),
        (with(&|request| first_vector(request, &|vector| vector.distance = 9)), Code::InvalidArgument),
        (with(&|request| first_vector(request, &|vector| vector.memory = Some(pb::Memory::Pinned.into()))), Code::InvalidArgument),
        (with(&|request| request.collection_name = "../elsewhere".into()), Code::InvalidArgument),
        (with(&|request| request.collection_name = String::new()), Code::InvalidArgument),
    ];
    for (request, code) in table {
        let status = fixture.create(request.clone()).await.unwrap_err();
        assert_eq!(status.code(), code, "{}: {request:?}", status.message());
    }
    assert!(names(&mut fixture).await.is_empty());
    assert_eq!(std::fs::read_dir(fixture.dir.path().join("collections")).unwrap().count(), 0);
}

#[tokio::test]
async fn threshold_and_metadata_are_changed_for_good_and_anything_else_is_refused() {
    let mut fixture = Fixture::with_papers().await;
    let unchanged = pb::UpdateCollection { collection_name: NAME.into(), ..Default::default() };
    assert!(fixture.collections.update(unchanged.clone()).await.unwrap().into_inner().result);
    let threshold = pb::OptimizersConfigDiff { indexing_threshold: Some(7), ..Default::default() };
    let changed = pb::UpdateCollection {
        metadata: crate::support::payload(serde_json::json!({ "schema_version": 2, "mark": "x" })),
        optimizers_config: Some(threshold),
        ..unchanged.clone()
    };
    fixture.collections.update(changed).await.unwrap();
    // What isn't named stays.
    fixture.collections.update(unchanged.clone()).await.unwrap();
    let hnsw = pb::UpdateCollection { hnsw_config: Some(Default::default()), ..unchanged };
    assert_eq!(fixture.collections.update(hnsw).await.unwrap_err().code(), Code::Unimplemented);
    for _ in 0..2 {
        let config = fixture.info(NAME).await.unwrap().config.unwrap();
        assert_eq!(config.optimizer_config.unwrap().indexing_threshold, Some(7));
        let metadata = crate::support::json_of(config.metadata);
        assert_eq!(
            (&metadata["schema_version"], &metadata["mark"], &metadata["embedding_model"]),
            (&2.into(), &"x".into(), &"MiniLM".into())
        );
        fixture = fixture.reopened().await;
    }
}

#[tokio::test]
async fn methods_that_are_not_served_say_so_by_name() {
    let mut fixture = Fixture::with_papers().await;
    let status = fixture.points.query_groups(pb::QueryPointGroups::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("query_groups"), "{}", status.message());
    let status = fixture.collections.list_shard_keys(pb::ListShardKeysRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("list_shard_keys"), "{}", status.message());
}

#[tokio::test]
async fn health_names_the_version_that_clients_compare() {
    let fixture = Fixture::empty().await;
    let mut client = pb::qdrant_client::QdrantClient::new(fixture.engine.service());
    let reply = client.health_check(pb::HealthCheckRequest {}).await.unwrap().into_inner();
    assert_eq!(reply.version, "1.20.0");
    assert!(!reply.title.is_empty());
}

async fn names(fixture: &mut Fixture) -> Vec<String> {
    let collections = fixture.collections.list(pb::ListCollectionsRequest {}).await.unwrap().into_inner().collections;
    collections.into_iter().map(|collection| collection.name).collect()
}

async fn exists(fixture: &mut Fixture, name: &str) -> bool {
    fixture.info(name).await.is_ok()
}
