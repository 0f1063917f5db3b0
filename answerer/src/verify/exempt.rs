//! What claims nothing about the literature and so needs no citation.

use std::collections::HashSet;

use antigravity_proto::types::VerdictReason;
use antigravity_text::numbers;

use super::thresholds::RESTATED;
use crate::rhetoric::Spoken;
use crate::sources::{rarity, share, stem_set};

/// How a text speaks of the question that it answers.
const OF_THE_QUESTION: &[&str] =
    &["your question", "you ask", "you're asking", "you are asking", "the question", "this question", "you asked"];
const PRAISES: &[&str] = &["this is a", "this is an", "that is a", "that's a", "that is an"];
const PRAISED: &[&str] = &["question", "concern", "worry"];

/// Why an uncited sentence needs no citation, or `None` when it needs one.
pub(super) fn reason(body: &str, spoken: &Spoken, question: &HashSet<String>) -> Option<VerdictReason> {
    if spoken.states_silence() && spoken.is_about_the_archive() {
        return Some(VerdictReason::NoteOnSilence);
    }
    let stems = stem_set(body);
    let praises = spoken.starts_with_any(PRAISES) && spoken.has_any(PRAISED);
    // The question's words without its doubt are no restatement but an answer, and need a source: only "whether …" restates.
    let doubts = spoken.has("whether") && share(&stems, rarity, |stem| question.contains(stem)) >= RESTATED;
    if praises || doubts || spoken.starts_with_any(OF_THE_QUESTION) || body.trim_end().ends_with('?') {
        return Some(VerdictReason::QuestionRestated);
    }
    let leads_over = body.trim_end().ends_with(':') || spoken.is_about_the_archive() || stems.len() <= 1;
    // What leads over says where the reader is; a figure in it would be a claim.
    (leads_over && numbers(body).iter().all(|number| number.spelled)).then_some(VerdictReason::Transition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_claims_nothing_is_recognised() {
        let question = stem_set("Could adversarial training erase unexpected BSM topology signatures?");
        for (body, expected) in [
            ("The provided preprints don't directly address adversarial training.", Some(VerdictReason::NoteOnSilence)),
            ("Your question asks whether smoothing could suppress signals.", Some(VerdictReason::QuestionRestated)),
            ("The issue is whether adversarial training might erase BSM topology signatures.", Some(VerdictReason::QuestionRestated)),
            ("Adversarial training does erase BSM topology signatures.", None),
            ("That said, here's what the literature does show about related risks:", Some(VerdictReason::Transition)),
            ("The archive has direct research on this.", Some(VerdictReason::Transition)),
            ("The archive holds 17 proofs of 5 sigma.", None),
            ("Topology matters for preserving signals.", None),
            ("Single-case optimization yields narrow, brittle spaces.", None),
        ] {
            assert_eq!(reason(body, &Spoken::new(body), &question), expected, "{body}");
        }
    }
}
