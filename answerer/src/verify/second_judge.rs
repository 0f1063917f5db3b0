//! The seam for a second judge of claims, for labs that have one: a model of entailment, or a language model that reads. Off by default.
//!
//! It speaks after the check by words, on what that check decides by words: ids, numbers, quotations and missing citations are no matter of
//! opinion. When it can't be asked, the first verdict stands, and the log says so.

use antigravity_proto::types::{Verdict, VerdictReason};

use super::{Checked, Finding, ids, plain_body};
use crate::sources::Sources;

/// Whoever judges claims a second time.
#[tonic::async_trait]
pub(crate) trait SecondJudge: Send + Sync {
    /// Judges each claim by the text that it cites, in their order.
    async fn judge(&self, pairs: &[Pair]) -> Result<Vec<Entailment>, JudgeError>;
}

/// A claim, and what it cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) premise: String,
    pub(crate) claim: String,
}

/// What a text says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entailment {
    /// It says it.
    Entailed,
    /// It says neither it nor its opposite.
    Neutral,
    /// It says the opposite.
    Contradicted,
}

/// Why a second judge didn't judge.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JudgeError {
    /// It can't be reached, or was too slow.
    #[error("it can't be asked: {0}")]
    Unreachable(String),
    /// It refused.
    #[error("it answered {0}")]
    Refused(u16),
    /// Its answer is none.
    #[error("its answer can't be read: {0}")]
    Unreadable(String),
}

/// The judge was asked and didn't judge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unjudged;

/// Has the judge look at what was checked, and takes over what it finds. When that fails the first verdicts stand, and the log says why.
pub(crate) async fn review(judge: &dyn SecondJudge, sources: &Sources, checked: &mut [Checked]) -> Result<(), Unjudged> {
    let open: Vec<(usize, Pair)> = checked.iter().enumerate().filter_map(|(at, unit)| Some((at, pair(unit, sources)?))).collect();
    if open.is_empty() {
        return Ok(());
    }
    let pairs: Vec<Pair> = open.iter().map(|(_, pair)| pair.clone()).collect();
    let found = match judge.judge(&pairs).await {
        Ok(found) if found.len() == pairs.len() => found,
        Ok(found) => {
            tracing::warn!(
                asked = pairs.len(),
                answered = found.len(),
                "the second judge answered another number of claims; the first check stands"
            );
            return Err(Unjudged);
        }
        Err(error) => {
            tracing::warn!(%error, "the second judge didn't judge; the first check stands");
            return Err(Unjudged);
        }
    };
    for ((at, _), entailment) in open.iter().zip(found) {
        if let Some(finding) = checked.get_mut(*at).and_then(|unit| unit.finding.as_mut()) {
            revise(finding, entailment);
        }
    }
    Ok(())
}

/// The claim of a unit beside what it cites, when it is one that words decided.
fn pair(unit: &Checked, sources: &Sources) -> Option<Pair> {
    let finding = unit.finding.as_ref()?;
    // Conclusions and notes on silence say what no source does.
    let is_told = finding.by_words && !matches!(finding.verdict, Verdict::Inference | Verdict::NoCitationNeeded);
    let cited: Vec<String> =
        finding.cited.iter().filter_map(|id| sources.get(id)).map(|source| format!("{}\n{}", source.title, source.abstract_text)).collect();
    (is_told && !cited.is_empty())
        .then(|| Pair { premise: cited.join("\n\n"), claim: plain_body(&ids::without_citations(&unit.text), unit.kind) })
}

/// What is contradicted isn't supported, whatever its words; what isn't entailed is supported in part at most. What is entailed is supported, but for
/// what the first check knows better: a study told as a finding, a name that isn't there.
fn revise(finding: &mut Finding, entailment: Entailment) {
    let verdict = match (entailment, finding.verdict, finding.reason) {
        (Entailment::Contradicted, ..) => Verdict::Unsupported,
        (Entailment::Neutral, Verdict::Supported, _) => Verdict::PartlySupported,
        (Entailment::Entailed, _, VerdictReason::StudyToldAsFinding | VerdictReason::NameNotFound) | (Entailment::Neutral, ..) => return,
        (Entailment::Entailed, ..) => Verdict::Supported,
    };
    if verdict != finding.verdict {
        (finding.verdict, finding.reason) = (verdict, VerdictReason::SecondJudge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Entailment::{Contradicted, Entailed, Neutral};
    use Verdict::{PartlySupported, Supported, Unsupported};
    use VerdictReason::{NameNotFound, SecondJudge as Second, WordsAndNumbersFound, WordsNotFound};

    #[test]
    fn what_it_finds_is_taken_over() {
        for (verdict, reason, entailment, expected) in [
            (Supported, WordsAndNumbersFound, Entailed, (Supported, WordsAndNumbersFound)),
            (Supported, WordsAndNumbersFound, Neutral, (PartlySupported, Second)),
            (Supported, WordsAndNumbersFound, Contradicted, (Unsupported, Second)),
            (PartlySupported, WordsNotFound, Entailed, (Supported, Second)),
            (Unsupported, WordsNotFound, Entailed, (Supported, Second)),
            (Unsupported, WordsNotFound, Neutral, (Unsupported, WordsNotFound)),
            (PartlySupported, NameNotFound, Entailed, (PartlySupported, NameNotFound)),
            (PartlySupported, NameNotFound, Contradicted, (Unsupported, Second)),
        ] {
            let mut finding = Finding::bare(verdict, reason);
            revise(&mut finding, entailment);
            assert_eq!((finding.verdict, finding.reason), expected, "{verdict:?} {reason:?} {entailment:?}");
        }
    }
}
