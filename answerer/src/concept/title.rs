//! What a title names, and which two things it joins: "X for Y", "X in Y", "Doing Y with X", "Search for Y using X".

use antigravity_text::{is_stop_word, stems};

use super::number::{is_plural, wants_article};
use super::{Concept, Vocabulary, is_generic, is_noun};
use crate::rhetoric::{is_adverb, is_research_verb};
use crate::sources::Source;
use crate::words::WordList;

/// Verbs that begin titles: "Enhancing …". Participles that are part of a name (normalizing flows) are left out.
static TITLE_VERBS: WordList = WordList::new(include_str!("../words/title_verbs.txt"));

/// Heads that say what kind of text it is, or what of the thing is looked at: of "performance of a tagger" the tagger is meant.
static TITLE_HEADS: WordList = WordList::new(include_str!("../words/title_heads.txt"));

/// Heads of phrases for something that is used to find out; anything else is found out about.
static METHODS: WordList = WordList::new(include_str!("../words/methods.txt"));

/// Words that part a title, besides stop words.
const PARTING: &[&str] =
    &["using", "via", "through", "towards", "toward", "beyond", "versus", "vs", "without", "within", "based", "combined"];

/// What a noun phrase follows, and no verb.
const PREPOSITIONS: &[&str] = &["at", "by", "for", "from", "in", "of", "on", "through", "using", "via", "with", "within"];

/// More words name nothing at a glance.
const MOST_WORDS: usize = 6;

/// Verbs of titles whose "with" names what something is measured against, not a means to it.
const COMPARING: &[&str] = &["assessing", "benchmarking", "comparing", "confronting", "evaluating", "testing"];

/// What a title names.
pub(crate) struct Title {
    /// The concepts, what the preprint is about first.
    pub(crate) concepts: Vec<Concept>,
    /// Two of them that the title joins.
    pub(crate) relation: Option<Relation>,
}

/// Two concepts that a title joins.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    /// What is used, or looked at.
    pub(crate) subject: Concept,
    /// What for, or in what.
    pub(crate) object: Concept,
    /// Whether the subject is a means to the object.
    pub(crate) is_method: bool,
    /// What is done to the object, as the title's first word says: `constraining`.
    pub(crate) deed: Option<String>,
}

/// Reads the title of a preprint.
pub(crate) fn read(source: &Source, vocabulary: &Vocabulary) -> Title {
    let (mut concepts, mut relation): (Vec<Concept>, Option<Relation>) = (Vec::new(), None);
    let mut topic: Option<String> = None;
    for part in parts(&source.title) {
        let is_question = part.ends_with('?');
        let mut phrases = phrases(part, source, vocabulary);
        if is_question {
            // "When does critique improve …?": only behind a preposition there is surely no verb.
            phrases.retain(|phrase| PREPOSITIONS.contains(&phrase.tie.as_str()));
        }
        // A question joins things to ask whether they belong together.
        let found = if is_question { None } else { joined(&phrases) };
        let of_topic = phrases.iter().filter(|phrase| phrase.is_topic).find_map(|phrase| phrase.concept.as_ref());
        topic = topic.or_else(|| of_topic.map(|concept| concept.text.clone()));
        let subject = found.iter().filter(|_| relation.is_none()).map(|found| found.subject.clone());
        for concept in subject.chain(phrases.into_iter().filter_map(|phrase| phrase.concept)).collect::<Vec<_>>() {
            // A single common word ("coverage") names nothing at a glance, nor does an acronym alone.
            let telling = concept.text.chars().count() >= 5 && concept.text.contains(|c: char| c == ' ' || c == '-' || c.is_uppercase());
            if telling && !concepts.iter().any(|other| other.text.eq_ignore_ascii_case(&concept.text)) {
                concepts.push(concept);
            }
        }
        relation = relation.or(found);
    }
    // "Sensitivity to phenomena: a study of hyperparameters" is about the latter.
    if let Some(first) = relation.as_ref().map(|relation| &relation.subject.text).or(topic.as_ref()) {
        concepts.sort_by_key(|concept| concept.text != *first);
    }
    Title { concepts, relation }
}

