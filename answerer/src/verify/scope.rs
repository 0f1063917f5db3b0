//! Which words of a sentence a citation stands for, where the sentence has several.

use std::ops::Range;

use antigravity_text::{PreprintId, citations};

use super::support::Claim;
use super::thresholds::PART_STEMS;

/// A part of a sentence, with the sources that are to support it.
pub(super) struct Part {
    /// Bytes of the sentence, citations left out.
    pub(super) texts: Vec<Range<usize>>,
    pub(super) cited: Vec<PreprintId>,
}

impl Part {
    /// Its words.
    pub(super) fn text(&self, sentence: &str) -> String {
        self.texts.iter().filter_map(|span| sentence.get(span.clone())).collect::<Vec<_>>().join(" ")
    }
}

/// The parts of a sentence by its citations: where it begins with one (`[A] shows x, while [B] finds y`) each stands for what follows it, otherwise
/// (`x is large [A], but y is small [B]`) for what goes before. A part too short to claim anything belongs to the one before it, or after it.
pub(super) fn parts(sentence: &str) -> Vec<Part> {
    let groups = groups(sentence);
    let Some(first) = groups.first() else { return Vec::new() };
    let stems = |span: &Range<usize>| Claim::new(sentence.get(span.clone()).unwrap_or("")).len();
    let leads = stems(&(0..first.span.start)) < 2;
    let mut parts: Vec<Part> = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|last| groups.get(last)).map_or(0, |last| last.span.end);
        let after = groups.get(at + 1).map_or(sentence.len(), |next| next.span.start);
        let is_last = at + 1 == groups.len();
        let mut texts = Vec::new();
        if !leads || at == 0 {
            texts.push(before..group.span.start);
        }
        if leads || is_last {
            texts.push(group.span.end..after);
        }
        parts.push(Part { texts, cited: group.cited.clone() });
    }
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        let is_short = |part: &Part| part.texts.iter().map(stems).sum::<usize>() < PART_STEMS;
        match merged.last_mut() {
            Some(last) if is_short(&part) || is_short(last) => {
                last.texts.extend(part.texts);
                last.cited.extend(part.cited);
            }
            _ => merged.push(part),
        }
    }
    merged
}

/// Citations side by side, which stand for the same.
struct Group {
    span: Range<usize>,
    cited: Vec<PreprintId>,
}

fn groups(sentence: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for citation in citations(sentence) {
        let cited = citation.ids.into_iter().filter_map(|cited| cited.id);
        match groups.last_mut() {
            Some(last) if !has_words(sentence.get(last.span.end..citation.span.start)) => {
                last.span.end = citation.span.end;
                last.cited.extend(cited);
            }
            _ => groups.push(Group { span: citation.span, cited: cited.collect() }),
        }
    }
    groups
}

/// More between two citations than `and`.
fn has_words(between: Option<&str>) -> bool {
    between.unwrap_or("").split(|c: char| !c.is_alphanumeric()).any(|word| !(word.is_empty() || word == "and" || word == "or"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_citation_stands_for_its_own_words() {
        let (a, b) = ("[AG-2025.01-1]", "[AG-2025.01-2]");
        for (sentence, expected) in [
            (format!("Spherical latent spaces help {a}."), vec![("Spherical latent spaces help", "1")]),
            (
                format!("Spherical latent spaces improve separation {a}, but overtones carry the remnant spin {b}."),
                vec![("Spherical latent spaces improve separation", "1"), ("but overtones carry the remnant spin", "2")],
            ),
            (
                format!("{a} studies spherical latent space topology, while {b} detects ringdown overtones of black holes."),
                vec![("studies spherical latent space topology, while", "1"), ("detects ringdown overtones of black holes.", "2")],
            ),
            (format!("Spherical latent spaces improve separation {a} {b}."), vec![("Spherical latent spaces improve separation", "12")]),
            (format!("Both {a} and {b} improve anomaly separation a lot."), vec![("Both improve anomaly separation a lot.", "12")]),
            (format!("Spaces {a} and overtones {b} were studied."), vec![("Spaces and overtones were studied.", "12")]),
            (String::from("Nothing is cited."), vec![]),
        ] {
            let parts = parts(&sentence);
            let found: Vec<(String, String)> = parts
                .iter()
                .map(|part| {
                    let text = part.text(&sentence).split_whitespace().collect::<Vec<_>>().join(" ");
                    let ids = part.cited.iter().filter_map(|id| id.as_str().chars().last()).collect();
                    (text.trim_matches([',', '.', ' ']).to_owned(), ids)
                })
                .collect();
            let expected: Vec<(String, String)> =
                expected.into_iter().map(|(text, ids)| (text.trim_matches([',', '.', ' ']).to_owned(), ids.to_owned())).collect();
            assert_eq!(found, expected, "{sentence}");
        }
    }
}
