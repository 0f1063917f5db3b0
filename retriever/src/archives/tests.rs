//! Archives over an engine that others change behind their back.

use std::time::{Duration, Instant};

use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::status::reason_of;
use antigravity_chassis::transport;
use antigravity_embedded::{Engine, EngineOptions};
use antigravity_proto::types::Reason;
use tempfile::TempDir;
use tonic::Status;

use super::*;
use crate::index::Layout;

/// Archives, and the index that others change.
struct Fixture {
    archives: Arc<Archives>,
    index: Index,
    name: ArchiveName,
    engine: Engine,
    _dir: TempDir,
}

impl Fixture {
    async fn new(shared: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::open(dir.path(), EngineOptions::default()).await.unwrap();
        let index = Index::new(transport::in_process(engine.routes()), Layout::default());
        let name: ArchiveName = "preprints".parse().unwrap();
        let archives = Arc::new(Archives::new(index.clone(), ours(), name.clone(), shared, Background::default()));
        Self { archives, index, name, engine, _dir: dir }
    }

    /// Has the archive's alias stand for a collection that was made with another model.
    async fn replace(&self) {
        self.index.create(&call(), "other", &Identity::new("other/model", 4)).await.unwrap();
        self.index.point_alias(&call(), &archive::alias(&self.name), "other").await.unwrap();
    }
}

fn ours() -> Identity {
    Identity::new("some/model", 4)
}

fn call() -> CallContext {
    CallContext::root().with_deadline(Deadline::within(Duration::from_secs(60)))
}

fn reason<T>(result: Result<T, RetrieverError>) -> Option<Reason> {
    reason_of(&Status::from(result.err()?))
}

#[tokio::test]
async fn an_open_archive_that_was_replaced_by_one_of_another_model_is_refused_when_it_is_counted() {
    let fixture = Fixture::new(true).await;
    let (archive, _) = fixture.archives.find_or_make(&call(), &fixture.name).await.unwrap();
    assert_eq!(fixture.archives.census(&call(), &archive).await.unwrap().preprints(), 0);
    fixture.replace().await;
    archive.doubtful();
    for _ in 0..2 {
        assert_eq!(reason(fixture.archives.census(&call(), &archive).await), Some(Reason::IndexIncompatible));
    }
    assert_eq!(reason(fixture.archives.find(&call(), &fixture.name).await), Some(Reason::IndexIncompatible), "it was forgotten");
    fixture.engine.close().await;
}

#[tokio::test]
async fn an_index_stream_looks_at_the_collection_though_the_archive_is_open() {
    let fixture = Fixture::new(true).await;
    fixture.archives.find_or_make(&call(), &fixture.name).await.unwrap();
    fixture.replace().await;
    assert_eq!(reason(fixture.archives.find_or_make(&call(), &fixture.name).await), Some(Reason::IndexIncompatible));
    fixture.engine.close().await;
}

#[tokio::test]
async fn a_rebuild_that_fails_at_its_end_leaves_no_unchecked_archive_open() {
    let fixture = Fixture::new(false).await;
    fixture.replace().await;
    let rebuild = fixture.archives.begin_rebuild(&call(), &fixture.name).await.unwrap();
    assert_eq!(reason(fixture.archives.begin_rebuild(&call(), &fixture.name).await), Some(Reason::Overloaded), "one at a time");
    // Its collection is gone: the alias can't be moved.
    fixture.index.remove(&call(), &rebuild.archive.collection).await.unwrap();
    assert!(fixture.archives.take_place(&call(), &fixture.name, &rebuild.archive.collection).await.is_err());
    assert_eq!(reason(fixture.archives.find(&call(), &fixture.name).await), Some(Reason::IndexIncompatible));
    fixture.engine.close().await;
}

#[tokio::test]
async fn a_caller_whose_time_is_over_leaves_what_is_counted_to_the_next() {
    let fixture = Fixture::new(false).await;
    let (archive, _) = fixture.archives.find_or_make(&call(), &fixture.name).await.unwrap();
    // Long enough to begin counting, and no longer.
    assert!(tokio::time::timeout(Duration::ZERO, fixture.archives.census(&call(), &archive)).await.is_err());
    assert!(archive.latest().is_none());
    // Whoever counts has the right to write meanwhile.
    drop(archive.write().await);
    assert!(archive.latest().is_some());
    fixture.engine.close().await;
}

/// While a replica writes, or counts for long.
#[tokio::test]
async fn an_older_census_serves_while_a_new_one_can_not_be_had() {
    let fixture = Fixture::new(true).await;
    let (archive, _) = fixture.archives.find_or_make(&call(), &fixture.name).await.unwrap();
    let before = fixture.archives.census(&call(), &archive).await.unwrap();
    let long_ago = Instant::now().checked_sub(Duration::from_secs(120)).unwrap();
    let age = |rest| {
        let mut counted = archive.lock();
        let counted = counted.as_mut().unwrap();
        (counted.taken, counted.rest, counted.checked) = (long_ago, rest, long_ago);
    };

    age(long_ago);
    let writer = archive.write().await;
    assert!(Arc::ptr_eq(&before, &fixture.archives.census(&call(), &archive).await.unwrap()));
    drop(writer);
    age(Instant::now() + Duration::from_secs(60));
    assert!(Arc::ptr_eq(&before, &fixture.archives.census(&call(), &archive).await.unwrap()), "it took long and was taken just now");
    age(long_ago);
    fixture.archives.census(&call(), &archive).await.unwrap();
    // It is counted by then, however long that took.
    drop(archive.write().await);
    assert!(!Arc::ptr_eq(&before, &archive.latest().unwrap().census), "it was taken anew");
    fixture.engine.close().await;
}

#[tokio::test]
async fn an_archive_is_counted_ahead_if_it_is_there() {
    let fixture = Fixture::new(false).await;
    fixture.archives.clone().count_ahead(fixture.name.clone()).await;
    let (archive, _) = fixture.archives.find_or_make(&call(), &fixture.name).await.unwrap();
    assert!(archive.latest().is_none());
    fixture.archives.clone().count_ahead(fixture.name.clone()).await;
    assert!(archive.latest().is_some());
    fixture.engine.close().await;
}
