//! What a question names: preprints by their ids, titles in quotation marks, authors. Pure.

use std::collections::BTreeSet;

use super::weights::SAME_TITLE;
use crate::index::point::point_id;

/// Most names of each kind that are looked up.
const MOST: usize = 5;
/// Fewest different terms of a title: one word in quotation marks is a term, not a title.
const TITLE_TERMS: usize = 2;

/// The names in a question.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Named {
    /// Points of arXiv ids.
    pub(super) points: Vec<String>,
    /// AG ids.
    pub(super) ids: Vec<String>,
    /// The whole text, which may be a title without any marks.
    pub(super) whole: Option<Title>,
    /// What it quotes, which may be titles.
    pub(super) titles: Vec<Title>,
    /// Authors' names, as they stand.
    pub(super) authors: Vec<String>,
}

/// The terms of a title, or of what may be one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Title {
    pub(super) text: String,
    terms: BTreeSet<String>,
}

impl Title {
    /// `None` for what is too short for one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let terms: BTreeSet<String> = antigravity_text::stems(text).into_iter().collect();
        (terms.len() >= TITLE_TERMS).then(|| Self { text: text.to_owned(), terms })
    }

    /// Whether this is the title, or nearly: of the terms of both, [`SAME_TITLE`] are shared.
    pub(super) fn is(&self, title: &str) -> bool {
        let other: BTreeSet<String> = antigravity_text::stems(title).into_iter().collect();
        let shared = self.terms.intersection(&other).count();
        shared as f64 >= SAME_TITLE * (self.terms.len() + other.len() - shared) as f64
    }
}

/// The names in `text`.
pub(super) fn read(text: &str) -> Named {
    let mut points: Vec<String> = antigravity_text::source_mentions(text).iter().map(|mention| point_id(&mention.id)).collect();
    let mut ids: Vec<String> =
        antigravity_text::mentions(text).into_iter().filter_map(|mention| mention.id).map(|id| id.to_string()).collect();
    let mut titles: Vec<Title> = quoted(text).into_iter().filter_map(Title::read).collect();
    let mut authors = authors(text);
    points.truncate(MOST);
    ids.truncate(MOST);
    titles.truncate(MOST);
    authors.truncate(MOST);
    Named { points, ids, whole: Title::read(text), titles, authors }
}

