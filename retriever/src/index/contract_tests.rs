//! What the index relies on, one suite for every placement: the embedded engine in process, the same over loopback TCP, and the server that
//! `QDRANT_URL` names, where it is set.

use std::path::Path;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::transport::{self, Peer, Transport};
use antigravity_embedded::{Engine, EngineOptions};
use antigravity_proto::types;
use qdrant_client::qdrant::{self as pb, query::Variant, vector_input};
use tokio::sync::oneshot;
use tonic::Code;
use uuid::Uuid;

use super::client::vectors_selector;
use super::point::{self, Vectors, point_id, stored, to_point};
use super::schema::{DENSE, FIELD_INDEXES, Identity, SENTENCES, SPARSE};
use super::{Fetch, Fields, Index, IndexError, Layout, filter, is_deferred};
use crate::lexical;
use crate::record::Record;
use crate::record::tests::record;

#[tokio::test(flavor = "multi_thread")]
async fn embedded_in_process() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path()).await;
    contract(transport::in_process(engine.routes())).await;
    engine.close().await;
}

/// Through the server loop that all services stand behind, deadlines and all.
#[tokio::test(flavor = "multi_thread")]
async fn embedded_over_tcp() {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path()).await;
    let server = Server::bind(&ServerOptions::new(([127, 0, 0, 1], 0).into())).await.unwrap();
    let address = format!("http://{}", server.address()).parse().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serve = server.run(engine.routes(), &[], async {
        let _ = stopped.await;
    });
    let ask = async {
        contract(transport::remote(&address, Peer::Index)).await;
        stop.send(()).unwrap();
    };
    let (served, ()) = tokio::join!(serve, ask);
    served.unwrap();
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_named_by_qdrant_url() {
    match std::env::var("QDRANT_URL").ok().filter(|address| !address.is_empty()) {
        Some(address) => contract(transport::remote(&address.parse().unwrap(), Peer::Index)).await,
        None => println!("SKIPPED: QDRANT_URL is not set"),
    }
}

#[tokio::test]
async fn nobody_there_is_unavailable_with_a_reason() {
    let call = call();
    let index = Index::new(transport::remote(&"127.0.0.1:1".parse().unwrap(), Peer::Index), Layout::default());
    match index.collections(&call).await.unwrap_err() {
        IndexError::Status(status) => {
            assert_eq!(antigravity_chassis::status::reason_of(&status), Some(types::Reason::IndexUnavailable));
        }
        other => panic!("{other}"),
    }
}

/// The whole way of a full disk: engine, transport, reason.
#[tokio::test]
async fn a_full_disk_is_told_as_such() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Engine::open(dir.path(), EngineOptions { free_bytes: u64::MAX, ..EngineOptions::default() }).await.unwrap();
    let index = Index::new(transport::in_process(engine.routes()), Layout::default());
    let error = index.create(&call(), "papers", &Identity::new("some/model", 4)).await.unwrap_err();
    let status: tonic::Status = crate::error::RetrieverError::from(error).into();
    assert_eq!(antigravity_chassis::status::reason_of(&status), Some(types::Reason::StorageFull));
    assert!(status.message().contains("make room"), "{status}");
    engine.close().await;
}

async fn open(dir: &Path) -> Engine {
    Engine::open(dir, EngineOptions::default()).await.unwrap()
}

fn call() -> CallContext {
    CallContext::root().with_deadline(Deadline::within(Duration::from_secs(60)))
}

/// A collection of its own, made and thrown away.
struct Under {
    index: Index,
    name: String,
    identity: Identity,
}

async fn contract(transport: Transport) {
    let name = format!("antigravity-contract-{}", Uuid::now_v7().simple());
    let under = Under { index: Index::new(transport, Layout::default()), name: name.clone(), identity: Identity::new("some/model", 4) };
    under.a_missing_collection_is_named_as_such().await;
    under.a_collection_is_made_once_and_knows_its_identity().await;
    under.points_are_written_and_read().await;
    under.pages_follow_each_other().await;
    under.queries_find_the_nearest_and_the_words().await;
    under.filters_are_pushed_down().await;
    under.a_write_replaces_the_whole_point().await;
    under.wrong_vectors_are_refused().await;
    under.an_alias_is_switched_at_once().await;
    under.indexing_is_put_off_and_metadata_is_added_to().await;
    under.points_are_removed().await;
    under.index.remove(&call(), &name).await.unwrap();
    under.index.remove(&call(), &name).await.unwrap();
    assert_eq!(under.index.collection(&call(), &name).await.unwrap(), None);
}

