//! What one answer said about how far the archive reaches, held against what is known of the question.

use antigravity_proto::types::{Answer, CoverageLevel, CoverageReason, VerdictReason};
use antigravity_text::stems;

use super::questions::LabelledQuestion;

/// A reader takes so many sentences for the opening.
const OPENING: usize = 3;

/// What an answer said.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// How far the archive reaches, by the answer.
    pub(crate) level: CoverageLevel,
    /// Why.
    pub(crate) reason: CoverageReason,
    /// Phrases of the question that it calls missing.
    pub(crate) missing: Vec<String>,
    /// Whether its first sentences say that the archive is silent.
    pub(crate) opening_says_so: bool,
}

impl Said {
    /// Reads an answer.
    pub(crate) fn by(answer: &Answer) -> Self {
        let coverage = answer.coverage.clone().unwrap_or_default();
        let mut opening = answer.claims.iter().filter(|claim| claim.reason() != VerdictReason::Heading).take(OPENING);
        Self {
            level: coverage.level(),
            reason: coverage.reason(),
            opening_says_so: opening.any(|claim| claim.reason() == VerdictReason::NoteOnSilence),
            missing: coverage.missing_aspects,
        }
    }

    /// Silence: RELATED or NONE, and the opening says so. A coverage that only the data has doesn't count.
    pub(crate) fn is_silent(&self) -> bool {
        is_silent(self.level) && self.opening_says_so
    }

    /// Whether what it calls missing has a word of what the archive doesn't have. `None`: that isn't known, or
    /// everything is said to be there.
    pub(crate) fn names_the_absent(&self, question: &LabelledQuestion) -> Option<bool> {
        let known = !question.absent.is_empty() && self.level != CoverageLevel::Full;
        let called: Vec<String> = self.missing.iter().flat_map(|missing| stems(missing)).collect();
        known.then(|| question.absent.iter().any(|absent| stems(absent).iter().any(|stem| called.contains(stem))))
    }
}

/// Whether silence is what a level means.
pub(crate) fn is_silent(level: CoverageLevel) -> bool {
    matches!(level, CoverageLevel::Related | CoverageLevel::None)
}

#[cfg(test)]
mod tests {
    use antigravity_proto::types::{Claim, Coverage};

    use super::*;

    fn answer(level: CoverageLevel, reasons: &[VerdictReason]) -> Said {
        let claims = reasons.iter().map(|reason| Claim { reason: (*reason).into(), ..Claim::default() }).collect();
        let coverage = Coverage { level: level.into(), missing_aspects: vec!["tabletop warp drives".into()], ..Coverage::default() };
        Said::by(&Answer { coverage: Some(coverage), claims, ..Answer::default() })
    }

    #[test]
    fn silence_is_a_level_that_the_opening_states() {
        use VerdictReason::{Heading, NoteOnSilence, QuestionRestated, WordsAndNumbersFound};
        for (level, claims, expected) in [
            (CoverageLevel::Related, &[Heading, QuestionRestated, NoteOnSilence][..], true),
            (CoverageLevel::None, &[NoteOnSilence], true),
            (CoverageLevel::Related, &[QuestionRestated, WordsAndNumbersFound, WordsAndNumbersFound, NoteOnSilence], false),
            (CoverageLevel::Related, &[], false),
            (CoverageLevel::Partial, &[NoteOnSilence], false),
        ] {
            assert_eq!(answer(level, claims).is_silent(), expected, "{level:?} {claims:?}");
        }
    }

    #[test]
    fn the_absent_is_named_by_a_word_of_it() {
        let question = |absent: &[&str]| LabelledQuestion {
            text: "?".into(),
            kind: "k".into(),
            expected: CoverageLevel::Related,
            reason: None,
            absent: absent.iter().map(|term| (*term).to_owned()).collect(),
        };
        let related = answer(CoverageLevel::Related, &[]);
        assert_eq!(related.names_the_absent(&question(&["warp drive"])), Some(true));
        assert_eq!(related.names_the_absent(&question(&["strangelet"])), Some(false));
        assert_eq!(related.names_the_absent(&question(&[])), None);
        assert_eq!(answer(CoverageLevel::Full, &[]).names_the_absent(&question(&["warp drive"])), None);
    }
}