/// A noun phrase of a title, with the word that ties it to what stands before.
struct Phrase {
    tie: String,
    /// Its head is a means.
    is_method: bool,
    /// It stood behind a verb: what is done to it.
    is_done_to: bool,
    /// That verb.
    deed: Option<String>,
    /// It stood behind a verb of comparison, so that what comes with it is no means.
    is_compared: bool,
    /// Its head said only what is looked at: a study of it.
    is_topic: bool,
    concept: Option<Concept>,
}

fn joined(phrases: &[Phrase]) -> Option<Relation> {
    let first = phrases.first().filter(|first| !first.is_compared)?;
    let object = first.concept.as_ref()?;
    let means = |phrase: &&Phrase| {
        let by = ["using", "via", "through", "by"].contains(&phrase.tie.as_str());
        (by || (phrase.tie == "with" && first.is_done_to)) && phrase.concept.is_some()
    };
    if let Some((phrase, subject)) = phrases.iter().find(means).and_then(|phrase| Some((phrase, phrase.concept.clone()?))) {
        let is_method = phrase.is_method || matches!(phrase.tie.as_str(), "using" | "with");
        return Some(Relation { subject, object: object.clone(), is_method, deed: first.deed.clone() });
    }
    let second = phrases.get(1)?;
    let other = second.concept.clone()?;
    match second.tie.as_str() {
        "for" => Some(Relation { subject: object.clone(), object: other, is_method: true, deed: None }),
        "in" => Some(Relation { subject: object.clone(), object: other, is_method: first.is_method, deed: None }),
        // A single word is the name of an instrument mostly: "with ANAIS-112".
        "with" if other.text.contains(' ') => Some(Relation { subject: other, object: object.clone(), is_method: false, deed: None }),
        _ => None,
    }
}

/// Whether a head names something that is used to find out.
pub(crate) fn is_method_head(word: &str) -> bool {
    METHODS.has(word)
}

/// Title and subtitle.
fn parts(title: &str) -> Vec<&str> {
    let mut rest = title.trim();
    let mut found = Vec::new();
    while let Some((at, mark)) = [": ", " -- ", " – ", " — ", "? ", ". "].iter().filter_map(|mark| Some((rest.find(mark)?, *mark))).min()
    {
        let end = if mark.starts_with('?') { at + 1 } else { at };
        found.extend(rest.get(..end));
        rest = rest.get(at + mark.len()..).unwrap_or("").trim_start();
    }
    found.push(rest);
    found
}

/// The stretches between prepositions, conjunctions and commas.
struct Stretch<'a> {
    tie: String,
    article: bool,
    words: Vec<&'a str>,
}

fn stretches(part: &str) -> Vec<Stretch<'_>> {
    let mut found: Vec<Stretch<'_>> = vec![Stretch { tie: String::new(), article: false, words: Vec::new() }];
    for token in part.split_whitespace() {
        let word = token.trim_matches(|c: char| !(c.is_alphanumeric() || c == '$'));
        let lower = word.to_lowercase();
        let is_article = ["the", "a", "an"].contains(&lower.as_str());
        let open = found.last().is_some_and(|last| last.words.is_empty());
        if is_stop_word(&lower) || PARTING.contains(&lower.as_str()) {
            let tie = if is_article { String::new() } else { lower };
            match found.last_mut().filter(|_| open) {
                Some(last) if is_article => last.article = true,
                // Of "for all of the LHC" the first one ties.
                Some(last) if last.tie.is_empty() || last.tie == "," => last.tie = tie,
                Some(_) => {}
                None => found.push(Stretch { tie, article: is_article, words: Vec::new() }),
            }
        } else if token.starts_with('(') && token.contains(')') && word.chars().filter(|c| c.is_uppercase()).count() >= 2 {
            // An acronym in brackets is no part of the phrase that it stands for, and ends it.
            if !open {
                found.push(Stretch { tie: ",".to_owned(), article: false, words: Vec::new() });
            }
        } else if let Some(last) = found.last_mut() {
            last.words.push(word);
            if token.ends_with([',', ';', ')']) || token.starts_with('(') {
                found.push(Stretch { tie: ",".to_owned(), article: false, words: Vec::new() });
            }
        }
    }
    found
}