/// Four preprints along the axes, and one between the first two.
fn points() -> Vec<(Record, Vectors)> {
    let table: [(&str, &str, [f32; 4], &str, &str); 5] = [
        ("2603.00001", "jets jets", [1.0, 0.0, 0.0, 0.0], "hep-ph", "Ada Lovelace"),
        ("2603.00002", "jets and halos", [0.6, 0.8, 0.0, 0.0], "hep-ex", "Ada Noether"),
        ("2603.00003", "halos", [0.0, 1.0, 0.0, 0.0], "astro-ph.CO", "Emmy Lovelace"),
        ("2603.00004", "lensing", [0.0, 0.0, 1.0, 0.0], "astro-ph", "Vera Rubin"),
        ("2603.00005", "quarks", [0.0, 0.0, 0.0, 1.0], "hep-th", "Ada"),
    ];
    let points = table.into_iter().zip(1..).map(|((source, title, dense, category, author), number)| {
        let mut record = record(source, &format!("AG-2026.03-{number:05}"));
        record.content.title = title.into();
        record.content.abstract_text.clear();
        record.content.categories = vec![category.into()];
        record.content.authors = vec![author.into(), "Somebody Else".into()];
        record.content.date = jiff::civil::Date::new(2026, 3, number).unwrap();
        let dense = dense.to_vec();
        (record, Vectors { sentences: vec![dense.clone(), vec![0.5; 4]], dense })
    });
    points.collect()
}

fn id(number: usize) -> String {
    point_id(&points()[number].0.content.source)
}

fn nearest(using: &str, vector: vector_input::Variant, filter: Option<pb::Filter>) -> pb::QueryPoints {
    pb::QueryPoints {
        query: Some(pb::Query { variant: Some(Variant::Nearest(pb::VectorInput { variant: Some(vector) })) }),
        using: Some(using.into()),
        filter,
        limit: Some(10),
        with_vectors: Some(vectors_selector(&[DENSE])),
        ..Default::default()
    }
}

fn dense(data: [f32; 4]) -> vector_input::Variant {
    vector_input::Variant::Dense(pb::DenseVector { data: data.to_vec() })
}

/// By falling score, equal ones by id: the order that both sides can be compared in.
fn hits(mut points: Vec<pb::ScoredPoint>) -> Vec<(String, f32)> {
    let mut hits: Vec<_> = points.drain(..).map(|hit| (point::uuid_text(hit.id).unwrap(), hit.score)).collect();
    hits.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    hits
}

impl Under {
    async fn a_missing_collection_is_named_as_such(&self) {
        let (index, call) = (&self.index, call());
        assert_eq!(index.collection(&call, &self.name).await.unwrap(), None);
        let ids = [id(0)];
        assert!(matches!(index.get(&call, &self.name, &ids, Fetch::default()).await, Err(IndexError::NoCollection)));
        assert!(matches!(index.count(&call, &self.name).await, Err(IndexError::NoCollection)));
        assert!(matches!(index.scroll(&call, &self.name, None, Fetch::default(), (1, None)).await, Err(IndexError::NoCollection)));
        let query = nearest(DENSE, dense([1.0; 4]), None);
        assert!(matches!(index.query(&call, &self.name, vec![query]).await, Err(IndexError::NoCollection)));
    }

    async fn a_collection_is_made_once_and_knows_its_identity(&self) {
        let (index, call) = (&self.index, call());
        index.create(&call, &self.name, &self.identity).await.unwrap();
        assert!(matches!(index.create(&call, &self.name, &self.identity).await, Err(IndexError::CollectionExists)));
        let info = index.collection(&call, &self.name).await.unwrap().unwrap();
        // Twice: what is there already is left alone.
        index.index_fields(&call, &self.name, &info).await.unwrap();
        index.index_fields(&call, &self.name, &info).await.unwrap();
        let info = index.collection(&call, &self.name).await.unwrap().unwrap();
        for (field, _) in FIELD_INDEXES {
            assert!(info.payload_schema.contains_key(field), "{field} is not indexed");
        }
        assert_eq!(self.identity.differences(&info), Vec::new());
        assert_eq!(Identity::new("other/model", 4).differences(&info).len(), 1);
        assert!(index.collections(&call).await.unwrap().contains(&self.name));
        assert_eq!(index.count(&call, &self.name).await.unwrap(), 0);
    }

