//! How well claims that their sources don't support are told from those that they do, as a table and as JSON.

use std::fmt::Write as _;

use antigravity_answerer::{Grounding, ground};
use antigravity_proto::types::Verdict;
use serde_json::{Map, Value, json};

use super::{
    claims::{ClaimSet, LabelledClaim},
    detection::{Detection, Item},
    statistics::{Estimate, SAMPLES, SEED},
};

/// The shares of false alarms at which recall is reported.
const ALARMS: [(&str, f64); 3] = [("recall@5%", 0.05), ("recall@6.5%", 0.065), ("recall@10%", 0.10)];

/// What judged, for whoever compares figures.
pub(crate) const VERIFIER: &str = "words, numbers, names and negations (the answerer's own check; no model)";

/// All figures of a set.
#[derive(Debug)]
pub(crate) struct GroundingReport {
    set: String,
    all: Figures,
    /// By kind, in the order of the file.
    kinds: Vec<(String, Figures)>,
}

/// The figures of some claims.
#[derive(Debug)]
struct Figures {
    unsupported: usize,
    supported: usize,
    /// Flagged: not SUPPORTED, and no conclusion from something supported either.
    precision: Estimate,
    recall: Estimate,
    f1: Estimate,
    false_alarms: Estimate,
    auc: Estimate,
    at: Vec<Estimate>,
    /// Flagged as UNSUPPORTED, which is what an answer marks.
    marked: Estimate,
    marked_wrongly: Estimate,
}

impl GroundingReport {
    /// Judges every claim. A kind that has claims of both labels is measured by itself; one of unsupported claims alone (such as a kind of swapped source)
    /// against all supported claims of the set.
    pub(crate) fn new(set: &ClaimSet, found: &[Grounding]) -> Self {
        let judged: Vec<(&LabelledClaim, &Grounding)> = set.claims.iter().zip(found).collect();
        let mut names: Vec<&str> = Vec::new();
        for claim in &set.claims {
            if !names.contains(&claim.kind.as_str()) {
                names.push(&claim.kind);
            }
        }
        let kinds = names.iter().filter_map(|name| {
            let of_kind: Vec<_> = judged.iter().copied().filter(|(claim, _)| claim.kind == *name).collect();
            let has = |supported: bool| of_kind.iter().any(|(claim, _)| claim.supported == supported);
            let compared = match (has(false), has(true)) {
                (true, true) => of_kind,
                (true, false) => judged.iter().copied().filter(|(claim, _)| claim.kind == *name || claim.supported).collect(),
                (false, _) => return None,
            };
            Some(((*name).to_owned(), Figures::of(&compared)))
        });
        Self { set: set.name.clone(), kinds: kinds.collect(), all: Figures::of(&judged) }
    }

    /// For machines. The shape is told in `docs/evaluation-grounding.md`.
    pub(crate) fn json(&self) -> Value {
        let mut whole = self.all.json();
        let kinds: Map<String, Value> = self.kinds.iter().map(|(name, figures)| (name.clone(), figures.json().into())).collect();
        whole.insert("set".into(), json!(self.set));
        whole.insert("verifier".into(), json!(VERIFIER));
        whole.insert("bootstrap".into(), json!({"samples": SAMPLES, "seed": SEED}));
        whole.insert("kinds".into(), kinds.into());
        whole.into()
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "{}: {} claims that their sources don't support, {} that they do\nverifier: {VERIFIER}\n\n",
            self.set, self.all.unsupported, self.all.supported
        );
        let mut columns: Vec<(&str, &Figures)> = vec![("all", &self.all)];
        // A single kind would only say the same again.
        columns.extend(self.kinds.iter().filter(|_| self.kinds.len() > 1).map(|(name, figures)| (name.as_str(), figures)));
        let mut row = |first: &str, cells: Vec<String>| {
            let cells: String = cells.into_iter().map(|cell| format!("  {cell:<20}")).collect();
            let _ = writeln!(text, "{}", format!("{first:<19}{cells}").trim_end());
        };
        row("", columns.iter().map(|(name, _)| (*name).to_owned()).collect());
        row("unsupported/sup.", columns.iter().map(|(_, figures)| format!("{} / {}", figures.unsupported, figures.supported)).collect());
        for name in ROWS {
            let cell = |figures: &Figures| figures.named(name).map_or_else(String::new, |estimate| shown(&estimate));
            row(name, columns.iter().map(|(_, figures)| cell(figures)).collect());
        }
        let _ = writeln!(text, "\n95 % intervals by bootstrap: {SAMPLES} samples, seed {SEED}");
        text
    }
}

/// What is reported, in order.
const ROWS: [&str; 10] =
    ["precision", "recall", "f1", "false_alarms", "auc", "recall@5%", "recall@6.5%", "recall@10%", "marked", "marked_wrongly"];

