//! The figures of an evaluation, as a table and as JSON.

use std::{cmp::Ordering, fmt::Write as _};

use antigravity_proto::retriever::v1::Ranking;
use serde_json::{Map, Value, json};

use super::{
    measure::Measure,
    set::{Gaps, TestSet},
    statistics::{Difference, Estimate},
};

/// The measure whose differences are tested.
const TESTED: &str = "ndcg@10";

/// What can be ranked by; the last one is held against the others.
pub(crate) const RANKINGS: [(&str, Ranking); 3] = [("sparse", Ranking::Sparse), ("dense", Ranking::Dense), ("fused", Ranking::Fused)];

/// The documents that a query found, with their scores.
pub(crate) type Found<'a> = Vec<(&'a str, f64)>;

/// How the archive searched, so that figures can be traced.
#[derive(Debug, Default)]
pub(crate) struct Provenance {
    /// How many documents were in the archive.
    pub(crate) documents: usize,
    /// The embedding model.
    pub(crate) embedding_model: String,
    /// The scratch archive's revision: the same documents have the same.
    pub(crate) archive_revision: String,
    /// How many candidates each part gave to the fusion.
    pub(crate) candidates: u32,
    /// The shares of the dense part, the words' and the sentences'.
    pub(crate) weights: [f64; 3],
}

/// All figures of a split.
#[derive(Debug)]
pub(crate) struct Report {
    set: String,
    split: String,
    gaps: Gaps,
    provenance: Provenance,
    /// By ranking, then by measure.
    estimates: Vec<Vec<Estimate>>,
    /// Fused against the parts, in the order of [`RANKINGS`].
    differences: Vec<Difference>,
}

