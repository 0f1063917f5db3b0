//! How much of a claim stands in a source, by words weighted with their rarity.

use std::sync::LazyLock;

use antigravity_proto::types::{ByteSpan, Evidence, TextOrigin};
use antigravity_text::stems;
use foldhash::HashSet;

use super::library::Reading;
use super::thresholds::{BIAS, EVIDENCE, EVIDENCE_SENTENCES, NUMBER_MISSING, RESULTS_FROM, WHOLE, WHOLE_BEHIND, WINDOW, WINDOW_BEHIND};
use crate::sources::{Sentence, rarity, share, stem_set};

/// Words with which one speaks about a source. They are the answer's, not the source's, and would dilute every share.
const FRAME: &str = "report show find demonstrate suggest state say argue conclude observe note add describe summary abstract title author study paper work preprint \
                     archive source finding result key important importantly critically particular reveal establish indicate imply mean matter \
                     bear hold know word put";

/// A claim as its stems with their weights. At most 128 of them: a sentence has fewer, and each has its bit in a [`Mask`].
pub(super) struct Claim {
    stems: Vec<(String, f64)>,
    weight: f64,
}

/// Which of a claim's stems a text holds.
type Mask = u128;

/// A claim beside a source: what the whole of it holds of the claim, and what the title and each sentence do.
pub(super) struct Beside<'a> {
    reading: Reading<'a>,
    whole: Mask,
    parts: Vec<Mask>,
}

/// What a text, or several, hold of a claim.
#[derive(Clone, Copy, Default)]
pub(super) struct Held {
    /// The share in all of the text.
    pub(super) whole: f64,
    /// The largest share in two neighbouring sentences of it; the title counts as the first.
    pub(super) window: f64,
}

impl Claim {
    pub(super) fn new(body: &str) -> Self {
        Self::of(stems(body))
    }

    /// The claim that has these stems.
    pub(super) fn of(mut stems: Vec<String>) -> Self {
        static FRAME_STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| stem_set(FRAME));
        stems.retain(|stem| !FRAME_STEMS.contains(stem));
        // By name, so that neither what is left out nor the last digits of a sum depend on where a word stands.
        stems.sort_unstable();
        stems.dedup();
        stems.truncate(128);
        let stems: Vec<(String, f64)> = stems.into_iter().map(|stem| (rarity(&stem), stem)).map(|(weight, stem)| (stem, weight)).collect();
        let weight = stems.iter().map(|(_, weight)| weight).sum();
        Self { stems, weight }
    }

    /// How many stems it has.
    pub(super) fn len(&self) -> usize {
        self.stems.len()
    }

    pub(super) fn stems(&self) -> impl Iterator<Item = &str> {
        self.stems.iter().map(|(stem, _)| stem.as_str())
    }

    fn mask(&self, stems: &HashSet<String>) -> Mask {
        self.mask_within(stems, Mask::MAX)
    }

    /// The mask of stems that have none outside another mask.
    fn mask_within(&self, stems: &HashSet<String>, within: Mask) -> Mask {
        let wanted = self.stems.iter().enumerate().filter(|(at, _)| within & (1 << at) != 0);
        wanted.filter(|(_, (stem, _))| stems.contains(stem)).fold(0, |mask, (at, _)| mask | (1 << at))
    }

    fn share(&self, mask: Mask) -> f64 {
        let held: f64 = self.stems.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, (_, weight))| weight).sum();
        if self.weight > 0.0 { held / self.weight } else { 0.0 }
    }

    /// The share of the claim that these stems hold.
    pub(super) fn share_of(&self, stems: &HashSet<String>) -> f64 {
        self.share(self.mask(stems))
    }

    /// The share of the claim that two sets of stems hold together.
    pub(super) fn share_of_both(&self, one: &HashSet<String>, other: &HashSet<String>) -> f64 {
        self.share(self.mask(one) | self.mask(other))
    }

    /// It beside each of the sources.
    pub(super) fn beside<'a>(&self, sources: &[Reading<'a>]) -> Vec<Beside<'a>> {
        sources.iter().map(|reading| self.beside_all_of(*reading, self.mask(&reading.source.stems))).collect()
    }

    fn beside_all_of<'a>(&self, reading: Reading<'a>, whole: Mask) -> Beside<'a> {
        let parts = std::iter::once(reading.title).chain(reading.source.sentences.iter().map(|sentence| &sentence.stems));
        // What the whole source lacks, no part has.
        Beside { reading, whole, parts: parts.map(|stems| self.mask_within(stems, whole)).collect() }
    }

    /// What the sources together hold of it.
    pub(super) fn held_by(&self, cited: &[Beside<'_>]) -> Held {
        Held {
            whole: self.share(cited.iter().fold(0, |mask, source| mask | source.whole)),
            window: cited.iter().map(|source| self.window(source)).fold(0.0, f64::max),
        }
    }

    /// What the best of other sources holds of it, of each kind; `None` where there is none.
    pub(super) fn held_by_best<'a>(&self, others: impl Iterator<Item = Reading<'a>>) -> Option<Held> {
        others.fold(None, |best: Option<Held>, other| {
            let best = best.unwrap_or_default();
            let whole = self.mask(&other.source.stems);
            let share = self.share(whole);
            // No window holds more than the whole: most sources end here.
            let window = if share <= best.window { best.window } else { self.window(&self.beside_all_of(other, whole)).max(best.window) };
            Some(Held { whole: best.whole.max(share), window })
        })
    }

    /// The share in two neighbouring sentences of a source.
    fn window(&self, source: &Beside<'_>) -> f64 {
        let parts = source.parts.iter();
        let pairs = parts.clone().zip(parts.clone().skip(1)).map(|(a, b)| a | b);
        // A title alone is one sentence and has no neighbour.
        parts.copied().chain(pairs).map(|mask| self.share(mask)).fold(0.0, f64::max)
    }

    /// The sentences of the sources that hold most of the claim, best first, each with its share; a title where there is no abstract.
    pub(super) fn best_sentences<'a>(&self, cited: &[Beside<'a>]) -> Vec<Found<'a>> {
        let mut found = Vec::new();
        for source in cited {
            let part = |(at, mask): (usize, &Mask)| Found { reading: source.reading, at: at.checked_sub(1), share: self.share(*mask) };
            found.extend(source.parts.iter().enumerate().map(part));
        }
        found.sort_by(|a, b| b.share.total_cmp(&a.share));
        found
    }

    /// The share of a sentence that the claim tells.
    pub(super) fn tells(&self, stems: &HashSet<String>) -> f64 {
        let own: HashSet<&str> = self.stems().collect();
        share(stems, rarity, |stem| own.contains(stem))
    }
}

