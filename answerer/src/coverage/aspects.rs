//! The aspects of a question: its phrases, and which of them the relevant preprints speak to.

use std::ops::Range;

use antigravity_text::{Term, content_terms, phrases, stems};
use foldhash::HashSet;

use super::evidence::stems_of;
use super::reach::{Reach, is_compound};
use super::thresholds::ASPECT_PRESENT;
use crate::concept::{is_generic, is_noun, is_plural};
use crate::rhetoric::{is_adverb, is_research_verb};
use crate::sources::Source;
use crate::words::WordList;

/// Words that ask, or say what is done, rather than name: what is asked about stands beside them. They part phrases. By surface, since stems
/// confuse "generate" with "generative"; forms that are nouns as often (test, bias, scale, fit, probe) are left out.
static ASKING: WordList = WordList::new(include_str!("../words/asking.txt"));

/// One aspect of a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Aspect {
    /// As it stands in the question.
    pub(crate) text: String,
    /// Its bytes there.
    pub(super) span: Range<usize>,
    /// The weight of its words, and of those that stand together, in this archive.
    pub(super) weight: f64,
    /// The largest share of that which one preprint holds.
    pub(super) held: f64,
    /// Whether a preprint speaks to it.
    pub(crate) present: bool,
}

/// The aspects of a question, in its order.
pub(super) fn aspects(question: &str, reach: &Reach<'_>, relevant: &[&Source]) -> Vec<Aspect> {
    let known = stems_of(relevant);
    let sequences: Vec<Vec<String>> = relevant.iter().map(|source| stems(&format!("{} {}", source.title, source.abstract_text))).collect();
    let mut found: Vec<Aspect> = Vec::new();
    for run in runs(question) {
        for words in parts(&run, &known, &sequences) {
            let Some(aspect) = aspect(question, words, reach) else {
                continue;
            };
            if !found.iter().any(|other| other.text.eq_ignore_ascii_case(&aspect.text)) {
                found.push(aspect);
            }
        }
    }
    found
}

/// The longest runs of content words. [`phrases`] gives overlapping windows of a long run; they are joined again.
fn runs(question: &str) -> Vec<Vec<Term>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    for phrase in phrases(question) {
        match spans.last_mut() {
            Some(last) if phrase.span.start < last.end => last.end = last.end.max(phrase.span.end),
            _ => spans.push(phrase.span),
        }
    }
    let terms = content_terms(question);
    let within = |span: &Range<usize>| -> Vec<Term> {
        // A bound compound counts beside its parts; its parts are enough here.
        terms.iter().filter(|term| term.span.start >= span.start && term.span.end <= span.end && !is_compound(term)).cloned().collect()
    };
    let within = |span: &Range<usize>| without_verb(question, within(span));
    let parted = |run: Vec<Term>| run.split(|term| asks(&term.surface)).map(<[Term]>::to_vec).collect::<Vec<_>>();
    let runs = spans.iter().flat_map(|span| parted(within(span))).flat_map(after_plurals);
    runs.filter_map(|run| named(question, &run)).collect()
}

/// "Transformers tag jets", "measurements support": within a compound nouns are singular, so that a verb follows a plural, and isn't named. Names
/// may end in anything.
fn after_plurals(run: Vec<Term>) -> Vec<Vec<Term>> {
    let ends = |term: &Term| term.surface.starts_with(char::is_lowercase) && is_plural(&term.surface);
    let mut parts: Vec<Vec<Term>> = vec![Vec::new()];
    let mut after = false;
    for term in run {
        let is_plural = ends(&term);
        if after {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(term);
        }
        after = !after && is_plural;
    }
    parts
}

/// The words as a noun phrase: without what only leads up to it ("current", the "model's"), and without a verb or participle at its end.
fn named(question: &str, run: &[Term]) -> Option<Vec<Term>> {
    let possessive = |term: &Term| question.get(term.span.end..).is_some_and(|rest| rest.starts_with("'s") || rest.starts_with("’s"));
    let leads = |term: &Term| {
        let lower = term.surface.to_lowercase();
        let owner = lower.strip_suffix("'s").or_else(|| lower.strip_suffix("’s"));
        LEADING_UP.contains(&lower.as_str()) || owner.is_some_and(is_generic) || (possessive(term) && is_generic(&lower))
    };
    let mut run: Vec<Term> = run.iter().skip_while(|term| leads(term)).cloned().collect();
    while run.last().is_some_and(|term| !is_noun(&term.surface)) {
        run.pop();
    }
    (!run.is_empty()).then_some(run)
}

/// Adjectives of time and amount that say nothing about what is asked.
const LEADING_UP: &[&str] =
    &["current", "currently", "existing", "modern", "present", "recent", "today's", "latest", "available", "many", "several", "various"];

