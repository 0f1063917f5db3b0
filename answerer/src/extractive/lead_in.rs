//! The bold words that open a paragraph.

use crate::concept::{Concept, Vocabulary, read};
use crate::sources::{Source, Sources, rarity, share, stem_set};

/// What the title names first says what the preprint is about; each further concept must tell more to be chosen.
const LATER: f64 = 0.20;

/// What all the other sources speak of too doesn't tell this paragraph from theirs.
const SHARED: f64 = -0.60;

/// A concept of which the quoted sentences speak belongs to the paragraph; one that the question shares ties it to it.
const IN_SENTENCES: f64 = 0.50;
/// See [`IN_SENTENCES`].
const IN_QUESTION: f64 = 0.30;

/// The concept of the preprint's own title that says best what the paragraph is about, with a capital; never one that an earlier paragraph opened
/// with.
pub(super) fn lead_in<'a>(
    question: &str,
    sources: &Sources,
    source: &Source,
    sentences: impl Iterator<Item = &'a str>,
    vocabulary: &Vocabulary,
    taken: &mut Vec<Concept>,
) -> Option<String> {
    let asked = stem_set(question);
    let told = stem_set(&sentences.collect::<Vec<_>>().join(" "));
    let value = |(at, concept): &(usize, Concept)| {
        let in_sentences = share(&concept.stems, rarity, |stem| told.contains(stem));
        let in_question = share(&concept.stems, rarity, |stem| asked.contains(stem));
        let others: Vec<&Source> = sources.list.iter().filter(|other| other.id != source.id).collect();
        let speak = others.iter().filter(|other| concept.stems.iter().all(|stem| other.stems.contains(stem))).count();
        let shared = count(speak) / count(others.len().max(1));
        SHARED * shared + IN_SENTENCES * in_sentences + IN_QUESTION * in_question - LATER * count(*at)
    };
    let concepts = read(source, vocabulary).concepts.into_iter().enumerate();
    let (_, best) = concepts
        .filter(|(_, concept)| !taken.iter().any(|other| other.text.eq_ignore_ascii_case(&concept.text)))
        .max_by(|a, b| value(a).total_cmp(&value(b)))?;
    let text = capitalised(&best.text);
    taken.push(best);
    Some(text)
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// With a capital letter at the start.
pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
