//! How far the archive reaches into a question, by the evidence of the search alone. A model may lower it, never raise it.
//!
//! The question is read in parts, which an archive may answer or not; what a question takes for granted is a part too. A part is answered when one preprint
//! holds enough of its words, together where they stand together, and is near enough to the question.

mod aspects;
mod evidence;
mod language;
mod part;
mod reach;
mod thresholds;

use std::ops::Range;

use antigravity_proto::types::{Coverage, CoverageLevel, CoverageReason};

use aspects::{Aspect, aspects};
use evidence::nearness;
use part::{Part, parts};
use reach::Reach;
use thresholds::{
    ANSWERED, ANSWERED_OF_SEVERAL, DOUBTFUL, FAR, FULL, LACKING, OUTSIDE_NEARNESS, OUTSIDE_REACH, PART_WEIGHT, SUBJECT_WEIGHT,
};

pub(crate) use evidence::{on_subject, relevant};

use crate::sources::Sources;

/// Judges how far the sources reach into the question.
pub(crate) fn assess(question: &str, sources: &Sources) -> Coverage {
    assess_asked(question, 0, sources)
}

/// The same of a question of a conversation: what was asked begins at this byte, and what it leans on stands before. An archive that answers the earlier
/// question and lacks what is asked now doesn't answer in full.
pub(crate) fn assess_asked(question: &str, asked: usize, sources: &Sources) -> Coverage {
    let reach = Reach::new(question, sources);
    let mut aspects = aspects(question, &reach, &relevant(sources));
    let (mut level, mut reason) = judge(question, sources, &reach, &mut aspects);
    let lacks_what_is_asked = asked > 0 && aspects.iter().any(|aspect| aspect.span.start >= asked && !aspect.present);
    if level == CoverageLevel::Full && lacks_what_is_asked {
        (level, reason) = (CoverageLevel::Partial, CoverageReason::AspectsMissing);
    }
    tracing::debug!(level = level.as_str_name(), aspects = aspects.len(), "coverage judged");
    // What is answered in full has nothing missing that weighs.
    let is_full = level == CoverageLevel::Full;
    let named = |present: bool| aspects.iter().filter(|aspect| aspect.present == present).map(|aspect| aspect.text.clone()).collect();
    let missing_aspects = if is_full { Vec::new() } else { named(false) };
    Coverage { level: level.into(), reason: reason.into(), missing_aspects, covered_aspects: named(true) }
}

/// The level as the prompt calls it.
pub(crate) fn level_name(level: CoverageLevel) -> &'static str {
    match level {
        CoverageLevel::Full => "full",
        CoverageLevel::Unspecified | CoverageLevel::Partial => "partial",
        CoverageLevel::Related => "related",
        CoverageLevel::None => "none",
    }
}

/// The level, and why. Of each part that has no answer at least one aspect is marked as missing.
fn judge(question: &str, sources: &Sources, reach: &Reach<'_>, aspects: &mut [Aspect]) -> (CoverageLevel, CoverageReason) {
    let whole = 0..question.len();
    if sources.list.is_empty() {
        return (CoverageLevel::None, CoverageReason::NoSources);
    }
    if language::is_foreign(question) {
        return (CoverageLevel::None, CoverageReason::LanguageNotRead);
    }
    let (near, best) = (nearness(sources), reach.best(&whole, |_| true));
    if near < FAR || (near < OUTSIDE_NEARNESS && best < OUTSIDE_REACH) {
        mark_weakest(aspects, &whole);
        return (CoverageLevel::None, CoverageReason::OutsideArchive);
    }
    let parts = weighty(parts(question), reach, &whole);
    let is_single = parts.len() == 1;
    let reached: Vec<(&Part, f64)> = parts.iter().map(|part| (part, reach.best(&part.span, |_| true))).collect();
    let open: Vec<&Part> = reached.iter().filter(|(part, best)| *best < needed(part)).map(|(part, _)| *part).collect();
    open.iter().for_each(|part| mark_weakest(aspects, &part.span));
    let least = if is_single { ANSWERED } else { ANSWERED_OF_SEVERAL };
    let unanswered = reached.iter().all(|(_, best)| *best < least);
    let ungranted = open.iter().any(|part| part.is_granted);
    let doubtful = is_single && best < DOUBTFUL && missing_share(aspects) >= SUBJECT_WEIGHT;
    if unanswered || ungranted || doubtful {
        mark_weakest(aspects, &whole);
        return (CoverageLevel::Related, CoverageReason::SubjectMissing);
    }
    // A title says what a preprint is about and nothing of what it found: without an abstract nothing is answered.
    let in_full = reach.best(&whole, |source| !source.is_title_only()) >= FULL;
    if open.is_empty() && in_full && lacking_share(aspects) < LACKING {
        return (CoverageLevel::Full, CoverageReason::AllAspectsFound);
    }
    (CoverageLevel::Partial, CoverageReason::AspectsMissing)
}

/// The reach from which on a part is answered.
fn needed(part: &Part) -> f64 {
    if part.is_granted { FULL } else { ANSWERED }
}

