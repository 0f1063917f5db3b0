//! Whether a claim says the opposite of its source: a negation in one of them, or an antonym.
//!
//! A soft check. Words can't tell "fails to reject" from "rejects", and of claims that were denied on purpose it finds about every fourth; a second judge that
//! reads (`verify/second_judge.rs`) finds more. What it does find is nearly always wrong.

use std::sync::LazyLock;

use antigravity_text::stems;
use foldhash::HashMap;

use super::library::Reading;
use super::support::{Claim, Found};
use super::thresholds::{LEAST_WINDOW, NEGATION_REACH, SAME_SUBJECT, SENTENCE_STEMS, STATEMENT_TOLD};
use crate::rhetoric::{NEGATIONS, Spoken};
use crate::sources::Sentence;

/// Each stem with its opposites.
static OPPOSITES: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut opposites: HashMap<String, Vec<String>> = HashMap::default();
    for pair in include_str!("antonyms.txt").split([',', '\n']).filter(|pair| !pair.trim().is_empty()) {
        if let [one, other] = stems(pair).as_slice() {
            opposites.entry(one.clone()).or_default().push(other.clone());
            opposites.entry(other.clone()).or_default().push(one.clone());
        }
    }
    opposites
});

/// Whether the sentence that holds most of the claim says the opposite of it.
pub(super) fn differs(spoken: &Spoken, claim: &Claim, best: &Found<'_>, cited: &[Reading<'_>]) -> bool {
    let same_subject = claim.len() >= SENTENCE_STEMS && best.share >= SAME_SUBJECT;
    let Some(sentence) = best.sentence().filter(|_| same_subject) else { return false };
    let known = |stem: &str| cited.iter().any(|reading| reading.source.stems.contains(stem));
    let is_reversed = |stem: &str| {
        OPPOSITES.get(stem).is_some_and(|opposites| opposites.iter().any(|opposite| sentence.stems.contains(opposite))) && !known(stem)
    };
    claim.stems().any(is_reversed) || denies(spoken, claim, sentence, cited)
}

/// Whether one of the two denies what the other says: "is not excluded" beside "is excluded", but not "signals not present in training" beside "unseen signals".
/// Where another sentence of a cited source that speaks of the claim is itself negative about that word, the claim may have it from there.
fn denies(spoken: &Spoken, claim: &Claim, sentence: &Sentence, cited: &[Reading<'_>]) -> bool {
    let is_negative = spoken.is_negative();
    if is_negative == sentence.deeds().is_negative || claim.tells(&sentence.stems) < STATEMENT_TOLD {
        return false;
    }
    if is_negative {
        let sentences = || cited.iter().flat_map(|reading| &reading.source.sentences);
        let denied_there = |stem: &str| {
            sentences().any(|other| other.deeds().is_negative && other.stems.contains(stem) && claim.share_of(&other.stems) >= LEAST_WINDOW)
        };
        negated(spoken).iter().any(|stem| sentence.stems.contains(stem) && !denied_there(stem))
    } else {
        negated(&Spoken::new(&sentence.text)).iter().any(|stem| claim.stems().any(|own| own == stem))
    }
}

/// What each negation denies: the first content word soon behind it, as its stem.
fn negated(spoken: &Spoken) -> Vec<String> {
    let words: Vec<&str> = spoken.words().collect();
    let behind = |at: usize| words.iter().skip(at + 1).take(NEGATION_REACH).find_map(|word| stems(word).into_iter().next());
    (0..words.len()).filter(|at| words.get(*at).is_some_and(|word| NEGATIONS.has(word))).filter_map(behind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negation_denies_the_word_behind_it() {
        for (text, expected) in [
            ("The tension cannot be alleviated.", vec!["allevi"]),
            ("It retains sensitivity to models not present during training.", vec!["present"]),
            ("No excess is found.", vec!["excess"]),
            ("All is well.", vec![]),
        ] {
            assert_eq!(negated(&Spoken::new(text)), expected, "{text}");
        }
    }

    #[test]
    fn every_pair_has_two_stems() {
        for pair in include_str!("antonyms.txt").split([',', '\n']).filter(|pair| !pair.trim().is_empty()) {
            assert_eq!(stems(pair).len(), 2, "{pair}");
        }
    }
}
