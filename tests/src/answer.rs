//! What must hold of every answer, whoever wrote it, and what two answers to one question may differ in.

use std::collections::BTreeSet;

use antigravity_proto::json::to_json;
use antigravity_proto::types::{Answer, Verdict};
use serde_json::Value;

/// The answer without what is its own: its id and its times. Everything else of two answers to the same question of the same archive is equal.
pub fn comparable(mut answer: Answer) -> Answer {
    answer.id.clear();
    answer.create_time = None;
    if let Some(provenance) = answer.provenance.as_mut() {
        provenance.timings = None;
    }
    answer
}

/// Fails unless both are equal, and says where they are not.
pub fn assert_same(what: &str, left: &Answer, right: &Answer) {
    let mut differences = Vec::new();
    differ("answer", &to_json(left).unwrap(), &to_json(right).unwrap(), &mut differences);
    assert!(differences.is_empty(), "{what}: {}\n{}", left.question, differences.join("\n"));
    assert_eq!(left, right, "{what}: different in what JSON doesn't tell apart");
}

fn differ(path: &str, left: &Value, right: &Value, differences: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(a), Value::Object(b)) => {
            let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let value = |of: &serde_json::Map<String, Value>| of.get(name).cloned().unwrap_or_default();
                differ(&format!("{path}.{name}"), &value(a), &value(b), differences);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                differ(&format!("{path}[{index}]"), a, b, differences);
            }
        }
        _ if left == right => {}
        _ => differences.push(format!("{path}:\n  {left}\n  {right}")),
    }
}

/// The ids that a text cites.
pub fn cited(markdown: &str) -> BTreeSet<String> {
    let citations = antigravity_text::citations(markdown);
    citations.iter().flat_map(|citation| &citation.ids).filter_map(|cited| cited.id.as_ref().map(ToString::to_string)).collect()
}

/// How many claims have a verdict.
pub fn count(answer: &Answer, verdict: Verdict) -> usize {
    answer.claims.iter().filter(|claim| claim.verdict() == verdict).count()
}

/// Fails unless the answer is one that may be shown: it cites its sources alone, its spans are where they say, its sources are in order, and
/// what a reader and a lab need is there.
pub fn assert_presentable(answer: &Answer) {
    let sources: BTreeSet<String> = answer.sources.iter().map(|source| source.id.clone()).collect();
    assert_eq!(sources.len(), answer.sources.len(), "a source is listed once");
    assert!(answer.sources.is_sorted_by(|a, b| a.similarity >= b.similarity), "sources are listed by falling similarity");
    assert!(answer.sources.iter().all(|source| (-1.0..=1.0).contains(&source.similarity)), "a similarity is a cosine");

    let cited = cited(&answer.markdown);
    assert!(cited.is_subset(&sources), "{cited:?} are not all among {sources:?}");
    let mut end = 0;
    for claim in &answer.claims {
        let span = claim.span.as_ref().unwrap();
        let (from, to) = (span.start as usize, span.end as usize);
        assert_eq!(answer.markdown.get(from..to), Some(claim.text.as_str()), "a claim's text is what its span covers");
        assert!(end <= from, "claims follow one another: {claim:?}");
        end = to;
        assert_ne!(claim.verdict(), Verdict::Unspecified, "every claim was checked: {claim:?}");
        assert!(claim.cited_ids.iter().all(|id| sources.contains(id)), "a claim cites a source: {claim:?}");
        assert!(claim.evidence.iter().all(|evidence| sources.contains(&evidence.preprint_id)), "evidence is a source's: {claim:?}");
    }

    assert!(answer.follow_ups.len() <= 3);
    assert_eq!(answer.follow_ups.len() == 3, answer.follow_up_shortfall.is_empty(), "fewer than three follow-ups are explained");
    assert_eq!(answer.disclaimer, "This is a research aid — not a peer review. Verify sources before citing.");
    assert!(answer.coverage.is_some() && answer.create_time.is_some() && !answer.id.is_empty() && !answer.answered_by.is_empty());
    let provenance = answer.provenance.as_ref().unwrap();
    let needed = [&provenance.prompt_version, &provenance.embedding_model, &provenance.archive, &provenance.archive_revision];
    assert!(needed.iter().all(|value| !value.is_empty()), "what a lab needs to reproduce the answer: {provenance:?}");
    assert!(provenance.timings.as_ref().is_some_and(|timings| timings.total.is_some() && timings.overhead.is_some()));
}
