//! The sentences that may be quoted, with their scores.

use antigravity_text::mentions;
use foldhash::HashSet;

use super::acronym::{Acronym, acronyms, explained};
use super::display::displayed;
use super::figures::{
    ANAPHORIC, BACKGROUND, CANDIDATE, COSINE, COVER, DIGIT, FINDING, FINDING_CANDIDATE, FIRST, FIRST_OF_NO_DEED, LATE, LATE_FROM,
    NEAREST_CANDIDATE, PURPOSE, RELEVANCE, SENTENCE_LENGTH,
};
use super::orphan::leans;
use crate::concept::Vocabulary;
use crate::rhetoric::Spoken;
use crate::sources::{Sentence, Source, Sources, share, stem_set};

/// A sentence that may be quoted.
pub(super) struct Candidate<'a> {
    pub(super) source: &'a Source,
    /// Its place among the sentences of its abstract.
    pub(super) at: usize,
    pub(super) sentence: &'a Sentence,
    pub(super) score: f64,
    /// It leans on the sentence before it and can't stand alone.
    pub(super) leans: bool,
    /// It tells what was known before.
    pub(super) is_background: bool,
    /// It says what the work may be good for.
    is_outlook: bool,
}

/// Which sentences may be candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// Those that are near enough to the question.
    Enough,
    /// All.
    OrFar,
}

/// The candidates of one preprint.
pub(super) fn candidates<'a>(
    question: &str,
    sources: &Sources,
    source: &'a Source,
    vocabulary: &Vocabulary,
    near: Near,
) -> Vec<Candidate<'a>> {
    let stems = stem_set(question);
    let acronyms = acronyms(source, vocabulary);
    let says = |sentence: &&Sentence| sentence.similarity >= CANDIDATE && is_quotable(&sentence.text) && !sentence.deeds().is_background;
    let least = if source.sentences.iter().any(|sentence| says(&sentence)) { CANDIDATE } else { NEAREST_CANDIDATE };
    let mut found = Vec::new();
    for (at, sentence) in source.sentences.iter().enumerate() {
        // What was found is told in the abstract's short forms, far from the question's words.
        let least = if sentence.deeds().finds { least.min(FINDING_CANDIDATE) } else { least };
        if (near == Near::OrFar || sentence.similarity >= least) && is_quotable(&sentence.text) {
            // What leans on the sentence before is seen only without the connective: "However, this …".
            let spoken = Spoken::new(&super::tidy::untied(&sentence.text));
            let score = score(&stems, sources, source, at, sentence, &spoken, &acronyms);
            let is_background = spoken.is_background() || is_background(source, at, sentence);
            found.push(Candidate { source, at, sentence, score, leans: leans(&spoken), is_background, is_outlook: spoken.is_outlook() });
        }
    }
    // What the work may be good for stands only where nothing else does.
    if found.iter().any(|candidate| !candidate.is_outlook) {
        found.retain(|candidate| !candidate.is_outlook);
    }
    found
}

/// Whether a sentence can be set into Markdown and stand for its preprint: of readable length, no remark of the listing, no id of another
/// preprint (which an abstract may plant), nothing that Markdown or HTML would read as its own, mathematics complete.
pub(super) fn is_quotable(text: &str) -> bool {
    let text = &displayed(text);
    SENTENCE_LENGTH.contains(&text.chars().count()) && mentions(text).is_empty() && !is_listing_remark(text) && is_harmless(text)
}

/// Whether a sentence tells what was known before: what is written before the first sentence that says what was done or found. Of an abstract that says
/// neither, the first sentence.
pub(super) fn is_background(source: &Source, at: usize, sentence: &Sentence) -> bool {
    let is_deed = |sentence: &Sentence| sentence.deeds().finds || sentence.deeds().announces;
    let first_deed = source.sentences.iter().position(is_deed).unwrap_or(1);
    !sentence.deeds().finds && (sentence.deeds().is_background || at < first_deed.min(source.sentences.len().saturating_sub(1)))
}

fn score(
    question: &HashSet<String>,
    sources: &Sources,
    source: &Source,
    at: usize,
    sentence: &Sentence,
    spoken: &Spoken,
    acronyms: &[Acronym],
) -> f64 {
    // A question writes out what the abstract writes short.
    let written_out = stem_set(&explained(&sentence.text, acronyms, &mut Vec::new()));
    let cover = share(question, |stem| sources.question_weight(stem), |stem| written_out.contains(stem));
    let mut score = COSINE * sentence.similarity + COVER * cover + RELEVANCE * source.relevance();
    let finds = sentence.deeds().finds || spoken.finds();
    if finds {
        score += FINDING;
    } else if spoken.announces() {
        score += PURPOSE;
    }
    if spoken.is_background() || is_background(source, at, sentence) {
        score += BACKGROUND;
    }
    if spoken.is_anaphoric() {
        score += ANAPHORIC;
    }
    if sentence.text.contains(|c: char| c.is_ascii_digit()) {
        score += DIGIT;
    }
    let before = u32::try_from(at).unwrap_or(u32::MAX);
    let last = u32::try_from(source.sentences.len().saturating_sub(1)).unwrap_or(u32::MAX);
    if at == 0 && last > 0 {
        score += if finds || spoken.announces() { FIRST } else { FIRST_OF_NO_DEED };
    } else if f64::from(before) >= LATE_FROM * f64::from(last) {
        score += LATE;
    }
    score
}

/// Remarks of the listing that stand in some abstracts.
fn is_listing_remark(text: &str) -> bool {
    let spoken = Spoken::new(text);
    let starts = [
        "comments",
        "submitted to",
        "accepted for",
        "accepted by",
        "published in",
        "to appear in",
        "version",
        "invited talk",
        "talk given",
        "proceedings of",
    ];
    let holds = ["code is available", "publicly available at", "available at https", "pages", "figures", "et al"];
    spoken.starts_with_any(&starts) || (spoken.has_any(&holds) && text.chars().count() < 140) || text.contains("http")
}

/// `\%` is the same in Markdown as in LaTeX; any other backslash outside mathematics is LaTeX that nobody would render.
pub(super) fn is_harmless(text: &str) -> bool {
    let mut outside = String::new();
    for (at, part) in text.split('$').enumerate() {
        if at % 2 == 0 {
            outside.push_str(part);
            outside.push(' ');
        }
    }
    text.matches('$').count().is_multiple_of(2)
        && !text.contains("\\unicode")
        && !outside.replace("\\%", "").contains(['<', '>', '`', '*', '_', '[', ']', '|', '\\', '{', '}', '^', '~', '#'])
        && text.matches('(').count() == text.matches(')').count()
        && !text.contains('\n')
        && !text.trim_end().ends_with([':', '?'])
}