/// The parts that weigh; others are joined to the one before.
fn weighty(parts: Vec<Part>, reach: &Reach<'_>, whole: &Range<usize>) -> Vec<Part> {
    let least = PART_WEIGHT * reach.weight(whole);
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if reach.weight(&last.span) < least => *last = Part { span: last.span.start..part.span.end, ..part },
            Some(last) if reach.weight(&part.span) < least => last.span.end = part.span.end,
            _ => joined.push(part),
        }
    }
    joined
}

/// When all aspects within a span count as present, the one whose weight is held least doesn't: what has no answer lacks something.
fn mark_weakest(aspects: &mut [Aspect], span: &Range<usize>) {
    let within = |aspect: &&mut Aspect| aspect.span.start >= span.start && aspect.span.end <= span.end;
    let mut found: Vec<&mut Aspect> = aspects.iter_mut().filter(within).collect();
    if found.iter().any(|aspect| !aspect.present) {
        return;
    }
    let lacking = |aspect: &Aspect| aspect.weight * (1.0 - aspect.held);
    if let Some(weakest) = found.iter_mut().max_by(|a, b| lacking(a).total_cmp(&lacking(b))).filter(|aspect| lacking(aspect) > 0.0) {
        weakest.present = false;
    }
}

/// The share of the weight of all aspects that the missing ones have.
fn missing_share(aspects: &[Aspect]) -> f64 {
    share_of(aspects, |aspect| if aspect.present { 0.0 } else { 1.0 })
}

/// The share of the weight of all aspects that no single preprint holds.
fn lacking_share(aspects: &[Aspect]) -> f64 {
    share_of(aspects, |aspect| 1.0 - aspect.held)
}

fn share_of(aspects: &[Aspect], counted: impl Fn(&Aspect) -> f64) -> f64 {
    let all: f64 = aspects.iter().map(|aspect| aspect.weight).sum();
    let part: f64 = aspects.iter().map(|aspect| aspect.weight * counted(aspect)).sum();
    if all > 0.0 { part / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::archive::{Entry, TextOrigin, found};
    use crate::sources::fixture;

    fn level(question: &str) -> (CoverageLevel, CoverageReason) {
        let coverage = assess(question, &fixture::sources(question));
        (coverage.level(), coverage.reason())
    }

    #[test]
    fn levels() {
        for (question, expected) in [
            ("Do autoencoders with spherical latent spaces improve anomaly separation?", CoverageLevel::Full),
            ("Could gravitational lensing of neutron stars spoil anomaly detection with autoencoders?", CoverageLevel::Related),
            ("What is the best fertiliser for tomatoes?", CoverageLevel::None),
        ] {
            assert_eq!(level(question).0, expected, "{question}");
        }
        assert_eq!(level("什么是潜在空间?"), (CoverageLevel::None, CoverageReason::LanguageNotRead));
        assert_eq!(
            level("Wie viele Neutrinos gibt es, und warum sind sie so leicht?"),
            (CoverageLevel::None, CoverageReason::LanguageNotRead)
        );
        assert_eq!(assess("x", &Sources::none()).reason(), CoverageReason::NoSources);
    }

    #[test]
    fn a_title_alone_answers_nothing() {
        let question = "Do autoencoders with spherical latent spaces improve anomaly separation?";
        for (origin, text, expected) in [
            (TextOrigin::TitleOnly, "", CoverageLevel::Partial),
            (TextOrigin::Authors, "Spherical latent spaces of autoencoders improve anomaly separation.", CoverageLevel::Full),
            (TextOrigin::Summary, "Spherical latent spaces of autoencoders improve anomaly separation.", CoverageLevel::Full),
        ] {
            let title = "Autoencoders with spherical latent spaces improve anomaly separation";
            let entry = Entry { id: "AG-2025.01-1", category: "hep-ph", title, text, origin };
            assert_eq!(assess(question, &Sources::new(&found(question, &[entry]))).level(), expected, "{origin:?}");
        }
    }

    #[test]
    fn what_is_asked_now_must_be_there_too() {
        let earlier = "Do autoencoders with spherical latent spaces improve anomaly separation?";
        for (asked, expected) in [
            ("And with Euclidean embeddings?", CoverageLevel::Full),
            ("And why?", CoverageLevel::Full),
            ("And for neutron stars?", CoverageLevel::Partial),
        ] {
            let question = format!("{earlier} {asked}");
            let coverage = assess_asked(&question, earlier.len() + 1, &fixture::sources(&question));
            assert_eq!(coverage.level(), expected, "{asked}: {coverage:?}");
            assert_eq!(coverage.missing_aspects.contains(&"neutron stars".to_owned()), expected == CoverageLevel::Partial, "{coverage:?}");
        }
    }

    #[test]
    fn aspects_are_phrases_of_the_question() {
        let question = "Could anomaly detection loss landscape smoothing from adversarial training degrade autoencoders?";
        let coverage = assess(question, &fixture::sources(question));
        assert_eq!(coverage.missing_aspects, ["loss landscape smoothing", "adversarial training"]);
        assert_eq!(coverage.covered_aspects.first().map(String::as_str), Some("anomaly detection"));
    }
}
