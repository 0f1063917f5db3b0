//! Acronyms that an abstract explains: "weak lensing (WL)". A sentence that is taken out of the abstract loses the explanation, so it is given again.

use crate::concept::Vocabulary;
use crate::sources::Source;

/// Longer tokens in brackets are no acronyms.
const MOST_LETTERS: usize = 10;

/// An acronym may pass over so many words of its long form: "of", "the", "for".
const PASSED_OVER: usize = 3;

/// What an abstract, or its title, calls by a short form.
pub(crate) struct Acronym {
    /// `WL`.
    pub(crate) short: String,
    /// `weak lensing`, as it reads within a sentence.
    pub(crate) long: String,
}

impl Acronym {
    /// The text with the long form in the place of the short one.
    pub(crate) fn written_out(&self, text: &str) -> String {
        let mut text = text.replace(&format!(" ({})", self.short), "").replace(&format!(" ({}s)", self.short), "");
        while let Some((at, plural)) = place(&text, &self.short) {
            let long = if plural { format!("{}s", self.long) } else { self.long.clone() };
            if long.contains(&self.short) {
                break;
            }
            text.replace_range(at..at + self.short.len() + usize::from(plural), &long);
        }
        text
    }
}

/// Those that the preprint explains, in the order of its text.
pub(crate) fn acronyms(source: &Source, vocabulary: &Vocabulary) -> Vec<Acronym> {
    let mut found: Vec<Acronym> = Vec::new();
    for text in [&source.abstract_text, &source.title] {
        for (at, _) in text.match_indices(" (") {
            let (Some(before), Some(after)) = (text.get(..at), text.get(at + 2..)) else { continue };
            let Some(short) = after.split(')').next().filter(|short| is_acronym(short)) else { continue };
            let Some(long) = long_form(before, short) else { continue };
            let (short, long) = singular(short, read(long, source, vocabulary));
            if !found.iter().any(|known| known.short == short) {
                found.push(Acronym { short: short.to_owned(), long });
            }
        }
    }
    found
}

/// "Quasinormal modes (QNMs)" explains "QNM" too.
fn singular(short: &str, long: String) -> (&str, String) {
    let capitals = |text: &str| text.chars().filter(|c| c.is_uppercase()).count();
    let one = short.strip_suffix('s').filter(|one| capitals(one) >= 2);
    let simple = long.ends_with('s') && !["ss", "us", "is", "ies", "xes", "ches", "ics"].iter().any(|ending| long.ends_with(ending));
    match (one, long.strip_suffix('s')) {
        (Some(short), Some(long)) if simple => (short, long.to_owned()),
        _ => (short, long),
    }
}

/// The text with each acronym explained where it is used first, if neither the text nor the page before it (`known`) explained it. What was explained
/// joins `known`.
pub(super) fn explained(text: &str, acronyms: &[Acronym], known: &mut Vec<String>) -> String {
    let mut text = text.to_owned();
    for acronym in acronyms {
        if known.contains(&acronym.short) {
            continue;
        }
        let explains = text.contains(&format!("({})", acronym.short)) || text.contains(&format!("({}s)", acronym.short));
        if explains {
            known.push(acronym.short.clone());
            continue;
        }
        let Some((at, plural)) = place(&text, &acronym.short) else { continue };
        if !text.to_lowercase().contains(&acronym.long.to_lowercase()) {
            let end = at + acronym.short.len() + usize::from(plural);
            let long =
                if plural { format!("{}s ({}s)", acronym.long, acronym.short) } else { format!("{} ({})", acronym.long, acronym.short) };
            text.replace_range(at..end, &long);
        }
        known.push(acronym.short.clone());
    }
    text
}

/// Two capitals at least, no words.
fn is_acronym(short: &str) -> bool {
    let capitals = short.chars().filter(|c| c.is_uppercase()).count();
    capitals >= 2
        && (2..=MOST_LETTERS).contains(&short.chars().count())
        && short.starts_with(char::is_alphabetic)
        && short.chars().all(|c| c.is_alphanumeric() || c == '-')
}

