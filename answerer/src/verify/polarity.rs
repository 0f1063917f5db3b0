//! Whether a claim says the opposite of its source: a negation in one of them, or an antonym.
//!
//! A soft check. Words can't tell "fails to reject" from "rejects", and of claims that were denied on purpose it finds about every fourth; a second judge that
//! reads (`verify/second_judge.rs`) finds more. What it does find is nearly always wrong.

use std::collections::HashMap;
use std::sync::LazyLock;

use antigravity_text::stems;

use super::library::Reading;
use super::support::{Claim, Found};
use super::thresholds::{SAME_STATEMENT, SAME_SUBJECT, SENTENCE_STEMS, STATEMENT_TOLD};
use crate::rhetoric::Spoken;

/// Each stem with its opposites.
static OPPOSITES: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut opposites: HashMap<String, Vec<String>> = HashMap::new();
    for pair in include_str!("antonyms.txt").split([',', '\n']).filter(|pair| !pair.trim().is_empty()) {
        if let [one, other] = stems(pair).as_slice() {
            opposites.entry(one.clone()).or_default().push(other.clone());
            opposites.entry(other.clone()).or_default().push(one.clone());
        }
    }
    opposites
});

/// Whether the sentence that holds most of the claim says the opposite of it.
pub(super) fn differs(claim: &Claim, spoken: &Spoken, best: &Found<'_>, cited: &[Reading<'_>]) -> bool {
    let Some(sentence) = best.sentence().filter(|_| claim.len() >= SENTENCE_STEMS) else { return false };
    let denied =
        best.share >= SAME_STATEMENT && sentence.is_negative != spoken.is_negative() && claim.tells(&sentence.stems) >= STATEMENT_TOLD;
    let known = |stem: &str| cited.iter().any(|reading| reading.source.stems.contains(stem));
    let is_reversed = |stem: &str| {
        OPPOSITES.get(stem).is_some_and(|opposites| opposites.iter().any(|opposite| sentence.stems.contains(opposite))) && !known(stem)
    };
    denied || (best.share >= SAME_SUBJECT && claim.stems().any(is_reversed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_has_two_stems() {
        for pair in include_str!("antonyms.txt").split([',', '\n']).filter(|pair| !pair.trim().is_empty()) {
            assert_eq!(stems(pair).len(), 2, "{pair}");
        }
    }
}
