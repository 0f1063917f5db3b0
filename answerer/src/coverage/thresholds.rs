//! The figures of coverage, for all-MiniLM-L6-v2: refit them when the embedder changes. They come from an experiment with 1,695 abstracts and
//! 18 to 70 questions of each kind, small sets on which they were also chosen; a larger one will move them.
//!
//! Medians of s3 / cov / one: on the archive .65/.84/.75, near miss .53/.57/.36, other physics .40/.19/.28, other fields .38/.15/.23.

/// A preprint is relevant when its relevance is at least this …
pub(crate) const RELEVANT: f64 = 0.35;

/// … and not this much below that of the most relevant one.
pub(crate) const RELEVANT_WITHIN: f64 = 0.25;

/// Below this s3 nothing is near, whatever words are shared.
pub(super) const FAR: f64 = 0.35;

/// Below this cov, and either below NONE_S3 or below NONE_ONE, the question lies outside. Stricter than in that experiment (any of the three alone),
/// whose NONE held 42 % of the near misses: those are RELATED here.
pub(super) const NONE_COV: f64 = 0.40;
/// See [`NONE_COV`].
pub(super) const NONE_S3: f64 = 0.45;
/// See [`NONE_COV`].
pub(super) const NONE_ONE: f64 = 0.30;

/// FULL: s3, one and cov at least these, and no aspect missing.
pub(super) const FULL_S3: f64 = 0.55;
/// See [`FULL_S3`].
pub(super) const FULL_ONE: f64 = 0.55;
/// See [`FULL_S3`].
pub(super) const FULL_COV: f64 = 0.75;

/// Below this share in the best single preprint the sources share only surroundings with the question: between the medians of near misses (.36)
/// and of questions on the archive (.75).
pub(super) const RELATED_ONE: f64 = 0.40;

/// An aspect is missing when less than this share of its weight stands in any one relevant preprint.
pub(super) const ASPECT_PRESENT: f64 = 0.50;

/// The subject is missing when the missing aspects have this share of the weight of all …
pub(super) const SUBJECT_WEIGHT: f64 = 0.45;

/// … or are half of the aspects in number and have this share of the weight.
pub(super) const SUBJECT_WEIGHT_OF_HALF: f64 = 0.30;
