//! A hit with all that speaks for it.

use antigravity_embed::cosine;
use antigravity_proto::types::{Hit, SentenceMatch, TermWeight};

use super::aim::Aim;
use super::fusion::Ranked;
use super::rarity::Rarity;
use crate::index::point::{Stored, Vectors};

/// The hit for a preprint: its similarity is computed here, from the stored vector, for every hit alike, whichever search found it.
pub(crate) fn hit(aim: &Aim, ranked: &Ranked, stored: &Stored, vectors: &Vectors) -> Hit {
    let mut rows = vectors.sentences.iter().map(|row| f64::from(cosine(&aim.sentence, row)));
    let title_similarity = rows.next().unwrap_or_default();
    Hit {
        preprint: Some(stored.record.clone().into_preprint()),
        similarity: f64::from(cosine(&aim.dense, &vectors.dense)),
        rank_score: ranked.score,
        title_similarity,
        sentences: stored.spans.iter().zip(rows).map(|(span, similarity)| SentenceMatch { span: Some(*span), similarity }).collect(),
    }
}

/// The query's content terms, each stem once at its first place, with their rarity in the archive.
pub(crate) fn term_weights(text: &str, rarity: &Rarity) -> Vec<TermWeight> {
    let terms = antigravity_text::term::distinct_terms(text).into_iter();
    terms.map(|term| TermWeight { weight: rarity.weight(&term.stem), stem: term.stem, surface: term.surface }).collect()
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::ByteSpan;

    use super::*;
    use crate::record::tests::record;

    #[test]
    fn the_title_comes_first_and_sentences_keep_their_order() {
        let aim = Aim { dense: vec![1.0, 0.0], sentence: vec![1.0, 0.0], ..Aim::default() };
        let spans = vec![ByteSpan { start: 0, end: 10 }, ByteSpan { start: 11, end: 27 }];
        let stored = Stored { record: record("2603.25794", "AG-2026.03-1712"), spans: spans.clone() };
        let vectors = Vectors { dense: vec![0.6, 0.8], sentences: vec![vec![0.0, 1.0], vec![1.0, 0.0], vec![0.8, 0.6]] };
        let hit = hit(&aim, &Ranked { id: "x".into(), score: 0.9 }, &stored, &vectors);
        assert!((hit.similarity - 0.6).abs() < 1e-6);
        assert!(hit.title_similarity.abs() < 1e-6);
        let similarities: Vec<_> = hit.sentences.iter().map(|sentence| sentence.similarity).collect();
        assert!((similarities[0] - 1.0).abs() < 1e-6 && (similarities[1] - 0.8).abs() < 1e-6);
        assert_eq!(hit.sentences.iter().map(|sentence| sentence.span.unwrap()).collect::<Vec<_>>(), spans);
    }

    #[test]
    fn each_stem_once_and_rare_ones_weigh_more() {
        let weights = term_weights("Do jets and the jet of supersymmetry differ from jets?", &Rarity::default());
        let stems: Vec<_> = weights.iter().map(|weight| weight.stem.as_str()).collect();
        assert_eq!(stems.iter().filter(|stem| **stem == "jet").count(), 1);
        assert!(weights.iter().all(|weight| weight.weight > 0.0));
        assert_eq!(weights[0].surface, "jets");
    }
}
