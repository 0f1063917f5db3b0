//! How far the archive reaches into a question, by the evidence of the search alone. A model may lower it, never raise it.

mod aspects;
mod evidence;
mod thresholds;

use antigravity_proto::types::{Coverage, CoverageLevel, CoverageReason};

use aspects::Aspect;
use evidence::Evidence;
use thresholds::{FAR, FULL_COV, FULL_ONE, FULL_S3, NONE_COV, NONE_ONE, NONE_S3, RELATED_ONE, SUBJECT_WEIGHT, SUBJECT_WEIGHT_OF_HALF};

pub(crate) use evidence::relevant;

use crate::sources::Sources;

/// Judges how far the sources reach into the question.
pub(crate) fn assess(question: &str, sources: &Sources) -> Coverage {
    let evidence = Evidence::of(question, sources);
    let aspects = aspects::aspects(question, sources, &relevant(sources));
    let (level, reason) = judge(question, sources, &evidence, &aspects);
    tracing::debug!(level = level.as_str_name(), ?evidence, aspects = aspects.len(), "coverage judged");
    let named = |present: bool| aspects.iter().filter(|aspect| aspect.present == present).map(|aspect| aspect.text.clone()).collect();
    Coverage { level: level.into(), reason: reason.into(), missing_aspects: named(false), covered_aspects: named(true) }
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

fn judge(question: &str, sources: &Sources, evidence: &Evidence, aspects: &[Aspect]) -> (CoverageLevel, CoverageReason) {
    let Evidence { s3, cov, one, one_read, .. } = *evidence;
    if sources.list.is_empty() {
        return (CoverageLevel::None, CoverageReason::NoSources);
    }
    if is_in_another_script(question) {
        return (CoverageLevel::None, CoverageReason::LanguageNotRead);
    }
    if s3 < FAR || (cov < NONE_COV && (s3 < NONE_S3 || one < NONE_ONE)) {
        return (CoverageLevel::None, CoverageReason::OutsideArchive);
    }
    if subject_is_missing(aspects) || one < RELATED_ONE {
        return (CoverageLevel::Related, CoverageReason::SubjectMissing);
    }
    // A title says what a preprint is about and nothing of what it found: without an abstract nothing is answered.
    if s3 >= FULL_S3 && one_read >= FULL_ONE && cov >= FULL_COV && aspects.iter().all(|aspect| aspect.present) {
        return (CoverageLevel::Full, CoverageReason::AllAspectsFound);
    }
    (CoverageLevel::Partial, CoverageReason::AspectsMissing)
}

/// The missing aspects make the question: by their weight, or by number where they weigh enough. An unknown word has the greatest weight that
/// there is, so the heaviest aspect alone would be the missing one nearly always.
fn subject_is_missing(aspects: &[Aspect]) -> bool {
    let all: f64 = aspects.iter().map(|aspect| aspect.weight).sum();
    let missing: Vec<f64> = aspects.iter().filter(|aspect| !aspect.present).map(|aspect| aspect.weight).collect();
    let weight = missing.iter().sum::<f64>();
    all > 0.0 && (weight >= SUBJECT_WEIGHT * all || (missing.len() * 2 >= aspects.len() && weight >= SUBJECT_WEIGHT_OF_HALF * all))
}

/// Most letters are of a script that the embedding model doesn't read. Greek stays: it is mathematics here.
fn is_in_another_script(question: &str) -> bool {
    let letters: Vec<char> = question.chars().filter(|c| c.is_alphabetic()).collect();
    let foreign = letters.iter().filter(|c| u32::from(**c) >= 0x0400 && !matches!(u32::from(**c), 0x1D00..=0x2BFF)).count();
    foreign * 2 > letters.len()
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
        assert_eq!(judge("x", &Sources::new(&Default::default()), &Evidence::default(), &[]).1, CoverageReason::NoSources);
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
    fn aspects_are_phrases_of_the_question() {
        let question = "Could anomaly detection loss landscape smoothing from adversarial training degrade autoencoders?";
        let coverage = assess(question, &fixture::sources(question));
        assert_eq!(coverage.missing_aspects, ["loss landscape smoothing", "adversarial training"]);
        assert_eq!(coverage.covered_aspects.first().map(String::as_str), Some("anomaly detection"));
    }
}
