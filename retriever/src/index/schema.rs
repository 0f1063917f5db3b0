//! What a collection of preprints looks like.

use std::collections::HashMap;
use std::fmt;

use qdrant_client::qdrant::{
    CollectionInfo, CreateCollection, Datatype, Distance, FieldType, HnswConfigDiff, Modifier, MultiVectorComparator, MultiVectorConfig,
    SparseVectorConfig, SparseVectorParams, VectorParams, VectorParamsMap, VectorsConfig, vectors_config,
};

use super::Layout;

/// Raised with every change to vectors, payload or their meaning; a collection of another version is refused, never converted in silence.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// The vector of title, space, abstract. Its dot products are the similarities that the product shows.
pub(crate) const DENSE: &str = "dense";
/// The words of the same text; see `lexical`. Qdrant multiplies by each word's rarity in the collection.
pub(crate) const SPARSE: &str = "sparse";
/// A matrix: first the title's vector, then one per sentence of the abstract.
pub(crate) const SENTENCES: &str = "sentences";

/// A payload's field, and how it is indexed.
pub(crate) type FieldIndex = (&'static str, FieldType);

/// The payload's indexed fields. They are made before the first point: Qdrant's HNSW links follow only fields indexed when it is built.
pub(crate) const FIELD_INDEXES: [FieldIndex; 6] = [
    ("source_id", FieldType::Keyword),
    ("ag_id", FieldType::Keyword),
    ("categories", FieldType::Keyword),
    ("category_prefixes", FieldType::Keyword),
    ("day", FieldType::Integer),
    ("author_names[].words", FieldType::Keyword),
];

/// What makes vectors comparable: it stands in a collection's metadata, and a retriever with another identity refuses the collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// The embedding model.
    pub(crate) model: String,
    /// Its dimension.
    pub(crate) dimension: u64,
    /// The layout, [`SCHEMA_VERSION`].
    pub(crate) schema: u32,
    /// How text becomes the words of the sparse vectors.
    pub(crate) tokenisation: u32,
}

/// What of a collection is not as this retriever makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The key in the collection's metadata.
    pub(crate) what: &'static str,
    /// What this retriever would write.
    pub(crate) ours: String,
    /// What the collection says; `None` if it says nothing.
    pub(crate) theirs: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}, not {}", self.what, self.theirs.as_deref().unwrap_or("not said"), self.ours)
    }
}

impl Identity {
    /// Of a retriever with this model.
    pub(crate) fn new(model: &str, dimension: usize) -> Self {
        Self {
            model: model.to_owned(),
            dimension: dimension as u64,
            schema: SCHEMA_VERSION,
            tokenisation: antigravity_text::TOKENISATION_VERSION,
        }
    }

    /// What of `info` differs from this identity; empty when the collection can be used.
    pub(crate) fn differences(&self, info: &CollectionInfo) -> Vec<Difference> {
        let metadata = info.config.as_ref().map(|config| &config.metadata);
        let found = |key: &str| {
            let value = metadata.and_then(|metadata| metadata.get(key)).map(|value| value.clone().into_json());
            value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let compared = self.entries().into_iter().map(|(what, ours)| Difference { what, theirs: found(what), ours });
        compared.filter(|Difference { ours, theirs, .. }| theirs.as_ref() != Some(ours)).collect()
    }

    /// The request that makes a collection.
    pub(crate) fn create(&self, collection: &str, layout: &Layout) -> CreateCollection {
        let metadata = self.entries().into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
        let mut request = CreateCollection {
            collection_name: collection.to_owned(),
            vectors_config: Some(self.vectors()),
            sparse_vectors_config: Some(SparseVectorConfig {
                map: HashMap::from([(
                    SPARSE.to_owned(),
                    SparseVectorParams { modifier: Some(Modifier::Idf.into()), ..Default::default() },
                )]),
            }),
            metadata,
            ..Default::default()
        };
        layout.apply(&mut request);
        request
    }

    fn entries(&self) -> [(&'static str, String); 4] {
        [
            ("embedding_model", self.model.clone()),
            ("embedding_dimension", self.dimension.to_string()),
            ("schema_version", self.schema.to_string()),
            ("tokenisation_version", self.tokenisation.to_string()),
        ]
    }

    #[expect(deprecated, reason = "`on_disk`: its successor `memory` is unknown to servers before 1.20")]
    fn vectors(&self) -> VectorsConfig {
        let dense = VectorParams { size: self.dimension, distance: Distance::Cosine.into(), ..Default::default() };
        // Never searched, only read for the hits: no graph, off memory, and in half precision, which moves a cosine by less than 1e-4.
        let sentences = VectorParams {
            size: self.dimension,
            distance: Distance::Cosine.into(),
            hnsw_config: Some(HnswConfigDiff { m: Some(0), payload_m: Some(0), ..Default::default() }),
            on_disk: Some(true),
            datatype: Some(Datatype::Float16.into()),
            multivector_config: Some(MultiVectorConfig { comparator: MultiVectorComparator::MaxSim.into() }),
            ..Default::default()
        };
        let map = HashMap::from([(DENSE.to_owned(), dense), (SENTENCES.to_owned(), sentences)]);
        VectorsConfig { config: Some(vectors_config::Config::ParamsMap(VectorParamsMap { map })) }
    }
}

#[cfg(test)]
mod tests {
    use qdrant_client::qdrant::CollectionConfig;

    use super::*;

    fn info(identity: &Identity) -> CollectionInfo {
        let metadata = identity.create("any", &Layout::default()).metadata;
        CollectionInfo { config: Some(CollectionConfig { metadata, ..Default::default() }), ..Default::default() }
    }

    #[test]
    fn a_collection_of_the_same_identity_is_accepted_and_every_difference_is_named() {
        let ours = Identity::new("some/model", 384);
        assert_eq!(ours.differences(&info(&ours)), []);
        let theirs = Identity { model: "other/model".into(), schema: SCHEMA_VERSION + 1, ..ours.clone() };
        let names: Vec<_> = ours.differences(&info(&theirs)).into_iter().map(|found| (found.what, found.theirs.unwrap())).collect();
        assert_eq!(names, [("embedding_model", "other/model".to_owned()), ("schema_version", (SCHEMA_VERSION + 1).to_string())]);
        assert_eq!(ours.differences(&CollectionInfo::default()).len(), 4);
    }
}
