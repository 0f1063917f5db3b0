//! The verdict on one claim.

use antigravity_proto::types::{Evidence, Verdict, VerdictReason};
use antigravity_text::{PreprintId, terms_and_numbers};
use foldhash::HashSet;

use super::figures::{self, Figures};
use super::library::{Library, Reading};
use super::quotation::{is_verbatim, quotations};
use super::support::{self, Claim, Found, Held};
use super::thresholds::{
    FINDING_SENTENCE, GROUNDED_CONCLUSION, LEAST_SUPPORTED, LEAST_WINDOW, PREMISE, SAME_SENTENCE, SENTENCE_STEMS, SUPPORTED,
    SUPPORTED_BY_INHERITED, TOLD_BY_SOURCE, WRONG_SOURCE,
};
use super::{names, polarity};
use crate::rhetoric::{Spoken, hedge_at};
use crate::sources::{rarity, share, stem_set};

/// What a claim is judged against.
pub(super) struct Context<'a> {
    pub(super) library: &'a Library,
    pub(super) question: &'a HashSet<String>,
    /// All sources that were cited with success before.
    pub(super) well_cited: &'a [PreprintId],
    /// Whether the sentence before stands on a source, and on these.
    pub(super) premise: bool,
    /// Whether `[5]` may be another text's own citation, and not a figure.
    pub(super) has_footnotes: bool,
}

/// A verdict with its grounds.
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) reason: VerdictReason,
    pub(super) evidence: Vec<Evidence>,
    /// From 0 to 1: how far the cited sources support it by its words and numbers.
    pub(super) support: f64,
    /// Whether the citations that were considered are the claim's: those that it inherits are only when it stands on them.
    pub(super) rests_on_cited: bool,
    /// Whether the words alone decided.
    pub(super) by_words: bool,
}

/// One claim beside its sources.
struct Case<'a> {
    body: &'a str,
    spoken: Spoken,
    claim: Claim,
    cited: &'a [Reading<'a>],
    found: Vec<Found<'a>>,
    figures: Figures,
    held: Held,
    /// What the other sources hold at most.
    best_other: Option<Held>,
    support: f64,
    inherits: bool,
}

