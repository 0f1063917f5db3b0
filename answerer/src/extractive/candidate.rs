//! The sentences that may be quoted, with their scores.

use std::collections::HashSet;

use antigravity_text::mentions;

use super::figures::{
    ANAPHORIC, BACKGROUND, BEARS, BEARS_WITHIN, CANDIDATE, COSINE, COVER, DIGIT, FINDING, FIRST, FIRST_OF_NO_DEED, LATE, LATE_FROM,
    NEAREST_CANDIDATE, PURPOSE, RELEVANCE, SENTENCE_LENGTH,
};
use crate::concept::is_plural;
use crate::coverage::relevant;
use crate::rhetoric::{Spoken, is_adverb, is_research_verb};
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
    let bears = bearing(sources);
    for source in relevant(sources).into_iter().filter(|source| source.similarity >= bears) {
        let says = |sentence: &&Sentence| sentence.similarity >= CANDIDATE && is_quotable(&sentence.text) && !sentence.is_background;
        let least = if source.sentences.iter().any(|sentence| says(&sentence)) { CANDIDATE } else { NEAREST_CANDIDATE };
        for (at, sentence) in source.sentences.iter().enumerate() {
            if sentence.similarity >= least && is_quotable(&sentence.text) {
                // What leans on the sentence before is seen only without the connective: "However, this …".
                let spoken = Spoken::new(&super::tidy::untied(&sentence.text));
                let score = score(&stems, sources, source, at, sentence, &spoken);
                found.push(Candidate { source, at, sentence, score, leans: leans(&spoken) });
            }
        }
    }
    found
}

/// How similar to the question a preprint must be to have its say: one always has.
fn bearing(sources: &Sources) -> f64 {
    let best = sources.list.iter().filter(|source| !source.is_title_only()).map(|source| source.similarity).fold(0.0, f64::max);
    BEARS.max(best - BEARS_WITHIN).min(best)
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
/// work shows" and "these results indicate" the preprint is the antecedent. A "they" needs a plural before it, or "the authors".
pub(super) fn leans(spoken: &Spoken) -> bool {
    let words: Vec<&str> = spoken.words().take(EARLY + 1).collect();
    let own = |noun: Option<&&str>| noun.is_some_and(|noun| super::reported::is_own_work(noun) || super::reported::is_own_results(noun));
    let told_before = |at: usize| words.iter().take(at).any(|word| ["authors", "we"].contains(word) || is_plural(word));
    let refers_back = |at: usize, word: &str| ["they", "their", "them"].contains(&word) && !told_before(at);
    let refers =
        |at: usize, word: &str| refers_back(at, word) || ["this", "these", "those", "such"].contains(&word) && !own(words.get(at + 1));
    let own_at_start = ["this", "these", "the"].contains(words.first().unwrap_or(&"")) && own(words.get(1));
    // "With 47 sirens, they …": whom the reporter can't name, unless they do what authors do.
    let led = words.first().is_some_and(|word| LEADING_IN.contains(word) || is_adverb(word));
    let all: Vec<&str> = spoken.words().collect();
    let they = all.iter().position(|word| *word == "they").filter(|at| led && !all.iter().take(*at).any(|word| *word == "authors"));
    let unnamed = they.is_some_and(|at| !all.get(at + 1).is_some_and(|verb| is_research_verb(verb)));
    // "… the place of these histograms": further on, unless the sentence spoke of them itself.
    let told = |at: usize, noun: &str| all.iter().take(at).any(|word| word.trim_end_matches('s') == noun.trim_end_matches('s'));
    let points_back = all.windows(2).enumerate().any(|(at, pair)| match pair {
        ["these" | "those", noun] => !own(Some(noun)) && !told(at, noun) && !["of", "that", "which", "who", "with"].contains(noun),
        _ => false,
    });
    unnamed
        || points_back
        || (spoken.is_anaphoric() && !own_at_start)
        || words.iter().take(EARLY).enumerate().any(|(at, word)| refers(at, word))
}

/// Words that put something before the subject.
const LEADING_IN: &[&str] = &["at", "by", "for", "from", "in", "on", "to", "using", "with"];

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
        && !text.trim_end().ends_with([':', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_back_leans() {
        for (sentence, expected) in [
            ("They give a larger value.", true),
            ("Jointly, at 68% confidence, they give a larger value.", true),
            ("With 47 sirens of the third catalog and supernovae, they give a larger value.", true),
            ("With 47 sirens of the third catalog and supernovae, they obtain a larger value.", false),
            ("The authors demonstrate that normalizing flows can take the place of these histograms.", true),
            ("Histograms are slow in many dimensions, and normalizing flows replace these histograms.", false),
            ("These results indicate that the gain is large.", false),
            ("When the authors add the data, they see a larger value.", false),
            ("Autoencoders fail since they reconstruct anomalies.", false),
        ] {
            assert_eq!(leans(&Spoken::new(sentence)), expected, "{sentence}");
        }
    }
}
