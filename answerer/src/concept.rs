//! The concepts of a preprint: noun phrases that a lead-in or a question can name.

use std::collections::HashSet;

use antigravity_text::{is_stop_word, phrases};

use crate::rhetoric::is_adverb;
use crate::sources::{Source, Sources, rarity};
use crate::words::WordList;

/// Words that no concept is made of alone: a phrase that ends in one of them names nothing in particular.
static GENERIC: WordList = WordList::new(include_str!("words/generic.txt"));

/// Verbs and adjectives in forms that the endings below don't give away, or that would be taken for nouns. A phrase may neither begin nor end with one.
static NO_NOUN: WordList = WordList::new(include_str!("words/no_noun.txt"));

/// Names that begin titles and sentences.
static NAMES: WordList = WordList::new(include_str!("words/names.txt"));

/// A noun phrase of a preprint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Concept {
    /// As it reads within a sentence: `topology-aware autoencoders`.
    pub(crate) text: String,
    /// Its stems.
    pub(crate) stems: Vec<String>,
    /// Whether it stands in the title.
    pub(crate) in_title: bool,
    /// Whether it is plural.
    pub(crate) is_plural: bool,
    /// Whether it wants an article: the source writes "the" or "a" before it.
    pub(crate) wants_article: bool,
}

impl Concept {
    /// With the article that it wants.
    pub(crate) fn with_article(&self) -> String {
        if self.wants_article && !self.is_plural { format!("the {}", self.text) } else { self.text.clone() }
    }

    /// Its rarity: how much naming it tells.
    pub(crate) fn weight(&self) -> f64 {
        self.stems.iter().map(|stem| rarity(stem)).sum()
    }

    /// Whether both are about the same: they share a half of their stems.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let shared = self.stems.iter().filter(|stem| other.stems.contains(stem)).count();
        shared * 2 >= self.stems.len().min(other.stems.len())
    }
}

/// The words of the abstracts, to tell names from words that are capitalised only in titles and at the start of sentences.
pub(crate) struct Vocabulary {
    /// Those that occur in lower case.
    lower: HashSet<String>,
    /// Those that occur with a capital within a sentence.
    capital: HashSet<String>,
}

impl Vocabulary {
    pub(crate) fn new(sources: &Sources) -> Self {
        let (mut lower, mut capital) = (HashSet::new(), HashSet::new());
        for sentence in sources.list.iter().flat_map(|source| &source.sentences) {
            for (at, word) in sentence.text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).enumerate() {
                match word.chars().next() {
                    Some(first) if first.is_lowercase() => lower.insert(word.to_owned()),
                    Some(first) if first.is_uppercase() && at > 0 => capital.insert(word.to_owned()),
                    _ => false,
                };
            }
        }
        Self { lower, capital }
    }

    /// A word, or the parts of a compound, as it reads within a sentence.
    pub(crate) fn within_sentence(&self, word: &str) -> String {
        word.split('-').map(|part| self.lowered(part)).collect::<Vec<_>>().join("-")
    }

    /// A word with one capital, at its start, is a name when it is known as one: by the list, or by a capital within a sentence and nowhere a
    /// small letter.
    fn lowered(&self, part: &str) -> String {
        let mut characters = part.chars();
        let capital_first = characters.next().is_some_and(char::is_uppercase) && !characters.any(char::is_uppercase);
        let lower = part.to_lowercase();
        let is_common = is_stop_word(&lower) || self.lower.contains(&lower);
        let is_name = NAMES.has(part) || (self.capital.contains(part) && !is_common);
        if capital_first && part.is_ascii() && !is_name { lower } else { part.to_owned() }
    }
}

/// The concepts of a preprint's title and of some of its sentences, in order, each once.
pub(crate) fn concepts<'a>(source: &'a Source, sentences: impl IntoIterator<Item = &'a str>, vocabulary: &Vocabulary) -> Vec<Concept> {
    let mut found: Vec<Concept> = Vec::new();
    let texts = std::iter::once((source.title.as_str(), true)).chain(sentences.into_iter().map(|sentence| (sentence, false)));
    for (text, in_title) in texts {
        for phrase in phrases(text).into_iter().filter(|phrase| ends_as_noun(text, phrase.span.end)) {
            let Some(words) = noun_phrase(&phrase.text) else { continue };
            let text: String = words.iter().map(|word| vocabulary.within_sentence(word)).collect::<Vec<_>>().join(" ");
            let concept = Concept {
                stems: antigravity_text::stems(&text),
                in_title,
                is_plural: is_plural(&text),
                wants_article: wants_article(&text, &source.abstract_text),
                text,
            };
            if !found.iter().any(|other| other.text.eq_ignore_ascii_case(&concept.text)) {
                found.push(concept);
            }
        }
    }
    found
}

