//! The sentences that may be quoted, with their scores.

use std::collections::HashSet;

use antigravity_text::mentions;

use super::figures::{
    ANAPHORIC, BACKGROUND, CANDIDATE, COSINE, COVER, DIGIT, FINDING, FIRST, FIRST_OF_NO_DEED, LATE, LATE_FROM, PURPOSE, RELEVANCE,
    SENTENCE_LENGTH,
};
use crate::coverage::relevant;
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
}

/// All candidates.
pub(super) fn candidates<'a>(question: &str, sources: &'a Sources) -> Vec<Candidate<'a>> {
    let stems = stem_set(question);
    let mut found = Vec::new();
    for source in relevant(sources) {
        for (at, sentence) in source.sentences.iter().enumerate() {
            if sentence.similarity >= CANDIDATE && is_quotable(&sentence.text) {
                // What leans on the sentence before is seen only without the connective: "However, this …".
                let spoken = Spoken::new(&super::tidy::untied(&sentence.text));
                let score = score(&stems, sources, source, at, sentence, &spoken);
                found.push(Candidate { source, at, sentence, score, leans: leans(&spoken) });
            }
        }
    }
    found
}

/// Whether a sentence can be set into Markdown and stand for its preprint: of readable length, no remark of the listing, no id of another
/// preprint (which an abstract may plant), nothing that Markdown or HTML would read as its own, mathematics complete.
pub(super) fn is_quotable(text: &str) -> bool {
    SENTENCE_LENGTH.contains(&text.chars().count()) && mentions(text).is_empty() && !is_listing_remark(text) && is_harmless(text)
}

fn score(question: &HashSet<String>, sources: &Sources, source: &Source, at: usize, sentence: &Sentence, spoken: &Spoken) -> f64 {
    let cover = share(question, |stem| sources.question_weight(stem), |stem| sentence.stems.contains(stem));
    let mut score = COSINE * sentence.similarity + COVER * cover + RELEVANCE * source.relevance();
    if spoken.finds() {
        score += FINDING;
    } else if spoken.announces() {
        score += PURPOSE;
    }
    if spoken.is_background() {
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
        score += if spoken.finds() || spoken.announces() { FIRST } else { FIRST_OF_NO_DEED };
    } else if f64::from(before) >= LATE_FROM * f64::from(last) {
        score += LATE;
    }
    score
}

/// A reference to what was said before makes a sentence lean on it: at its start, or early on as in "We show that these interactions …". Of "this
/// work shows" and "these results indicate" the preprint is the antecedent.
fn leans(spoken: &Spoken) -> bool {
    let words: Vec<&str> = spoken.words().take(EARLY + 1).collect();
    let own = |noun: Option<&&str>| noun.is_some_and(|noun| super::reported::is_own_work(noun) || super::reported::is_own_results(noun));
    let refers = |at: usize, word: &str| ["this", "these", "those", "such"].contains(&word) && !own(words.get(at + 1));
    let own_at_start = ["this", "these", "the"].contains(words.first().unwrap_or(&"")) && own(words.get(1));
    (spoken.is_anaphoric() && !own_at_start) || words.iter().take(EARLY).enumerate().any(|(at, word)| refers(at, word))
}

/// So many words are the beginning of a sentence; what is referred to later stands in the sentence itself, mostly.
const EARLY: usize = 8;

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
fn is_harmless(text: &str) -> bool {
    let mut outside = String::new();
    for (at, part) in text.split('$').enumerate() {
        if at % 2 == 0 {
            outside.push_str(part);
            outside.push(' ');
        }
    }
    text.matches('$').count().is_multiple_of(2)
        && !outside.replace("\\%", "").contains(['<', '>', '`', '*', '_', '[', ']', '|', '\\', '{', '}', '^', '~', '#'])
        && text.matches('(').count() == text.matches(')').count()
        && !text.contains('\n')
        && !text.trim_end().ends_with(':')
}
