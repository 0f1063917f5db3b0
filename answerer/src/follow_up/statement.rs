//! What an abstract says that one thing does to another: "normalizing flows reduce the sampling time". Only where the sentence is so plain that subject,
//! verb and object are sure: the verb is one of a list, agrees with its subject, and both sides are noun phrases.

use antigravity_text::{is_stop_word, plain};

use super::verb::{self, Verb};
use crate::concept::{Concept, Vocabulary, is_generic, is_method_head, is_noun, is_plural};
use crate::extractive::{Acronym, untied};
use crate::rhetoric::{Spoken, is_adverb, is_research_verb};
use crate::sources::{Sentence, Source};
use crate::words::WordList;

/// Longer subjects and objects make no question of twenty words.
const MOST_WORDS: usize = 7;

/// The verb stands among the first so many words.
const VERB_WITHIN: usize = 10;

/// What stands between a subject and its verb.
const MODALS: &[&str] = &["can", "could", "may", "might", "will", "would", "must"];

/// What ties the parts of a noun phrase.
const TIES: &[&str] = &["of", "in", "for"];

/// Words that point out of the phrase, or leave open what is meant.
const VAGUE: &[&str] = &[
    "above",
    "all",
    "also",
    "another",
    "both",
    "certain",
    "corresponding",
    "current",
    "different",
    "each",
    "existing",
    "first",
    "former",
    "here",
    "its",
    "latter",
    "many",
    "new",
    "other",
    "our",
    "present",
    "previous",
    "proposed",
    "recent",
    "resulting",
    "same",
    "second",
    "several",
    "such",
    "their",
    "these",
    "this",
    "those",
    "various",
    "we",
    "what",
    "which",
];

/// Verbs without an object: no noun phrase has one, though some look like plurals.
static INTRANSITIVE: WordList = WordList::new(include_str!("../words/intransitive.txt"));

/// Something does something to something.
#[derive(Debug)]
pub(super) struct Statement {
    /// With its article.
    pub(super) subject: String,
    pub(super) is_plural: bool,
    pub(super) verb: Verb,
    /// With its article.
    pub(super) object: String,
}

/// The statements of title and abstract, findings first.
pub(super) fn statements(source: &Source, vocabulary: &Vocabulary, acronyms: &[Acronym]) -> Vec<Statement> {
    let (findings, rest): (Vec<&Sentence>, Vec<&Sentence>) = source.sentences.iter().partition(|sentence| sentence.deeds().finds);
    let title = statement(&source.title, vocabulary, acronyms).map(|statement| statement.with_articles(source));
    let told = findings.into_iter().chain(rest).filter_map(|sentence| statement(&sentence.text, vocabulary, acronyms));
    let told = told.map(|statement| statement.completed(source));
    title.into_iter().chain(told).collect()
}

impl Statement {
    fn completed(mut self, source: &Source) -> Self {
        for side in [&mut self.subject, &mut self.object] {
            *side = Concept::completed(side, source);
        }
        self
    }

    /// Titles leave articles out.
    fn with_articles(mut self, source: &Source) -> Self {
        for side in [&mut self.subject, &mut self.object] {
            let has_article = ["the ", "a ", "an "].iter().any(|article| side.starts_with(article));
            if let Some(concept) = Concept::of_abstract(side, source).filter(|_| !has_article) {
                *side = concept.with_article();
            }
        }
        self
    }
}

fn statement(sentence: &str, vocabulary: &Vocabulary, acronyms: &[Acronym]) -> Option<Statement> {
    // A question stands alone, so that nothing in it is short that the abstract explained elsewhere.
    let text = acronyms.iter().fold(untied(&plain(sentence)), |text, acronym| acronym.written_out(&text));
    let pieces = text.split(" that ").flat_map(|clause| clause.split([';', ':', '–'])).flat_map(|clause| clause.split(", "));
    // What stands behind a denial may be what it denies: "no evidence that …".
    { pieces }.take_while(|piece| !Spoken::new(piece).is_negative()).find_map(|piece| {
        let words: Vec<&str> = piece.split_whitespace().collect();
        let read = [active, passive, nominal, purposive];
        read.iter().find_map(|read| read(&words, vocabulary))
    })
}

