//! A preprint as a Qdrant point, and back.

use std::collections::HashMap;
use std::ops::Range;

use antigravity_proto::types::{ByteSpan, DatePrecision, TextOrigin};
use antigravity_text::{SourceId, WrittenDate, name_words};
use qdrant_client::qdrant::{self as pb, vector_output, vectors_output};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::IndexError;
use super::schema::{DENSE, SENTENCES, SPARSE};
use crate::date::day_key;
use crate::lexical;
use crate::record::{Content, Record};

/// UUIDv5 of `antigravityqa:preprint` under the RFC 9562 URL namespace. The name hashed under it is the canonical source id.
const NAMESPACE: Uuid = Uuid::from_u128(0xf52305dc_8ca7_5ec5_b156_5988dcfa0ee4);

/// The vectors of one preprint, all of length 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Vectors {
    /// Of title, space, abstract.
    pub(crate) dense: Vec<f32>,
    /// First the title's, then one per sentence of the abstract.
    pub(crate) sentences: Vec<Vec<f32>>,
}

/// A preprint as it was read from the index.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) record: Record,
    /// The sentences of the abstract, in order; as many as `Vectors::sentences` has rows behind the title's.
    pub(crate) spans: Vec<ByteSpan>,
}

/// The point of a preprint: UUIDv5 of its source id, so that the same record always lands on the same point.
pub(crate) fn point_id(source: &SourceId) -> String {
    Uuid::new_v5(&NAMESPACE, source.as_str().as_bytes()).hyphenated().to_string()
}

/// The point to be written.
pub(crate) fn to_point(record: &Record, spans: &[Range<usize>], vectors: Vectors) -> pb::PointStruct {
    let sparse = lexical::document(&record.content.text());
    let rows = vectors.sentences.into_iter().map(|data| pb::DenseVector { data }).collect();
    let vectors = HashMap::from([
        (DENSE.to_owned(), vector(pb::vector::Vector::Dense(pb::DenseVector { data: vectors.dense }))),
        (SENTENCES.to_owned(), vector(pb::vector::Vector::MultiDense(pb::MultiDenseVector { vectors: rows }))),
        (SPARSE.to_owned(), vector(pb::vector::Vector::Sparse(pb::SparseVector { indices: sparse.indices, values: sparse.values }))),
    ]);
    pb::PointStruct {
        id: Some(uuid(point_id(&record.content.source))),
        payload: payload(record, spans),
        vectors: Some(pb::Vectors { vectors_options: Some(pb::vectors::VectorsOptions::Vectors(pb::NamedVectors { vectors })) }),
    }
}

/// The id of a point as Qdrant writes it.
pub(crate) fn uuid(text: String) -> pb::PointId {
    pb::PointId { point_id_options: Some(pb::point_id::PointIdOptions::Uuid(text)) }
}

/// The UUID of a point.
pub(crate) fn uuid_text(id: Option<pb::PointId>) -> Result<String, IndexError> {
    match id.and_then(|id| id.point_id_options) {
        Some(pb::point_id::PointIdOptions::Uuid(text)) => Ok(text),
        other => Err(IndexError::Foreign(format!("the point {other:?}"))),
    }
}

/// A whole preprint from a whole payload.
pub(crate) fn stored(payload: HashMap<String, pb::Value>) -> Result<Stored, IndexError> {
    let payload: Payload = read(payload)?;
    let source = payload.source_id.clone();
    payload.into_stored().ok_or_else(|| IndexError::Foreign(format!("the payload of {source}")))
}

/// Some fields of a payload.
pub(crate) fn read<T: DeserializeOwned>(payload: HashMap<String, pb::Value>) -> Result<T, IndexError> {
    let object = payload.into_iter().map(|(key, value)| (key, value.into_json())).collect();
    serde_json::from_value(serde_json::Value::Object(object)).map_err(|error| IndexError::Foreign(format!("a payload: {error}")))
}

/// The vectors that came with a point; those not asked for are empty.
pub(crate) fn vectors(vectors: Option<pb::VectorsOutput>) -> Vectors {
    let mut named = match vectors.and_then(|vectors| vectors.vectors_options) {
        Some(vectors_output::VectorsOptions::Vectors(named)) => named.vectors,
        _ => HashMap::new(),
    };
    let dense = match named.remove(DENSE).and_then(|output| output.vector) {
        Some(vector_output::Vector::Dense(dense)) => dense.data,
        _ => Vec::new(),
    };
    let sentences = match named.remove(SENTENCES).and_then(|output| output.vector) {
        Some(vector_output::Vector::MultiDense(matrix)) => matrix.vectors.into_iter().map(|row| row.data).collect(),
        _ => Vec::new(),
    };
    Vectors { dense, sentences }
}

/// The words that came with a point; those not asked for are empty.
pub(crate) fn words(vectors: Option<&pb::VectorsOutput>) -> lexical::SparseVector {
    let named = match vectors.and_then(|vectors| vectors.vectors_options.as_ref()) {
        Some(vectors_output::VectorsOptions::Vectors(named)) => named.vectors.get(SPARSE),
        _ => None,
    };
    match named.and_then(|output| output.vector.as_ref()) {
        Some(vector_output::Vector::Sparse(sparse)) => {
            lexical::SparseVector { indices: sparse.indices.clone(), values: sparse.values.clone() }
        }
        _ => lexical::SparseVector::default(),
    }
}