/// The phrase without verbs and generalities at its ends, when two to four words remain that read as a noun phrase.
fn noun_phrase(text: &str) -> Option<Vec<&str>> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    while words.last().is_some_and(|word| !may_end(word)) {
        words.pop();
    }
    // "Foundation models" needs its generic noun, but is told only with a word more: "jet foundation models".
    let is_generic = words.last().is_some_and(|word| GENERIC.has(&word.to_lowercase()));
    let leading = words.iter().take_while(|word| !may_begin(word)).count();
    words.drain(..leading);
    // Within a compound nouns are singular: one that ends in -s is a verb, as in "likelihood reaches".
    let compound = words.split_last().is_some_and(|(_, before)| before.iter().all(|word| !is_plural(word) && !is_adverb(word)));
    // Only letters and hyphens: mathematics in its plain form would not be rendered.
    let readable = words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '-') && word.chars().count() > 1);
    let has_weight = words.iter().map(|word| word.chars().count()).sum::<usize>() >= 8;
    let least = if is_generic { 3 } else { 2 };
    ((least..=4).contains(&words.len()) && readable && compound && has_weight).then_some(words)
}

/// Whether what follows a phrase lets its last word be a noun: an article would follow a verb, another word would go on with the phrase.
fn ends_as_noun(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or("");
    let Some(next) = rest.strip_prefix(char::is_whitespace) else {
        return !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    };
    let word: String = next.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    let article = ["the", "a", "an", "this", "that", "these", "those", "its", "their", "our", "all", "any", "each", "no", "both", "more"]
        .contains(&word.as_str());
    !article && (word.is_empty() || is_stop_word(&word)) && !next.starts_with(['$', '\\'])
}

fn may_begin(word: &str) -> bool {
    let lower = word.to_lowercase();
    let compound = lower.contains('-');
    !NO_NOUN.has(&lower) && (compound || !(lower.ends_with("ing") || lower.ends_with("ed") || is_adverb(&lower)))
}

fn may_end(word: &str) -> bool {
    let lower = word.to_lowercase();
    let adjective = ["ed", "ive", "ous", "ble", "ful", "ary", "less", "ical", "onal", "ental", "ese", "ic"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    let adjective = adjective
        && ![
            "metric",
            "logic",
            "statistic",
            "heuristic",
            "arithmetic",
            "fabric",
            "topic",
            "table",
            "variable",
            "observable",
            "quintessence",
        ]
        .contains(&lower.as_str());
    !adjective && !is_adverb(&lower) && !NO_NOUN.has(&lower) && !is_stop_word(&lower)
}

/// By its last word.
fn is_plural(text: &str) -> bool {
    let last = text.rsplit([' ', '-']).next().unwrap_or("").to_lowercase();
    let irregular = [
        "statistics",
        "data",
        "spectra",
        "phenomena",
        "criteria",
        "quanta",
        "nuclei",
        "media",
        "matrices",
        "vertices",
        "bosons",
        "people",
        "minima",
        "maxima",
    ];
    let singular = ["ss", "us", "is", "ics", "as"].iter().any(|ending| last.ends_with(ending))
        || ["series", "lens", "species", "news"].contains(&last.as_str());
    irregular.contains(&last.as_str()) || (last.ends_with('s') && !singular)
}

/// Whether the abstract writes an article right before the phrase; where it never occurs in the abstract, by whether its last word is countable
/// as its ending tells.
fn wants_article(phrase: &str, abstract_text: &str) -> bool {
    let text = abstract_text.to_lowercase();
    let wanted = phrase.to_lowercase();
    let before: Vec<&str> = text.match_indices(&wanted).filter_map(|(at, _)| text.get(..at)).collect();
    let has_article = |before: &&str| [" the ", " a ", " an "].iter().any(|article| before.ends_with(article));
    if !before.is_empty() {
        return before.iter().any(has_article);
    }
    let last = wanted.rsplit([' ', '-']).next().unwrap_or("");
    let uncountable = ["ing", "ion", "ity", "nce", "ment", "ness", "ism", "ics", "gy", "phy", "hip", "ter", "ght"];
    !uncountable.iter().any(|ending| last.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::fixture;

    #[test]
    fn titles_give_concepts_as_they_read_in_a_sentence() {
        let sources = fixture::anomaly();
        let vocabulary = Vocabulary::new(&sources);
        let texts: Vec<String> =
            sources.list.iter().flat_map(|source| concepts(source, [], &vocabulary)).map(|concept| concept.with_article()).collect();
        assert!(texts.contains(&"topology-aware autoencoders".to_owned()), "{texts:?}");
        assert!(texts.iter().all(|text| !text.contains("Latent")), "{texts:?}");
    }

    #[test]
    fn verbs_and_generalities_are_no_concepts() {
        for (text, expected) in [
            ("improve anomaly separation", Some("anomaly separation")),
            ("latent space method", Some("latent space method")),
            ("spectral method", None),
            ("different models", None),
            ("trained autoencoders", None),
            ("H0 tension", None),
        ] {
            assert_eq!(noun_phrase(text).map(|words| words.join(" ")), expected.map(ToOwned::to_owned), "{text}");
        }
    }

    #[test]
    fn number_is_read_from_the_last_word() {
        for (text, plural) in [
            ("latent spaces", true),
            ("dark energy", false),
            ("phase-space bias", false),
            ("fluid dynamics", false),
            ("power spectra", true),
        ] {
            assert_eq!(is_plural(text), plural, "{text}");
        }
    }
}
