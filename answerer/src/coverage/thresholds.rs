//! The figures of coverage, for all-MiniLM-L6-v2: refit them when the embedder changes. They were chosen on the development half of
//! `tests/evaluation/questions.jsonl` (250 questions to an archive of 2,748 preprints); `docs/evaluation-coverage.md` reports the other half.
//!
//! *Nearness* is the mean of the three best cosines of question and sentence. *Reach* is the share of a question's weight that the best single
//! preprint holds plus that preprint's relevance, from 0 to 2 (AUC of answerable questions against near misses .99, of the share alone .98, of nearness .92).
//! Quartiles of nearness and of reach: answerable .56–.65 and 1.38–1.69, near misses .42–.52 and .68–.87, other fields .19–.30 and .27–.41.

/// A preprint is relevant when its relevance is at least this …
pub(crate) const RELEVANT: f64 = 0.35;

/// … and not this much below that of the most relevant one.
pub(crate) const RELEVANT_WITHIN: f64 = 0.25;

/// Preprints that are so little less similar to the question than the most similar one have their say in the answer as well. By reading.
pub(crate) const NEARLY_AS_SIMILAR: f64 = 0.15;

/// Below this nearness the question lies outside, whatever words are shared …
pub(super) const FAR: f64 = 0.35;

/// … and below this one when the reach is below [`OUTSIDE_REACH`] as well.
pub(super) const OUTSIDE_NEARNESS: f64 = 0.45;

/// See [`OUTSIDE_NEARNESS`].
pub(super) const OUTSIDE_REACH: f64 = 0.55;

/// A question, or a part of it, is answered from this reach on: below lie 88 of 100 near misses and 3 of 100 answerable questions.
pub(super) const ANSWERED: f64 = 1.0;

/// Of several parts one is answered from this reach on, since relevance is that to the whole question.
pub(super) const ANSWERED_OF_SEVERAL: f64 = 0.9;

/// Below this reach a single question is in doubt: it is not answered when its missing aspects have [`SUBJECT_WEIGHT`].
pub(super) const DOUBTFUL: f64 = 1.2;

/// A question is answered in full from this reach on: 90 of 100 answerable questions, 1 of 75 near misses. What it takes for granted must reach as far.
pub(super) const FULL: f64 = 1.25;

/// … unless single preprints lack this share of the weight of its aspects.
pub(super) const LACKING: f64 = 0.30;

/// A part of a question with less of its weight than this ("and how significant is it?") leans on the part before, and is none of its own.
pub(super) const PART_WEIGHT: f64 = 0.15;

/// An aspect is missing when less than this share of its weight stands in any one preprint: two words that never stand together are missing.
pub(super) const ASPECT_PRESENT: f64 = 0.70;

/// The subject of a question in doubt is missing when the missing aspects have this share of the weight of all.
pub(super) const SUBJECT_WEIGHT: f64 = 0.45;