/// "Normalizing flows reduce the sampling time."
fn active(words: &[&str], vocabulary: &Vocabulary) -> Option<Statement> {
    (1..words.len().min(VERB_WITHIN)).find_map(|at| {
        let (verb, is_third) = verb::read(words.get(at)?)?;
        let before = words.get(..at)?;
        let end = before.iter().rposition(|word| !(is_adverb(word) || MODALS.contains(word)))? + 1;
        let modal = before.get(end..)?.iter().any(|word| MODALS.contains(word));
        let subject = noun_phrase(before.get(..end)?, vocabulary, 2)?;
        let agrees = if modal { !is_third } else { subject.is_plural != is_third };
        let behind = verb.particle_behind(words.get(at + 1..)?)?;
        let object = object(behind, vocabulary).filter(|_| agrees)?;
        Some(Statement { subject: subject.text, is_plural: subject.is_plural, verb, object: object.text })
    })
}

/// "The power spectrum is suppressed by baryonic feedback."
fn passive(words: &[&str], vocabulary: &Vocabulary) -> Option<Statement> {
    let is = words.iter().position(|word| ["is", "are"].contains(word))?;
    let by = words.iter().position(|word| *word == "by").filter(|by| (is + 2..=is + 4).contains(by))?;
    let verb = verb::of_participle(words.get(by - 1)?)?;
    let object = noun_phrase(words.get(..is)?, vocabulary, 2).filter(|object| object.is_plural == (words.get(is) == Some(&"are")))?;
    let subject = self::object(words.get(by + 1..)?, vocabulary)?;
    Some(Statement { subject: subject.text, is_plural: subject.is_plural, verb, object: object.text })
}

/// "The impact of feedback on the power spectrum", "constraints on axions from haloscopes".
fn nominal(words: &[&str], vocabulary: &Vocabulary) -> Option<Statement> {
    words.iter().enumerate().find_map(|(at, noun)| {
        let form = FORMS.iter().find(|form| form.nouns.contains(&noun.to_lowercase().as_str()) && words.get(at + 1) == Some(&form.tie))?;
        let behind = words.get(at + 2..)?;
        let parted = behind.iter().position(|word| form.second.contains(word))?;
        let one = noun_phrase(behind.get(..parted)?, vocabulary, 1)?;
        let other = object(behind.get(parted + 1..)?, vocabulary)?;
        let (subject, object) = if form.first_acts { (one, other) } else { (other, one) };
        let (verb, _) = verb::read(form.verb)?;
        Some(Statement { subject: subject.text, is_plural: subject.is_plural, verb, object: object.text })
    })
}

/// A noun that says what a verb says.
struct Form {
    nouns: &'static [&'static str],
    /// What ties the first thing to it, and what the second.
    tie: &'static str,
    second: &'static [&'static str],
    verb: &'static str,
    /// The first thing does it to the second.
    first_acts: bool,
}

const FORMS: &[Form] = &[
    Form {
        nouns: &["effect", "effects", "impact", "influence", "imprint", "imprints"],
        tie: "of",
        second: &["on"],
        verb: "affect",
        first_acts: true,
    },
    Form { nouns: &["dependence"], tie: "of", second: &["on"], verb: "depend", first_acts: true },
    Form {
        nouns: &["bounds", "constraints", "limits"],
        tie: "on",
        second: &["from", "using", "with"],
        verb: "constrain",
        first_acts: false,
    },
];

