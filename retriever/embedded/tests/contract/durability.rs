//! What is on disk, and from when on: after a close, a drop, a crash, and with damage. A crash is played by copying the directory of a
//! running engine, which needs no second process to kill.

use std::fs;
use std::path::Path;

use antigravity_embedded::{EmbeddedError, Engine, EngineOptions};
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{self as pb};
use serde_json::json;
use tempfile::TempDir;
use tonic::Code;

use crate::support::{Fixture, NAME, dense, nearest_dense, open, papers, point, rows, sparse};

#[tokio::test]
async fn everything_is_there_after_the_engine_is_closed_or_merely_dropped() {
    let mut fixture = filled().await;
    let before = fixture.get(&[1, 2, 3]).await;
    let mut fixture = fixture.reopened().await;
    assert_eq!(fixture.get(&[1, 2, 3]).await, before);
    let Fixture { dir, engine, points, collections } = fixture;
    drop((engine, points, collections));
    let mut fixture = Fixture::at(dir).await;
    assert_eq!(fixture.get(&[1, 2, 3]).await, before);
    assert_eq!(fixture.query(nearest_dense(&[1.0, 0.0, 0.0])).await.unwrap().len(), 3);
}

/// What is on disk while the engine runs is what a killed process leaves behind.
#[tokio::test]
async fn what_was_acknowledged_is_on_disk_already() {
    let mut fixture = filled().await;
    let before = fixture.get(&[1, 2, 3]).await;
    let mut copy = Fixture::at(copied(fixture.dir.path())).await;
    assert_eq!(copy.get(&[1, 2, 3]).await, before);
    assert_eq!(copy.count(None).await, 3);
    assert_eq!(copy.info(NAME).await.unwrap().config, fixture.info(NAME).await.unwrap().config);
    copy.upsert(vec![point(4, [("dense", dense(&[0.0, 0.0, 1.0]))], json!({}))]).await.unwrap();
    assert_eq!((copy.count(None).await, fixture.count(None).await), (4, 3));
}

#[tokio::test]
async fn a_directory_in_use_is_named_with_and_without_collections() {
    for fixture in [Fixture::empty().await, filled().await] {
        let error = Engine::open(fixture.dir.path(), EngineOptions::default()).await.unwrap_err();
        assert!(matches!(&error, EmbeddedError::InUse { dir } if dir == fixture.dir.path()), "{error}");
        assert!(error.to_string().contains(&fixture.dir.path().display().to_string()), "{error}");
        let dir = fixture.dir;
        fixture.engine.close().await;
        open(dir.path()).await.close().await;
    }
}

#[tokio::test]
async fn what_a_crash_left_half_made_is_removed_and_the_rest_stays() {
    let fixture = filled().await;
    let dir = fixture.dir;
    fixture.engine.close().await;
    let half_made = dir.path().join("collections").join("other.0193afe0d3c97a5cb6b1f4a3e1a3a111");
    fs::create_dir_all(half_made.join("segments")).unwrap();
    fs::write(dir.path().join("catalog.new"), "{").unwrap();
    let mut fixture = Fixture::at(dir).await;
    assert!(!half_made.exists());
    assert_eq!(fixture.count(None).await, 3);
}

