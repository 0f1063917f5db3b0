//! The opening must follow the evidence of the search: where the archive is silent, the first sentences say so, whatever a model wrote.

use std::sync::Arc;

use antigravity_proto::types::{Coverage, CoverageLevel, CoverageReason};

use super::is_silent;
use crate::draft::{DraftUnit, UnitKind};
use crate::markdown::plain_text;
use crate::sources::Sources;
use crate::verify::{Checked, Verifier};

/// A reader takes so many sentences for the opening.
const SENTENCES: usize = 3;

/// Watches the first sentences of a model's answer.
pub(super) struct Opening {
    /// The coverage that the search gave.
    level: CoverageLevel,
    missing: Vec<String>,
    waiting: Vec<Checked>,
    sentences: usize,
    silence_stated: bool,
    over: bool,
}

impl Opening {
    pub(super) fn new(coverage: &Coverage) -> Self {
        let missing = coverage.missing_aspects.clone();
        Self { level: coverage.level(), missing, waiting: Vec::new(), sentences: 0, silence_stated: false, over: false }
    }

    /// Takes what was checked and gives back what may go. Where silence must be stated, the first sentences wait until one states it; when
    /// none does, ours goes before them.
    pub(super) fn pass(&mut self, checked: impl IntoIterator<Item = Checked>) -> Vec<Checked> {
        let mut go = Vec::new();
        for unit in checked {
            if self.over {
                go.push(unit);
                continue;
            }
            self.sentences += usize::from(!unit.is_heading());
            self.silence_stated |= unit.states_silence();
            self.waiting.push(unit);
            if self.silence_stated || self.sentences >= SENTENCES {
                go.extend(self.finish());
            } else if !is_silent(self.level) {
                go.append(&mut self.waiting);
            }
        }
        go
    }

    /// The opening is over.
    pub(super) fn finish(&mut self) -> Vec<Checked> {
        if self.over {
            return Vec::new();
        }
        self.over = true;
        let mut go = Vec::new();
        if is_silent(self.level) && !self.silence_stated && !self.waiting.is_empty() {
            go.extend(self.statement());
        }
        go.append(&mut self.waiting);
        go
    }

    /// A model that says in its opening that the sources don't reach as far as the search suggests lowers the coverage; it can't raise it.
    pub(super) fn lower(&self, coverage: &mut Coverage) {
        if self.silence_stated && self.level == CoverageLevel::Full {
            coverage.set_level(CoverageLevel::Partial);
            coverage.set_reason(CoverageReason::LoweredByModel);
        }
    }

    fn statement(&self) -> Option<Checked> {
        let subject = if self.missing.is_empty() {
            "your question as a whole".to_owned()
        } else {
            self.missing.iter().map(|phrase| plain_text(phrase)).collect::<Vec<_>>().join(" or ")
        };
        let text = format!("The provided preprints don't directly address {subject}.");
        let unit = DraftUnit { kind: UnitKind::Sentence, text, gap: "\n\n".to_owned(), opens_paragraph: true };
        // It states silence, which needs no source, and so needs no context either.
        let mut verifier = Verifier::new(Arc::new(Sources::none()), "");
        let mut checked = verifier.push(unit);
        checked.extend(verifier.finish());
        checked.pop()
    }
}
