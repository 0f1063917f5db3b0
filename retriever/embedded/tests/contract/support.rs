//! An engine in a directory of its own, its clients, and short ways to say what is sent.

use std::collections::HashMap;
use std::path::Path;

use antigravity_embedded::{Engine, EngineOptions, Transport};
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{self as pb, vector, vectors};
use serde_json::{Value, json};
use tempfile::TempDir;
use tonic::Status;

/// The collection of most tests.
pub(crate) const NAME: &str = "papers";

pub(crate) struct Fixture {
    pub(crate) dir: TempDir,
    pub(crate) engine: Engine,
    pub(crate) points: PointsClient<Transport>,
    pub(crate) collections: CollectionsClient<Transport>,
}

impl Fixture {
    /// An engine without collections.
    pub(crate) async fn empty() -> Self {
        Self::at(tempfile::tempdir().unwrap()).await
    }

    /// An engine over what is in `dir`.
    pub(crate) async fn at(dir: TempDir) -> Self {
        let engine = open(dir.path()).await;
        Self::of(dir, engine)
    }

    /// The engine over `dir`.
    pub(crate) fn of(dir: TempDir, engine: Engine) -> Self {
        let transport = engine.service();
        Self { dir, engine, points: PointsClient::new(transport.clone()), collections: CollectionsClient::new(transport) }
    }

    /// An engine with the collection `papers`: dense vectors of 3 dimensions, sparse ones with IDF, sentences of 2 dimensions.
    pub(crate) async fn with_papers() -> Self {
        let mut fixture = Self::empty().await;
        fixture.create(papers()).await.unwrap();
        fixture
    }

    /// Closes the engine and opens the directory again.
    pub(crate) async fn reopened(self) -> Self {
        let Self { dir, engine, points: _, collections: _ } = self;
        engine.close().await;
        Self::at(dir).await
    }

    pub(crate) async fn create(&mut self, request: pb::CreateCollection) -> Result<pb::CollectionOperationResponse, Status> {
        self.collections.create(request).await.map(tonic::Response::into_inner)
    }

    pub(crate) async fn info(&mut self, name: &str) -> Result<pb::CollectionInfo, Status> {
        let request = pb::GetCollectionInfoRequest { collection_name: name.into() };
        self.collections.get(request).await.map(|response| response.into_inner().result.unwrap())
    }

    pub(crate) async fn upsert(&mut self, points: Vec<pb::PointStruct>) -> Result<(), Status> {
        let request = pb::UpsertPoints { collection_name: NAME.into(), wait: Some(true), points, ..Default::default() };
        let result = self.points.upsert(request).await?.into_inner().result.unwrap();
        assert_eq!(result.status(), pb::UpdateStatus::Completed);
        Ok(())
    }

    pub(crate) async fn index(&mut self, field: &str, kind: pb::FieldType) {
        let request = pb::CreateFieldIndexCollection {
            collection_name: NAME.into(),
            wait: Some(true),
            field_name: field.into(),
            field_type: Some(kind.into()),
            ..Default::default()
        };
        self.points.create_field_index(request).await.unwrap();
    }

    pub(crate) async fn query(&mut self, query: pb::QueryPoints) -> Result<Vec<pb::ScoredPoint>, Status> {
        let request =
            pb::QueryBatchPoints { collection_name: query.collection_name.clone(), query_points: vec![query], ..Default::default() };
        let mut results = self.points.query_batch(request).await?.into_inner().result;
        Ok(results.remove(0).result)
    }

    pub(crate) async fn get(&mut self, ids: &[u64]) -> Vec<pb::RetrievedPoint> {
        let request = pb::GetPoints {
            collection_name: NAME.into(),
            ids: ids.iter().map(|id| (*id).into()).collect(),
            with_payload: Some(true.into()),
            with_vectors: Some(true.into()),
            ..Default::default()
        };
        self.points.get(request).await.unwrap().into_inner().result
    }

    pub(crate) async fn count(&mut self, filter: Option<pb::Filter>) -> u64 {
        let request = pb::CountPoints { collection_name: NAME.into(), filter, ..Default::default() };
        self.points.count(request).await.unwrap().into_inner().result.unwrap().count
    }
}

pub(crate) async fn open(dir: &Path) -> Engine {
    Engine::open(dir, EngineOptions::default()).await.unwrap()
}

