//! What a question's own words tell: which kind it asks for, and whether it stands alone. Judged apart from the answerer, which calls its own
//! questions what it meant them to be.

use antigravity_proto::types::FollowUpKind;
use antigravity_text::mentions;

/// Longer ones are no questions to click on.
const MOST_WORDS: usize = 20;

/// Words that point at something outside the question.
const POINTING: &[&str] = &["this", "these", "those", "it", "its", "they", "them", "their", "such", "here", "above", "former", "latter"];

/// What only a reader of the same page understands.
const OF_THE_PAGE: &[&str] = &["answer", "authors", "paper", "preprint", "preprints", "study"];

/// Where something ends or fails.
const LIMITS: &[&str] = &[
    "limits",
    "limit",
    "limited",
    "fail",
    "fails",
    "break",
    "breaks",
    "degrade",
    "degrades",
    "uncertain",
    "still",
    "beyond",
    "insufficient",
];

/// How one finds out.
const TESTS: &[&str] = &[
    "test",
    "tested",
    "tests",
    "measure",
    "measured",
    "verify",
    "reliably",
    "accurately",
    "precisely",
    "tightly",
    "well",
    "distinguish",
    "detect",
    "detected",
];

/// The kind of the seeds' three that a question asks for, by its first words; `None`: none of them.
pub(super) fn kind(question: &str) -> Option<FollowUpKind> {
    let words = words(question);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let first = words.first().map(String::as_str).unwrap_or_default();
    let second = words.get(1).map(String::as_str).unwrap_or_default();
    match first {
        "when" | "where" | "under" | "at" => Some(FollowUpKind::Limit),
        "can" | "could" | "does" | "do" | "is" | "are" | "will" | "would" | "has" | "have" => Some(FollowUpKind::Test),
        "how" if ["well", "far", "reliably", "accurately", "precisely", "tightly", "strongly", "can", "could"].contains(&second) => {
            Some(if second == "far" { FollowUpKind::Limit } else { FollowUpKind::Test })
        }
        "why" if has(&["not"]) => Some(FollowUpKind::Limit),
        "what" | "which" if has(LIMITS) => Some(FollowUpKind::Limit),
        "what" | "which" if has(TESTS) => Some(FollowUpKind::Test),
        "how" | "why" => Some(FollowUpKind::Mechanism),
        "what" if ["causes", "controls", "determines", "drives", "explains", "lies", "makes", "role", "sets"].contains(&second) => {
            Some(FollowUpKind::Mechanism)
        }
        _ => None,
    }
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
    fn kinds_are_told_by_the_first_words() {
        for (question, expected) in [
            ("How do flows represent tails?", Some(Mechanism)),
            ("Why do models cluster in one case?", Some(Mechanism)),
            ("Why do models cluster in one case but not in the other?", Some(Limit)),
            ("What drives the decay?", Some(Mechanism)),
            ("When do flows fail to represent tails?", Some(Limit)),
            ("What limits the range of haloscopes?", Some(Limit)),
            ("Under which conditions do flows help?", Some(Limit)),
            ("Can interpolation reliably predict it?", Some(Test)),
            ("How well do flows generalise?", Some(Test)),
            ("Which measurements would test the bound?", Some(Test)),
            ("What is dark matter?", None),
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