fn phrases(part: &str, source: &Source, vocabulary: &Vocabulary) -> Vec<Phrase> {
    let mut found: Vec<Phrase> = Vec::new();
    let mut head: Option<Head<'_>> = None;
    let stretches = stretches(part);
    let counted = |stretch: &Stretch<'_>| stretch.words.iter().filter(|word| !TITLE_VERBS.has(&word.to_lowercase())).count();
    let lengths: Vec<usize> = stretches.iter().map(counted).collect();
    let ties: Vec<String> = stretches.iter().map(|stretch| stretch.tie.clone()).collect();
    let joins = |tie: &str| ["and", "or", "versus", "vs"].contains(&tie);
    let shared_head: Vec<bool> = (0..stretches.len())
        // "Explicit likelihood and likelihood-free inference": the first lacks the head that it shares with the second.
        .map(|at| stretches.get(at + 1).is_some_and(|next| joins(&next.tie) && !next.article && lengths.get(at) < lengths.get(at + 1)))
        .collect();
    let mut after_participle = false;
    for (at, mut stretch) in stretches.into_iter().enumerate() {
        if std::mem::replace(&mut after_participle, ends_in_participle(&stretch.words)) {
            "by a participle".clone_into(&mut stretch.tie);
        }
        let verb = stretch.words.first().map(|word| word.to_lowercase()).filter(|word| at == 0 && TITLE_VERBS.has(word));
        // "Linking enhanced star formation": what the abstract never calls so is a verb with its object, though no list has it.
        let is_unknown_verb = verb.is_none() && at == 0 && begins_with_deed(&stretch.words, source);
        if verb.is_some() || is_unknown_verb {
            stretch.words.remove(0);
        }
        let is_compared = verb.as_ref().is_some_and(|verb| COMPARING.contains(&verb.as_str()));
        // "Surfing to …": a verb, whether the list has it or not.
        let is_verb = at == 0 && matches!(stretch.words.as_slice(), [only] if only.ends_with("ing"));
        let words = noun_phrase(&stretch.words).filter(|_| !is_verb && !shared_head.get(at).is_some_and(|shared| *shared));
        let last = words.as_ref().and_then(|words| words.last()).map(|word| word.to_lowercase()).unwrap_or_default();
        if let Some(before) = head.take().filter(|head| head.takes(&stretch.tie)) {
            let concept = words.map(|words| before.with(&words, stretch.article, source, vocabulary));
            if let Some(phrase) = found.last_mut() {
                phrase.concept = concept;
                phrase.is_topic = before.is_empty();
            }
            continue;
        }
        let searches = stretch.words.last().is_some_and(|word| ["search", "searches", "searching"].contains(&word.to_lowercase().as_str()));
        let begins_search = searches && ties.get(at + 1).is_some_and(|tie| tie == "for");
        head = words.clone().filter(|_| !begins_search).map(|words| Head { words, article: stretch.article, search: false });
        if begins_search {
            head = Some(Head { words: vec!["searches"], article: false, search: true });
        }
        let concept = words
            .filter(|_| !begins_search && !TITLE_HEADS.has(&last))
            .and_then(|words| concept(&words, stretch.article, source, vocabulary));
        let empty = stretch.words.is_empty() && stretch.tie != ",";
        if !empty || concept.is_some() {
            found.push(Phrase {
                tie: stretch.tie,
                is_method: begins_search || METHODS.has(&last),
                is_done_to: verb.is_some() || begins_search,
                deed: verb,
                is_compared,
                is_topic: false,
                concept,
            });
        }
    }
    found
}

/// Whether a title's first word is a participle with an object, and no part of a name: an adjective follows, before which the abstract never writes it.
fn begins_with_deed(words: &[&str], source: &Source) -> bool {
    let [first, next, ..] = words else { return false };
    let named = format!("{} {}", first.to_lowercase(), next.to_lowercase());
    let singular = named.strip_suffix('s').unwrap_or(&named);
    let is_participle = first.len() > 5 && first.ends_with("ing") && first.chars().all(char::is_alphabetic);
    is_participle && !is_noun(next) && !source.is_title_only() && !source.abstract_text.to_lowercase().contains(singular)
}

/// A phrase that may go on with "of …".
struct Head<'a> {
    words: Vec<&'a str>,
    article: bool,
    search: bool,
}

