//! What a question's own words tell: which kind it asks for, and whether it stands alone. Judged apart from the answerer, which calls its own
//! questions what it meant them to be: the rule knows nothing of its forms, and takes a question of anybody's.

use antigravity_proto::types::FollowUpKind;
use antigravity_text::mentions;

/// Longer ones are no questions to click on.
const MOST_WORDS: usize = 20;

/// Words that point at something outside the question.
const POINTING: &[&str] = &["this", "these", "those", "it", "its", "they", "them", "their", "such", "here", "above", "former", "latter"];

/// What only a reader of the same page understands.
const OF_THE_PAGE: &[&str] = &["answer", "authors", "paper", "preprint", "preprints", "study"];

/// Where something ends, fails or stops to count.
const LIMITS: &[&str] = &[
    "assumptions",
    "bottleneck",
    "break",
    "breaks",
    "circumstances",
    "conditions",
    "conflict",
    "conflicts",
    "degrade",
    "degrades",
    "fail",
    "fails",
    "insufficient",
    "limit",
    "limited",
    "limits",
    "longer",
    "neglected",
    "negligible",
    "stop",
    "stops",
    "threshold",
    "uncertain",
    "valid",
];

/// How one finds out, and how surely.
const TESTS: &[&str] = &[
    "accurate",
    "accurately",
    "confirm",
    "confirmed",
    "constrained",
    "detect",
    "detected",
    "distinguish",
    "distinguished",
    "falsified",
    "generalise",
    "generalize",
    "measure",
    "measured",
    "observations",
    "observed",
    "precisely",
    "predict",
    "reliable",
    "reliably",
    "reveal",
    "robust",
    "robustly",
    "test",
    "tested",
    "tests",
    "tighten",
    "tightly",
    "verified",
    "verify",
    "well",
];

/// What brings something about.
const CAUSES: &[&str] =
    &["causes", "controls", "determines", "drives", "explains", "generates", "governs", "produces", "role", "sets", "triggers"];

/// Verbs that ask for no more than a description: "How does it work?" tells neither what it is that works nor on what.
const EMPTY_VERBS: &[&str] = &["compare", "differ", "help", "helps", "look", "relate", "work", "works"];

/// Verbs and adjectives that begin a question to be answered by yes or no: whether something can be done is a test of it.
const WHETHER: &[&str] = &["can", "could", "does", "do", "is", "are", "will", "would", "has", "have"];

/// The kind that a question asks for, by all its words; `None`: none of them. Its first word says little by itself: "when" asks for a limit only
/// where something ends, "how" for a mechanism only where something is brought about.
pub(super) fn kind(question: &str) -> Option<FollowUpKind> {
    let words = words(question);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let first = words.first().map(String::as_str).unwrap_or_default();
    let last = words.last().map(String::as_str).unwrap_or_default();
    if WHETHER.contains(&first) {
        return Some(FollowUpKind::Test);
    }
    // "How precisely can the limits be measured?" asks how surely, "what limits how precisely …" for the limit.
    let asks_how_surely = first == "how" && words.get(1).is_some_and(|second| TESTS.contains(&second.as_str()));
    // Elsewhere "matter" is what galaxies are made of.
    let asks_when_it_counts = first == "when" && ["matter", "matters"].contains(&last);
    if !asks_how_surely && (asks_when_it_counts || has(LIMITS) || (first == "why" && has(&["not"]))) {
        return Some(FollowUpKind::Limit);
    }
    if has(TESTS) {
        return Some(FollowUpKind::Test);
    }
    let is_empty = EMPTY_VERBS.contains(&last)
        || words.iter().zip(words.iter().skip(1)).any(|(verb, tie)| verb == "help" && ["in", "with"].contains(&tie.as_str()));
    match first {
        "why" => Some(FollowUpKind::Mechanism),
        // "How many", "how large" ask for a number.
        "how" if !is_empty && words.get(1).is_some_and(|second| is_auxiliary(second)) => Some(FollowUpKind::Mechanism),
        "what" | "which" if has(CAUSES) => Some(FollowUpKind::Mechanism),
        _ => None,
    }
}

fn is_auxiliary(word: &str) -> bool {
    WHETHER.contains(&word) || ["did", "may", "might", "was", "were"].contains(&word)
}

/// Whether a question is one sentence that a reader understands without the page.
pub(super) fn is_standalone(question: &str) -> bool {
    let text = question.trim();
    let is_one = text.ends_with('?') && text.matches('?').count() == 1 && text.starts_with(char::is_uppercase);
    is_one
        && mentions(text).is_empty()
        && !words(text).iter().any(|word| POINTING.contains(&word.as_str()) || OF_THE_PAGE.contains(&word.as_str()))
}

/// Whether it has at most twenty words.
pub(super) fn is_short(question: &str) -> bool {
    question.split_whitespace().count() <= MOST_WORDS
}

fn words(question: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    question.split_whitespace().map(bare).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use FollowUpKind::{Limit, Mechanism, Test};

    #[test]
    fn kinds_are_told_by_what_is_asked() {
        for (question, expected) in [
            ("How do flows represent tails?", Some(Mechanism)),
            ("How is the lepton produced?", Some(Mechanism)),
            ("Why do models cluster in one case?", Some(Mechanism)),
            ("What drives the decay?", Some(Mechanism)),
            ("What role do monopoles play in the early Universe?", Some(Mechanism)),
            ("Why do models cluster in one case but not in the other?", Some(Limit)),
            ("How does the accuracy degrade if the sample is small?", Some(Limit)),
            ("When do flows fail to represent tails?", Some(Limit)),
            ("When can torsion be neglected?", Some(Limit)),
            ("When do quantum corrections matter?", Some(Limit)),
            ("What limits how precisely the range can be measured?", Some(Limit)),
            ("Under which conditions do flows help?", Some(Limit)),
            ("Can interpolation reliably predict it?", Some(Test)),
            ("How well do flows generalise?", Some(Test)),
            ("How precisely can the limits be measured?", Some(Test)),
            ("How could one test whether flows reduce the error?", Some(Test)),
            ("Which measurements would test the bound?", Some(Test)),
            // What is asked with the same first words, and for nothing of this.
            ("When was the effect first described?", None),
            ("Where are neutrino detectors built?", None),
            ("How many neutrinos are there?", None),
            ("How do normalizing flows work?", None),
            ("How do flows help with sampling?", None),
            ("How do flows and diffusion models compare?", None),
            ("What is dark matter?", None),
            ("Which models are in use?", None),
            ("Who found it?", None),
        ] {
            assert_eq!(kind(question), expected, "{question}");
        }
    }

    #[test]
    fn a_question_stands_alone_or_not() {
        for (question, expected) in [
            ("How do flows represent tails?", true),
            ("How do they represent tails?", false),
            ("What do the authors say of flows?", false),
            ("How do flows help? And why?", false),
            ("Does [AG-2026.03-1712] use flows?", false),
            ("how do flows help?", false),
        ] {
            assert_eq!(is_standalone(question), expected, "{question}");
        }
    }
}
