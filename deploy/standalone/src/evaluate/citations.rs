//! Citations of finished answers by the rules of ALCE (Gao et al., EMNLP 2023): does what a claim cites support it, and is each citation needed.

use std::collections::HashMap;
use std::fmt::Write as _;

use antigravity_answerer::{NO_SUCH_SOURCE, UNSUPPORTED_MARK, check, ground};
use antigravity_proto::types::{Claim, Preprint, Verdict};
use antigravity_text::mentions;
use serde_json::{Value, json};

use super::{
    grounding::{VERIFIER, shown},
    statistics::{Estimate, SAMPLES, SEED},
};

/// An answer as it is read: its text, and the ids that it may cite. `None`: all that the archive has.
#[derive(Debug, PartialEq)]
pub(crate) struct FinishedAnswer {
    /// Its Markdown, as it was released.
    pub(crate) markdown: String,
    /// The ids of its sources, where it lists them.
    pub(crate) sources: Option<Vec<String>>,
}

impl FinishedAnswer {
    /// Every id that its text names, and its sources', once each: what the archive is asked for.
    pub(crate) fn ids(&self) -> Vec<String> {
        let named = mentions(&self.markdown).into_iter().filter_map(|mention| mention.id).map(|id| id.to_string());
        let mut ids: Vec<String> = self.sources.iter().flatten().cloned().chain(named).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// All figures.
#[derive(Debug)]
pub(crate) struct CitationReport {
    answers: usize,
    claims: usize,
    /// Ids that name no source, and places where such a one was replaced.
    invalid_ids: usize,
    /// Of the claims that need support, the share that cites something, itself or by its paragraph.
    coverage: Estimate,
    /// Of the same claims, the share that what they cite supports, all of it together.
    recall: Estimate,
    /// Of the citations, the share that is needed: of a supported claim, and supporting it alone or missed by the others.
    precision: Estimate,
}

/// What was counted.
#[derive(Default)]
struct Tally {
    claims: usize,
    invalid_ids: usize,
    covered: Vec<f64>,
    recalled: Vec<f64>,
    precise: Vec<f64>,
}

impl CitationReport {
    /// Judges answers by the preprints that the archive has of those that they name.
    pub(crate) fn new(answers: &[FinishedAnswer], preprints: &HashMap<String, Preprint>) -> Self {
        let mut tally = Tally::default();
        answers.iter().for_each(|answer| tally.add(answer, preprints));
        Self {
            answers: answers.len(),
            claims: tally.claims,
            invalid_ids: tally.invalid_ids,
            coverage: Estimate::of(&tally.covered),
            recall: Estimate::of(&tally.recalled),
            precision: Estimate::of(&tally.precise),
        }
    }

    /// For machines. The shape is told in `docs/evaluation-grounding.md`.
    pub(crate) fn json(&self) -> Value {
        json!({
            "answers": self.answers,
            "claims": self.claims,
            "invalid_ids": self.invalid_ids,
            "claim_coverage": self.coverage,
            "citation_recall": self.recall,
            "citation_precision": self.precision,
            "verifier": VERIFIER,
            "bootstrap": {"samples": SAMPLES, "seed": SEED},
        })
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let mut text = format!("{} answers, {} claims\nverifier: {VERIFIER}\n\n", self.answers, self.claims);
        let _ = writeln!(text, "{:<20}{}", "invalid ids", self.invalid_ids);
        for (name, estimate) in
            [("claim coverage", self.coverage), ("citation recall", self.recall), ("citation precision", self.precision)]
        {
            let _ = writeln!(text, "{name:<20}{}  n = {}", shown(&estimate), estimate.n);
        }
        let _ = writeln!(text, "\n95 % intervals by bootstrap: {SAMPLES} samples, seed {SEED}");
        text
    }
}

impl Tally {
    fn add(&mut self, answer: &FinishedAnswer, preprints: &HashMap<String, Preprint>) {
        // A mark is what the check said before, and no part of the text.
        let markdown = [format!(" {UNSUPPORTED_MARK}"), format!("\n\n{UNSUPPORTED_MARK}")]
            .iter()
            .fold(answer.markdown.clone(), |text, mark| text.replace(mark, ""));
        let ids = answer.sources.clone().unwrap_or_else(|| answer.ids());
        let sources: Vec<Preprint> = ids.iter().filter_map(|id| preprints.get(id)).cloned().collect();
        // Of an answer that lists its sources all of these, also one that has left the archive since; of other texts what the archive has.
        let listed = answer.sources.is_some();
        let is_source = |id: &str| if listed { ids.iter().any(|known| known == id) } else { sources.iter().any(|source| source.id == id) };
        let named = mentions(&markdown);
        self.invalid_ids += named.iter().filter(|mention| !mention.id.as_ref().is_some_and(|id| is_source(id.as_str()))).count();
        self.invalid_ids += markdown.matches(NO_SUCH_SOURCE).count();
        for claim in check(&markdown, &sources) {
            self.claims += 1;
            if claim.verdict() != Verdict::NoCitationNeeded {
                self.judge(&claim, &sources);
            }
        }
    }

    fn judge(&mut self, claim: &Claim, sources: &[Preprint]) {
        let cited: Vec<&str> = claim.cited_ids.iter().map(String::as_str).collect();
        self.covered.push(f64::from(u8::from(!cited.is_empty())));
        // The verdict of the check knows the paragraph; a claim without an id that names a source has no support.
        let recalled = !cited.is_empty() && supports(claim.verdict());
        self.recalled.push(f64::from(u8::from(recalled)));
        for id in &cited {
            let others: Vec<&str> = cited.iter().copied().filter(|other| other != id).collect();
            let needed = others.is_empty() || stands_on(claim, &[id], sources) || !stands_on(claim, &others, sources);
            self.precise.push(f64::from(u8::from(recalled && needed)));
        }
    }
}

/// Whether these of its citations alone support a claim.
fn stands_on(claim: &Claim, ids: &[&str], sources: &[Preprint]) -> bool {
    let text = |source: &Preprint| format!("{}\n{}", source.title, source.abstract_text);
    let (cited, others): (Vec<&Preprint>, Vec<&Preprint>) = sources.iter().partition(|source| ids.contains(&source.id.as_str()));
    let [cited, others] = [cited, others].map(|sources| sources.into_iter().map(text).collect::<Vec<_>>());
    supports(ground(&claim.text, &cited, &others).verdict)
}

/// ALCE knows entailed and not entailed. A conclusion that rests on what is cited counts as supported, a claim that holds in part doesn't.
fn supports(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Supported | Verdict::Inference)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preprint(id: &str, text: &str) -> (String, Preprint) {
        (id.to_owned(), Preprint { id: id.into(), title: "Title".into(), abstract_text: text.into(), ..Preprint::default() })
    }

    fn report(markdown: &str, sources: Option<&[&str]>) -> CitationReport {
        let preprints = HashMap::from([
            preprint("AG-2025.01-1", "We show that spherical latent spaces improve anomaly separation at colliders."),
            preprint("AG-2025.01-2", "Overtones of the ringdown carry the spin of the remnant black hole."),
        ]);
        let sources = sources.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect());
        CitationReport::new(&[FinishedAnswer { markdown: markdown.into(), sources }], &preprints)
    }

