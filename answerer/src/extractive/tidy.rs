//! Sentences out of their context: what tied them to their neighbours is taken off.

use crate::rhetoric::Spoken;
use crate::words::WordList;

/// Words and phrases that lead over from a sentence that isn't quoted.
static CONNECTIVES: WordList = WordList::new(include_str!("../words/connectives.txt"));

/// The sentence without the full stop at its end, an enumerator, and up to two connectives at its start. `however` in its middle goes as well.
pub(crate) fn untied(sentence: &str) -> String {
    let mut text = without_label(without_enumerator(sentence.trim())).trim_end_matches('.').to_owned();
    for _ in 0..2 {
        match connective(&text).or_else(|| own_place(&text)).or_else(|| impersonal(&text)) {
            Some(rest) => text = rest.to_owned(),
            None => break,
        }
    }
    text.replace(", however,", "").trim_end_matches(", however").trim().to_owned()
}

/// The connective by which a sentence sets itself against the one before it, such as `In contrast`.
pub(super) fn contrast(sentence: &str) -> Option<&str> {
    let (before, _) = sentence.trim().split_once(',')?;
    (Spoken::new(sentence).is_contrast() && CONNECTIVES.has(&before.to_lowercase())).then_some(before)
}

/// What follows a connective and its comma. Without a comma it is part of the clause: "thus far", "also shown".
fn connective(text: &str) -> Option<&str> {
    let (before, after) = text.split_once(',')?;
    CONNECTIVES.has(&before.to_lowercase()).then(|| after.trim_start())
}

/// What follows "It is found that".
fn impersonal(text: &str) -> Option<&str> {
    ["It is found that ", "It is shown that ", "It was found that ", "It turns out that ", "We note that "]
        .iter()
        .find_map(|start| text.strip_prefix(start))
}

/// What follows "In this paper" where no comma stands.
fn own_place(text: &str) -> Option<&str> {
    let (place, rest) = text.split_at_checked(text.match_indices(' ').nth(2)?.0)?;
    let lower = place.to_lowercase();
    let noun = lower.strip_prefix("in this ")?;
    (super::reported::is_own_work(noun) && rest.trim_start().starts_with("we ")).then(|| rest.trim_start())
}

/// `(i)`, `(a)`, `(1)`, `1)` at the start.
pub(super) fn without_enumerator(text: &str) -> &str {
    let rest = text.strip_prefix('(').unwrap_or(text);
    match rest.split_once(')') {
        Some((mark, after))
            if (1..=3).contains(&mark.len()) && mark.chars().all(|c| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x' | 'a'..='d')) =>
        {
            after.trim_start()
        }
        _ => text,
    }
}

/// The sentence without the label of a structured abstract: "Aims:", "Results.".
fn without_label(text: &str) -> &str {
    let labelled = text.split_once([':', '.']).filter(|(label, _)| LABELS.contains(&label.trim().to_lowercase().as_str()));
    labelled.map_or(text, |(_, rest)| rest.trim_start())
}

/// What astronomers' journals put before the parts of an abstract.
const LABELS: &[&str] = &[
    "aim",
    "aims",
    "background",
    "conclusion",
    "conclusions",
    "context",
    "method",
    "methods",
    "objective",
    "objectives",
    "purpose",
    "results",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_taken_off() {
        for (sentence, expected) in [
            ("However, the gain is small.", "the gain is small"),
            ("Moreover, in particular, it holds.", "it holds"),
            ("(ii) The mass is bounded.", "The mass is bounded"),
            ("The gain has not been compared, however.", "The gain has not been compared"),
            ("In this paper we show it.", "we show it"),
            ("Interestingly, it is found that it holds.", "it is found that it holds"),
            ("It is found that the gain is small.", "the gain is small"),
            ("Thus far the data agree.", "Thus far the data agree"),
            ("(see below) The rest.", "(see below) The rest"),
            ("Aims: In order to learn, we look.", "In order to learn, we look"),
            ("Results of it: none.", "Results of it: none"),
        ] {
            assert_eq!(untied(sentence), expected);
        }
    }
}