pub(crate) fn papers() -> pb::CreateCollection {
    let dense = |size, multi: bool| pb::VectorParams {
        size,
        distance: pb::Distance::Cosine.into(),
        multivector_config: multi.then(|| pb::MultiVectorConfig { comparator: pb::MultiVectorComparator::MaxSim.into() }),
        hnsw_config: multi.then(|| pb::HnswConfigDiff { m: Some(0), payload_m: Some(0), ..Default::default() }),
        ..Default::default()
    };
    let map = HashMap::from([("dense".to_owned(), dense(3, false)), ("sentences".to_owned(), dense(2, true))]);
    let sparse = pb::SparseVectorParams { modifier: Some(pb::Modifier::Idf.into()), ..Default::default() };
    pb::CreateCollection {
        collection_name: NAME.into(),
        vectors_config: Some(pb::VectorsConfig { config: Some(pb::vectors_config::Config::ParamsMap(pb::VectorParamsMap { map })) }),
        sparse_vectors_config: Some(pb::SparseVectorConfig { map: HashMap::from([("sparse".to_owned(), sparse)]) }),
        metadata: metadata(),
        ..Default::default()
    }
}

pub(crate) fn metadata() -> HashMap<String, pb::Value> {
    payload(json!({ "embedding_model": "MiniLM", "schema_version": 1, "nested": { "list": [1, 2.5, null, true] } }))
}

pub(crate) fn payload(json: Value) -> HashMap<String, pb::Value> {
    let Value::Object(map) = json else { panic!("a payload is an object") };
    map.into_iter().map(|(key, value)| (key, value.into())).collect()
}

pub(crate) fn json_of(payload: HashMap<String, pb::Value>) -> Value {
    Value::Object(payload.into_iter().map(|(key, value)| (key, value.into_json())).collect())
}

pub(crate) fn dense(data: &[f32]) -> pb::Vector {
    of(vector::Vector::Dense(pb::DenseVector { data: data.to_vec() }))
}

pub(crate) fn sparse(indices: &[u32], values: &[f32]) -> pb::Vector {
    of(vector::Vector::Sparse(pb::SparseVector { values: values.to_vec(), indices: indices.to_vec() }))
}

pub(crate) fn rows(rows: &[&[f32]]) -> pb::Vector {
    let vectors = rows.iter().map(|row| pb::DenseVector { data: row.to_vec() }).collect();
    of(vector::Vector::MultiDense(pb::MultiDenseVector { vectors }))
}

fn of(vector: vector::Vector) -> pb::Vector {
    pb::Vector { vector: Some(vector), ..Default::default() }
}

pub(crate) fn point<const N: usize>(id: impl Into<pb::PointId>, vectors: [(&str, pb::Vector); N], json: Value) -> pb::PointStruct {
    let vectors = vectors.into_iter().map(|(name, vector)| (name.to_owned(), vector)).collect();
    pb::PointStruct {
        id: Some(id.into()),
        vectors: Some(pb::Vectors { vectors_options: Some(vectors::VectorsOptions::Vectors(pb::NamedVectors { vectors })) }),
        payload: payload(json),
    }
}

/// Nearest neighbours by the vector `using`.
pub(crate) fn nearest(using: &str, variant: pb::vector_input::Variant) -> pb::QueryPoints {
    let input = pb::VectorInput { variant: Some(variant) };
    pb::QueryPoints {
        collection_name: NAME.into(),
        query: Some(pb::Query { variant: Some(pb::query::Variant::Nearest(input)) }),
        using: Some(using.into()),
        ..Default::default()
    }
}

pub(crate) fn nearest_dense(data: &[f32]) -> pb::QueryPoints {
    nearest("dense", pb::vector_input::Variant::Dense(pb::DenseVector { data: data.to_vec() }))
}

pub(crate) fn nearest_sparse(indices: &[u32], values: &[f32]) -> pb::QueryPoints {
    nearest("sparse", pb::vector_input::Variant::Sparse(pb::SparseVector { values: values.to_vec(), indices: indices.to_vec() }))
}

pub(crate) fn number(id: Option<&pb::PointId>) -> u64 {
    match id.and_then(|id| id.point_id_options.clone()) {
        Some(pb::point_id::PointIdOptions::Num(number)) => number,
        other => panic!("{other:?} is not a numeric id"),
    }
}

pub(crate) fn ids(hits: &[pb::ScoredPoint]) -> Vec<u64> {
    hits.iter().map(|hit| number(hit.id.as_ref())).collect()
}

/// The named vectors of a point.
pub(crate) fn vectors_of(vectors: Option<pb::VectorsOutput>) -> HashMap<String, pb::vector_output::Vector> {
    match vectors.and_then(|vectors| vectors.vectors_options) {
        Some(pb::vectors_output::VectorsOptions::Vectors(named)) => {
            named.vectors.into_iter().map(|(name, vector)| (name, vector.into_vector())).collect()
        }
        other => panic!("{other:?} are not named vectors"),
    }
}

/// A filter of conditions that must all hold.
pub(crate) fn must(conditions: Vec<pb::Condition>) -> pb::Filter {
    pb::Filter { must: conditions, ..Default::default() }
}

pub(crate) fn keyword(key: &str, value: &str) -> pb::Condition {
    pb::Condition::matches(key, vec![value.to_owned()])
}
