//! Names and acronyms: an answer may not bring any that neither the question nor a cited source has.

use foldhash::HashSet;

use super::library::Reading;
use crate::sources::stem_set;

/// A name's ending may differ from the source's: "Gaussians", "Britain's".
const ENDING: usize = 3;

/// The names of a claim that neither the question nor a cited source has.
pub(super) fn has_unknown(body: &str, question: &HashSet<String>, cited: &[Reading<'_>]) -> bool {
    let has = |reading: &Reading<'_>, name: &str, stems: &HashSet<String>, known: fn(&str, &str) -> bool| {
        let by_stem = !stems.is_empty() && stems.iter().all(|stem| reading.source.stems.contains(stem));
        by_stem || known(&reading.source.whole, name)
    };
    let unknown = |name: &str, known: fn(&str, &str) -> bool| {
        let stems = stem_set(name);
        let in_question = !stems.is_empty() && stems.iter().all(|stem| question.contains(stem));
        !in_question && !cited.iter().any(|reading| has(reading, name, &stems, known))
    };
    acronyms(body).iter().any(|name| unknown(name, is_acronym_of)) || proper(body).iter().any(|name| unknown(name, begins_alike))
}

/// Words with at least two capitals, outside mathematics.
fn acronyms(body: &str) -> Vec<&str> {
    body.split(|c: char| !(c.is_alphanumeric() || c == '$' || c == '\\'))
        .filter(|word| !word.contains(['$', '\\']) && word.chars().filter(|c| c.is_uppercase()).count() >= 2)
        .map(|word| word.strip_suffix('s').unwrap_or(word))
        .collect()
}

/// Capitalised words within a sentence. None where most words are: a title in capitals names nothing.
fn proper(body: &str) -> Vec<&str> {
    let words: Vec<&str> = body.split_whitespace().collect();
    let capital = |word: &str| word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with(char::is_uppercase);
    if 2 * words.iter().filter(|word| capital(word)).count() > words.len() {
        return Vec::new();
    }
    let is_name = |word: &str| word.chars().skip(1).all(char::is_lowercase) && word.chars().count() > ENDING && capital(word);
    words
        .iter()
        .zip(words.iter().skip(1))
        .filter(|(before, _)| !before.ends_with(['.', ':', '?', '!', '"', '”', '—', '–']))
        .map(|(_, word)| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .map(|word| word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word))
        .filter(|word| is_name(word))
        .collect()
}

/// Whether the text has the acronym as a word, in whatever case, or words in sequence that begin with its letters: LHC, Large Hadron Collider.
fn is_acronym_of(text: &str, name: &str) -> bool {
    let words = || text.split(|c: char| !c.is_alphanumeric());
    let letters: Vec<char> = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    let initials: Vec<char> = words().filter_map(|word| word.chars().next()).map(|c| c.to_ascii_lowercase()).collect();
    words().any(|word| word.strip_suffix('s').unwrap_or(word).eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(name))
        || (letters.len() >= 2 && initials.windows(letters.len()).any(|window| window == letters.as_slice()))
}

/// Whether the text has the name but for its ending: a longer word ("Gaussianities" for Gaussian), or a shorter name ("Bayes" for Bayesian).
fn begins_alike(text: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    let alike = |word: &&str| word.chars().next().is_some_and(|c| c.to_lowercase().next() == name.chars().next());
    text.split(|c: char| !c.is_alphabetic()).filter(alike).any(|word| {
        let lower = word.to_lowercase();
        let shorter = name.chars().count().saturating_sub(lower.chars().count());
        lower.starts_with(&name)
            || (word.starts_with(char::is_uppercase) && shorter <= ENDING && lower.chars().count() > ENDING && name.starts_with(&lower))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        assert_eq!(acronyms("The LHCs and $H_0$ of GW150914 in CMS"), ["LHC", "GW150914", "CMS"]);
        assert_eq!(proper("Importantly, the Hubble tension is Britain's"), ["Hubble", "Britain"]);
        assert!(proper("Topology Matters For Preserving Signals").is_empty());
    }

    #[test]
    fn names_are_known_by_what_they_stand_for() {
        assert!(is_acronym_of("at the Large Hadron Collider", "LHC") && !is_acronym_of("at a collider", "LHC"));
        assert!(begins_alike("non-Gaussianities", "Gaussian") && !begins_alike("Poisson", "Gaussian"));
        assert!(begins_alike("by Bayes' theorem", "Bayesian"));
    }

    #[test]
    fn a_piece_of_a_word_is_no_name() {
        assert!(!is_acronym_of("we design it", "DESI") && !is_acronym_of("it concerns us", "CERN"));
        for (text, name) in [("despite the noise", "Spitzer"), ("a change of charge", "Chandra"), ("an explanation we plan", "Planck")] {
            assert!(!begins_alike(text, name), "{text} {name}");
        }
    }
}
