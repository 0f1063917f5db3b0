//! Texts as sparse vectors of words, scored by BM25.
//!
//! A document's vector holds the term-frequency part of BM25, a query's holds ones, and Qdrant multiplies by the rarity of each word in the
//! collection, ln(1 + (N − df + 0.5) / (df + 0.5)) (modifier `Idf`): their dot product is BM25 in Lucene's formula (Robertson and Zaragoza
//! 2009). Qdrant's own `qdrant/bm25` was not taken: it would not read `$\Lambda$CDM` and `LambdaCDM` as one word, and the servers about
//! differ in it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// How fast the repetition of a word saturates. Lucene's default; nDCG@10 0.679 on SciFact as a plain BM25.
const K1: f32 = 1.2;
/// How much a long text is held back. Less than Lucene's 0.75: among abstracts, all of about one length, the long ones say more, and fused
/// nDCG@10 rose by 0.001 on SciFact and by 0.002 on `hep_citations` (development sets; `docs/evaluation-retrieval.md`). Stored vectors hold
/// it: a change needs another version of the tokenisation.
const B: f32 = 0.6;
/// Stems of a mean record, to which lengths are compared. A constant, since the mean of an archive changes with every record and with it all
/// vectors would: 115.9 over every tenth of 2,748 arXiv records of 2010 to 2026 (title and abstract), rounded.
const AVERAGE_LENGTH: f32 = 120.0;

/// Indices ascending and unique, one value each.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct SparseVector {
    pub(crate) indices: Vec<u32>,
    pub(crate) values: Vec<f32>,
}

/// The vector of a text to be found: tf · (k1 + 1) / (tf + k1 · (1 − b + b · length / average)) for each word.
pub(crate) fn document(text: &str) -> SparseVector {
    let stems = antigravity_text::stems(text);
    let length = stems.len() as f32;
    let norm = K1 * (1.0 - B + B * length / AVERAGE_LENGTH);
    let mut counts = BTreeMap::<u32, f32>::new();
    for stem in &stems {
        *counts.entry(dimension(stem)).or_default() += 1.0;
    }
    vector(counts.into_iter().map(|(index, tf)| (index, tf * (K1 + 1.0) / (tf + norm))))
}

/// The vector of a query: 1 for each different word. Empty when the query has no content words.
pub(crate) fn query(text: &str) -> SparseVector {
    let words: BTreeMap<u32, f32> = antigravity_text::stems(text).iter().map(|stem| (dimension(stem), 1.0)).collect();
    vector(words.into_iter())
}

/// The dimension of a stem: the first four bytes of its SHA-256, big-endian. Stable everywhere, no vocabulary to keep; two stems share a
/// dimension once in 2^32 pairs, about ten pairs among 300,000 stems, which makes two rare words count as one.
pub(crate) fn dimension(stem: &str) -> u32 {
    Sha256::digest(stem).first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn vector(entries: impl Iterator<Item = (u32, f32)>) -> SparseVector {
    let (indices, values) = entries.unzip();
    SparseVector { indices, values }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weight(vector: &SparseVector, stem: &str) -> Option<f32> {
        let place = vector.indices.binary_search(&dimension(stem)).ok()?;
        vector.values.get(place).copied()
    }

    /// Stored vectors hold these numbers: the hash must never change.
    #[test]
    fn dimensions_are_stable() {
        assert_eq!(dimension("jet"), 0xa64f_46fe);
        assert_ne!(dimension("jet"), dimension("jets"));
    }

    #[test]
    fn the_formula_by_hand() {
        // Three stems, "jet" twice: norm = 1.2 · (0.4 + 0.6 · 3 / 120) = 0.498.
        let vector = document("jet jet quark");
        assert!((weight(&vector, "jet").unwrap() - 2.0 * 2.2 / (2.0 + 0.498)).abs() < 1e-6);
        assert!((weight(&vector, "quark").unwrap() - 2.2 / 1.498).abs() < 1e-6);
    }

    #[test]
    fn a_query_counts_each_word_once_and_forms_of_a_word_meet() {
        let asked = query("jets jet JET");
        assert_eq!(asked.values, [1.0]);
        assert!(document("A jet.").indices.contains(asked.indices.first().unwrap()));
        assert_eq!(query("of the and"), SparseVector::default());
    }

    /// The constant is the mean over 2,748 records of 2010 to 2026, within a tenth.
    #[test]
    fn the_average_length_is_that_of_real_records_needs_shared_data() {
        let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
        if !data.is_dir() {
            println!("SKIPPED: there is no {}", data.display());
            return;
        }
        let lines = std::fs::read_to_string(data.join("arxiv_sample.jsonl")).unwrap();
        let lengths: Vec<usize> = lines
            .lines()
            .step_by(10)
            .map(|line| {
                let record: serde_json::Value = serde_json::from_str(line).unwrap();
                let text = |field: &str| record[field].as_str().unwrap().to_owned();
                antigravity_text::stems(&crate::record::embedded_text(&text("title"), &text("abstract"))).len()
            })
            .collect();
        let mean = lengths.iter().sum::<usize>() as f32 / lengths.len() as f32;
        println!("{mean:.1} stems over {} records", lengths.len());
        assert!((mean / AVERAGE_LENGTH - 1.0).abs() < 0.1, "{mean}");
    }

    proptest! {
        #[test]
        fn vectors_are_sorted_unique_and_finite(text in "([a-z]{1,8}[ .]){0,40}") {
            for vector in [document(&text), query(&text)] {
                prop_assert_eq!(vector.indices.len(), vector.values.len());
                prop_assert!(vector.indices.is_sorted_by(|a, b| a < b));
                prop_assert!(vector.values.iter().all(|value| value.is_finite() && *value > 0.0 && *value < K1 + 1.0));
            }
        }

        #[test]
        fn repetition_raises_and_saturates(times in 1usize..20) {
            let weight_of = |n: usize| weight(&document(&"jet ".repeat(n)), "jet").unwrap();
            prop_assert!(weight_of(times) > 0.0 && weight_of(times) <= K1 + 1.0);
        }
    }
}
