//! Headings: they name what follows. One that is a whole sentence claims something, wherever it stands.

use super::clauses::VERBS;
use super::thresholds::SENTENCE_STEMS;
use crate::rhetoric::{Spoken, is_research_verb};
use crate::sources::stem_set;

/// What begins a question, or names a subject without a statement.
const OPENERS: &[&str] = &["how", "why", "what", "when", "where", "which", "who", "whether", "can", "could", "does", "do", "is", "are"];

/// Whether a heading states something: it has a subject and a finite verb and is long enough, or ends as a sentence does.
pub(super) fn is_assertive(body: &str) -> bool {
    let spoken = Spoken::new(body);
    let opens = spoken.words().next().is_some_and(|word| OPENERS.contains(&word));
    let is_verb = |word: &str| VERBS.contains(&word) || (word.ends_with('s') && is_research_verb(word));
    let has_verb = spoken.words().skip(1).any(is_verb);
    let is_long = stem_set(body).len() >= SENTENCE_STEMS - 1;
    !opens && is_long && (has_verb || body.trim_end().ends_with(['.', '!']))
}

/// The words of a heading without its signs and number: `## 2.1 Topology` counts nothing.
pub(super) fn words_of(body: &str) -> &str {
    let text = body.trim_start_matches('#').trim_start();
    let (number, rest) = text.split_once(' ').unwrap_or((text, ""));
    let counts = number.contains(['.', ')']) && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ')'));
    if counts { rest } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_from_names() {
        for (heading, expected) in [
            ("The Diversity Advantage", false),
            ("Why It Matters", false),
            ("Latent Space Structure: Diverse BSM Training vs. Single-Case Optimization", false),
            ("How the gain was measured in the data", false),
            ("Case studies", false),
            ("Two Results", false),
            ("Dark matter is made of axions", true),
            ("The analysis confirms supersymmetry", true),
            ("Autoencoders cannot detect unexpected topologies", true),
            ("Spherical latent spaces improve anomaly separation.", true),
        ] {
            assert_eq!(is_assertive(heading), expected, "{heading}");
        }
        assert_eq!((words_of("## 2.1 Topology"), words_of("# 13 TeV"), words_of("# T")), ("Topology", "13 TeV", "T"));
    }
}