/// The payload that a preprint is stored with.
pub(crate) fn payload(record: &Record, spans: &[Range<usize>]) -> HashMap<String, pb::Value> {
    Payload::new(record, spans).into_message()
}

/// Every non-empty prefix of every category, each once: `hep-*` becomes one keyword match. (Qdrant's own prefix match is younger than the
/// servers that are about; two categories of six letters cost twelve keywords.)
pub(crate) fn category_prefixes(categories: &[String]) -> Vec<String> {
    let mut prefixes: Vec<String> = categories
        .iter()
        .flat_map(|category| category.char_indices().filter_map(|(start, c)| category.get(..start + c.len_utf8()).map(str::to_owned)))
        .collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

fn vector(vector: pb::vector::Vector) -> pb::Vector {
    pb::Vector { vector: Some(vector), ..Default::default() }
}

/// The payload: everything of the preprint, what filters match, and what index runs compare.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    source_id: String,
    ag_id: String,
    title: String,
    abstract_text: String,
    text_origin: i32,
    authors: Vec<String>,
    primary_category: String,
    categories: Vec<String>,
    date: String,
    date_precision: i32,
    doi: String,
    journal_ref: String,
    comments: String,
    /// `date` as a number, see [`day_key`].
    day: i64,
    category_prefixes: Vec<String>,
    /// One per author, so that a filter's words must all be in one name.
    author_names: Vec<AuthorName>,
    /// Start and end of every sentence of the abstract, one after the other.
    sentence_spans: Vec<u32>,
    content_hash: String,
    text_hash: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct AuthorName {
    words: Vec<String>,
}

impl Payload {
    fn new(record: &Record, spans: &[Range<usize>]) -> Self {
        let Record { id, content } = record;
        // An abstract is far below 4 GiB: ingest bounds it.
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            source_id: content.source.to_string(),
            ag_id: id.to_string(),
            title: content.title.clone(),
            abstract_text: content.abstract_text.clone(),
            text_origin: content.origin.into(),
            authors: content.authors.clone(),
            primary_category: content.primary_category.clone(),
            categories: content.categories.clone(),
            date: content.date.to_string(),
            date_precision: content.precision.into(),
            doi: content.doi.clone(),
            journal_ref: content.journal_ref.clone(),
            comments: content.comments.clone(),
            day: day_key(content.date),
            category_prefixes: category_prefixes(&content.categories),
            author_names: content.authors.iter().map(|author| AuthorName { words: name_words(author) }).collect(),
            sentence_spans: spans.iter().flat_map(|span| [offset(span.start), offset(span.end)]).collect(),
            content_hash: record.content_hash(),
            text_hash: content.text_hash(),
        }
    }

    fn into_message(self) -> HashMap<String, pb::Value> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(object)) => object.into_iter().map(|(key, value)| (key, value.into())).collect(),
            // A struct of strings, numbers and lists always becomes an object.
            _ => HashMap::new(),
        }
    }

    fn into_stored(self) -> Option<Stored> {
        let spans = self.sentence_spans.chunks_exact(2).filter_map(|span| match span {
            [start, end] => Some(ByteSpan { start: *start, end: *end }),
            _ => None,
        });
        Some(Stored {
            spans: spans.collect(),
            record: Record {
                id: self.ag_id.parse().ok()?,
                content: Content {
                    source: self.source_id.parse().ok()?,
                    title: self.title,
                    abstract_text: self.abstract_text,
                    origin: TextOrigin::try_from(self.text_origin).ok()?,
                    authors: self.authors,
                    primary_category: self.primary_category,
                    categories: self.categories,
                    date: WrittenDate::parse(&self.date)?.first,
                    precision: DatePrecision::try_from(self.date_precision).ok()?,
                    doi: self.doi,
                    journal_ref: self.journal_ref,
                    comments: self.comments,
                },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::Entry;
    use crate::record::tests::record;

    #[test]
    fn the_namespace_and_the_point_ids_never_change() {
        assert_eq!(NAMESPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, b"antigravityqa:preprint"));
        assert_eq!(point_id(&"arXiv:2603.25794v2".parse().unwrap()), "ce968880-0b62-5025-94a4-1c82844d0e09");
    }

    #[test]
    fn a_record_comes_back_whole() {
        let record = record("2603.25794", "AG-2026.03-1712");
        let vectors = Vectors { dense: vec![1.0, 0.0], sentences: vec![vec![0.0, 1.0]; 3] };
        let point = to_point(&record, &[0..10, 11..27], vectors);
        let back = stored(point.payload.clone()).unwrap();
        assert_eq!(back.record, record);
        assert_eq!(back.spans, [ByteSpan { start: 0, end: 10 }, ByteSpan { start: 11, end: 27 }]);
        let entry: Entry = read(point.payload).unwrap();
        assert_eq!((entry.day, entry.content_hash), (20_260_317, record.content_hash()));
    }

    #[test]
    fn the_fields_of_an_entry_are_fields_of_the_payload() {
        let payload = Payload::new(&record("2603.25794", "AG-2026.03-1712"), &[]).into_message();
        assert!(Entry::FIELDS.iter().all(|field| payload.contains_key(*field)));
    }

    #[test]
    fn prefixes_of_all_categories_each_once() {
        assert_eq!(category_prefixes(&["hep".into(), "he-x".into()]), ["h", "he", "he-", "he-x", "hep"]);
        assert!(category_prefixes(&[]).is_empty());
    }
}
