//! What must be right about one stored preprint. Pure.

use std::collections::HashMap;

use antigravity_proto::types::ArchiveFault;
use qdrant_client::qdrant::{RetrievedPoint, Value};

use super::REBUILD;
use crate::census::Entry;
use crate::index::point::{self, Stored, Vectors};
use crate::lexical;

/// How far a length may be from 1: half precision moves that of a sentence's vector by less than 0.001.
const LENGTH_TOLERANCE: f32 = 0.005;

/// Checks a point: its id is that of its source id; its payload is what this program writes for such a preprint, sentences, hashes and filter
/// fields included; its vectors have the model's dimension, finite values and length 1; there is one for the title and one for each sentence;
/// its words are those of its text. The entry is computed from the text, not from what is stored about it.
pub(super) fn check(read: RetrievedPoint, dimension: usize) -> (Option<Entry>, Vec<ArchiveFault>) {
    let RetrievedPoint { id, payload, vectors, .. } = read;
    let Ok(uuid) = point::uuid_text(id.clone()) else {
        return (None, vec![foreign(&format!("{id:?}"))]);
    };
    let Ok(Stored { record, spans }) = point::stored(payload.clone()) else {
        return (None, vec![foreign(&uuid)]);
    };
    let mut wrong: Vec<String> = Vec::new();
    let content = &record.content;
    let expected_id = point::point_id(&content.source);
    if uuid != expected_id {
        wrong.push(format!("lies at the point {uuid} instead of {expected_id}, where it would be found and replaced"));
    }
    let sentences = antigravity_text::sentences(&content.abstract_text);
    let stale = differing(&payload, &point::payload(&record, &sentences));
    if !stale.is_empty() {
        wrong.push(format!("holds {} that don't belong to its text", stale.join(", ")));
    }
    let words = point::words(vectors.as_ref());
    if !same_words(&words, &lexical::document(&content.text())) {
        wrong.push("holds words that are not those of its text".to_owned());
    }
    let Vectors { dense, sentences: rows } = point::vectors(vectors);
    if rows.len() != spans.len() + 1 {
        wrong.push(format!("has {} vectors for its title and {} sentences", rows.len(), spans.len()));
    }
    wrong.extend(fault_of("the vector", &dense, dimension));
    wrong.extend(rows.iter().find_map(|row| fault_of("a sentence's vector", row, dimension)));

    let id = record.id.to_string();
    let faults = wrong.into_iter().map(|wrong| ArchiveFault { id: id.clone(), message: format!("{wrong}: {REBUILD}") });
    (Some(Entry::from(&record)), faults.collect())
}

fn foreign(point: &str) -> ArchiveFault {
    ArchiveFault { id: String::new(), message: format!("the point {point} is no preprint that this program wrote: {REBUILD}") }
}

