//! How much of a claim stands in a source, by words weighted with their rarity.

use std::collections::HashSet;
use std::sync::LazyLock;

use antigravity_proto::types::{ByteSpan, Evidence, TextOrigin};

use super::thresholds::{EVIDENCE, EVIDENCE_SENTENCES, RESULTS_FROM};
use crate::sources::{Source, rarity, share, stem_set};

/// Words with which one speaks about a source. They are the answer's, not the source's, and would dilute every share.
const FRAME: &str = "report show find demonstrate suggest state say argue conclude observe note add describe summary abstract title author study paper work preprint \
                     archive source finding result key important importantly critically particular reveal establish indicate imply mean matter \
                     bear hold know word put";

/// A claim as its stems.
pub(super) struct Claim {
    pub(super) stems: HashSet<String>,
}

impl Claim {
    pub(super) fn new(body: &str) -> Self {
        static FRAME_STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| stem_set(FRAME));
        Self { stems: stem_set(body).into_iter().filter(|stem| !FRAME_STEMS.contains(stem)).collect() }
    }

    /// The share of the claim that stands in the sources together.
    pub(super) fn share_in(&self, sources: &[&Source]) -> f64 {
        share(&self.stems, rarity, |stem| sources.iter().any(|source| source.stems.contains(stem)))
    }

    fn share_of(&self, stems: &HashSet<String>) -> f64 {
        share(&self.stems, rarity, |stem| stems.contains(stem))
    }

    fn told(&self, stems: &HashSet<String>) -> f64 {
        share(stems, rarity, |stem| self.stems.contains(stem))
    }

    /// The sentences of the sources that hold most of the claim, best first, each with its share; a title where there is no abstract.
    pub(super) fn best_sentences(&self, sources: &[&Source]) -> Vec<Found> {
        let mut found = Vec::new();
        for source in sources {
            found.push(self.title(source));
            let last = source.sentences.len().saturating_sub(1);
            for (at, sentence) in source.sentences.iter().enumerate() {
                let late = count(at) >= RESULTS_FROM * count(last);
                found.push(Found {
                    share: self.share_of(&sentence.stems),
                    told: self.told(&sentence.stems),
                    reports_finding: sentence.finds || (late && !sentence.announces && !sentence.is_background),
                    finds_nothing: sentence.announces || sentence.is_background,
                    negative: sentence.is_negative,
                    evidence: Some(Evidence {
                        preprint_id: source.id.to_string(),
                        text: sentence.text.clone(),
                        span: Some(ByteSpan { start: offset(sentence.span.start), end: offset(sentence.span.end) }),
                        text_origin: source.origin.into(),
                    }),
                });
            }
        }
        found.sort_by(|a, b| b.share.total_cmp(&a.share));
        found
    }

    /// A title names what is studied, and denies nothing. As evidence it is shown only where nothing else is known.
    fn title(&self, source: &Source) -> Found {
        let evidence = source.is_title_only().then(|| Evidence {
            preprint_id: source.id.to_string(),
            text: source.title.clone(),
            span: Some(ByteSpan { start: 0, end: offset(source.title.len()) }),
            text_origin: TextOrigin::TitleOnly.into(),
        });
        let share = self.share_of(&stem_set(&source.title));
        Found { share, told: 0.0, reports_finding: false, finds_nothing: true, negative: false, evidence }
    }
}

/// A sentence of a source beside a claim.
pub(super) struct Found {
    /// The share of the claim that it holds.
    pub(super) share: f64,
    /// The share of it that the claim holds.
    pub(super) told: f64,
    /// It reports a finding, or states something where results stand.
    pub(super) reports_finding: bool,
    /// It says what is studied, or what everybody knows.
    pub(super) finds_nothing: bool,
    /// It denies something.
    pub(super) negative: bool,
    /// It, as evidence; `None` for a title that has an abstract below it.
    pub(super) evidence: Option<Evidence>,
}

/// The best of the sentences, as far as they tell anything.
pub(super) fn evidence(found: &[Found]) -> Vec<Evidence> {
    found
        .iter()
        .filter(|sentence| sentence.share >= EVIDENCE)
        .filter_map(|sentence| sentence.evidence.clone())
        .take(EVIDENCE_SENTENCES)
        .collect()
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
