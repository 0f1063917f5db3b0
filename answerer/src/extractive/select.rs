//! Which sentences make the page: the best ones, few of each preprint, not the same thing twice, contrasts with both their halves.

use antigravity_proto::types::AnswerLength;
use foldhash::HashSet;

use super::candidate::{Candidate, Near, candidates, is_quotable};
use super::figures::{
    BEARS, BEARS_WITHIN, CONTRAST, FALL, FEW, FEW_BEAR_WITHIN, MERIT_COSINE, MERIT_HELD, MERIT_RELEVANCE, OWN, REPEATED, STRONG_WITHIN,
    room,
};
use super::orphan::leans;
use super::tidy::untied;
use crate::concept::Vocabulary;
use crate::coverage::on_subject;
use crate::rhetoric::Spoken;
use crate::sources::{Sentence, Source, Sources, rarity, share, stem_set};

/// What is quoted of one preprint.
pub(super) struct Chosen<'a> {
    pub(super) source: &'a Source,
    /// In the order of the abstract.
    pub(super) sentences: Vec<Quoted<'a>>,
}

impl<'a> Chosen<'a> {
    fn of(source: &'a Source) -> Self {
        Self { source, sentences: Vec::new() }
    }

    fn words(&self) -> usize {
        self.sentences.iter().map(|quoted| quoted.text.split_whitespace().count()).sum()
    }

    fn add(&mut self, at: usize, sentence: &'a Sentence) {
        if !self.sentences.iter().any(|other| other.at == at) {
            self.sentences.push(Quoted { at, text: sentence.text.clone(), follows: false, sentence });
        }
    }
}

/// A sentence that is quoted.
pub(super) struct Quoted<'a> {
    /// Its place among the sentences of its abstract.
    pub(super) at: usize,
    pub(super) text: String,
    /// It comes directly after the one before it, so that what it leans on is there.
    pub(super) follows: bool,
    pub(super) sentence: &'a Sentence,
}

impl Quoted<'_> {
    fn stems(&self) -> HashSet<String> {
        self.sentence.stems.clone()
    }
}

/// Chooses the sentences, grouped by preprint, the preprint of most merit first. Grouping by preprint beat grouping by similarity, which joined unrelated
/// findings; and preprints in the order of their best sentences put one on the subject behind four that only touched it.
pub(super) fn select<'a>(question: &str, sources: &'a Sources, length: AnswerLength, vocabulary: &Vocabulary) -> Vec<Chosen<'a>> {
    let near = chosen(question, sources, length, vocabulary, Near::Enough);
    // Far sentences of a preprint that bears on the question say more than none.
    if near.is_empty() { chosen(question, sources, length, vocabulary, Near::OrFar) } else { near }
}

fn chosen<'a>(question: &str, sources: &'a Sources, length: AnswerLength, vocabulary: &Vocabulary, near: Near) -> Vec<Chosen<'a>> {
    let room = room(length);
    let mut speakers: Vec<Speaker<'a>> = bearing(question, sources, if length == AnswerLength::Long { usize::MAX } else { FEW })
        .into_iter()
        .map(|(source, merit)| Speaker {
            merit,
            candidates: candidates(question, sources, source, vocabulary, near),
            chosen: Chosen::of(source),
        })
        .filter(|speaker| !speaker.candidates.is_empty())
        .collect();
    speakers.truncate(room.preprints);
    let most = room.sentences_of(speakers.len());
    let best = speakers.iter().map(|speaker| speaker.merit).fold(0.0, f64::max);
    let strong = speakers.iter().filter(|speaker| speaker.merit >= best - STRONG_WITHIN).count();
    let first_turns = (0..most.min(2)).flat_map(|_| 0..strong).chain(strong..speakers.len());
    let turns = first_turns.chain((0..most).flat_map(|_| 0..speakers.len())).collect::<Vec<_>>();
    let mut words = 0;
    for turn in turns {
        let said: Vec<HashSet<String>> = speakers.iter().flat_map(|speaker| &speaker.chosen.sentences).map(Quoted::stems).collect();
        if let Some(speaker) = speakers.get_mut(turn) {
            words += speaker.speak(most, room.words.saturating_sub(words), words == 0, &said);
        }
    }
    let mut chosen: Vec<Chosen<'a>> =
        speakers.into_iter().map(|speaker| speaker.chosen).filter(|chosen| !chosen.sentences.is_empty()).collect();
    chosen.iter_mut().for_each(order);
    chosen
}

