//! The concepts of a preprint: noun phrases of its title that a lead-in or a question can name. Titles alone: phrases cut from sentences took
//! verbs for nouns ("the Hubble tension worse", "occupy distinct regions"), whatever lists were held against it.

mod number;
mod title;

use antigravity_text::is_stop_word;
use foldhash::HashSet;

use crate::rhetoric::is_adverb;
use crate::sources::{Source, Sources};
use crate::words::WordList;

pub(crate) use number::is_plural;
pub(crate) use title::{Relation, is_method_head, read};

/// Words that no concept is made of alone: a phrase that ends in one of them names nothing in particular.
static GENERIC: WordList = WordList::new(include_str!("words/generic.txt"));

/// Verbs and adjectives in forms that the endings below don't give away, or that would be taken for nouns. No phrase ends with one.
static NO_NOUN: WordList = WordList::new(include_str!("words/no_noun.txt"));

/// Nouns that end like adjectives.
static NOUNS: WordList = WordList::new(include_str!("words/nouns.txt"));

/// Whole fields, and tools that all of them use.
static FIELDS: WordList = WordList::new(include_str!("words/fields.txt"));

/// Names that begin titles and sentences.
static NAMES: WordList = WordList::new(include_str!("words/names.txt"));

/// A noun phrase of a preprint's title.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Concept {
    /// As it reads within a sentence: `topology-aware autoencoders`.
    pub(crate) text: String,
    /// Its stems.
    pub(crate) stems: Vec<String>,
    /// Whether its head is plural.
    pub(crate) is_plural: bool,
    /// Whether it wants an article: a countable singular, or what the source itself writes with one.
    pub(crate) wants_article: bool,
}

impl Concept {
    /// A noun phrase of the abstract, as it reads there; `None` when it ends in no noun, or begins with an article that is part of a name
    /// ("A Multi-Phase Transport"): no sentence could go on with it.
    pub(crate) fn of_abstract(text: &str, source: &Source) -> Option<Self> {
        if ["a ", "an "].iter().any(|article| text.to_lowercase().starts_with(article)) {
            return None;
        }
        let last = text.rsplit(' ').next().filter(|last| is_noun(last) && text.contains(' ') && !is_generic(last))?;
        let is_plural = is_plural(last);
        let wants_article = !is_plural && number::wants_article(text, &source.abstract_text);
        Some(Self { text: text.to_owned(), stems: antigravity_text::stems(text), is_plural, wants_article })
    }

    /// A noun phrase of a sentence, with the article that it lacks: where an acronym was written out, or the sentence is short of words.
    pub(crate) fn completed(phrase: &str, source: &Source) -> String {
        let head = phrase.split(' ').take_while(|word| !["of", "in", "for"].contains(word)).collect::<Vec<_>>().join(" ");
        if number::is_counted_singular(&head, &source.abstract_text) { format!("the {phrase}") } else { phrase.to_owned() }
    }

    /// With the article that it wants.
    pub(crate) fn with_article(&self) -> String {
        if self.wants_article { format!("the {}", self.text) } else { self.text.clone() }
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
        let (mut lower, mut capital) = (HashSet::default(), HashSet::default());
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
        word.split_inclusive(['-', '/']).map(|part| self.lowered(part)).collect()
    }

    /// Words of a title as they read within a sentence. What the abstract itself writes with these capitals is a name, and whole.
    pub(crate) fn phrase(&self, words: &[&str], source: &Source) -> String {
        let text = words.join(" ");
        let capitals = words.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
        if capitals >= 2 && capitals == words.len() && source.abstract_text.contains(&text) {
            return text;
        }
        words.iter().map(|word| self.within_sentence(word)).collect::<Vec<_>>().join(" ")
    }

    /// A word with one capital, at its start, is a name when it is known as one: by the list, or by a capital within a sentence and nowhere a
    /// small letter.
    fn lowered(&self, part: &str) -> String {
        let core = part.trim_end_matches(['-', '/']);
        if let Some((owner, owned)) = ["'s", "’s"].iter().find_map(|owned| Some((core.strip_suffix(owned)?, owned))) {
            return part.replacen(core, &format!("{}{owned}", self.lowered(owner)), 1);
        }
        let mut characters = core.chars();
        let capital_first = characters.next().is_some_and(char::is_uppercase) && !characters.any(char::is_uppercase);
        let lower = core.to_lowercase();
        let is_common = is_stop_word(&lower) || self.lower.contains(&lower);
        let is_name = NAMES.has(core) || (self.capital.contains(core) && !is_common);
        if capital_first && core.is_ascii() && !is_name { part.to_lowercase() } else { part.to_owned() }
    }
}

/// Whether a noun phrase may end with this word.
pub(crate) fn is_noun(word: &str) -> bool {
    let lower = word.to_lowercase();
    let last = lower.rsplit(['-', '/']).next().unwrap_or("");
    let adjective = ["ed", "ive", "ous", "ble", "ful", "ary", "less", "al", "ese", "ic", "ant"].iter().any(|ending| last.ends_with(ending));
    // "Higher-order", "large-scale": what a compound so ends with describes.
    let describes = lower.contains('-') && ["order", "scale", "level", "loop", "body", "range", "time"].contains(&last);
    (NOUNS.has(last) && !describes)
        || (!adjective
            && !describes
            && !is_adverb(last)
            && !NO_NOUN.has(&lower)
            && !is_stop_word(&lower)
            && !["free", "aware", "like"].contains(&last))
}

/// Whether a phrase names a whole field or its commonest tools: nobody asks how machine learning works after an answer about detectors.
pub(crate) fn is_field(text: &str) -> bool {
    let bare = text.strip_prefix("the ").unwrap_or(text);
    let named = |text: &str| FIELDS.has(text) || FIELDS.has(text.to_lowercase().replace('-', " ").as_str());
    // "Machine learning techniques" are no less of one.
    let tools = bare.rsplit_once(' ').filter(|(_, head)| is_generic(head) || ["algorithm", "algorithms"].contains(head));
    named(bare) || tools.is_some_and(|(field, _)| named(field))
}

/// Whether a word names nothing in particular by itself.
pub(crate) fn is_generic(word: &str) -> bool {
    GENERIC.has(&word.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_end_a_phrase() {
        for (word, expected) in [
            ("autoencoders", true),
            ("self-coupling", true),
            ("learning", true),
            ("signal", true),
            ("potential", true),
            ("metric", true),
            ("worse", false),
            ("support", false),
            ("calibrated", false),
            ("topological", false),
            ("transformer-based", false),
            ("reliable", false),
            ("sound-horizon-free", false),
            ("higher-order", false),
            ("order", true),
        ] {
            assert_eq!(is_noun(word), expected, "{word}");
        }
    }
}
