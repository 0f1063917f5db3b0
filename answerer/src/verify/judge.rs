//! The verdict on one claim.

use std::collections::HashSet;

use antigravity_proto::types::{Evidence, Verdict, VerdictReason};
use antigravity_text::{agree, numbers};

use super::quotation::{is_verbatim, quotations};
use super::support::{self, Claim, Found};
use super::thresholds::{
    FINDING_SENTENCE, GROUNDED_CONCLUSION, OTHER_SOURCE, PARTLY, SAME_SENTENCE, SENTENCE_STEMS, SUPPORTED, SUPPORTED_BY_INHERITED, TOLD,
};
use crate::rhetoric::{Spoken, hedge_at};
use crate::sources::{Source, Sources, rarity, share, stem_set};

/// What a claim is judged against.
pub(super) struct Context<'a> {
    pub(super) sources: &'a Sources,
    pub(super) question: &'a HashSet<String>,
    /// The stems of all sources that were cited with success before.
    pub(super) cited_stems: &'a HashSet<String>,
    /// Whether the sentence before stands on a source.
    pub(super) premise: bool,
}

/// A verdict with its grounds.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) reason: VerdictReason,
    pub(super) evidence: Vec<Evidence>,
    /// Whether the citations that were considered are the claim's: those that it inherits are only when it stands on them.
    pub(super) rests_on_cited: bool,
}

impl Context<'_> {
    /// Judges a claim by the sources that it cites or inherits. The hard checks come first. Ids were settled before.
    pub(super) fn judge(&self, body: &str, spoken: &Spoken, cited: &[&Source], inherits: bool) -> Judged {
        let claim = Claim::new(body);
        let found = claim.best_sentences(cited);
        let (verdict, reason) = self.verdict(body, spoken, cited, &claim, &found, inherits);
        let stands = verdict != Verdict::Unsupported;
        Judged { verdict, reason, evidence: support::evidence(&found), rests_on_cited: !inherits || stands }
    }

    fn verdict(
        &self,
        body: &str,
        spoken: &Spoken,
        cited: &[&Source],
        claim: &Claim,
        found: &[Found],
        inherits: bool,
    ) -> (Verdict, VerdictReason) {
        const INFERENCE: (Verdict, VerdictReason) = (Verdict::Inference, VerdictReason::HedgedConclusion);
        let conclusion = self.conclusion(body, spoken, cited);
        if cited.is_empty() {
            return if conclusion.is_some() { INFERENCE } else { (Verdict::Unsupported, VerdictReason::NoCitation) };
        }
        let numbers = numbers_found(body, cited);
        if numbers == Numbers::Missing {
            return (Verdict::Unsupported, VerdictReason::NumberNotFound);
        }
        let quoted = quotations(body);
        let verbatim = quoted.iter().all(|passage| cited.iter().any(|source| is_verbatim(passage, source)));
        if !quoted.is_empty() {
            let quotes = if verbatim {
                (Verdict::Supported, VerdictReason::Quotation)
            } else {
                (Verdict::PartlySupported, VerdictReason::WordsNotFound)
            };
            if verbatim || claim.share_in(cited) >= PARTLY {
                return quotes;
            }
        }
        let (verdict, reason) = self.by_words(body, spoken, cited, claim, found, inherits);
        let said_by_source = found.first().is_some_and(|best| best.share >= SAME_SENTENCE);
        match (verdict, reason) {
            // What goes beyond the cited words is a conclusion from them; what a source concludes itself is reported.
            (Verdict::Supported, _) if !said_by_source && conclusion.is_some_and(|held| inherits || held < SUPPORTED) => INFERENCE,
            (Verdict::Supported, _) if numbers == Numbers::SpelledOneMissing => (Verdict::PartlySupported, VerdictReason::NumberNotFound),
            (Verdict::Supported, _) => (verdict, reason),
            // A cited sentence that denies what its source doesn't hold says nothing else than that.
            (Verdict::Unsupported, _) if !inherits && spoken.states_silence() => (Verdict::NoCitationNeeded, VerdictReason::NoteOnSilence),
            // A premise that is itself told wrongly carries no conclusion.
            (_, VerdictReason::StudyToldAsFinding | VerdictReason::PolarityDiffers | VerdictReason::NameNotFound) => (verdict, reason),
            _ if conclusion.is_some() => INFERENCE,
            (Verdict::Unsupported, _) if inherits => (verdict, VerdictReason::NoCitation),
            _ => (verdict, reason),
        }
    }

    fn by_words(
        &self,
        body: &str,
        spoken: &Spoken,
        cited: &[&Source],
        claim: &Claim,
        found: &[Found],
        inherits: bool,
    ) -> (Verdict, VerdictReason) {
        let held = claim.share_in(cited);
        let others = self.sources.list.iter().filter(|other| !cited.iter().any(|source| source.id == other.id));
        let best_other = others.map(|other| claim.share_in(&[other])).fold(0.0, f64::max);
        if held < SUPPORTED && best_other - held > OTHER_SOURCE {
            return (Verdict::Unsupported, VerdictReason::OtherSourceFitsBetter);
        }
        if held < PARTLY {
            return (Verdict::Unsupported, VerdictReason::WordsNotFound);
        }
        if let Some(best) = found.first() {
            if best.share >= SAME_SENTENCE
                && best.told >= TOLD
                && claim.stems.len() >= SENTENCE_STEMS
                && best.negative != spoken.is_negative()
            {
                return (Verdict::PartlySupported, VerdictReason::PolarityDiffers);
            }
            if spoken.tells_as_found() && is_only_studied(body, cited) {
                return (Verdict::PartlySupported, VerdictReason::StudyToldAsFinding);
            }
        }
        if names(body).iter().any(|name| !self.knows(name, cited)) {
            return (Verdict::PartlySupported, VerdictReason::NameNotFound);
        }
        let enough = if inherits { SUPPORTED_BY_INHERITED } else { SUPPORTED };
        if held < enough {
            (Verdict::PartlySupported, VerdictReason::WordsNotFound)
        } else {
            (Verdict::Supported, VerdictReason::WordsAndNumbersFound)
        }
    }

    /// A hedged conclusion that rests on a finding beside it, in its own first clause or in the sentence before, and brings no new number or
    /// name. Its words come from the question and from what was cited. Returns the share of it that the cited sources hold.
    fn conclusion(&self, body: &str, spoken: &Spoken, cited: &[&Source]) -> Option<f64> {
        let at = hedge_at(body).filter(|_| spoken.is_hedged())?;
        let premise = Claim::new(body.get(..at).unwrap_or(""));
        let own_premise = premise.stems.len() >= 3 && premise.share_in(cited) >= PARTLY;
        let closing = cited.is_empty() && !self.cited_stems.is_empty();
        if !(own_premise || (self.premise && !cited.is_empty()) || closing) {
            return None;
        }
        let conclusion = stem_set(body.get(at..).unwrap_or(body));
        let grounded = share(&conclusion, rarity, |stem| {
            self.question.contains(stem) || self.cited_stems.contains(stem) || cited.iter().any(|source| source.stems.contains(stem))
        });
        // Without a citation in the paragraph, all words must come from somewhere; with one, its finding may be put into other words.
        let new_names = names(body).iter().any(|name| !self.knows(name, cited));
        let allowed =
            !new_names && !matches!(numbers_found(body, cited), Numbers::Missing) && (!closing || grounded >= GROUNDED_CONCLUSION);
        allowed.then(|| share(&conclusion, rarity, |stem| cited.iter().any(|source| source.stems.contains(stem))))
    }

    /// Whether the question or a cited source has this acronym, or the words that it abbreviates.
    fn knows(&self, name: &str, cited: &[&Source]) -> bool {
        let stems = stem_set(name);
        let in_question = !stems.is_empty() && stems.iter().all(|stem| self.question.contains(stem));
        in_question
            || cited.iter().any(|source| {
                let text = format!("{} {}", source.title, source.abstract_text);
                text.contains(name) || stems.iter().all(|stem| source.stems.contains(stem)) || has_initials(&text, name)
            })
    }
}