    async fn points_are_written_and_read(&self) {
        let (index, call) = (&self.index, call());
        let written = points().into_iter().map(|(record, vectors)| to_point(&record, std::slice::from_ref(&(0..4)), vectors)).collect();
        index.upsert(&call, &self.name, written).await.unwrap();
        assert_eq!(index.count(&call, &self.name).await.unwrap(), 5);

        let asked = [id(2), Uuid::now_v7().to_string(), id(0)];
        let fetch = Fetch { payload: Fields::All, vectors: &[DENSE, SENTENCES] };
        let found = index.get(&call, &self.name, &asked, fetch).await.unwrap();
        assert_eq!(found.len(), 2, "unknown ids are left out");
        for (read, number) in found.into_iter().zip([2, 0]) {
            let (record, vectors) = points().swap_remove(number);
            assert_eq!(point::uuid_text(read.id).unwrap(), id(number), "in the order asked for");
            assert_eq!(stored(read.payload).unwrap().record, record);
            let back = point::vectors(read.vectors);
            assert_eq!(back.sentences.len(), 2);
            for (a, b) in
                back.dense.iter().zip(&vectors.dense).chain(back.sentences.iter().flatten().zip(vectors.sentences.iter().flatten()))
            {
                assert!((a - b).abs() < 1e-3, "{a} is not {b}");
            }
        }
        let bare = index.get(&call, &self.name, &asked, Fetch::default()).await.unwrap();
        assert!(bare.iter().all(|read| read.payload.is_empty() && point::vectors(read.vectors.clone()).dense.is_empty()));
        let fetch = Fetch { payload: Fields::These(&["ag_id", "day"]), vectors: &[] };
        let some = index.get(&call, &self.name, &asked, fetch).await.unwrap();
        assert!(some.iter().all(|read| read.payload.len() == 2));
    }

    async fn pages_follow_each_other(&self) {
        let mut offset = None;
        let mut sizes = Vec::new();
        loop {
            let (page, next) = self.index.scroll(&call(), &self.name, None, Fetch::default(), (2, offset)).await.unwrap();
            sizes.push(page.len());
            offset = next;
            if offset.is_none() {
                break;
            }
        }
        assert_eq!(sizes, [2, 2, 1]);
    }

    async fn queries_find_the_nearest_and_the_words(&self) {
        let words = lexical::query("jet halo");
        let words = vector_input::Variant::Sparse(pb::SparseVector { indices: words.indices, values: words.values });
        let queries = vec![
            nearest(DENSE, dense([2.0, 0.0, 0.0, 0.0]), None),
            nearest(SPARSE, words, None),
            nearest(DENSE, dense([2.0, 0.0, 0.0, 0.0]), Some(filter::without(None, vec![id(0)]))),
        ];
        let mut found = self.index.query(&call(), &self.name, queries).await.unwrap().into_iter();
        let near = hits(found.next().unwrap());
        assert_eq!(near.len(), 5, "every point has a dense vector");
        for ((found, score), (number, cosine)) in near.iter().zip([(0, 1.0), (1, 0.6)]) {
            assert_eq!(*found, id(number));
            assert!((score - cosine).abs() < 1e-5, "{score}: a query's length doesn't matter");
        }
        let with_words = found.next().unwrap();
        assert!(with_words.iter().all(|hit| point::vectors(hit.vectors.clone()).dense.len() == 4));
        let mut with_words = hits(with_words);
        assert_eq!(with_words.len(), 3, "those that share a word");
        assert_eq!(with_words.remove(0).0, id(1), "both words go before one");
        assert!(hits(found.next().unwrap()).iter().all(|(found, _)| *found != id(0)));
    }