/// How far a claim is supported, from 0 to 1; `thresholds` says how. `best_other`: what the other sources hold at most, of each kind.
pub(super) fn support(held: Held, best_other: Option<Held>, number_missing: bool) -> f64 {
    let behind = best_other.map_or(Held::default(), |other| Held { whole: other.whole - held.whole, window: other.window - held.window });
    let missing = if number_missing { NUMBER_MISSING } else { 0.0 };
    let sum = BIAS + WINDOW * held.window + WHOLE * held.whole + WINDOW_BEHIND * behind.window + WHOLE_BEHIND * behind.whole + missing;
    1.0 / (1.0 + (-sum).exp())
}

/// A sentence of a source beside a claim, or its title.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    reading: Reading<'a>,
    /// Which sentence; `None` for the title.
    at: Option<usize>,
    /// The share of the claim that it holds.
    pub(super) share: f64,
}

impl<'a> Found<'a> {
    /// It; `None` for a title, which names what is studied and denies nothing.
    pub(super) fn sentence(&self) -> Option<&'a Sentence> {
        self.reading.source.sentences.get(self.at?)
    }

    /// It reports a finding, or states something where results stand.
    pub(super) fn reports_finding(&self) -> bool {
        let last = self.reading.source.sentences.len().saturating_sub(1);
        let late = self.at.is_some_and(|at| count(at) >= RESULTS_FROM * count(last));
        self.sentence().map(Sentence::deeds).is_some_and(|deeds| deeds.finds || (late && !deeds.announces && !deeds.is_background))
    }

    /// It says what is studied, or what everybody knows.
    pub(super) fn finds_nothing(&self) -> bool {
        self.sentence().map(Sentence::deeds).is_none_or(|deeds| deeds.announces || deeds.is_background)
    }

    /// It, as evidence. A title is shown only where nothing else is known.
    fn evidence(&self) -> Option<Evidence> {
        let source = self.reading.source;
        let (text, span, origin) = match self.sentence() {
            Some(sentence) => (&sentence.text, sentence.span.clone(), source.origin),
            None if source.is_title_only() => (&source.title, 0..source.title.len(), TextOrigin::TitleOnly),
            None => return None,
        };
        Some(Evidence {
            preprint_id: source.id.to_string(),
            text: text.clone(),
            span: Some(ByteSpan { start: offset(span.start), end: offset(span.end) }),
            text_origin: origin.into(),
        })
    }
}

/// The best of the sentences, as far as they tell anything.
pub(super) fn evidence(found: &[Found<'_>]) -> Vec<Evidence> {
    found.iter().filter(|sentence| sentence.share >= EVIDENCE).filter_map(Found::evidence).take(EVIDENCE_SENTENCES).collect()
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