/// "Could it actually erase unexpected signatures": an adverb before three words or more stands before a verb, unless a participle follows
/// ("strongly coupled").
fn without_verb(question: &str, mut run: Vec<Term>) -> Vec<Term> {
    let Some(first) = run.first() else { return run };
    let before = question.get(..first.span.start).unwrap_or("").split_whitespace().next_back().unwrap_or("").to_lowercase();
    let after_adverb = is_adverb(&before) || ["not", "still", "ever", "never", "also"].contains(&before.as_str());
    let participle = first.surface.ends_with("ed") || first.surface.ends_with("ing");
    if after_adverb && !participle && run.len() > 2 {
        run.remove(0);
    }
    run
}

/// Whether a word asks, or says what is done, rather than names.
pub(super) fn asks(word: &str) -> bool {
    ASKING.has(&word.to_lowercase()) || is_adverb(word)
}

/// Parts a long run where it crosses from what the preprints know into what they don't: of "anomaly detection loss landscape smoothing" they may
/// know the first two words. A single unknown word among known ones parts nothing.
fn parts<'a>(run: &'a [Term], known: &HashSet<String>, sequences: &[Vec<String>]) -> Vec<&'a [Term]> {
    if run.len() <= 2 {
        return vec![run];
    }
    let unknown_at = |at: usize| run.get(at).is_some_and(|term| !known.contains(&term.stem));
    let Some(first) = (0..run.len()).find(|at| unknown_at(*at) && unknown_at(at + 1)) else {
        return vec![run];
    };
    let end = (first..run.len()).find(|at| !unknown_at(*at)).unwrap_or(run.len());
    // Known words that no preprint has in this sequence belong to the unknown phrase: "loss" of "loss landscape smoothing".
    let start = (0..=first).rev().find(|length| run.get(..*length).is_some_and(|words| in_sequence(words, sequences))).unwrap_or(0);
    [run.get(..start), run.get(start..end), run.get(end..)].into_iter().flatten().filter(|words| !words.is_empty()).collect()
}

fn in_sequence(words: &[Term], sequences: &[Vec<String>]) -> bool {
    words.is_empty()
        || sequences
            .iter()
            .any(|stems| stems.windows(words.len()).any(|window| window.iter().zip(words).all(|(stem, term)| *stem == term.stem)))
}

/// A single word is an aspect when it can be named: `trained` or `differ` alone can't.
fn aspect(question: &str, words: &[Term], reach: &Reach<'_>) -> Option<Aspect> {
    let (first, last) = (words.first()?, words.last()?);
    if words.len() == 1 && (first.surface.ends_with("ed") || is_research_verb(&first.surface)) {
        return None;
    }
    let text = whole_mathematics(question, first.span.start..last.span.end);
    let span = first.span.start..last.span.end;
    let weight = reach.weight(&span);
    // Said before: what stands there again is neither held nor missing a second time.
    if weight <= 0.0 {
        return None;
    }
    let held = reach.held(&span);
    Some(Aspect { text, weight, held, present: held >= ASPECT_PRESENT, span })
}

/// A span that cuts a formula is widened to its dollar signs.
fn whole_mathematics(question: &str, span: Range<usize>) -> String {
    let text = question.get(span.clone()).unwrap_or("");
    if text.matches('$').count().is_multiple_of(2) && !text.contains(['_', '^', '\\']) {
        return text.trim().to_owned();
    }
    let start = if question.get(..span.start).is_some_and(|before| before.ends_with('$')) { span.start - 1 } else { span.start };
    let end = if question.get(span.end..).is_some_and(|after| after.starts_with('$')) { span.end + 1 } else { span.end };
    question.get(start..end).unwrap_or(text).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::Sources;

    #[test]
    fn aspects_are_noun_phrases() {
        let sources = Sources::none();
        for (question, expected) in [
            ("Do current measurements support a Hubble constant above the Planck value?", "measurements | Hubble constant | Planck value"),
            ("How does the model's latent space behave?", "latent space"),
            ("How well do transformers tag jets at the LHC?", "transformers | jets | LHC"),
            ("Is simulation-based inference calibrated for cosmology?", "simulation-based inference | cosmology"),
            ("How precisely is the Higgs trilinear self-coupling known?", "Higgs trilinear self-coupling"),
            ("How reliable are AI agents?", "AI agents"),
        ] {
            let reach = Reach::new(question, &sources);
            let found: Vec<String> = aspects(question, &reach, &[]).into_iter().map(|aspect| aspect.text).collect();
            assert_eq!(found.join(" | "), expected, "{question}");
        }
    }
}