/// What stands between quotation marks of one kind.
fn quoted(text: &str) -> Vec<&str> {
    const MARKS: [(&str, &str); 5] = [("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("``", "''")];
    let mut found = Vec::new();
    for (open, close) in MARKS {
        let mut rest = text;
        while let Some((_, behind)) = rest.split_once(open) {
            let Some((inside, after)) = behind.split_once(close) else { break };
            found.push(inside);
            rest = after;
        }
    }
    found
}

/// Names behind `by` where it says who wrote (`papers by Ada Lovelace`, `proposed by Lovelace and Noether`), before `et al.`, and before
/// `'s paper`. A capital alone makes no author: Higgs, Bell and Hubble mostly name physics.
fn authors(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let before = words.get(..at).unwrap_or_default();
        let behind = words.get(at + 1..).unwrap_or_default();
        let next = behind.first().map_or("", |word| *word);
        if *word == "by" && before.last().is_some_and(|cue| is_one_of(&WRITTEN, cue)) {
            found.extend(names(behind));
        } else if *word == "et" && matches!(bare(next), "al" | "al.") {
            found.extend(name_at_end(before));
        } else if let Some(name) = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"))
            && is_one_of(&WORKS, next)
            && is_name(name)
        {
            found.push(name.to_owned());
        }
    }
    found.sort();
    found.dedup();
    found
}

const WORKS: [&str; 11] =
    ["paper", "papers", "preprint", "preprints", "article", "articles", "work", "works", "publication", "publications", "review"];
const WRITTEN: [&str; 24] = [
    "paper",
    "papers",
    "preprint",
    "preprints",
    "article",
    "articles",
    "work",
    "works",
    "publication",
    "publications",
    "review",
    "study",
    "studies",
    "results",
    "written",
    "authored",
    "published",
    "proposed",
    "introduced",
    "derived",
    "shown",
    "argued",
    "claimed",
    "coauthored",
];

fn is_one_of(words: &[&str], word: &str) -> bool {
    let word = bare(word).to_lowercase();
    words.contains(&word.as_str())
}

/// The names at the beginning: runs of at most four capitalised words, joined by `and` or commas.
fn names(words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut name: Vec<&str> = Vec::new();
    for word in words {
        // The full stop of an initial ends nothing.
        let is_initial = word.chars().count() <= 2 || (name.is_empty() && INITIALS.contains(&bare(word).trim_end_matches('.')));
        let ends = word.ends_with([',', ';', '?', '!', ')']) || (word.ends_with('.') && !is_initial);
        let listed = word.ends_with([',', ';']);
        let word = &if ends { word.trim_end_matches('.') } else { word };
        if is_name(word) && name.len() < 4 {
            name.push(bare(word));
            if ends {
                found.push(std::mem::take(&mut name).join(" "));
                if !listed {
                    break;
                }
            }
        } else if matches!(*word, "and" | "&") {
            found.push(std::mem::take(&mut name).join(" "));
        } else {
            break;
        }
    }
    found.push(name.join(" "));
    found.retain(|name| name.split(' ').any(|word| word.chars().count() > 2));
    found
}

/// The family name before `et al.`.
fn name_at_end(words: &[&str]) -> Option<String> {
    words.last().map(|word| bare(word)).filter(|word| is_name(word) && word.chars().count() > 1).map(str::to_owned)
}

/// Initials of two letters, as names from the Cyrillic and the Greek have: Yu. L. Dokshitzer.
const INITIALS: [&str; 13] = ["Ch", "Ia", "Iu", "Ju", "Kh", "Ph", "Sh", "Th", "Ts", "Vl", "Ya", "Yu", "Zh"];

/// A capital, and not capitals alone, which are experiments and institutes; initials (`A.`) are part of a name.
fn is_name(word: &str) -> bool {
    let word = bare(word);
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    word.chars().next().is_some_and(char::is_uppercase)
        && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’'))
        && (letters == 1 || word.chars().any(char::is_lowercase))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '?' | '!' | '(' | ')' | '"' | '“' | '”'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn preprints_are_named_by_their_ids() {
        let named = read("Compare arXiv:2603.25794v2, hep-th/9301001 and [AG-2026.03-1712].");
        let points: Vec<String> = ["2603.25794", "hep-th/9301001"].iter().map(|id| point_id(&id.parse().unwrap())).collect();
        assert_eq!((named.points, named.ids), (points, vec!["AG-2026.03-1712".to_owned()]));
        let nothing = Named { whole: Title::read("What limits exist at 13 TeV?"), ..Named::default() };
        assert_eq!(read("What limits exist at 13 TeV?"), nothing);
    }

    #[test]
    fn quoted_titles() {
        let text = "Is “A Search for Dark Photons” like \"the Hubble tension\"? And \"naturalness\"? \"open";
        let titles: Vec<String> = read(text).titles.into_iter().map(|title| title.text).collect();
        assert_eq!(titles, ["the Hubble tension", "A Search for Dark Photons"]);
        assert_eq!(quoted("``one'' «two» \"three\""), ["three", "two", "one"]);
    }

    #[test]
    fn a_title_is_known_however_it_is_written() {
        let title = Title::read("searching for dark-photons at $e^+e^-$ colliders").unwrap();
        assert!(title.is("Searching for Dark Photons at e+e- Colliders"));
        assert!(!title.is("Searching for axions at colliders"));
        assert!(!title.is("Dark photons"));
        assert!(Title::read("the photons").is_none());
    }

    #[test]
    fn authors_are_named_by_what_stands_beside_them() {
        for (text, expected) in [
            ("papers by Ada Lovelace on engines", vec!["Ada Lovelace"]),
            ("What was proposed by E. Noether and D. Hilbert?", vec!["D. Hilbert", "E. Noether"]),
            ("Did Lovelace et al. find it?", vec!["Lovelace"]),
            ("Which gap does Müller-Lüdenscheidt's paper leave?", vec!["Müller-Lüdenscheidt"]),
            ("articles by Lovelace, Noether", vec!["Lovelace", "Noether"]),
            ("papers by Lovelace; Noether", vec!["Lovelace", "Noether"]),
            ("papers by Yu. L. Dokshitzer on jets", vec!["Yu. L. Dokshitzer"]),
            ("Summarise work by Emmy Noether. Which of it is recent?", vec!["Emmy Noether"]),
            ("Is it shown by A. Lovelace? Hilbert said no", vec!["A. Lovelace"]),
            ("What is explained by Higgs decays?", vec![]),
            ("results by ATLAS", vec![]),
            ("Is it bounded by Planck data or by Hubble's law?", vec![]),
            ("papers by the same group", vec![]),
        ] {
            assert_eq!(authors(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in ".{0,60}|(by|et al\\.|papers|Ada|\"|“|”| |'s){0,12}") {
            let named = read(&text);
            prop_assert!(named.authors.iter().all(|name| !antigravity_text::name_words(name).is_empty()));
        }
    }
}