/// "We use normalizing flows to infer the posterior": what a means is used for. Only of a means: "the wish to infer" is none.
fn purposive(words: &[&str], vocabulary: &Vocabulary) -> Option<Statement> {
    (2..words.len()).filter(|at| words.get(*at) == Some(&"to")).find_map(|at| {
        let (verb, _) = verb::read(words.get(at + 1)?).filter(|(_, is_third)| !is_third)?;
        let before = words.get(..at)?;
        // What is used: from the last word that is no part of a noun phrase.
        let begins =
            before.iter().rposition(|word| is_stop_word(word) || is_research_verb(word) || is_adverb(word)).map_or(0, |last| last + 1);
        let article = begins.checked_sub(1).filter(|at| before.get(*at).is_some_and(|word| ["the", "a", "an"].contains(word)));
        let subject = noun_phrase(before.get(article.unwrap_or(begins)..)?, vocabulary, 2)?;
        let object = object(verb.particle_behind(words.get(at + 2..)?)?, vocabulary)?;
        let head = subject.text.rsplit([' ', '-']).next()?;
        let is_means = is_method_head(&head.to_lowercase()) || head.chars().filter(|c| c.is_uppercase()).count() >= 2;
        is_means.then_some(Statement { subject: subject.text, is_plural: subject.is_plural, verb, object: object.text })
    })
}

struct Phrase {
    text: String,
    is_plural: bool,
}

/// The longest noun phrase that begins the words and ends where a clause, a preposition of circumstance or a further item begins.
fn object(words: &[&str], vocabulary: &Vocabulary) -> Option<Phrase> {
    let stops = |word: &&&str| is_stop_word(word) && !TIES.contains(*word) && !["the", "a", "an"].contains(*word);
    let mut taken: Vec<&str> = Vec::new();
    for word in words.iter().take_while(|word| !stops(word)) {
        let bare = word.trim_end_matches(['.', ',', ';', ':', '?']);
        taken.push(bare);
        if bare.len() < word.len() {
            break;
        }
    }
    loop {
        if let Some(phrase) = noun_phrase(&taken, vocabulary, 1) {
            return Some(phrase);
        }
        // "… in a controlled way": without its last tie.
        let tie = taken.iter().rposition(|word| TIES.contains(word))?;
        taken.truncate(tie);
    }
}