    async fn filters_are_pushed_down(&self) {
        let asked = |change: fn(&mut types::Filter)| {
            let mut filter = types::Filter::default();
            change(&mut filter);
            filter
        };
        let table: [(types::Filter, &[usize]); 7] = [
            (asked(|f| f.categories = vec!["astro-ph*".into()]), &[2, 3]),
            (asked(|f| f.categories = vec!["astro-ph".into(), "hep-t*".into()]), &[3, 4]),
            (asked(|f| (f.from_date, f.to_date) = ("2026-03-02".into(), "2026-03-03".into())), &[1, 2]),
            (asked(|f| f.from_date = "2026-04".into()), &[]),
            (asked(|f| f.authors = vec!["ada lovelace".into()]), &[0]),
            (asked(|f| f.authors = vec!["lovelace".into(), "RUBIN".into()]), &[0, 2, 3]),
            (asked(|f| f.exclude_ids = vec!["AG-2026.03-00001".into(), "AG-2026.03-00002".into()]), &[2, 3, 4]),
        ];
        for (asked, expected) in table {
            let filter = filter::to_index(&asked).unwrap();
            let found = self.index.query(&call(), &self.name, vec![nearest(DENSE, dense([1.0; 4]), filter)]).await.unwrap().remove(0);
            let mut found: Vec<_> = hits(found).into_iter().map(|(id, _)| id).collect();
            let mut expected: Vec<_> = expected.iter().map(|number| id(*number)).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{asked:?}");
        }
        let ids = vec!["AG-2026.03-00004".to_owned(), "AG-2026.03-1".to_owned()];
        let (found, _) =
            self.index.scroll(&call(), &self.name, Some(filter::with_ag_ids(ids)), Fetch::default(), (10, None)).await.unwrap();
        assert_eq!(found.into_iter().map(|found| point::uuid_text(found.id).unwrap()).collect::<Vec<_>>(), [id(3)]);
    }

    async fn a_write_replaces_the_whole_point(&self) {
        let (mut record, _) = points().swap_remove(4);
        record.content.authors.clear();
        let vectors = Vectors { dense: vec![1.0, 0.0, 0.0, 0.0], sentences: vec![vec![1.0, 0.0, 0.0, 0.0]] };
        self.index.upsert(&call(), &self.name, vec![to_point(&record, &[], vectors)]).await.unwrap();
        let fetch = Fetch { payload: Fields::All, vectors: &[SENTENCES] };
        let read = self.index.get(&call(), &self.name, &[id(4)], fetch).await.unwrap().remove(0);
        assert_eq!(point::vectors(read.vectors).sentences.len(), 1);
        assert_eq!(stored(read.payload).unwrap().record, record);
        assert_eq!(self.index.count(&call(), &self.name).await.unwrap(), 5);
    }

    async fn wrong_vectors_are_refused(&self) {
        let (record, _) = points().swap_remove(0);
        let short = Vectors { dense: vec![1.0; 3], sentences: vec![vec![1.0; 4]] };
        match self.index.upsert(&call(), &self.name, vec![to_point(&record, &[], short)]).await.unwrap_err() {
            IndexError::Status(status) => assert_eq!(status.code(), Code::InvalidArgument),
            other => panic!("{other}"),
        }
    }

    async fn an_alias_is_switched_at_once(&self) {
        let (index, call) = (&self.index, call());
        let (alias, other) = (format!("{}-alias", self.name), format!("{}-other", self.name));
        assert_eq!(index.behind(&call, &self.name).await.unwrap(), self.name);
        index.create(&call, &other, &self.identity).await.unwrap();
        for (collection, points) in [(&self.name, 5), (&other, 0), (&self.name, 5)] {
            index.point_alias(&call, &alias, collection).await.unwrap();
            assert_eq!(index.behind(&call, &alias).await.unwrap(), *collection);
            assert_eq!(index.count(&call, &alias).await.unwrap(), points);
        }
        assert!(!index.collections(&call).await.unwrap().contains(&alias), "an alias is no collection");
        index.point_alias(&call, &alias, &other).await.unwrap();
        index.remove(&call, &other).await.unwrap();
        assert_eq!(index.collection(&call, &alias).await.unwrap(), None, "an alias goes with its collection");
        assert!(!index.aliases(&call).await.unwrap().contains_key(&alias));
    }

    async fn indexing_is_put_off_and_metadata_is_added_to(&self) {
        let (index, call) = (&self.index, call());
        for defer in [true, false] {
            index.defer_indexing(&call, &self.name, defer).await.unwrap();
            assert_eq!(is_deferred(&index.collection(&call, &self.name).await.unwrap().unwrap()), defer);
        }
        index.describe(&call, &self.name, std::collections::HashMap::from([("mark".to_owned(), "x".into())])).await.unwrap();
        let info = index.collection(&call, &self.name).await.unwrap().unwrap();
        assert_eq!(info.config.as_ref().unwrap().metadata["mark"].as_str().unwrap(), "x");
        assert_eq!(self.identity.differences(&info), Vec::new(), "the rest stays");
    }

    async fn points_are_removed(&self) {
        let unknown = Uuid::now_v7().to_string();
        self.index.delete(&call(), &self.name, &[id(1), unknown]).await.unwrap();
        assert_eq!(self.index.count(&call(), &self.name).await.unwrap(), 4);
    }
}