impl Report {
    /// Judges what was found: for each query of the set, in its order, one list per ranking of [`RANKINGS`].
    pub(crate) fn new(set: TestSet, provenance: Provenance, mut found: Vec<[Found<'_>; 3]>) -> Self {
        found.iter_mut().flatten().for_each(order);
        let values = |ranking: usize, measure: Measure| -> Vec<f64> {
            let lists = set.queries.iter().zip(&found).map(|(query, lists)| (query, lists.get(ranking)));
            lists
                .map(|(query, list)| {
                    // As BEIR: a query that is itself a document of the corpus doesn't find itself.
                    let ids: Vec<&str> = list.into_iter().flatten().map(|(id, _)| *id).filter(|id| *id != query.id).collect();
                    measure.of(&ids, &query.judgements)
                })
                .collect()
        };
        let tested = Measure::REPORTED.into_iter().find(|(name, _)| *name == TESTED).map_or(Measure::Ndcg(10), |(_, measure)| measure);
        let fused = values(RANKINGS.len() - 1, tested);
        let estimates =
            (0..RANKINGS.len()).map(|ranking| Measure::REPORTED.map(|(_, measure)| Estimate::of(&values(ranking, measure))).into());
        let differences = (0..RANKINGS.len() - 1).map(|part| Difference::between(&fused, &values(part, tested)));
        Self {
            estimates: estimates.collect(),
            differences: differences.collect(),
            set: set.name,
            split: set.split,
            gaps: set.gaps,
            provenance,
        }
    }

    /// For machines. The shape is told in `docs/evaluation.md`.
    pub(crate) fn json(&self) -> Value {
        let mut whole = Map::new();
        whole.insert(
            "set".into(),
            json!({"name": self.set, "split": self.split, "documents": self.provenance.documents, "gaps": self.gaps}),
        );
        whole.insert(
            "archive".into(),
            json!({
                "embedding_model": self.provenance.embedding_model,
                "revision": self.provenance.archive_revision,
                "candidates": self.provenance.candidates,
                "weights": self.provenance.weights,
            }),
        );
        for ((name, _), estimates) in RANKINGS.iter().zip(&self.estimates) {
            let measures = Measure::REPORTED.iter().zip(estimates).map(|((measure, _), estimate)| ((*measure).to_owned(), json!(estimate)));
            whole.insert((*name).into(), Value::Object(measures.collect()));
        }
        let tests = RANKINGS.iter().zip(&self.differences).map(|((part, _), difference)| {
            let Difference { difference, p, n } = difference;
            ((*part).to_owned(), json!({"measure": TESTED, "difference": difference, "p": p, "n": n}))
        });
        whole.insert("significance".into(), Value::Object(tests.collect()));
        Value::Object(whole)
    }

    /// For people: each mean with its 95 % interval, and whether the fusion is better than its parts.
    pub(crate) fn table(&self) -> String {
        let queries = self.estimates.iter().flatten().next().map_or(0, |estimate| estimate.n);
        let mut text = format!("{}, {}: {queries} queries, {} documents\n\n", self.set, self.split, self.provenance.documents);
        let mut row = |first: &str, cells: Vec<String>| {
            let cells: String = cells.into_iter().map(|cell| format!("  {cell:<20}")).collect();
            let _ = writeln!(text, "{}", format!("{first:<10}{cells}").trim_end());
        };
        row("", RANKINGS.iter().map(|(name, _)| (*name).to_owned()).collect());
        for (place, (name, _)) in Measure::REPORTED.iter().enumerate() {
            let cells = self.estimates.iter().filter_map(|estimates| estimates.get(place));
            row(name, cells.map(|Estimate { value, low, high, .. }| format!("{value:.3} ({low:.3}–{high:.3})")).collect());
        }
        text.push('\n');
        for ((part, _), Difference { difference, p, .. }) in RANKINGS.iter().zip(&self.differences) {
            let _ = writeln!(text, "fused − {part} in {TESTED}: {difference:+.4}, p = {p:.4}");
        }
        text
    }

    /// What isn't as it should be, a line each.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let Gaps { queries_without_relevant, queries_unknown, queries_cut, judgements_unknown, documents_refused } = self.gaps;
        [
            (queries_without_relevant, "judged queries have no relevant document and are left out"),
            (queries_unknown, "judged queries aren't in queries.jsonl and are left out"),
            (queries_cut, "queries are longer than the archive takes and were cut"),
            (judgements_unknown, "judgements are about documents that the corpus doesn't hold; relevant ones count as missed"),
            (documents_refused, "documents were refused by the archive and can't be found"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("warning: {count} {what}"))
        .collect()
    }
}

/// By score, and equal scores by id, descending, as trec_eval breaks ties: so that figures agree with everybody else's.
fn order(found: &mut Found<'_>) {
    found.sort_by(|(a, first), (b, second)| match second.total_cmp(first) {
        Ordering::Equal => b.cmp(a),
        order => order,
    });
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::evaluate::set::Query;

    fn report() -> Report {
        let query = |id: &str, document: &str| Query { id: id.into(), text: "?".into(), judgements: [(document.to_owned(), 1)].into() };
        let gaps = Gaps { documents_refused: 2, ..Gaps::default() };
        let set = TestSet { name: "tiny".into(), split: "test".into(), queries: vec![query("q", "a"), query("b", "a")], gaps };
        let provenance = Provenance {
            documents: 3,
            embedding_model: "m".into(),
            archive_revision: "00".into(),
            candidates: 100,
            weights: [0.3, 0.4, 0.3],
        };
        let found = || {
            let (first, second, third) = (vec![("a", 1.0), ("b", 1.0)], vec![("c", 0.5), ("a", 0.9)], vec![("a", 0.9)]);
            [first, second, third]
        };
        Report::new(set, provenance, vec![found(), found()])
    }

    /// Query `q`: the tie of a and b goes to b, so that a is second by words. Query `b` is a document itself and doesn't find itself.
    #[test]
    fn ties_go_as_in_trec_eval_and_a_query_does_not_find_itself() {
        let json = report().json();
        let second = 1.0 / 3f64.log2();
        for (path, expected) in [
            ("/sparse/ndcg@10/value", f64::midpoint(second, 1.0)),
            ("/sparse/mrr@10/value", 0.75),
            ("/sparse/recall@8/value", 1.0),
            ("/dense/ndcg@10/value", 1.0),
            ("/fused/success@8/high", 1.0),
            ("/fused/recall@100/n", 2.0),
            ("/significance/sparse/difference", 1.0 - f64::midpoint(second, 1.0)),
            ("/significance/dense/p", 1.0),
        ] {
            let value = json.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} in {json:#}"));
            assert!((value - expected).abs() < 1e-9, "{path}: {value}");
        }
        assert_eq!(json["significance"]["dense"]["measure"], "ndcg@10");
        assert_eq!(json["set"]["gaps"]["documents_refused"], 2);
    }

    #[test]
    fn the_table() {
        let report = report();
        expect![[r#"
            tiny, test: 2 queries, 3 documents

                        sparse                dense                 fused
            ndcg@10     0.815 (0.631–1.000)   1.000 (1.000–1.000)   1.000 (1.000–1.000)
            recall@8    1.000 (1.000–1.000)   1.000 (1.000–1.000)   1.000 (1.000–1.000)
            recall@100  1.000 (1.000–1.000)   1.000 (1.000–1.000)   1.000 (1.000–1.000)
            mrr@10      0.750 (0.500–1.000)   1.000 (1.000–1.000)   1.000 (1.000–1.000)
            success@8   1.000 (1.000–1.000)   1.000 (1.000–1.000)   1.000 (1.000–1.000)

            fused − sparse in ndcg@10: +0.1845, p = 1.0000
            fused − dense in ndcg@10: +0.0000, p = 1.0000
        "#]]
        .assert_eq(&report.table());
        assert_eq!(report.warnings(), ["warning: 2 documents were refused by the archive and can't be found"]);
    }
}
