//! The concepts of a preprint: noun phrases that a lead-in or a question can name.

use std::collections::HashSet;

use antigravity_text::{is_stop_word, phrases};

use crate::rhetoric::is_adverb;
use crate::sources::{Source, Sources, rarity};

/// Words that no concept is made of alone: a phrase that ends in one of them names nothing in particular.
const GENERIC: &[&str] = &[
    "model", "models", "data", "method", "methods", "approach", "approaches", "effect", "effects", "value", "values", "result", "results", "analysis",
    "study", "work", "problem", "problems", "case", "cases", "number", "order", "use", "way", "set", "sets", "type", "types", "level", "levels", "example",
    "examples", "future", "framework", "technique", "techniques", "paper", "performance", "application", "applications", "direction", "directions",
    "possibility", "evidence", "improvement", "improvements", "time", "terms", "role", "range", "part", "parts", "recent", "strategy", "tool", "tools",
    "comparison", "dataset", "datasets", "power", "highlight", "potential", "approximation", "presence", "absence", "field",
];

/// Verbs and adjectives in forms that the endings below don't give away, or that would be taken for nouns. A phrase may neither begin nor end with one.
const NO_NOUN: &[&str] = &[
    "show", "shows", "find", "finds", "found", "provide", "provides", "improve", "improves", "enable", "enables", "enhance", "enhances", "allow", "allows",
    "require", "requires", "suggest", "suggests", "indicate", "indicates", "demonstrate", "demonstrates", "include", "includes", "lead", "leads", "become",
    "becomes", "remain", "remains", "yield", "yields", "present", "presents", "propose", "proposes", "introduce", "introduces", "develop", "develops",
    "study", "studies", "compare", "compares", "consider", "considers", "achieve", "achieves", "obtain", "obtains", "reduce", "reduces", "increase",
    "increases", "decrease", "decreases", "depend", "depends", "explore", "explores", "reveal", "reveals", "confirm", "confirms", "predict", "predicts",
    "explain", "explains", "describe", "describes", "offer", "offers", "support", "supports", "favor", "favors", "constrain", "constrains", "determine",
    "determines", "highlight", "highlights", "exhibit", "exhibits", "contain", "contains", "arise", "arises", "occur", "occurs", "perform", "performs",
    "apply", "applies", "investigate", "investigates", "address", "addresses", "construct", "constructs", "generate", "generates", "retains", "retain",
    "new", "novel", "first", "several", "different", "possible", "important", "significant", "robust", "strong", "good", "large", "small", "high", "low",
    "available", "present", "recent", "current", "future", "various", "broad", "able", "capable", "simple", "general", "specific", "main", "key", "total",
    "full", "known", "due", "based", "beyond", "promising", "established", "effectively", "common", "unknown", "previous", "similar", "additional",
    "consistent", "poses", "pose", "captures", "capture", "test", "tests", "evaluate", "evaluates", "validate", "search", "elevate", "bridges", "begin",
    "serve", "serves", "establish", "establishes", "extend", "extends", "identify", "identifies", "measure", "measures", "detect", "detects", "estimate",
    "dominate", "dominates", "grow", "grows", "vary", "varies", "differ", "differs", "degrade", "degrades", "outperform", "outperforms", "transfer",
    "transfers", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "both", "many", "several", "invite", "discuss", "discusses", "report", "reports", "need", "needs", "fail", "fails", "scale", "scales", "evolve", "evolves", "use",
];

/// Names that stand as later parts of compounds: `non-Gaussian`.
const NAMES: &[&str] = &[
    "Abelian", "Bayesian", "Born", "Boltzmann", "Coulomb", "Dirac", "Einstein", "Euclidean", "Fermi", "Feynman", "Fourier", "Gaussian", "Gaussianities",
    "Gaussianity", "Gordon", "Hamiltonian", "Hawking", "Hermitian", "Higgs", "Hilbert", "Hooft", "Hubble", "Kerr", "Klein", "Lagrangian", "Lorentz",
    "Lorentzian", "Majorana", "Markov", "Markovian", "Maxwell", "Mills", "Minkowski", "Newtonian", "Planck", "Poisson", "Riemannian", "Schwarzschild",
    "Simons", "Standard", "Walker", "Weyl", "Witten", "Zeldovich",
];

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

/// The words that occur in lower case in any of the abstracts: what is capitalised only in titles and at the start of sentences is no name.
pub(crate) struct Vocabulary {
    lower: HashSet<String>,
}

