//! How far single preprints reach into the words of a question, or of a part of it.
//!
//! A near miss has the field's words and lacks the thing: each word of "mirror neutrons" stands in some abstract on neutrons and optics. So the words
//! that stand together in the question count a second time, as pairs that one sentence must hold together.

use std::ops::Range;

use antigravity_text::{Term, content_terms};
use foldhash::HashSet;

use super::aspects::asks;
use crate::sources::{Source, Sources};

/// Two words stand together when at most one content word stands between them, in either order.
const TOGETHER: usize = 2;

/// The words and pairs of a question, and which of the sources hold them.
pub(super) struct Reach<'a> {
    sources: &'a [Source],
    units: Vec<Unit>,
}

/// A word of the question, or two that stand together there.
struct Unit {
    /// Its bytes in the question.
    span: Range<usize>,
    /// What it weighs: a word by its rarity in the archive, a pair the mean of its words.
    weight: f64,
    /// Whether each source holds it.
    held: Vec<bool>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(question: &str, sources: &'a Sources) -> Self {
        let texts: Vec<Vec<Vec<&str>>> = sources.list.iter().map(|source| source.stems_by_sentence().collect()).collect();
        let words: Vec<Term> = content_terms(question).into_iter().filter(|term| !is_compound(term) && !asks(&term.surface)).collect();
        let weight = |word: &Term| sources.question_weight(&word.stem);
        let mut seen = HashSet::default();
        let distinct = words.iter().filter(|word| seen.insert(word.stem.as_str()));
        let single = distinct.map(|word| Unit {
            span: word.span.clone(),
            weight: weight(word),
            held: sources.list.iter().map(|source| source.stems.contains(&word.stem)).collect(),
        });
        let together = words.iter().zip(words.iter().skip(1)).filter(|(one, other)| adjoin(question, one, other));
        let pairs = together.map(|(one, other)| Unit {
            span: one.span.start..other.span.end,
            weight: (weight(one) + weight(other)) / 2.0,
            held: texts.iter().map(|text| text.iter().any(|sentence| hold_together(sentence, &one.stem, &other.stem))).collect(),
        });
        Self { sources: &sources.list, units: single.chain(pairs).collect() }
    }

    /// What the best source reaches of a part of the question: the share of the part's weight that it holds plus its relevance to the whole question, from 0 to 2.
    pub(super) fn best(&self, part: &Range<usize>, counts: impl Fn(&Source) -> bool) -> f64 {
        let reached = self.sources.iter().enumerate().filter(|(_, source)| counts(source));
        reached.map(|(at, source)| self.share(part, at) + source.relevance()).fold(0.0, f64::max)
    }

    /// The largest share of a span's weight that one source holds.
    pub(super) fn held(&self, span: &Range<usize>) -> f64 {
        (0..self.sources.len()).map(|at| self.share(span, at)).fold(0.0, f64::max)
    }

    /// The weight of a span.
    pub(super) fn weight(&self, span: &Range<usize>) -> f64 {
        self.within(span).map(|unit| unit.weight).sum()
    }

    fn share(&self, span: &Range<usize>, source: usize) -> f64 {
        let held: f64 = self.within(span).filter(|unit| unit.held.get(source).is_some_and(|held| *held)).map(|unit| unit.weight).sum();
        let all = self.weight(span);
        if all > 0.0 { held / all } else { 0.0 }
    }

    fn within(&self, span: &Range<usize>) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(move |unit| unit.span.start >= span.start && unit.span.end <= span.end)
    }
}

/// A bound compound counts beside its parts; its parts are enough here.
pub(super) fn is_compound(term: &Term) -> bool {
    term.surface.contains(['-', '–', '\u{2010}', '\u{2011}'])
}

/// Whether nothing but space, a hyphen or a possessive stands between two words.
fn adjoin(question: &str, one: &Term, other: &Term) -> bool {
    let between = question.get(one.span.end..other.span.start).unwrap_or(".");
    let between = ["'s", "’s"].iter().find_map(|owner| between.strip_prefix(owner)).unwrap_or(between);
    !between.is_empty() && between.chars().all(|c| c.is_whitespace() || ['-', '–', '\u{2010}', '\u{2011}'].contains(&c))
}

fn hold_together(sentence: &[&str], one: &str, other: &str) -> bool {
    let places = |stem: &str| sentence.iter().enumerate().filter(move |(_, word)| **word == stem).map(|(at, _)| at).collect::<Vec<_>>();
    let others = places(other);
    places(one).into_iter().any(|at| others.iter().any(|place| *place != at && place.abs_diff(at) <= TOGETHER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::archive::{Entry, TextOrigin, found};

    fn held(question: &str, abstract_text: &'static str) -> f64 {
        let entry = Entry { id: "AG-2025.01-1", category: "hep-ph", title: "Optics", text: abstract_text, origin: TextOrigin::Authors };
        let sources = Sources::new(&found(question, &[entry]));
        Reach::new(question, &sources).held(&(0..question.len()))
    }

    #[test]
    fn words_that_stand_together_must_be_held_together() {
        let question = "Are there mirror neutrons?";
        let together = held(question, "We search for mirror neutrons.");
        let apart = held(question, "A mirror reflects light. Beams of cold neutrons are guided.");
        let one = held(question, "Beams of cold neutrons are guided.");
        assert!((together - 1.0).abs() < 1e-9, "{together}");
        assert!((apart - 2.0 / 3.0).abs() < 1e-9, "{apart}");
        assert!(one > 0.0 && one < apart, "{one}");
        assert!((held(question, "Neutrons that a mirror reflects.") - 1.0).abs() < 1e-9, "one content word between them");
    }

    #[test]
    fn what_is_asked_about_counts_and_asking_doesnt() {
        assert!((held("Does it affect mirrors?", "Mirrors.") - 1.0).abs() < 1e-9);
        assert!(held("", "Mirrors.").abs() < 1e-9);
    }
}