/// The last words of `before` that begin with the acronym's letters, in order.
fn long_form<'a>(before: &'a str, short: &str) -> Option<&'a str> {
    let singular = short.strip_suffix('s').filter(|rest| rest.chars().filter(|c| c.is_uppercase()).count() >= 2).unwrap_or(short);
    let letters: Vec<char> = singular.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let starts: Vec<usize> = before.split_whitespace().map(|word| word.as_ptr() as usize - before.as_ptr() as usize).collect();
    let most = letters.len() + PASSED_OVER;
    starts.iter().rev().take(most).find_map(|start| {
        let long = before.get(*start..)?;
        let plain = long.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '/' | '\'' | '’'));
        (plain && spells(long, &letters)).then_some(long)
    })
}

/// Whether the words begin with these letters: each word or part of a compound gives its first letter, or is passed over, but the first one gives the
/// first and the last letter comes from the last word.
fn spells(long: &str, letters: &[char]) -> bool {
    let initials: Vec<char> = long.split([' ', '-', '/']).filter_map(|part| part.chars().next()).flat_map(char::to_lowercase).collect();
    let mut wanted = letters.iter().peekable();
    if initials.first() != letters.first() || initials.len() > letters.len() + PASSED_OVER {
        return false;
    }
    for initial in &initials {
        wanted.next_if_eq(&initial);
    }
    wanted.next().is_none() && initials.last() == letters.last()
}

/// Where an acronym is used as a word outside mathematics, and whether in the plural.
fn place(text: &str, short: &str) -> Option<(usize, bool)> {
    text.match_indices(short).find_map(|(at, _)| {
        let outside = text.get(..at)?.matches('$').count().is_multiple_of(2);
        let before = text.get(..at)?.chars().next_back();
        let rest = text.get(at + short.len()..)?;
        let plural = rest.starts_with('s') && !rest.chars().nth(1).is_some_and(char::is_alphanumeric);
        let ends = plural || !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '_' | '+' | '\'' | '’'));
        let begins = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '(' | '+'));
        (outside && begins && ends).then_some((at, plural))
    })
}

/// The long form as it reads within a sentence.
fn read(long: &str, source: &Source, vocabulary: &Vocabulary) -> String {
    vocabulary.phrase(&long.split(' ').collect::<Vec<_>>(), source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Sources;
    use antigravity_proto::types::{Hit, Preprint, QueryResult};

    fn of(abstract_text: &str) -> Vec<Acronym> {
        let preprint = Preprint { id: "AG-2025.01-1".to_owned(), abstract_text: abstract_text.to_owned(), ..Default::default() };
        let hits = vec![Hit { preprint: Some(preprint), ..Default::default() }];
        let sources = Sources::new(&QueryResult { hits, ..Default::default() });
        acronyms(&sources.list[0], &Vocabulary::new(&sources))
    }

    #[test]
    fn what_an_abstract_explains_is_found() {
        for (text, expected) in [
            ("We use generative adversarial networks (GANs) for it.", vec![("GAN", "generative adversarial network")]),
            ("The field of weak lensing (WL) grows.", vec![("WL", "weak lensing")]),
            (
                "The cosmic microwave background (CMB) and signal-to-noise ratio (SNR).",
                vec![("CMB", "cosmic microwave background"), ("SNR", "signal-to-noise ratio")],
            ),
            ("A test of the equation of state (EoS) is made.", vec![("EoS", "equation of state")]),
            ("The gain (see Fig. 2) is large (SNR).", vec![]),
            ("In the sample (DESI DR2) we see it.", vec![]),
        ] {
            let found = of(text);
            let found: Vec<(&str, &str)> = found.iter().map(|found| (found.short.as_str(), found.long.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn acronyms_are_explained_once() {
        let acronyms = [
            Acronym { short: "WL".to_owned(), long: "weak lensing".to_owned() },
            Acronym { short: "GAN".to_owned(), long: "generative adversarial network".to_owned() },
        ];
        for (text, expected) in [
            ("The WL maps of a WL survey", "The weak lensing (WL) maps of a WL survey"),
            ("They beat GANs", "They beat generative adversarial networks (GANs)"),
            ("A GAN-based one and $GAN$", "A GAN-based one and $GAN$"),
            ("Of weak lensing WL maps", "Of weak lensing WL maps"),
            ("A generative adversarial network (GAN) works", "A generative adversarial network (GAN) works"),
        ] {
            assert_eq!(explained(text, &acronyms, &mut Vec::new()), expected);
        }
        assert_eq!(explained("The WL maps", &acronyms, &mut vec!["WL".to_owned()]), "The WL maps");
    }
}
