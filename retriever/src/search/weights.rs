//! Every number that ranking and rarities depend on, with where it comes from. Tuned on SciFact's training queries and on half of `hep_citations`;
//! what was tried and what it gave stands in `docs/evaluation-retrieval.md`.

/// Candidates that the dense and the words' search each give. As many as a query may ask hits: every preprint has a dense vector, so that a
/// query gets as many hits as it asks for unless the archive (or what its filter admits) has fewer. Twice as many gained little
/// (`docs/evaluation-retrieval.md`), since all candidates are scored by everything.
pub(crate) const CANDIDATES: u32 = super::query::MAX_LIMIT;
/// Breadth of the HNSW search, where there is a graph: twice the candidates.
pub(super) const HNSW_EF: u64 = 2 * CANDIDATES as u64;

/// Share of the cosine of the whole preprint.
pub(crate) const DENSE_WEIGHT: f64 = 0.3;
/// Share of the words, BM25.
pub(crate) const WORDS_WEIGHT: f64 = 0.4;
/// Share of the best of title and sentences, the largest of their cosines (MaxSim).
pub(crate) const SENTENCES_WEIGHT: f64 = 0.3;

/// First hits that the question is moved towards.
pub(super) const FEEDBACK_HITS: usize = 10;
/// How fast a hit's say falls with its distance from the first one in fused score: exp(−distance / this). Equal say lost on SciFact,
/// where one preprint is right and the next nine are not; with this one a clear first hit speaks alone.
pub(super) const FEEDBACK_FALL: f64 = 0.05;
/// Length of what the hits add to the question's vector, whose own is 1 (Rocchio 1971).
pub(super) const FEEDBACK_DENSE: f32 = 0.5;

/// Added to the fused score, which is at most 1 and with an author 1.5, of what the question names by its id or title: it stands before
/// all others.
pub(super) const NAMED: f64 = 2.0;
/// Added for an author that the question names: ahead of what is about as good, yet not of everything.
pub(super) const BY_AUTHOR: f64 = 0.5;
/// Candidates that a named author, or a quoted title, adds.
pub(super) const NAMED_CANDIDATES: u64 = 10;
/// Terms that a title and what may quote it must share, of all that either has.
pub(super) const SAME_TITLE: f64 = 0.8;

/// Preprints whose terms are counted for an archive's rarities: a term in 1 % of them is met 20 ± 4 times.
pub(super) const RARITY_SAMPLE: u32 = 2_000;
/// How many preprints the shipped table counts for beside the sample.
pub(super) const RARITY_PRIOR: f64 = 500.0;
