//! Singular and plural, and what wants an article.

use super::{NAMES, is_method_head};
use crate::words::WordList;

/// Singular nouns that end as abstract ones do, but are counted.
static COUNTABLE: WordList = WordList::new(include_str!("../words/countable.txt"));

/// Singular nouns that take no article though their ending doesn't tell.
static UNCOUNTABLE: WordList = WordList::new(include_str!("../words/uncountable.txt"));

/// Endings of nouns that mostly take no article.
const ABSTRACT: &[&str] = &["ing", "ion", "ity", "nce", "ment", "ness", "ism", "ics", "gy", "phy", "hip", "cy", "scopy", "metry"];

/// Plurals that don't end in -s, or look like singulars that do.
const PLURALS: &[&str] = &[
    "bosons",
    "criteria",
    "data",
    "maxima",
    "matrices",
    "media",
    "minima",
    "nuclei",
    "people",
    "phenomena",
    "quanta",
    "spectra",
    "vertices",
];

/// Singulars that end in -s.
const SINGULARS: &[&str] = &["higgs", "lens", "news", "series", "species"];

/// By the last word.
pub(crate) fn is_plural(text: &str) -> bool {
    let last = last_word(text);
    let singular = ["ss", "us", "is", "ics", "as"].iter().any(|ending| last.ends_with(ending)) || SINGULARS.contains(&last.as_str());
    PLURALS.contains(&last.as_str()) || (last.ends_with('s') && !singular)
}

/// Whether a noun phrase without an article of its own wants one: not a plural, a name or an acronym; for the rest the abstract tells by how it
/// writes it, and where it doesn't, the ending.
pub(super) fn wants_article(phrase: &str, abstract_text: &str) -> bool {
    let last = last_word(phrase);
    let surface = phrase.rsplit([' ', '-']).next().unwrap_or("");
    let is_acronym = surface.chars().filter(|c| c.is_uppercase() || c.is_ascii_digit()).count() >= 2;
    let is_name = NAMES.has(surface) || !phrase.contains(' ') && phrase.chars().any(char::is_uppercase);
    if is_plural(phrase) || is_acronym || is_name || UNCOUNTABLE.has(&last) || surface.contains('$') {
        return false;
    }
    COUNTABLE.has(&last) || !ABSTRACT.iter().any(|ending| last.ends_with(ending)) || has_article(&phrase.to_lowercase(), abstract_text)
}

/// Whether a noun phrase without an article surely is a singular that wants one: by the lists, or since the abstract writes it with one. Less is sure of a
/// sentence's words than of a title's, which leaves articles out.
pub(super) fn is_counted_singular(phrase: &str, abstract_text: &str) -> bool {
    let last = last_word(phrase);
    let is_abstract = ABSTRACT.iter().any(|ending| last.ends_with(ending));
    let is_counted = COUNTABLE.has(&last) || (is_method_head(&last) && !is_abstract) || has_article(&phrase.to_lowercase(), abstract_text);
    let begins_with_article = ["the ", "a ", "an "].iter().any(|article| phrase.starts_with(article));
    is_counted && !begins_with_article && wants_article(phrase, abstract_text)
}

fn has_article(phrase: &str, abstract_text: &str) -> bool {
    let text = abstract_text.to_lowercase();
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).unwrap_or("");
        let ends = text.get(at + phrase.len()..).is_some_and(|after| !after.trim_start().starts_with(char::is_alphanumeric));
        ends && [" the ", " a ", " an "].iter().any(|article| before.ends_with(article))
    })
}

fn last_word(text: &str) -> String {
    text.rsplit([' ', '-', '/']).next().unwrap_or("").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_is_read_from_the_last_word() {
        for (text, plural) in [
            ("latent spaces", true),
            ("dark energy", false),
            ("phase-space bias", false),
            ("fluid dynamics", false),
            ("power spectra", true),
            ("Higgs", false),
            ("neutrino masses", true),
        ] {
            assert_eq!(is_plural(text), plural, "{text}");
        }
    }

    #[test]
    fn countable_singulars_want_an_article() {
        for (text, abstract_text, expected) in [
            ("latent space", "", true),
            ("latent spaces", "", false),
            ("dark matter", "", false),
            ("anomaly detection", "", false),
            ("Hubble constant", "", true),
            ("jet tagger", "", true),
            ("phase transition", "", true),
            ("reconstruction", "We propose a reconstruction.", true),
            ("DESI DR2", "", false),
            ("LHC", "", false),
        ] {
            assert_eq!(wants_article(text, abstract_text), expected, "{text}");
        }
    }
}
