//! The check of a drafted text, unit by unit, before it leaves. Drafted and checked text are different types: a [`Checked`] can be made only
//! here, and a block only from a [`Checked`] (`release`), so unchecked text can't be sent by mistake.

mod clauses;
mod exempt;
mod figures;
mod heading;
mod ids;
mod judge;
mod library;
mod names;
mod polarity;
mod predict;
mod quotation;
mod release;
mod scope;
mod second_judge;
mod silence;
mod slot;
mod support;
mod thresholds;

use std::sync::Arc;

use antigravity_proto::types::{Evidence, Verdict, VerdictReason};
use antigravity_text::{Form, Number, PreprintId, agree, numbers};
use foldhash::HashSet;

pub(crate) use predict::Predict;
pub(crate) use release::{Release, ReleasedBlock};
pub(crate) use second_judge::{SecondJudge, review};

use judge::Judged;
use library::{Library, Reading};

use crate::draft::{DraftUnit, UnitKind};
use crate::sources::{Sources, stem_set};

/// A unit that was checked: every id in it names a source, and what it claims has a verdict.
pub(crate) struct Checked {
    kind: UnitKind,
    text: String,
    gap: String,
    /// `None` for what claims nothing and is no heading either: code, as far as its numbers are in the sources.
    finding: Option<Finding>,
}