    #[test]
    fn figures_follow_the_rules() {
        let (good, extra) = ("Spherical latent spaces improve anomaly separation", "[AG-2025.01-1]");
        for (markdown, invalid, coverage, recall, precision) in [
            (format!("# Title\n\n{good} {extra}."), 0, 1.0, 1.0, 1.0),
            (format!("{good}."), 0, 0.0, 0.0, 0.0),
            // The second citation adds nothing that the first doesn't say.
            (format!("{good} [AG-2025.01-1, AG-2025.01-2]."), 0, 1.0, 1.0, 0.5),
            (format!("{good} [AG-2025.01-2]."), 0, 1.0, 0.0, 0.0),
            (format!("{good} {extra}. More holds [AG-2025.01-9]."), 1, 0.5, 0.5, 1.0),
            (format!("{good} [no such source]. [unsupported]"), 1, 0.0, 0.0, 0.0),
        ] {
            let found = report(&markdown, None);
            assert_eq!(found.invalid_ids, invalid, "{markdown}");
            let values = (found.coverage.value, found.recall.value, found.precision.value);
            assert_eq!(values, (coverage, recall, precision), "{markdown}: {found:?}");
        }
    }

    #[test]
    fn a_preprint_that_is_no_source_of_the_answer_is_invalid() {
        let text = "Spherical latent spaces improve anomaly separation [AG-2025.01-1].";
        assert_eq!(report(text, Some(&["AG-2025.01-2"])).invalid_ids, 1);
        assert_eq!(report(text, Some(&["AG-2025.01-1"])).invalid_ids, 0);
    }
}