#[tokio::test]
async fn what_is_not_a_collection_is_left_alone() {
    let fixture = filled().await;
    let dir = fixture.dir;
    fixture.engine.close().await;
    let collections = dir.path().join("collections");
    fs::write(collections.join(".DS_Store"), "x").unwrap();
    fs::write(collections.join("papers.0193afe0d3c97a5cb6b1f4a3e1a3a111"), "a file").unwrap();
    fs::create_dir(collections.join("backup.old")).unwrap();
    let mut fixture = Fixture::at(dir).await;
    assert_eq!(fixture.count(None).await, 3);
    assert_eq!(fs::read_dir(collections).unwrap().count(), 4);
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_answers_the_rest() {
    let fixture = filled().await;
    let dir = fixture.dir;
    fixture.engine.close().await;
    let engine = Engine::open(dir.path(), EngineOptions { free_bytes: u64::MAX, ..EngineOptions::default() }).await.unwrap();
    let mut fixture = Fixture::of(dir, engine);
    let written = fixture.upsert(vec![point(9, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({}))]).await.unwrap_err();
    assert_eq!(written.code(), tonic::Code::ResourceExhausted, "{written}");
    let made = fixture.create(pb::CreateCollection { collection_name: "other".into(), ..papers() }).await.unwrap_err();
    assert_eq!(made.code(), tonic::Code::ResourceExhausted, "{made}");
    assert_eq!(fixture.count(None).await, 3);
    assert_eq!(fixture.reopened().await.count(None).await, 3);
}

#[tokio::test]
async fn a_damaged_directory_is_refused_not_emptied() {
    let fixture = filled().await;
    let dir = fixture.dir;
    fixture.engine.close().await;
    let catalog = dir.path().join("catalog.json");
    let good = fs::read(&catalog).unwrap();
    for damage in [None, Some("{\"collections\":")] {
        match damage {
            None => fs::remove_file(&catalog).unwrap(),
            Some(text) => fs::write(&catalog, text).unwrap(),
        }
        let error = Engine::open(dir.path(), EngineOptions::default()).await.unwrap_err();
        assert!(matches!(error, EmbeddedError::Damaged { .. }), "{error}");
    }
    fs::write(&catalog, good).unwrap();
    let mut fixture = Fixture::at(dir).await;
    assert_eq!(fixture.count(None).await, 3);
}

#[tokio::test]
async fn optimizing_changes_no_answer() {
    let dir = tempfile::tempdir().unwrap();
    // One point is enough for a run of its own accord; the threshold of 1 KB makes it build an HNSW graph.
    let engine = Engine::open(dir.path(), EngineOptions { optimize_after_points: 1, ..EngineOptions::default() }).await.unwrap();
    let mut points = PointsClient::new(engine.service());
    let mut collections = CollectionsClient::new(engine.service());
    let optimizers_config = Some(pb::OptimizersConfigDiff { indexing_threshold: Some(1), ..Default::default() });
    collections.create(pb::CreateCollection { optimizers_config, ..papers() }).await.unwrap();
    for batch in 0..5_u64 {
        let at = |id: u64| {
            let (sin, cos) = (id as f32 / 500.0).sin_cos();
            point(id, [("dense", dense(&[cos, sin, 0.0])), ("sentences", rows(&[&[cos, sin]]))], json!({ "batch": batch }))
        };
        let batch = (batch * 100..(batch + 1) * 100).map(at).collect();
        points.upsert(pb::UpsertPoints { collection_name: NAME.into(), points: batch, ..Default::default() }).await.unwrap();
    }
    engine.optimize().await.unwrap();
    let info = collections.get(pb::GetCollectionInfoRequest { collection_name: NAME.into() }).await.unwrap().into_inner();
    let info = info.result.unwrap();
    assert_eq!(info.status(), pb::CollectionStatus::Green);
    assert!(info.indexed_vectors_count.unwrap() > 0, "{info:?}");
    for exact in [false, true] {
        let params = Some(pb::SearchParams { exact: Some(exact), ..Default::default() });
        let query = pb::QueryPoints { params, limit: Some(3), ..nearest_dense(&[1.0, 0.0, 0.0]) };
        let batch = pb::QueryBatchPoints { collection_name: NAME.into(), query_points: vec![query], ..Default::default() };
        let results = points.query_batch(batch).await.unwrap().into_inner().result;
        assert_eq!(crate::support::ids(&results[0].result), [0, 1, 2], "exact: {exact}");
    }
    engine.close().await;
    let mut fixture = Fixture::at(dir).await;
    assert_eq!(fixture.count(None).await, 500);
}

/// The threshold of 1 KB is far passed, and far fewer points than the engine optimizes after by itself.
#[tokio::test]
async fn a_change_starts_the_optimizer_unless_it_is_of_the_metadata_alone() {
    let threshold = |kilobytes| Some(pb::OptimizersConfigDiff { indexing_threshold: Some(kilobytes), ..Default::default() });
    let change = pb::UpdateCollection { collection_name: NAME.into(), ..Default::default() };
    let metadata = crate::support::payload(json!({ "mark": "x" }));
    let of_metadata = pb::UpdateCollection { metadata: metadata.clone(), ..change.clone() };
    let of_both = pb::UpdateCollection { metadata, optimizers_config: threshold(2), ..change.clone() };
    for (change, starts) in [(of_metadata, false), (of_both, true), (change, true)] {
        let mut fixture = Fixture::empty().await;
        fixture.create(pb::CreateCollection { optimizers_config: threshold(1), ..papers() }).await.unwrap();
        let at = |id: u64| {
            let (sin, cos) = (id as f32 / 500.0).sin_cos();
            point(id, [("dense", dense(&[cos, sin, 0.0]))], json!({}))
        };
        fixture.upsert((0..500).map(at).collect()).await.unwrap();
        fixture.collections.update(change.clone()).await.unwrap();
        // Closing waits for the optimizer.
        let mut fixture = fixture.reopened().await;
        let indexed = fixture.info(NAME).await.unwrap().indexed_vectors_count.unwrap();
        assert_eq!(indexed > 0, starts, "{indexed} after {change:?}");
    }
}

#[tokio::test]
async fn a_deleted_collection_stays_deleted() {
    let mut fixture = filled().await;
    fixture.collections.delete(pb::DeleteCollection { collection_name: NAME.into(), timeout: None }).await.unwrap();
    let mut copy = Fixture::at(copied(fixture.dir.path())).await;
    assert_eq!(copy.info(NAME).await.unwrap_err().code(), Code::NotFound);
}

async fn filled() -> Fixture {
    let mut fixture = Fixture::with_papers().await;
    fixture.index("year", pb::FieldType::Integer).await;
    let paper = |id: u64, x: f32| {
        let vectors = [("dense", dense(&[x, 1.0, 0.0])), ("sparse", sparse(&[3, 1], &[0.5, x])), ("sentences", rows(&[&[1.0, x]]))];
        point(id, vectors, json!({ "year": 2000 + id }))
    };
    fixture.upsert(vec![paper(1, 0.1), paper(2, 0.2), paper(3, 0.3)]).await.unwrap();
    fixture
}

fn copied(from: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_into(from, copy.path());
    copy
}

fn copy_into(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_into(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