impl Head<'_> {
    /// Whether what is tied so belongs to the head.
    fn takes(&self, tie: &str) -> bool {
        let last = self.words.last().map(|word| word.to_lowercase()).unwrap_or_default();
        match tie {
            "of" => true,
            "for" => self.search,
            "on" => ["bounds", "constraints", "limits"].contains(&last.as_str()),
            _ => false,
        }
    }

    /// Whether it names nothing.
    fn is_empty(&self) -> bool {
        !self.search && self.words.last().is_some_and(|word| TITLE_HEADS.has(&word.to_lowercase()))
    }

    /// "Measurement of the Hubble constant"; of a head that names nothing, what it is of.
    fn with(&self, words: &[&str], article: bool, source: &Source, vocabulary: &Vocabulary) -> Concept {
        let of = named(words, article, source, vocabulary);
        let last = self.words.last().map(|word| word.to_lowercase()).unwrap_or_default();
        if self.is_empty() || self.words.len() + words.len() > MOST_WORDS + 1 {
            return of;
        }
        let tie = match last.as_str() {
            _ if self.search => "for",
            "bounds" | "constraints" | "limits" => "on",
            _ => "of",
        };
        let head = named(&self.words, self.article, source, vocabulary);
        let tie = if tie == "on" && !source.title.to_lowercase().contains(&format!("{last} on ")) { "of" } else { tie };
        let text = format!("{} {tie} {}", head.text, if self.search { of.text.clone() } else { of.with_article() });
        // What something is of makes it definite.
        Concept { stems: stems(&text), is_plural: head.is_plural, wants_article: !head.is_plural, text }
    }
}

/// A concept that says something by itself.
fn concept(words: &[&str], article: bool, source: &Source, vocabulary: &Vocabulary) -> Option<Concept> {
    let generic = words.iter().all(|word| is_generic(word));
    let is_acronym = |word: &&str| word.chars().filter(|c| c.is_uppercase()).count() >= 2;
    let short = words.iter().map(|word| word.chars().count()).sum::<usize>() < 5 && !words.iter().any(is_acronym);
    // "New approach" tells as little; "diffusion model" does tell.
    let bare = words.last().is_some_and(|last| is_generic(last)) && words.len() < 3 && !words.first().is_some_and(|word| is_noun(word));
    (!generic && !short && !bare).then(|| named(words, article, source, vocabulary))
}

fn named(words: &[&str], article: bool, source: &Source, vocabulary: &Vocabulary) -> Concept {
    let text = vocabulary.phrase(words, source);
    let plural = is_plural(&text);
    // "The LHC" keeps the article that the title gives it.
    let wants_article = !plural && (article || (wants_article(&text, &source.abstract_text) && !is_title_case(&text)));
    Concept { stems: stems(&text), is_plural: plural, wants_article, text }
}

/// A name of several words, such as `Anomaly Awareness`.
fn is_title_case(text: &str) -> bool {
    text.contains(' ') && text.split(' ').all(|word| word.starts_with(char::is_uppercase))
}

/// The words without what leads to a noun phrase, when one is left: whole, or not at all.
fn noun_phrase<'a>(words: &[&'a str]) -> Option<Vec<&'a str>> {
    let mut words: Vec<&str> = words.to_vec();
    let is_number = |word: &&str| word.chars().next().is_some_and(|c| c.is_ascii_digit()) && !word.contains('-');
    let counted = words
        .iter()
        .take_while(|word| is_number(word) || ["per", "cent", "percent", "first", "novel", "final"].contains(&word.to_lowercase().as_str()))
        .count();
    words.drain(..counted);
    while words.len() > 1 && ends_in_participle(&words) {
        words.pop();
    }
    // "[AI agents can] autonomously perform …": a clause.
    if let [first, second, ..] = words.as_slice()
        && is_adverb(first)
        && is_research_verb(second)
    {
        return None;
    }
    let (last, before) = words.split_last()?;
    // Within a compound nouns are singular: after a plural comes a verb, as in "likelihood reaches". Acronyms may end in anything.
    let is_compound = before.iter().all(|word| !is_plural(word) || word.chars().filter(|c| c.is_uppercase()).count() > 1)
        && before.iter().skip(1).all(|word| !is_adverb(word));
    let is_formula = |word: &str| word.starts_with('$') && word.ends_with('$') && word.len() > 2;
    let readable = |word: &&str| {
        word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/')) && !word.contains("--") && word.chars().any(char::is_alphabetic)
    };
    let whole = before.iter().all(|word| readable(word) || is_formula(word)) && (readable(last) || is_formula(last));
    (words.len() <= MOST_WORDS && is_compound && whole && (is_formula(last) || is_noun(last))).then_some(words)
}

