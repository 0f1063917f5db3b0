//! The bold words that open a paragraph.

use antigravity_text::mentions;

use crate::concept::{Concept, Vocabulary, is_field, read};
use crate::sources::{Source, Sources, rarity, share, stem_set};

/// What the title names first says what the preprint is about; each further concept must tell more to be chosen.
const LATER: f64 = 0.20;

/// What all the other sources speak of too doesn't tell this paragraph from theirs.
const SHARED: f64 = -0.60;

/// A concept of which the quoted sentences speak belongs to the paragraph; one that the question shares ties it to it.
const IN_SENTENCES: f64 = 0.50;
/// See [`IN_SENTENCES`].
const IN_QUESTION: f64 = 0.30;

/// One that says only what was asked tells the paragraph from no other.
const ASKED: f64 = -0.60;

/// One that names a whole field tells as little.
const FIELD: f64 = -0.80;

/// Rare words tell more than those that half the literature has; the weight of the first few counts.
const TELLING: f64 = 0.05;

/// See [`TELLING`]: some three rare words.
const MOST_WEIGHT: f64 = 12.0;

/// A title that names no concept may open the paragraph itself when it has no more words than this.
const TITLE_WORDS: usize = 12;

/// The concept of the preprint's own title that says best what the paragraph is about, with a capital; never one that an earlier paragraph opened
/// with. Where there is none, the title.
pub(super) fn lead_in<'a>(
    question: &str,
    sources: &Sources,
    source: &Source,
    sentences: impl Iterator<Item = &'a str>,
    vocabulary: &Vocabulary,
    taken: &mut Vec<String>,
) -> Option<String> {
    let asked = stem_set(question);
    let told = stem_set(&sentences.collect::<Vec<_>>().join(" "));
    let value = |(at, concept): &(usize, Concept)| {
        let in_sentences = share(&concept.stems, rarity, |stem| told.contains(stem));
        let in_question = share(&concept.stems, rarity, |stem| asked.contains(stem));
        let others: Vec<&Source> = sources.list.iter().filter(|other| other.id != source.id).collect();
        let speak = others.iter().filter(|other| concept.stems.iter().all(|stem| other.stems.contains(stem))).count();
        let shared = count(speak) / count(others.len().max(1));
        let weight: f64 = concept.stems.iter().map(|stem| rarity(stem)).sum();
        let only_asked = if concept.stems.iter().all(|stem| asked.contains(stem)) { ASKED } else { 0.0 };
        let field = if is_field(&concept.text) { FIELD } else { 0.0 };
        field + only_asked + SHARED * shared + IN_SENTENCES * in_sentences + IN_QUESTION * in_question + TELLING * weight.min(MOST_WEIGHT)
            - LATER * count(*at)
    };
    let is_free = |text: &str| !taken.iter().any(|other| other.eq_ignore_ascii_case(text));
    let concepts = read(source, vocabulary).concepts.into_iter().enumerate();
    let best = concepts.filter(|(_, concept)| is_free(&concept.text)).max_by(|a, b| value(a).total_cmp(&value(b)));
    let text = match best {
        Some((_, concept)) => concept.text,
        None => titled(source).filter(|title| is_free(title))?,
    };
    taken.push(text.clone());
    Some(capitalised(&text))
}

/// The title before its colon, when it is short and asks nothing.
fn titled(source: &Source) -> Option<String> {
    let main = source.title.split(": ").next().unwrap_or("").trim().trim_end_matches('.');
    let words = main.split_whitespace().count();
    let readable = !main.contains(['?', '!']) && super::candidate::is_harmless(main) && mentions(main).is_empty();
    (readable && (2..=TITLE_WORDS).contains(&words)).then(|| main.to_owned())
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// With a capital letter at the start.
pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
