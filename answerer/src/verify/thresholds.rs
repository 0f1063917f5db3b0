//! The figures of the check. Lexical support alone: the answerer has no cosine for a claim.
//!
//! Those of the first part were fitted on the development halves of `tests/evaluation/swaps.py` (562 claims of experts with their source and seven
//! others, 538 of them with another source of the same answer cited instead, 562 with one of another answer, 92 edited figures) and of
//! AttributionBench's development set (661 claims as its annotators labelled them). `docs/evaluation-grounding.md` reports the other halves.

/// The support of a claim is `1 / (1 + e^-x)`, x the sum of these times what they are named after: a logistic regression over supported and
/// unsupported claims in equal number.
///
/// Both shares are of the claim's words, weighted with their rarity: `WINDOW` that of the best two neighbouring sentences, `WHOLE` that of the whole text.
/// The window counts, and what stands only scattered over the text counts against it: a long text holds many words by chance.
pub(super) const BIAS: f64 = -0.6;
/// See [`BIAS`].
pub(super) const WINDOW: f64 = 4.0;
/// See [`BIAS`].
pub(super) const WHOLE: f64 = -1.7;
/// By how much the best uncited source holds more of the claim in two sentences, and as a whole. Nothing where there is no other source.
pub(super) const WINDOW_BEHIND: f64 = -3.6;
/// See [`WINDOW_BEHIND`].
pub(super) const WHOLE_BEHIND: f64 = -2.2;
/// A number that the cited text lacks.
pub(super) const NUMBER_MISSING: f64 = -1.0;

/// Below this support the cited source is the wrong one. 4 % of the experts' own sentences fall below it, and three in four of those with another source of
/// the same answer.
pub(super) const WRONG_SOURCE: f64 = 0.22;

/// Less of a claim in any two sentences is no support, whatever the other sources hold. 2 % of the experts' own sentences.
pub(super) const LEAST_WINDOW: f64 = 0.25;

/// From this support on a claim is supported; below it partly. One in five of the experts' own sentences is below, and six in ten of those that annotators
/// found not attributable to what they cite.
pub(super) const SUPPORTED: f64 = 0.62;

/// At least this share in two sentences, for SUPPORTED: being ahead of sources that have nothing to do with a claim is no support. A quarter of a claim's words, with as many others
/// as one likes, would otherwise do beside them. It calls 1–2 % more of the experts' own sentences partly supported.
pub(super) const LEAST_SUPPORTED: f64 = 0.35;

/// What a sentence without a citation of its own must reach by those of its paragraph: it stands for less that it names them. Set by reading.
pub(super) const SUPPORTED_BY_INHERITED: f64 = 0.75;

/// A number is found where its sentence holds this share of the claim, and in doubt (PARTLY_SUPPORTED) where that sentence does so only with a neighbour: anywhere
/// else in a text a small number stands by chance. Of 92 edited figures the text alone tells 82, the neighbours 83 and the sentence 85; of 77 claims with right
/// figures that calls 26, 26 and 30 wrong, most for figures that the source truly lacks.
pub(super) const NUMBER_SENTENCE: f64 = 0.25;
/// A long claim may tell several sentences, each in part: this share of the words around its number will do as well.
pub(super) const NUMBER_AROUND: f64 = 0.50;

/// So many words on each side of a number tell what it is a number of …
pub(super) const SLOT_WORDS: usize = 5;
/// … and the one right beside it weighs so much, on the scale of rarities: as a common content word.
pub(super) const SLOT_BESIDE: f64 = 4.0;
/// Another number that has this share of what stands around the claim's …
pub(super) const OTHER_FITS: f64 = 0.60;
/// … and so much more than any equal one stands in its place.
pub(super) const OTHER_AHEAD: f64 = 0.25;

/// Up to this a number in words may be the answer's own count ("two findings").
pub(super) const OWN_COUNT: f64 = 12.0;

/// A claim and the sentence that holds this share of it speak of the same. An antonym, or a negation of a word that both have, then means that they disagree …
pub(super) const SAME_SUBJECT: f64 = 0.40;
/// … the negation only where the claim tells this share of the sentence. Together they call 1–2 % of right claims wrong, and find every fourth denied one.
pub(super) const STATEMENT_TOLD: f64 = 0.20;

// What follows was set by reading answers, not by a fit: no set at hand labels it.

/// What goes before a hedge is a premise, and what stands beside a quotation its frame, when the cited sources hold this share of it.
pub(super) const PREMISE: f64 = 0.30;

/// A conclusion whose own words are in the cited source to this share is no conclusion but told.
pub(super) const TOLD_BY_SOURCE: f64 = 0.60;

/// What a source's sentence holds to this share it says itself, hedged or not.
pub(super) const SAME_SENTENCE: f64 = 0.80;

/// A hedged conclusion may draw its words from the question and from all sources cited before it. At least this share of them must come
/// from there, or it speaks of something new.
pub(super) const GROUNDED_CONCLUSION: f64 = 0.60;

/// A sentence so much of which is in the question restates it.
pub(super) const RESTATED: f64 = 0.80;

/// A clause may bring so many content words besides the frame's, or the question's where it may name them, and still only lead over.
pub(super) const LEADING_STEMS: usize = 1;

/// A finding of the source that holds at least this share of a claim lets it be told as found, whatever else the source merely studies.
pub(super) const FINDING_SENTENCE: f64 = 0.25;

/// Results stand in this last part of an abstract; there a plain statement is one, without any cue.
pub(super) const RESULTS_FROM: f64 = 0.6;

/// Among so many words behind a negation stands what it denies.
pub(super) const NEGATION_REACH: usize = 7;

/// Fewer content words before, between or behind the citations of a sentence claim nothing for themselves.
pub(super) const PART_STEMS: usize = 3;

/// Fewer content words are a phrase, such as a lead-in: it denies nothing.
pub(super) const SENTENCE_STEMS: usize = 4;

/// A passage in quotation marks of at least so many words is a quotation; fewer are a term or irony.
pub(super) const QUOTED_WORDS: usize = 4;

/// A sentence of the source is shown as evidence when it holds at least this share of the claim.
pub(super) const EVIDENCE: f64 = 0.15;

/// At most so many sentences of evidence.
pub(super) const EVIDENCE_SENTENCES: usize = 2;
