//! `antigravity evaluate retrieval` on five documents, whose figures can be worked out by hand.
//!
//! Every ranking must put first what a query names, and the second document about a pendulum second for query 3. Query 4 has no word in common
//! with any document, so that the words find nothing and the vectors must find what it means:
//!
//! | query | relevant (grade) | found at | nDCG@10 | recall@8 | MRR@10 |
//! |---|---|---|---|---|---|
//! | 1 | `clocks` (2), `lost` (1), which the corpus lacks | 1 | 2 / (2 + 1 / log₂ 3) = 0.760186 | 1 / 2 | 1 |
//! | 2 | `fireflies` (1) | 1 | 1 | 1 | 1 |
//! | 3 | `pendulum` (1) | 2 | 1 / log₂ 3 = 0.630930 | 1 | 1 / 2 |
//! | 4, words | `fireflies` (1) | – | 0 | 0 | 0 |
//! | 4, vectors or both | | 1 | 1 | 1 | 1 |
//! | mean, words | | | 0.597779 | 0.625 | 0.625 |
//! | mean, vectors or both | | | 0.847779 | 0.875 | 0.875 |

use expect_test::expect;
use serde_json::Value;
use tempfile::TempDir;

use crate::run::{file, over};

fn evaluate(more: &[&str]) -> crate::run::Printed {
    let data = TempDir::new().unwrap();
    let untouched = data.path().join("untouched");
    let set = file("clocks");
    let printed = over(&untouched, &[&["evaluate", "retrieval", set.to_str().unwrap()], more].concat());
    assert!(!untouched.exists(), "the set has an archive of its own");
    printed
}

#[test]
fn the_table_holds_what_comes_out_by_hand() {
    let printed = evaluate(&[]);
    assert_eq!(printed.code, Some(0), "{}", printed.err);
    expect![[r#"
        clocks, test: 4 queries, 5 documents

                    sparse                dense                 fused
        ndcg@10     0.598 (0.190–0.908)   0.848 (0.696–1.000)   0.848 (0.696–1.000)
        recall@8    0.625 (0.250–1.000)   0.875 (0.625–1.000)   0.875 (0.625–1.000)
        recall@100  0.625 (0.250–1.000)   0.875 (0.625–1.000)   0.875 (0.625–1.000)
        mrr@10      0.625 (0.250–1.000)   0.875 (0.625–1.000)   0.875 (0.625–1.000)
        success@8   0.750 (0.250–1.000)   1.000 (1.000–1.000)   1.000 (1.000–1.000)

        fused − sparse in ndcg@10: +0.2500, p = 1.0000
        fused − dense in ndcg@10: +0.0000, p = 1.0000
    "#]]
    .assert_eq(&printed.out);
    expect![[r#"
        warning: 1 judgements are about documents that the corpus doesn't hold; relevant ones count as missed
    "#]]
    .assert_eq(&printed.err);
}

#[test]
fn the_json_has_the_keys_that_the_documentation_says() {
    let printed = evaluate(&["--json"]);
    let figures: Value = serde_json::from_str(&printed.out).unwrap();
    // nDCG@10, then recall and MRR, which come to the same here, and success@8.
    for (ranking, [ndcg, others, success]) in
        [("sparse", [0.597_779, 0.625, 0.75]), ("dense", [0.847_779, 0.875, 1.0]), ("fused", [0.847_779, 0.875, 1.0])]
    {
        for (measure, by_hand) in
            [("ndcg@10", ndcg), ("recall@8", others), ("recall@100", others), ("mrr@10", others), ("success@8", success)]
        {
            let figure = |key: &str| figures[ranking][measure][key].as_f64().unwrap_or_else(|| panic!("{ranking} {measure} {key}"));
            assert!((figure("value") - by_hand).abs() < 1e-6, "{ranking} {measure}: {}", figure("value"));
            assert!(figure("low") <= figure("value") && figure("value") <= figure("high"), "{ranking} {measure}");
            assert!((figure("n") - 4.0).abs() < f64::EPSILON, "{ranking} {measure}");
        }
    }
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
    let set = |names: &str| -> std::collections::BTreeSet<String> { names.split(' ').map(str::to_owned).collect() };
    assert_eq!(keys(&figures), set("set archive sparse dense fused significance"));
    assert_eq!(keys(&figures["archive"]), set("embedding_model revision candidates weights"));
    assert_eq!(keys(&figures["significance"]), set("sparse dense"));
    assert_eq!(keys(&figures["significance"]["dense"]), set("measure difference p n"));
    assert_eq!((figures["set"]["documents"].as_u64(), figures["set"]["split"].as_str()), (Some(5), Some("test")));
    assert_eq!(figures["set"]["gaps"]["judgements_unknown"].as_u64(), Some(1));
}

#[test]
fn a_set_that_cannot_be_used_is_named() {
    let printed = evaluate(&["--split", "dev"]);
    assert_eq!((printed.code, printed.out.as_str()), (Some(1), ""));
    assert!(printed.err.contains("qrels/dev.tsv") && printed.err.lines().count() == 1, "{}", printed.err);
}