/// "Particles decaying [to …]", "simulations parameterized [in …]": the participle belongs to what follows.
fn ends_in_participle(words: &[&str]) -> bool {
    words.last().is_some_and(|word| word.ends_with("ed") || ["alone", "decaying"].contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Sources;
    use antigravity_proto::types::{Hit, Preprint, QueryResult};

    fn title(title: &str) -> Title {
        let preprint = Preprint { id: "AG-2025.01-1".to_owned(), title: title.to_owned(), ..Default::default() };
        let sources =
            Sources::new(&QueryResult { hits: vec![Hit { preprint: Some(preprint), ..Default::default() }], ..Default::default() });
        read(&sources.list[0], &Vocabulary::new(&sources))
    }

    #[test]
    fn titles_join_two_concepts() {
        for (text, expected) in [
            (
                "Signal-Aware Contrastive Latent Spaces for Anomaly Detection",
                Some("signal-aware contrastive latent spaces | anomaly detection"),
            ),
            ("Enhancing anomaly detection with topology-aware autoencoders", Some("topology-aware autoencoders | anomaly detection")),
            ("Searching for Anomalies with Foundation Models", Some("foundation models | searches for anomalies")),
            ("Search for black holes from wave populations using deep learning", Some("deep learning | searches for black holes")),
            (
                "Robust Anomaly Detection for Physics Using Multi-Background Learning",
                Some("multi-background learning | robust anomaly detection"),
            ),
            ("Symmetry Breaking in Transformers", Some("symmetry breaking | transformers")),
            ("Performance of a quark/gluon jet tagger in the ATLAS experiment", Some("the quark/gluon jet tagger | the ATLAS experiment")),
            (
                "A measurement of the Hubble constant using neural networks",
                Some("neural networks | the measurement of the Hubble constant"),
            ),
            ("Unknown Unknowns: Model Misspecification in Machine Learning", Some("model misspecification | machine learning")),
            ("Universal New Physics Latent Space", None),
            ("Fast simulations parameterized in material configurations", None),
            ("Benchmarking AI Agents with Analysis Reproduction", None),
            ("A Lorentz-Equivariant Transformer for All of the LHC", Some("the Lorentz-equivariant transformer | the LHC")),
            ("Is there evidence for dark energy?", None),
            ("Efficient and interpretable training", None),
        ] {
            let found = title(text).relation.map(|found| format!("{} | {}", found.subject.with_article(), found.object.with_article()));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_first_concept_is_whole() {
        for (text, expected) in [
            ("Universal New Physics Latent Space", Some("universal new physics latent space")),
            ("Sensitivity in Detection: A Study of Untunable Hyperparameters", Some("untunable hyperparameters")),
            ("A new approach for GUT-scale axion searches", Some("GUT-scale axion searches")),
            (
                "Comparing explicit likelihood and likelihood-free simulation-based inference",
                Some("likelihood-free simulation-based inference"),
            ),
            ("When Does Critique Improve AI-Assisted Physics?", None),
            ("Is the parameterization evidence for dark energy dynamics?", Some("dark energy dynamics")),
            ("Phase transition reconciles the known solutions", Some("known solutions")),
            ("Search for axion-like particles decaying to two photons", Some("searches for axion-like particles")),
            ("1.8 per cent measurement of $H_0$ from Cepheids alone", Some("measurement of $H_0$")),
            ("Constraints on Sub-MeV Dark Matter from Solar Reflection", Some("constraints on sub-MeV dark matter")),
            ("Predict before you train", None),
            ("AI agents can already autonomously perform experimental physics", Some("AI agents")),
            ("Radiative decays of the $h_c$ meson from lattice QCD", Some("radiative decays of the $h_c$ meson")),
        ] {
            assert_eq!(title(text).concepts.first().map(|concept| concept.text.as_str()), expected, "{text}");
        }
    }
}