impl Vocabulary {
    pub(crate) fn new(sources: &Sources) -> Self {
        let words = |text: &str| -> Vec<String> {
            let split = |c: char| !c.is_alphanumeric();
            text.split(split).filter(|word| word.chars().next().is_some_and(char::is_lowercase)).map(ToOwned::to_owned).collect()
        };
        Self { lower: sources.list.iter().flat_map(|source| words(&source.abstract_text)).collect() }
    }

    /// A word, or the parts of a compound, as it reads within a sentence.
    pub(crate) fn within_sentence(&self, word: &str) -> String {
        word.split('-').enumerate().map(|(at, part)| self.lowered(part, at > 0)).collect::<Vec<_>>().join("-")
    }

    /// A word that nothing is known of keeps its capital: it may be a name. The later part of a compound is one only if it is well known.
    fn lowered(&self, part: &str, later: bool) -> String {
        let mut characters = part.chars();
        let capital_first = characters.next().is_some_and(char::is_uppercase) && !characters.any(char::is_uppercase);
        let lower = part.to_lowercase();
        // The stem of a plural or singular that occurs is good enough: "Autoencoders" is no name when "autoencoder" occurs.
        let other_number = lower.strip_suffix('s').map_or_else(|| format!("{lower}s"), ToOwned::to_owned);
        let is_common = (later && !NAMES.contains(&part)) || is_stop_word(&lower) || self.lower.contains(&lower) || self.lower.contains(&other_number);
        if capital_first && is_common { lower } else { part.to_owned() }
    }
}

/// The concepts of a preprint's title and of some of its sentences, in order, each once.
pub(crate) fn concepts<'a>(source: &'a Source, sentences: impl IntoIterator<Item = &'a str>, vocabulary: &Vocabulary) -> Vec<Concept> {
    let mut found: Vec<Concept> = Vec::new();
    let texts = std::iter::once((source.title.as_str(), true)).chain(sentences.into_iter().map(|sentence| (sentence, false)));
    for (text, in_title) in texts {
        for phrase in phrases(text) {
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
    let leading = words.iter().take_while(|word| !may_begin(word)).count();
    words.drain(..leading);
    // Only letters and hyphens: mathematics in its plain form would not be rendered.
    let readable = words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '-') && word.chars().count() > 1);
    let has_weight = words.iter().map(|word| word.chars().count()).sum::<usize>() >= 8;
    ((2..=4).contains(&words.len()) && readable && has_weight).then_some(words)
}

fn may_begin(word: &str) -> bool {
    let lower = word.to_lowercase();
    let compound = lower.contains('-');
    !NO_NOUN.contains(&lower.as_str()) && (compound || !(lower.ends_with("ing") || lower.ends_with("ed") || is_adverb(&lower)))
}

fn may_end(word: &str) -> bool {
    let lower = word.to_lowercase();
    let adjective = ["ed", "ive", "ous", "ble", "ful", "ary", "less", "ical", "onal", "etic", "ental", "ese"].iter().any(|ending| lower.ends_with(ending));
    !adjective && !is_adverb(&lower) && !NO_NOUN.contains(&lower.as_str()) && !GENERIC.contains(&lower.as_str()) && !is_stop_word(&lower)
}

/// By its last word.
fn is_plural(text: &str) -> bool {
    let last = text.rsplit([' ', '-']).next().unwrap_or("").to_lowercase();
    let irregular = ["data", "spectra", "phenomena", "criteria", "quanta", "nuclei", "media", "matrices", "vertices", "bosons", "people", "minima", "maxima"];
    let singular = ["ss", "us", "is", "ics", "as"].iter().any(|ending| last.ends_with(ending)) || ["series", "lens", "species", "news"].contains(&last.as_str());
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
            ("latent space method", Some("latent space")),
            ("different models", None),
            ("trained autoencoders", None),
            ("H0 tension", None),
        ] {
            assert_eq!(noun_phrase(text).map(|words| words.join(" ")), expected.map(ToOwned::to_owned), "{text}");
        }
    }

    #[test]
    fn number_is_read_from_the_last_word() {
        for (text, plural) in [("latent spaces", true), ("dark energy", false), ("phase-space bias", false), ("fluid dynamics", false), ("power spectra", true)] {
            assert_eq!(is_plural(text), plural, "{text}");
        }
    }
}