impl Figures {
    fn of(judged: &[(&LabelledClaim, &Grounding)]) -> Self {
        let items = |flagged: fn(Verdict) -> bool| {
            let item = |(claim, found): &(&LabelledClaim, &Grounding)| Item {
                wrong: !claim.supported,
                flagged: flagged(found.verdict),
                suspicion: -found.support,
            };
            Detection::new(judged.iter().map(item).collect())
        };
        let flagged = items(|verdict| matches!(verdict, Verdict::Unsupported | Verdict::PartlySupported));
        let marked = items(|verdict| verdict == Verdict::Unsupported);
        Self {
            unsupported: flagged.wrong(),
            supported: flagged.right(),
            precision: flagged.precision(),
            recall: flagged.recall(),
            f1: flagged.f1(),
            false_alarms: flagged.false_alarms(),
            auc: flagged.auc(),
            at: ALARMS.iter().map(|(_, share)| flagged.recall_at(*share)).collect(),
            marked: marked.recall(),
            marked_wrongly: marked.false_alarms(),
        }
    }

    fn named(&self, name: &str) -> Option<Estimate> {
        Some(match name {
            "precision" => self.precision,
            "recall" => self.recall,
            "f1" => self.f1,
            "false_alarms" => self.false_alarms,
            "auc" => self.auc,
            "marked" => self.marked,
            "marked_wrongly" => self.marked_wrongly,
            _ => return ALARMS.iter().zip(&self.at).find(|((alarm, _), _)| *alarm == name).map(|(_, estimate)| *estimate),
        })
    }

    fn json(&self) -> Map<String, Value> {
        let mut figures: Map<String, Value> = ROWS.iter().filter_map(|name| Some(((*name).to_owned(), json!(self.named(name)?)))).collect();
        figures.insert("unsupported".into(), json!(self.unsupported));
        figures.insert("supported".into(), json!(self.supported));
        figures
    }
}

/// `0.712 (0.689–0.735)`.
pub(crate) fn shown(estimate: &Estimate) -> String {
    format!("{:.3} ({:.3}–{:.3})", estimate.value, estimate.low, estimate.high)
}

/// What the check says of every claim, in their order.
pub(crate) fn judge(set: &ClaimSet) -> Vec<Grounding> {
    set.claims.iter().map(|claim| ground(&claim.text, &claim.evidence, &claim.others)).collect()
}

/// A line for each claim: what it is, what was found, and why.
pub(crate) fn lines(set: &ClaimSet, found: &[Grounding]) -> String {
    let line = |(claim, found): (&LabelledClaim, &Grounding)| {
        let line = json!({
            "id": claim.id,
            "kind": claim.kind,
            "label": if claim.supported { "attributable" } else { "not attributable" },
            "verdict": found.verdict.as_str_name().trim_start_matches("VERDICT_"),
            "reason": found.reason.as_str_name().trim_start_matches("VERDICT_REASON_"),
            "support": found.support,
            "claim": claim.text,
        });
        format!("{line}\n")
    };
    set.claims.iter().zip(found).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use antigravity_proto::types::VerdictReason;

    fn report() -> GroundingReport {
        let claim = |id: &str, kind: &str, supported| LabelledClaim {
            id: id.into(),
            kind: kind.into(),
            text: "?".into(),
            evidence: vec![],
            others: vec![],
            supported,
        };
        let claims =
            vec![claim("a", "original", true), claim("b", "original", true), claim("c", "within", false), claim("d", "number", false)];
        let found = [(Verdict::Supported, 0.9), (Verdict::PartlySupported, 0.5), (Verdict::Unsupported, 0.1), (Verdict::Inference, 0.6)]
            .map(|(verdict, support)| Grounding { verdict, reason: VerdictReason::WordsNotFound, support });
        GroundingReport::new(&ClaimSet { name: "tiny".into(), claims }, &found)
    }

    #[test]
    fn kinds_of_one_label_are_held_against_what_is_supported() {
        let json = report().json();
        for (path, expected) in [
            ("/precision/value", 0.5),
            ("/recall/value", 0.5),
            ("/f1/value", 0.5),
            ("/auc/value", 0.75),
            ("/auc/n", 4.0),
            ("/marked/value", 0.5),
            ("/marked_wrongly/value", 0.0),
            ("/recall@5%/value", 0.5),
            ("/kinds/within/auc/value", 1.0),
            ("/kinds/within/auc/n", 3.0),
            ("/kinds/number/recall/value", 0.0),
            ("/kinds/number/supported", 2.0),
        ] {
            let value = json.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} in {json:#}"));
            assert!((value - expected).abs() < 1e-12, "{path}: {value}");
        }
        assert!(json.pointer("/kinds/original").is_none());
    }

    #[test]
    fn the_table() {
        let table = report().table();
        assert!(table.starts_with("tiny: 2 claims that their sources don't support, 2 that they do\n"), "{table}");
        for row in ROWS {
            let cells = table.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("{row} in {table}"));
            assert_eq!(cells.matches('(').count(), 3, "all, within and number: {cells}");
        }
    }
}