impl Checked {
    /// Whether no source supports it.
    pub(crate) fn failed(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.verdict == Verdict::Unsupported)
    }

    /// Whether it needed support at all.
    pub(crate) fn needed_support(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.verdict != Verdict::NoCitationNeeded)
    }

    /// Whether it says that something is not in the archive.
    pub(crate) fn states_silence(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.reason == VerdictReason::NoteOnSilence)
    }

    /// Whether it is a heading or a rule.
    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, UnitKind::Heading | UnitKind::Rule)
    }

    /// Its citations, counted.
    pub(crate) fn citations(&self) -> Citations {
        match &self.finding {
            Some(finding) if finding.reason == VerdictReason::NoSuchSource => Citations::Invented,
            Some(finding) if finding.verdict == Verdict::Unsupported => Citations::Unsupported(finding.cited.len()),
            Some(finding) => Citations::Supported(finding.cited.len()),
            None => Citations::Supported(0),
        }
    }

    /// The ids that it cites with success.
    pub(crate) fn supporting_ids(&self) -> &[PreprintId] {
        match &self.finding {
            Some(finding) if finding.verdict != Verdict::Unsupported => &finding.cited,
            _ => &[],
        }
    }

    #[cfg(test)]
    pub(crate) fn verdict(&self) -> Option<(Verdict, VerdictReason)> {
        self.finding.as_ref().map(|finding| (finding.verdict, finding.reason))
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// How many citations a unit has, and what the check said of them.
pub(crate) enum Citations {
    /// So many, supported by what they cite.
    Supported(usize),
    /// So many, not supported by it.
    Unsupported(usize),
    /// One or more that name no source.
    Invented,
}

/// What the check of a unit found.
struct Finding {
    verdict: Verdict,
    reason: VerdictReason,
    cited: Vec<PreprintId>,
    evidence: Vec<Evidence>,
    /// Whether the words alone decided: no number in doubt, no quotation, no citation that is missing.
    by_words: bool,
}

impl Finding {
    fn bare(verdict: Verdict, reason: VerdictReason) -> Self {
        Self { verdict, reason, cited: Vec::new(), evidence: Vec::new(), by_words: false }
    }

    fn needs_none(reason: VerdictReason) -> Self {
        Self::bare(Verdict::NoCitationNeeded, reason)
    }
}

/// Checks the units of one answer in their order; a unit's verdict may depend on those of its paragraph.
pub(crate) struct Verifier {
    library: Library,
    question: HashSet<String>,
    asked: Vec<Number>,
    /// What waits for the citation that the next sentence may bring: the opening of a paragraph, as in `**Topology matters.** [AG-…] showed …`, and
    /// a heading before it that states something.
    held: Vec<Settled>,
    /// What the paragraph has cited last.
    inherited: Vec<PreprintId>,
    /// Whether the sentence before was found to stand on a source.
    premise: bool,
    /// The sources that were cited with success.
    well_cited: Vec<PreprintId>,
    /// Whether `[5]` may be another text's own citation, and not a figure.
    has_footnotes: bool,
}

/// A unit whose ids are settled.
struct Settled {
    unit: DraftUnit,
    cited: Vec<PreprintId>,
    invented: bool,
    /// Its words without citations and Markdown's signs.
    body: String,
}

impl Verifier {
    pub(crate) fn new(sources: Arc<Sources>, question: &str) -> Self {
        let (question, asked) = (stem_set(question), numbers(question));
        Self {
            library: Library::new(sources),
            question,
            asked,
            held: Vec::new(),
            inherited: Vec::new(),
            premise: false,
            well_cited: Vec::new(),
            has_footnotes: false,
        }
    }

    /// The same for a text that was written elsewhere, which answers no question and may have footnotes.
    pub(crate) fn of_a_text(sources: Arc<Sources>) -> Self {
        Self { has_footnotes: true, ..Self::new(sources, "") }
    }

    /// Checks the next unit. Gives back what can be released: nothing, it, or the one that was held back with it.
    pub(crate) fn push(&mut self, unit: DraftUnit) -> Vec<Checked> {
        let next = self.settle(unit);
        let under_heading = self.held.last().is_some_and(|last| last.unit.kind == UnitKind::Heading);
        let (waits, is_sentence) = (self.waits(&next), !matches!(next.unit.kind, UnitKind::Heading | UnitKind::Rule | UnitKind::Code));
        if waits && under_heading && is_sentence {
            self.held.push(next);
            return Vec::new();
        }
        let belongs = if under_heading { is_sentence } else { !next.unit.opens_paragraph };
        let forward = if belongs { &next.cited[..] } else { &[] };
        let held = std::mem::take(&mut self.held);
        let mut checked: Vec<Checked> = held.into_iter().map(|held| self.check(held, forward)).collect();
        if waits {
            self.held.push(next);
        } else {
            checked.push(self.check(next, &[]));
        }
        checked
    }

    /// Checks what was held back, at the end of the answer.
    pub(crate) fn finish(&mut self) -> Vec<Checked> {
        std::mem::take(&mut self.held).into_iter().map(|held| self.check(held, &[])).collect()
    }

    fn settle(&self, unit: DraftUnit) -> Settled {
        let settled = ids::settle(&unit.text, |id| self.library.has(id));
        let body = plain_body(&ids::without_citations(&settled.text), unit.kind);
        Settled { unit: DraftUnit { text: settled.text, ..unit }, cited: settled.cited, invented: settled.invented, body }
    }

    /// Whether the next sentence may bring the citation that this one lacks.
    fn waits(&self, settled: &Settled) -> bool {
        let unit = &settled.unit;
        let may_go_on = match unit.kind {
            UnitKind::Sentence => unit.opens_paragraph && unit.gap.matches('\n').count() < 2,
            UnitKind::Heading => heading::is_assertive(&settled.body),
            _ => false,
        };
        may_go_on
            && settled.cited.is_empty()
            && !settled.invented
            && !unit.gap.is_empty()
            && exempt::reason(&settled.body, &self.question).is_none()
    }

    fn check(&mut self, settled: Settled, forward: &[PreprintId]) -> Checked {
        let Settled { unit, cited, invented, body } = settled;
        if unit.opens_paragraph {
            self.inherited.clear();
            self.premise = false;
        }
        let finding = match unit.kind {
            _ if invented => Some(Finding { cited, ..Finding::bare(Verdict::Unsupported, VerdictReason::NoSuchSource) }),
            UnitKind::Rule => Some(Finding::needs_none(VerdictReason::Heading)),
            UnitKind::Heading | UnitKind::TableHead | UnitKind::Code if self.has_unknown_number(&body) => {
                Some(Finding { cited, ..Finding::bare(Verdict::Unsupported, VerdictReason::NumberNotFound) })
            }
            UnitKind::Heading if heading::is_assertive(&body) => Some(self.judge(&body, cited, forward)),
            UnitKind::Sentence | UnitKind::ListItem if cited.len() > 1 => Some(self.judge_parts(&unit, &body, cited)),
            UnitKind::Heading | UnitKind::TableHead => Some(Finding { cited, ..Finding::needs_none(VerdictReason::Heading) }),
            UnitKind::Code => None,
            UnitKind::Sentence | UnitKind::ListItem | UnitKind::TableRow => Some(self.judge(&body, cited, forward)),
        };
        self.remember(finding.as_ref());
        Checked { kind: unit.kind, text: unit.text, gap: unit.gap, finding }
    }

    /// Whether a figure is in no source and not in the question either.
    fn has_unknown_number(&self, body: &str) -> bool {
        let asked = |number: &Number| self.asked.iter().any(|known| agree(number, known));
        let known = |number: &Number| {
            asked(number) || self.library.sources.list.iter().any(|source| source.numbers().iter().any(|one| agree(number, one)))
        };
        numbers(body).iter().any(|number| number.form == Form::Digits && !known(number))
    }

    fn judge(&self, body: &str, own: Vec<PreprintId>, forward: &[PreprintId]) -> Finding {
        if own.is_empty()
            && let Some(reason) = exempt::reason(body, &self.question)
        {
            return Finding::needs_none(reason);
        }
        let inherits = own.is_empty();
        let cited = match (inherits, self.inherited.is_empty()) {
            (false, _) => own,
            (true, false) => self.inherited.clone(),
            (true, true) => forward.to_vec(),
        };
        let judged = self.judge_by(body, &cited, inherits);
        let cited = if judged.rests_on_cited { cited } else { Vec::new() };
        Finding { verdict: judged.verdict, reason: judged.reason, cited, evidence: judged.evidence, by_words: judged.by_words }
    }

    /// Judges each part of a sentence by its own citations.
    fn judge_parts(&self, unit: &DraftUnit, body: &str, cited: Vec<PreprintId>) -> Finding {
        let parts = scope::parts(&unit.text);
        if parts.len() < 2 {
            return self.judge(body, cited, &[]);
        }
        let kinds = std::iter::once(unit.kind).chain(std::iter::repeat(UnitKind::Sentence));
        let judged: Vec<Judged> = parts
            .iter()
            .zip(kinds)
            .map(|(part, kind)| self.judge_by(&plain_body(&part.text(&unit.text), kind), &part.cited, false))
            .collect();
        let (verdict, reason) = together(judged.iter().map(|part| (part.verdict, part.reason)));
        let by_words = judged.iter().all(|part| part.by_words);
        let mut evidence = Vec::new();
        for one in judged.into_iter().flat_map(|judged| judged.evidence) {
            if !evidence.contains(&one) {
                evidence.push(one);
            }
        }
        Finding { verdict, reason, cited, evidence, by_words }
    }

    fn judge_by(&self, body: &str, cited: &[PreprintId], inherits: bool) -> Judged {
        let of: Vec<Reading<'_>> = cited.iter().filter_map(|id| self.library.get(id)).collect();
        // A finding about one preprint is no premise for what is said of another.
        let premise = self.premise && (inherits || cited.iter().all(|id| self.inherited.contains(id)));
        let context = judge::Context {
            library: &self.library,
            question: &self.question,
            well_cited: &self.well_cited,
            premise,
            has_footnotes: self.has_footnotes,
        };
        context.judge(body, &of, inherits)
    }

    /// Judges a claim that stands alone, by some of the sources. Returns how far they support it as well.
    pub(crate) fn judge_alone(&self, claim: &[DraftUnit], cited: &[PreprintId]) -> (Verdict, VerdictReason, f64) {
        let bodies = claim.iter().map(|unit| plain_body(&ids::without_citations(&unit.text), unit.kind));
        let judged = self.judge_by(&bodies.collect::<Vec<_>>().join(" "), cited, false);
        (judged.verdict, judged.reason, judged.support)
    }

    fn remember(&mut self, finding: Option<&Finding>) {
        let Some(finding) = finding else { return };
        let stands = matches!(finding.verdict, Verdict::Supported | Verdict::PartlySupported);
        if !finding.cited.is_empty() {
            self.inherited.clone_from(&finding.cited);
            for id in finding.cited.iter().filter(|_| stands) {
                if !self.well_cited.contains(id) && self.library.has(id) {
                    self.well_cited.push(id.clone());
                }
            }
        }
        self.premise = stands || (self.premise && matches!(finding.verdict, Verdict::Inference | Verdict::NoCitationNeeded));
    }
}

/// What the parts of a sentence come to: the worst of them, but that a part that stands on its source saves one that only brings words of its own.
fn together(parts: impl Iterator<Item = (Verdict, VerdictReason)> + Clone) -> (Verdict, VerdictReason) {
    let rank = |(verdict, reason): (Verdict, VerdictReason)| match (verdict, reason) {
        (Verdict::Supported, _) => 1,
        (Verdict::Inference, _) => 2,
        (Verdict::PartlySupported, _) => 3,
        (Verdict::Unsupported, VerdictReason::WordsNotFound) => 4,
        (Verdict::Unsupported, _) => 5,
        _ => 0,
    };
    let stands = parts.clone().any(|part| (1..=3).contains(&rank(part)));
    match parts.max_by_key(|part| rank(*part)) {
        Some((Verdict::Unsupported, reason @ VerdictReason::WordsNotFound)) if stands => (Verdict::PartlySupported, reason),
        Some(worst) => worst,
        None => (Verdict::Unsupported, VerdictReason::NoCitation),
    }
}

/// A unit's words without the signs of Markdown: those of lists would be read as numbers, those of emphasis would part words.
fn plain_body(text: &str, kind: UnitKind) -> String {
    let text = match kind {
        UnitKind::ListItem => text.split_once(char::is_whitespace).map_or("", |(_, item)| item),
        UnitKind::Heading => heading::words_of(text),
        _ => text,
    };
    text.replace("**", "").replace(['*', '|'], " ").replace("\\_", "_").trim().to_owned()
}

#[cfg(test)]
mod edited_numbers;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod split_points;
#[cfg(test)]
mod tests;