/// The preprints that have to do with the question, with their merit, the best first. The first `few` may be further behind.
fn bearing<'a>(question: &str, sources: &'a Sources, few: usize) -> Vec<(&'a Source, f64)> {
    let stems = stem_set(question);
    let held = |source: &Source| share(&stems, |stem| sources.question_weight(stem), |stem| source.stems.contains(stem));
    let merit = |source: &Source| MERIT_COSINE * source.similarity + MERIT_HELD * held(source) + MERIT_RELEVANCE * source.relevance();
    let mut all: Vec<(&Source, f64)> =
        on_subject(sources).into_iter().filter(|source| !source.is_title_only()).map(|source| (source, merit(source))).collect();
    all.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    let best = all.first().map_or(0.0, |(_, merit)| *merit);
    let alone = !all.iter().any(|(source, _)| source.similarity >= BEARS);
    let within = |at: usize| if at < few { FEW_BEAR_WITHIN } else { BEARS_WITHIN };
    let bears = |at: usize, source: &Source, merit: f64| (at == 0 && alone) || (source.similarity >= BEARS && merit >= best - within(at));
    for (source, merit) in &all {
        tracing::debug!(id = %source.id, merit, held = held(source), relevance = source.relevance(), similarity = source.similarity, "may bear");
    }
    let first = all.first().copied();
    let bearing: Vec<(&Source, f64)> =
        all.into_iter().enumerate().filter(|(at, (source, merit))| bears(*at, source, *merit)).map(|(_, found)| found).collect();
    // The one of most merit may be less similar than another that is far behind in merit.
    if bearing.is_empty() { first.into_iter().collect() } else { bearing }
}

/// A preprint that has its say.
struct Speaker<'a> {
    merit: f64,
    candidates: Vec<Candidate<'a>>,
    chosen: Chosen<'a>,
}

impl<'a> Speaker<'a> {
    /// Takes the best sentence that is left and fits into `room` words; `first` fits always. With what it leans on, and a contrast with its other half.
    /// Returns the words taken.
    fn speak(&mut self, most: usize, room: usize, first: bool, said: &[HashSet<String>]) -> usize {
        let best_score = self.candidates.iter().map(|candidate| candidate.score).fold(f64::MIN, f64::max);
        let fits = |candidate: &&Candidate<'a>| {
            let length = candidate.sentence.text.split_whitespace().count();
            let is_first = self.chosen.sentences.is_empty();
            let falls = !is_first && best_score - candidate.score > FALL;
            // What was known before may lead up to what was found, and never follows it.
            let comes_late = !is_first && candidate.is_background && self.chosen.sentences.iter().any(|quoted| quoted.at < candidate.at);
            !falls && !comes_late && (first || length <= room) && admissible(candidate, &self.chosen, most)
        };
        let best = self.candidates.iter().filter(fits).max_by(|a, b| value(a, said).total_cmp(&value(b, said)));
        let Some(candidate) = best else { return 0 };
        let before = self.chosen.words();
        if self.chosen.sentences.is_empty()
            && let Some((at, sentence)) = antecedent(candidate)
        {
            self.chosen.add(at, sentence);
        }
        add_contrast(candidate, &mut self.chosen);
        self.chosen.add(candidate.at, candidate.sentence);
        self.chosen.words() - before
    }
}

fn admissible(candidate: &Candidate<'_>, chosen: &Chosen<'_>, most: usize) -> bool {
    let quoted = &chosen.sentences;
    let is_new = !quoted.iter().any(|quoted| quoted.at == candidate.at);
    if quoted.is_empty() {
        // With what it leans on it makes two sentences.
        return !candidate.leans || (most > 1 && antecedent(candidate).is_some());
    }
    let has_antecedent = quoted.iter().any(|quoted| quoted.at + 1 == candidate.at);
    is_new && quoted.len() < most && (!candidate.leans || has_antecedent)
}

/// The sentence before one that leans on it, when it stands by itself.
fn antecedent<'a>(candidate: &Candidate<'a>) -> Option<(usize, &'a Sentence)> {
    let at = candidate.at.checked_sub(1).filter(|_| candidate.leans)?;
    let sentence = candidate.source.sentences.get(at)?;
    (is_quotable(&sentence.text) && !leans(&Spoken::new(&untied(&sentence.text)))).then_some((at, sentence))
}

fn value(candidate: &Candidate<'_>, said: &[HashSet<String>]) -> f64 {
    let repeated = said.iter().map(|stems| share(&candidate.sentence.stems, rarity, |stem| stems.contains(stem))).fold(0.0, f64::max);
    OWN * candidate.score - REPEATED * repeated
}

/// Brings the other half of a contrast: without it an answer kept "cannot alleviate" and hid "can significantly alleviate" one sentence later.
/// Exempt from the number of sentences; its words count.
fn add_contrast<'a>(candidate: &Candidate<'a>, chosen: &mut Chosen<'a>) {
    let neighbour =
        |at: usize| candidate.source.sentences.get(at).filter(|sentence| sentence.similarity >= CONTRAST && is_quotable(&sentence.text));
    let contrasts = |sentence: &Sentence| Spoken::new(&sentence.text).is_contrast();
    let before = candidate.at.checked_sub(1).filter(|_| contrasts(candidate.sentence));
    let after = Some(candidate.at + 1).filter(|at| candidate.source.sentences.get(*at).is_some_and(contrasts));
    for at in [before, after].into_iter().flatten() {
        if let Some(sentence) = neighbour(at).filter(|sentence| at > candidate.at || !leans(&Spoken::new(&untied(&sentence.text)))) {
            chosen.add(at, sentence);
        }
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