/// A noun phrase, whole: article, up to [`MOST_WORDS`] words, at most two ties, its head and its last word nouns, no mathematics, nothing vague, and
/// `least` words, unless it is a name.
fn noun_phrase(words: &[&str], vocabulary: &Vocabulary, least: usize) -> Option<Phrase> {
    let is_article = |word: &&&str| ["the", "a", "an"].contains(&word.to_lowercase().as_str());
    let article = words.first().filter(is_article).map(|word| word.to_lowercase());
    let bare = words.get(usize::from(article.is_some())..)?;
    let is_tie = |word: &&str| TIES.contains(word);
    let readable = |word: &&str| {
        word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '\'' | '’')) && word.chars().any(char::is_alphabetic)
    };
    let within = |word: &&str| {
        readable(word) && (is_tie(word) || ["the", "a", "an"].contains(word) || !is_stop_word(&word.to_lowercase())) && !is_adverb(word)
    };
    // What is left of a formula, and a verb behind the noun.
    let is_broken = |word: &&str| (word.chars().count() == 1 && *word != "a") || INTRANSITIVE.has(word);
    let is_vague = |word: &&str| VAGUE.contains(&word.to_lowercase().as_str());
    let ties = bare.iter().filter(|word| is_tie(word)).count();
    if !(1..=MOST_WORDS).contains(&bare.len())
        || ties > 2
        || !bare.iter().all(within)
        || bare.iter().any(|word| is_vague(word) || is_broken(word))
    {
        return None;
    }
    let head_at = bare.iter().position(is_tie).unwrap_or(bare.len()).checked_sub(1)?;
    let (head, last) = (bare.get(head_at)?, bare.last()?);
    // "The phase structure for systems": what it ends with names nothing.
    let names_nothing = |word: &str| is_generic(word) || ["systems", "ways", "fashion", "manner", "scenarios", "settings"].contains(&word);
    // "Unprecedented amounts", "the accuracy": of what, says only the page.
    let measures = |word: &str| ["amount", "amounts", "numbers", "quantities", "levels", "degree", "extent"].contains(&word);
    let is_measure = |word: &str| ["accuracy", "efficiency", "precision", "resolution", "sensitivity", "uncertainty"].contains(&word);
    let wants_owner = ties == 0 && (measures(head) || (bare.len() == 1 && is_measure(head)));
    if wants_owner {
        return None;
    }
    let trails_off = ties > 0 && names_nothing(last) && bare.iter().rev().nth(1).is_some_and(is_tie);
    if trails_off {
        return None;
    }
    let nouns = is_noun(head) && is_noun(last) && !bare.first().is_some_and(is_tie);
    let is_name = |word: &&str| word.chars().filter(|c| c.is_uppercase()).count() >= 2;
    let telling = bare.iter().any(|word| !is_tie(word) && !is_generic(word)) && (bare.len() >= least || is_name(head));
    // A compound is singular within: after a plural comes a verb that isn't in the lists.
    let compound = bare.get(..head_at)?.iter().all(|word| !is_plural(word) || is_name(word) || word.ends_with("ics"));
    let read = bare.iter().map(|word| vocabulary.within_sentence(word)).collect::<Vec<_>>().join(" ");
    (nouns && telling && compound)
        .then(|| Phrase { text: article.map_or_else(|| read.clone(), |article| format!("{article} {read}")), is_plural: is_plural(head) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::fixture;

    #[test]
    fn plain_sentences_are_read_and_others_are_not() {
        let vocabulary = Vocabulary::new(&fixture::anomaly());
        let acronyms = [Acronym { short: "GAN".to_owned(), long: "generative adversarial network".to_owned() }];
        for (sentence, expected) in [
            (
                "We find that normalizing flows significantly reduce the sampling time.",
                Some("normalizing flows | reduce | the sampling time"),
            ),
            (
                "Long-range couplings accelerate quantum information propagation in networks.",
                Some("long-range couplings | accelerate | quantum information propagation in networks"),
            ),
            (
                "Our results show that baryonic feedback suppresses the matter power spectrum by 10%.",
                Some("baryonic feedback | suppress | the matter power spectrum"),
            ),
            (
                "We show that diffusion models outperform GANs in all statistics.",
                Some("diffusion models | outperform | generative adversarial networks"),
            ),
            (
                "Vacuum decay can trigger the collapse of bubbles, which ends inflation.",
                Some("vacuum decay | trigger | the collapse of bubbles"),
            ),
            ("The power spectrum is strongly suppressed by baryonic feedback.", Some("baryonic feedback | suppress | the power spectrum")),
            ("We use normalizing flows to infer the posterior.", Some("normalizing flows | infer | the posterior")),
            ("The decay rate depends on the wall velocity.", Some("the decay rate | depend on | the wall velocity")),
            (
                "We study the impact of baryonic feedback on weak lensing surveys.",
                Some("baryonic feedback | affect | weak lensing surveys"),
            ),
            ("New constraints on dark photons from plasma haloscopes are set.", Some("plasma haloscopes | constrain | dark photons")),
            ("We have the ability to infer the posterior.", None),
            // No agreement, so the verb is another word.
            ("The mass limits of axions are weak.", None),
            ("We study how flows reduce the sampling time.", None),
            ("It reduces the sampling time.", None),
            ("These models reduce the sampling time.", None),
            ("Normalizing flows do not reduce it.", None),
            ("The method improves performance.", None),
            ("The dependence of the index on the string coupling disappears in accordance with expectation.", None),
            ("Can NANOGrav observations constrain the geometry of the universe?", None),
            ("Persistent homology captures higher-order statistics.", Some("persistent homology | capture | higher-order statistics")),
            ("Persistent homology captures higher-order.", None),
            ("Lattice methods reproduce the phase structure for systems.", Some("lattice methods | reproduce | the phase structure")),
            ("Baryonic feedback suppresses the slope of p.", Some("baryonic feedback | suppress | the slope")),
        ] {
            let found = statement(sentence, &vocabulary, &acronyms);
            let found = found.map(|found| format!("{} | {} | {}", found.subject, found.verb.base, found.object));
            assert_eq!(found.as_deref(), expected, "{sentence}");
        }
    }
}