/// Whether the best sentence for what is told as found says only what is studied or was known before, and no finding holds enough of it. A hedged conclusion at the end
/// is the answer's and isn't looked for.
fn is_only_studied(body: &str, cited: &[&Source]) -> bool {
    let premise = Claim::new(body.get(..hedge_at(body).unwrap_or(body.len())).unwrap_or(body));
    let told = if premise.stems.len() >= SENTENCE_STEMS { premise } else { Claim::new(body) };
    let found = told.best_sentences(cited);
    let nothing_found = found.first().is_some_and(|best| best.finds_nothing);
    nothing_found && !found.iter().any(|sentence| sentence.reports_finding && sentence.share >= FINDING_SENTENCE)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbers {
    Found,
    SpelledOneMissing,
    Missing,
}

/// Whether the cited texts have every number of the claim. One in words (`two findings`) may be the answer's own count.
fn numbers_found(body: &str, cited: &[&Source]) -> Numbers {
    let missing: Vec<bool> = numbers(body)
        .iter()
        // "One" is rarely a number.
        .filter(|number| !(number.spelled && number.canonical == "1"))
        .filter(|number| !cited.iter().any(|source| source.numbers.iter().any(|known| agree(number, known))))
        .map(|number| number.spelled)
        .collect();
    match missing.as_slice() {
        [] => Numbers::Found,
        spelled if spelled.iter().all(|is_spelled| *is_spelled) => Numbers::SpelledOneMissing,
        _ => Numbers::Missing,
    }
}

/// Acronyms: words with at least two capitals, outside mathematics.
fn names(body: &str) -> Vec<String> {
    body.split(|c: char| !(c.is_alphanumeric() || c == '$' || c == '\\'))
        .filter(|word| !word.contains(['$', '\\']) && word.chars().filter(|c| c.is_uppercase()).count() >= 2)
        .map(|word| word.strip_suffix('s').unwrap_or(word).to_owned())
        .collect()
}

/// Whether words in sequence begin with the acronym's letters: LHC, Large Hadron Collider.
fn has_initials(text: &str, name: &str) -> bool {
    let letters: Vec<char> = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    let initials: Vec<char> =
        text.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next()).map(|c| c.to_ascii_lowercase()).collect();
    letters.len() >= 2 && initials.windows(letters.len()).any(|window| window == letters.as_slice())
}
