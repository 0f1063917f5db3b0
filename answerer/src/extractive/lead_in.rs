//! The bold words that open a paragraph.

use crate::concept::{Concept, Vocabulary, concepts};
use crate::sources::{Source, Sources, rarity, share, stem_set};

/// What a concept that the title holds is worth more than one of the sentences alone: the title says what the preprint is about.
const IN_TITLE: f64 = 0.35;

/// What is shared with the question ties the paragraph to it.
const IN_QUESTION: f64 = 0.20;

/// A concept of which the quoted sentences speak belongs to the paragraph.
const IN_SENTENCES: f64 = 0.35;

/// A concept that other sources speak of too doesn't tell this paragraph from theirs. For each of them.
const SHARED: f64 = -0.08;

/// The preprint's own key phrase that says best what the paragraph is about, with a capital; never one that an earlier paragraph opened with.
pub(super) fn lead_in<'a>(
    question: &str,
    sources: &Sources,
    source: &'a Source,
    sentences: impl Iterator<Item = &'a str> + Clone,
    vocabulary: &Vocabulary,
    taken: &mut Vec<Concept>,
) -> Option<String> {
    let asked = stem_set(question);
    let told = stem_set(&sentences.clone().collect::<Vec<_>>().join(" "));
    let value = |concept: &Concept| {
        let in_question = share(&concept.stems, rarity, |stem| asked.contains(stem));
        let in_sentences = share(&concept.stems, rarity, |stem| told.contains(stem));
        let others = sources.list.iter().filter(|other| other.id != source.id);
        let shared = others.filter(|other| concept.stems.iter().all(|stem| other.stems.contains(stem))).count();
        // Rare concepts tell more; divided so that a four-word phrase of rare words gains about as much as the title.
        let in_title = if concept.in_title { IN_TITLE } else { 0.0 };
        let shared = f64::from(u32::try_from(shared).unwrap_or(u32::MAX));
        concept.weight() / 80.0 + IN_QUESTION * in_question + IN_SENTENCES * in_sentences + in_title + SHARED * shared
    };
    let best = concepts(source, sentences, vocabulary)
        .into_iter()
        .filter(|concept| !taken.iter().any(|other| other.text.eq_ignore_ascii_case(&concept.text)))
        .max_by(|a, b| value(a).total_cmp(&value(b)))?;
    let text = capitalised(&best.text);
    taken.push(best);
    Some(text)
}

/// With a capital letter at the start.
pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