impl Context<'_> {
    /// Judges a claim by the sources that it cites or inherits. The hard checks come first. Ids were settled before.
    pub(super) fn judge(&self, body: &str, cited: &[Reading<'_>], inherits: bool) -> Judged {
        let case = self.case(body, cited, inherits);
        let (verdict, reason) = self.verdict(&case);
        let stands = verdict != Verdict::Unsupported;
        let by_words = !case.cited.is_empty() && case.figures == Figures::Found && quotations(body).is_empty();
        let rests_on_cited = !inherits || stands;
        Judged { verdict, reason, evidence: support::evidence(&case.found), support: case.support, rests_on_cited, by_words }
    }

    fn case<'a>(&'a self, body: &'a str, cited: &'a [Reading<'a>], inherits: bool) -> Case<'a> {
        let (terms, numbers) = terms_and_numbers(body);
        let claim = Claim::of(terms.iter().map(|term| term.stem.clone()).collect());
        let figures = figures::found(body, (&terms, &numbers), &claim, cited, self.has_footnotes);
        let beside = claim.beside(cited);
        let (held, best_other) = (claim.held_by(&beside), self.best_other(&claim, cited));
        let support = support::support(held, best_other, figures == Figures::Missing);
        let found = claim.best_sentences(&beside);
        Case { body, spoken: Spoken::new(body), claim, cited, found, figures, held, best_other, support, inherits }
    }

    fn best_other(&self, claim: &Claim, cited: &[Reading<'_>]) -> Option<Held> {
        claim.held_by_best(self.library.all().filter(|other| !cited.iter().any(|reading| reading.source.id == other.source.id)))
    }

    fn verdict(&self, case: &Case<'_>) -> (Verdict, VerdictReason) {
        const INFERENCE: (Verdict, VerdictReason) = (Verdict::Inference, VerdictReason::HedgedConclusion);
        let conclusion = self.conclusion(case);
        if case.cited.is_empty() {
            return if conclusion.is_some() { INFERENCE } else { (Verdict::Unsupported, VerdictReason::NoCitation) };
        }
        if case.figures == Figures::Missing {
            return (Verdict::Unsupported, VerdictReason::NumberNotFound);
        }
        if let Some(quoted) = quoted(case) {
            return quoted;
        }
        let (verdict, reason) = self.by_words(case);
        let said_by_source = case.found.first().is_some_and(|best| best.share >= SAME_SENTENCE);
        match (verdict, reason) {
            // What goes beyond the cited words is a conclusion from them; what a source concludes itself is reported.
            (Verdict::Supported, _) if !said_by_source && conclusion.is_some_and(|held| case.inherits || held < TOLD_BY_SOURCE) => {
                INFERENCE
            }
            (Verdict::Supported, _) if case.figures == Figures::Doubtful => (Verdict::PartlySupported, VerdictReason::NumberNotFound),
            (Verdict::Supported, _) => (verdict, reason),
            // A cited sentence that denies what its source doesn't hold says nothing else than that.
            (Verdict::Unsupported, _) if !case.inherits && case.spoken.states_silence() => {
                (Verdict::NoCitationNeeded, VerdictReason::NoteOnSilence)
            }
            // A premise that is itself told wrongly carries no conclusion.
            (_, VerdictReason::StudyToldAsFinding | VerdictReason::PolarityDiffers | VerdictReason::NameNotFound) => (verdict, reason),
            _ if conclusion.is_some() => INFERENCE,
            (Verdict::Unsupported, _) if case.inherits => (verdict, VerdictReason::NoCitation),
            _ => (verdict, reason),
        }
    }

    fn by_words(&self, case: &Case<'_>) -> (Verdict, VerdictReason) {
        if let Some(reason) = not_held(case.held, case.best_other, case.support) {
            return (Verdict::Unsupported, reason);
        }
        let premise = premise(case.body).map(|(text, claim)| (Spoken::new(text), claim.best_sentences(&claim.beside(case.cited)), claim));
        let (spoken, found, claim) = match &premise {
            Some((spoken, found, claim)) => (spoken, found, claim),
            None => (&case.spoken, &case.found, &case.claim),
        };
        if found.first().is_some_and(|best| polarity::differs(spoken, claim, best, case.cited)) {
            return (Verdict::PartlySupported, VerdictReason::PolarityDiffers);
        }
        if case.spoken.tells_as_found() && is_only_studied(found) {
            return (Verdict::PartlySupported, VerdictReason::StudyToldAsFinding);
        }
        if names::has_unknown(case.body, self.question, case.cited) {
            return (Verdict::PartlySupported, VerdictReason::NameNotFound);
        }
        let enough = if case.inherits { SUPPORTED_BY_INHERITED } else { SUPPORTED };
        if case.support < enough || case.held.window < LEAST_SUPPORTED {
            (Verdict::PartlySupported, VerdictReason::WordsNotFound)
        } else {
            (Verdict::Supported, VerdictReason::WordsAndNumbersFound)
        }
    }

    /// A hedged conclusion that rests on a finding beside it, in its own first clause or in the sentence before, and brings no new number or
    /// name. Its words come from the question and from what was cited. Returns the share of it that the cited sources hold.
    fn conclusion(&self, case: &Case<'_>) -> Option<f64> {
        let (body, cited) = (case.body, case.cited);
        let at = hedge_at(body).filter(|_| case.spoken.is_hedged())?;
        let premise = Claim::new(body.get(..at).unwrap_or(""));
        let own_premise = premise.len() >= 3 && !cited.is_empty() && self.stands(&premise, cited);
        let closing = cited.is_empty() && !self.well_cited.is_empty();
        if !(own_premise || (self.premise && !cited.is_empty()) || closing) {
            return None;
        }
        let conclusion = stem_set(body.get(at..).unwrap_or(body));
        let in_cited = |stem: &str| cited.iter().any(|reading| reading.source.stems.contains(stem));
        let before: Vec<Reading<'_>> = self.well_cited.iter().filter_map(|id| self.library.get(id)).collect();
        let in_cited_before = |stem: &str| before.iter().any(|reading| reading.source.stems.contains(stem));
        let grounded = share(&conclusion, rarity, |stem| self.question.contains(stem) || in_cited_before(stem) || in_cited(stem));
        // Without a citation in the paragraph, all words must come from somewhere; with one, its finding may be put into other words.
        let allowed = !names::has_unknown(body, self.question, cited)
            && case.figures != Figures::Missing
            && (!closing || grounded >= GROUNDED_CONCLUSION);
        allowed.then(|| share(&conclusion, rarity, in_cited))
    }

    /// Whether a premise is supported by the cited sources, at least in part, and by no other one much better.
    fn stands(&self, premise: &Claim, cited: &[Reading<'_>]) -> bool {
        let (held, best_other) = (premise.held_by(&premise.beside(cited)), self.best_other(premise, cited));
        held.whole >= PREMISE && not_held(held, best_other, support::support(held, best_other, false)).is_none()
    }
}

/// Why the cited sources don't hold a claim at all, if they don't.
fn not_held(held: Held, best_other: Option<Held>, support: f64) -> Option<VerdictReason> {
    let is_behind = best_other.is_some_and(|other| other.window > held.window || other.whole > held.whole);
    let is_wrong = support < WRONG_SOURCE;
    if is_wrong && is_behind {
        return Some(VerdictReason::OtherSourceFitsBetter);
    }
    (is_wrong || held.window < LEAST_WINDOW).then_some(VerdictReason::WordsNotFound)
}

/// What quotations in it make of a claim: verbatim or not at all.
fn quoted(case: &Case<'_>) -> Option<(Verdict, VerdictReason)> {
    let quoted = quotations(case.body);
    if quoted.is_empty() {
        return None;
    }
    if quoted.iter().all(|passage| case.cited.iter().any(|reading| is_verbatim(passage, reading.source))) {
        return Some((Verdict::Supported, VerdictReason::Quotation));
    }
    (case.held.whole >= PREMISE).then_some((Verdict::PartlySupported, VerdictReason::WordsNotFound))
}

/// What a claim with a hedged conclusion at its end tells of its source: the rest is the answer's.
fn premise(body: &str) -> Option<(&str, Claim)> {
    let text = body.get(..hedge_at(body)?)?;
    let claim = Claim::new(text);
    (claim.len() >= SENTENCE_STEMS).then_some((text, claim))
}

/// Whether the best sentence for what is told as found says only what is studied or was known before, and no finding holds enough of it.
fn is_only_studied(found: &[Found<'_>]) -> bool {
    let nothing_found = found.first().is_some_and(Found::finds_nothing);
    nothing_found && !found.iter().any(|sentence| sentence.reports_finding() && sentence.share >= FINDING_SENTENCE)
}
