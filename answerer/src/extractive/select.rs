//! Which sentences make the page: the best ones, few of each preprint, not the same thing twice, contrasts with both their halves.

use super::candidate::{Candidate, candidates, is_quotable, leans};
use super::figures::{CONTRAST, FALL, OWN, REPEATED, SAME_PREPRINT, room};
use super::tidy::untied;
use crate::rhetoric::Spoken;
use crate::sources::{Sentence, Source, Sources, rarity, share};
use antigravity_proto::types::AnswerLength;

/// What is quoted of one preprint.
pub(super) struct Chosen<'a> {
    pub(super) source: &'a Source,
    /// In the order of the abstract.
    pub(super) sentences: Vec<Quoted<'a>>,
}

/// A sentence that is quoted.
pub(super) struct Quoted<'a> {
    at: usize,
    pub(super) text: String,
    /// It comes directly after the one before it, so that what it leans on is there.
    pub(super) follows: bool,
    sentence: &'a Sentence,
}

/// Chooses the sentences, grouped by preprint, the most relevant preprint first. Grouping by preprint beat grouping by similarity, which joined
/// unrelated findings.
pub(super) fn select<'a>(question: &str, sources: &'a Sources, length: AnswerLength) -> Vec<Chosen<'a>> {
    let room = room(length);
    let mut left = candidates(question, sources);
    let mut chosen: Vec<Chosen<'a>> = Vec::new();
    let (mut first, mut words) = (None, 0_usize);
    loop {
        let value = |candidate: &Candidate<'_>| value(candidate, &chosen);
        left.retain(|candidate| admissible(candidate, &chosen, room.preprints, room.sentences));
        let best = left.iter().enumerate().max_by(|(_, a), (_, b)| value(a).total_cmp(&value(b)));
        let Some((at, score)) = best.map(|(at, candidate)| (at, candidate.score)) else {
            break;
        };
        let candidate = left.swap_remove(at);
        let length = candidate.sentence.text.split_whitespace().count();
        let is_further = chosen.iter().any(|paragraph| paragraph.source.id == candidate.source.id);
        let falls = *first.get_or_insert(score) - score > FALL;
        // A shorter or better one may still come.
        if (is_further && falls) || (words > 0 && words + length > room.words) {
            continue;
        }
        words += length;
        if let Some((at, sentence)) = antecedent(&candidate).filter(|_| !is_further) {
            words += sentence.text.split_whitespace().count();
            add(candidate.source, at, sentence, &mut chosen);
        }
        words += add_contrast(&candidate, &mut chosen);
        add(candidate.source, candidate.at, candidate.sentence, &mut chosen);
    }
    for paragraph in &mut chosen {
        order(paragraph);
    }
    chosen
}

fn admissible(candidate: &Candidate<'_>, chosen: &[Chosen<'_>], preprints: usize, sentences: usize) -> bool {
    match chosen.iter().find(|paragraph| paragraph.source.id == candidate.source.id) {
        Some(paragraph) => {
            let is_new = !paragraph.sentences.iter().any(|quoted| quoted.at == candidate.at);
            let has_antecedent = paragraph.sentences.iter().any(|quoted| quoted.at + 1 == candidate.at);
            is_new && paragraph.sentences.len() < sentences && (!candidate.leans || has_antecedent)
        }
        // With what it leans on it makes two sentences.
        None => chosen.len() < preprints && (!candidate.leans || (sentences > 1 && antecedent(candidate).is_some())),
    }
}

/// The sentence before one that leans on it, when it stands by itself.
fn antecedent<'a>(candidate: &Candidate<'a>) -> Option<(usize, &'a Sentence)> {
    let at = candidate.at.checked_sub(1).filter(|_| candidate.leans)?;
    let sentence = candidate.source.sentences.get(at)?;
    (is_quotable(&sentence.text) && !leans(&Spoken::new(&untied(&sentence.text)))).then_some((at, sentence))
}

fn value(candidate: &Candidate<'_>, chosen: &[Chosen<'_>]) -> f64 {
    let quoted = chosen.iter().flat_map(|paragraph| &paragraph.sentences);
    let repeated =
        quoted.map(|quoted| share(&candidate.sentence.stems, rarity, |stem| quoted.sentence.stems.contains(stem))).fold(0.0, f64::max);
    let same = chosen
        .iter()
        .filter(|paragraph| paragraph.source.id == candidate.source.id)
        .map(|paragraph| paragraph.sentences.len())
        .sum::<usize>();
    OWN * candidate.score - REPEATED * repeated - SAME_PREPRINT * f64::from(u32::try_from(same).unwrap_or(u32::MAX))
}

/// Brings the other half of a contrast: without it an answer kept "cannot alleviate" and hid "can significantly alleviate" one sentence later.
/// Exempt from the number of sentences; its words count. Returns them.
fn add_contrast<'a>(candidate: &Candidate<'a>, chosen: &mut Vec<Chosen<'a>>) -> usize {
    let neighbour =
        |at: usize| candidate.source.sentences.get(at).filter(|sentence| sentence.similarity >= CONTRAST && is_quotable(&sentence.text));
    let contrasts = |sentence: &Sentence| Spoken::new(&sentence.text).is_contrast();
    let before = candidate.at.checked_sub(1).filter(|_| contrasts(candidate.sentence));
    let after = Some(candidate.at + 1).filter(|at| candidate.source.sentences.get(*at).is_some_and(contrasts));
    let mut words = 0;
    for at in [before, after].into_iter().flatten() {
        if let Some(sentence) = neighbour(at).filter(|sentence| at > candidate.at || !Spoken::new(&sentence.text).is_anaphoric()) {
            words += sentence.text.split_whitespace().count();
            add(candidate.source, at, sentence, chosen);
        }
    }
    words
}

fn add<'a>(source: &'a Source, at: usize, sentence: &'a Sentence, chosen: &mut Vec<Chosen<'a>>) {
    let quoted = Quoted { at, text: sentence.text.clone(), follows: false, sentence };
    match chosen.iter_mut().find(|paragraph| paragraph.source.id == source.id) {
        Some(paragraph) if paragraph.sentences.iter().any(|other| other.at == at) => {}
        Some(paragraph) => paragraph.sentences.push(quoted),
        None => chosen.push(Chosen { source, sentences: vec![quoted] }),
    }
}

fn order(paragraph: &mut Chosen<'_>) {
    paragraph.sentences.sort_by_key(|quoted| quoted.at);
    let mut before = None;
    for quoted in &mut paragraph.sentences {
        quoted.follows = before.is_some_and(|before: usize| before + 1 == quoted.at);
        before = Some(quoted.at);
    }
}
