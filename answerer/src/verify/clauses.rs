//! The clauses of a sentence, as far as punctuation tells them: each may claim something of its own.

use crate::rhetoric::{Spoken, is_research_verb};

/// What joins clauses. A list goes on with the first two as well: there only a verb tells.
const LISTING: &[&str] = &["and", "or"];
const JOINING: &[&str] = &["but", "so", "yet", "while", "whereas", "though", "although", "because", "since"];

/// Verbs that no noun is. They tell a clause from an item of a list.
pub(super) const VERBS: &[&str] = &[
    "is", "are", "was", "were", "has", "have", "had", "can", "could", "may", "might", "will", "would", "do", "does", "did", "isn't",
    "aren't", "can't", "cannot", "doesn't", "don't", "makes", "make",
];

/// The clauses, in order, without the marks and words that join them.
pub(super) fn clauses(sentence: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, mark) in sentence.char_indices() {
        let after = at + mark.len_utf8();
        let rest = sentence.get(after..).unwrap_or("");
        let is_dash = matches!(mark, '—' | '–')
            || (mark == '-' && rest.starts_with(' ') && sentence.get(..at).is_some_and(|front| front.ends_with(' ')));
        if !(is_dash || matches!(mark, ',' | ';' | ':')) {
            continue;
        }
        if let Some(start) = next_clause(rest, mark) {
            found.extend(sentence.get(from..at));
            from = after + start;
        }
    }
    found.extend(sentence.get(from..));
    found.retain(|clause| clause.contains(char::is_alphanumeric));
    found
}

/// Where in what follows a mark a clause begins, if one does.
fn next_clause(rest: &str, mark: char) -> Option<usize> {
    let text = rest.trim_start();
    let white = rest.len() - text.len();
    let word = text.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    let lower = word.to_lowercase();
    let behind_word = white + word.len();
    // `3:1`, `1,000`
    let is_within_number = white == 0 && text.starts_with(|c: char| c.is_ascii_digit());
    match mark {
        _ if is_within_number => None,
        _ if JOINING.contains(&lower.as_str()) => Some(behind_word),
        _ if LISTING.contains(&lower.as_str()) => has_verb(text).then_some(behind_word),
        ';' | ':' => Some(white),
        _ => None,
    }
}

/// Up to the next mark.
fn has_verb(text: &str) -> bool {
    let clause = text.split([',', ';', ':', '—', '–']).next().unwrap_or("");
    Spoken::new(clause).words().any(|word| VERBS.contains(&word) || is_research_verb(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_parted_where_clauses_begin() {
        for (sentence, expected) in [
            ("The archive is silent, but axions exist.", vec!["The archive is silent", " axions exist."]),
            ("They discuss axions, monopoles, and strings.", vec!["They discuss axions, monopoles, and strings."]),
            ("They discuss axions, and these are found.", vec!["They discuss axions", " these are found."]),
            ("Note: none is known; it holds.", vec!["Note", "none is known", "it holds."]),
            ("A good question — and the archive has research.", vec!["A good question ", " the archive has research."]),
            ("A ratio of 3:1 in 1,000 cases", vec!["A ratio of 3:1 in 1,000 cases"]),
        ] {
            assert_eq!(clauses(sentence), expected, "{sentence}");
        }
    }
}