/// The fields that differ, in alphabetical order.
fn differing(stored: &HashMap<String, Value>, expected: &HashMap<String, Value>) -> Vec<String> {
    let mut fields: Vec<String> =
        stored.keys().chain(expected.keys()).filter(|field| stored.get(*field) != expected.get(*field)).cloned().collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

fn same_words(stored: &lexical::SparseVector, expected: &lexical::SparseVector) -> bool {
    let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-3;
    stored.indices == expected.indices && stored.values.iter().zip(&expected.values).all(near)
}

/// What is wrong with a vector.
fn fault_of(what: &str, vector: &[f32], dimension: usize) -> Option<String> {
    if vector.len() != dimension {
        return Some(format!("{what} has {} dimensions instead of {dimension}", vector.len()));
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    // Also false for what is not finite.
    let right = (length - 1.0).abs() <= LENGTH_TOLERANCE;
    (!right).then(|| format!("{what} has length {length} instead of 1"))
}

#[cfg(test)]
mod tests {
    use qdrant_client::qdrant::{
        DenseVector, MultiDenseVector, NamedVectorsOutput, PointId, SparseVector, VectorOutput, VectorsOutput, vector_output,
        vectors_output,
    };

    use super::*;
    use crate::index::schema::{DENSE, SENTENCES, SPARSE};
    use crate::record::tests::record;

    /// As Qdrant gives it back.
    fn right() -> RetrievedPoint {
        let record = record("2603.25794", "AG-2026.03-1712");
        let spans = antigravity_text::sentences(&record.content.abstract_text);
        let words = lexical::document(&record.content.text());
        let row = || DenseVector { data: vec![0.6, 0.8] };
        let output = |vector| VectorOutput { vector: Some(vector), ..Default::default() };
        let vectors = HashMap::from([
            (DENSE.to_owned(), output(vector_output::Vector::Dense(row()))),
            (SENTENCES.to_owned(), output(vector_output::Vector::MultiDense(MultiDenseVector { vectors: vec![row(), row(), row()] }))),
            (SPARSE.to_owned(), output(vector_output::Vector::Sparse(SparseVector { indices: words.indices, values: words.values }))),
        ]);
        RetrievedPoint {
            id: Some(point::uuid(point::point_id(&record.content.source))),
            payload: point::payload(&record, &spans),
            vectors: Some(VectorsOutput { vectors_options: Some(vectors_output::VectorsOptions::Vectors(NamedVectorsOutput { vectors })) }),
            ..Default::default()
        }
    }

    fn vector<'a>(point: &'a mut RetrievedPoint, name: &str) -> &'a mut vector_output::Vector {
        match point.vectors.as_mut().unwrap().vectors_options.as_mut().unwrap() {
            vectors_output::VectorsOptions::Vectors(named) => named.vectors.get_mut(name).unwrap().vector.as_mut().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_this_program_wrote_is_sound() {
        let (entry, faults) = check(right(), 2);
        assert_eq!(faults, []);
        let entry = entry.unwrap();
        assert_eq!(entry, point::read::<Entry>(right().payload).unwrap());
    }

    #[test]
    fn every_damage_is_found() {
        type Damage = fn(&mut RetrievedPoint);
        let table: [(Damage, &str); 15] = [
            (|p| p.id = Some(PointId::from(7)), "no preprint"),
            (|p| p.id = Some(point::uuid("936da01f-9abd-4d9d-80c7-02af85c822a8".into())), "instead of"),
            (|p| p.payload.clear(), "no preprint"),
            (|p| drop(p.payload.insert("title".into(), "Another".into())), "content_hash, text_hash"),
            (|p| drop(p.payload.insert("day".into(), 20_260_318.into())), "day"),
            (|p| drop(p.payload.remove("category_prefixes")), "no preprint"),
            (|p| drop(p.payload.insert("unknown".into(), 1.into())), "unknown"),
            (|p| drop(p.payload.insert("sentence_spans".into(), vec![0_i64, 10].into())), "sentence_spans"),
            (|p| drop(p.payload.insert("sentence_spans".into(), vec![0_i64, 9_000, 1, 2].into())), "sentence_spans"),
            (|p| *vector(p, DENSE) = vector_output::Vector::Dense(DenseVector { data: vec![1.0] }), "1 dimensions instead of 2"),
            (|p| *vector(p, DENSE) = vector_output::Vector::Dense(DenseVector { data: vec![f32::NAN, 0.0] }), "length NaN"),
            (|p| *vector(p, DENSE) = vector_output::Vector::Dense(DenseVector { data: vec![0.6, 0.6] }), "instead of 1"),
            (|p| *vector(p, SENTENCES) = vector_output::Vector::MultiDense(MultiDenseVector::default()), "0 vectors"),
            (|p| *vector(p, SPARSE) = vector_output::Vector::Sparse(SparseVector::default()), "words"),
            (|p| p.vectors = None, "0 dimensions"),
        ];
        for (place, (damage, part)) in table.into_iter().enumerate() {
            let mut point = right();
            damage(&mut point);
            let (_, faults) = check(point, 2);
            let told: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
            assert!(told.iter().any(|message| message.contains(part)), "{place}: {told:?} lack {part}");
            assert!(told.iter().all(|message| message.contains("--rebuild")), "{told:?}");
        }
    }
}
