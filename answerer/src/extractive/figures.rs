//! The composer's figures, for all-MiniLM-L6-v2: chosen on six questions to 1,695 abstracts, by one reader's eye.

use antigravity_proto::types::AnswerLength;

/// The score of a sentence: cosine, share of the question's weight in it, relevance of its preprint …
pub(super) const COSINE: f64 = 0.50;
/// See [`COSINE`].
pub(super) const COVER: f64 = 0.25;
/// See [`COSINE`].
pub(super) const RELEVANCE: f64 = 0.20;

/// … and what it does: it reports a finding; it announces a study without one; it gives background; it leans on the sentence before; it has a digit.
pub(super) const FINDING: f64 = 0.10;
/// See [`FINDING`].
pub(super) const PURPOSE: f64 = -0.12;
/// See [`FINDING`]. Stronger than the measured −0.10, with which background of high cosine still won.
pub(super) const BACKGROUND: f64 = -0.16;
/// See [`FINDING`].
pub(super) const ANAPHORIC: f64 = -0.08;
/// See [`FINDING`].
pub(super) const DIGIT: f64 = 0.03;

/// Findings stand in the last 40 % of an abstract, background in its first sentence.
pub(super) const LATE: f64 = 0.05;
/// See [`LATE`].
pub(super) const LATE_FROM: f64 = 0.6;
/// See [`LATE`]. The measured figure was −0.04 for every first sentence; one that neither finds nor announces is background nearly always.
pub(super) const FIRST: f64 = -0.04;
/// See [`FIRST`].
pub(super) const FIRST_OF_NO_DEED: f64 = -0.12;

/// A sentence of a relevant preprint is a candidate from this cosine on.
pub(super) const CANDIDATE: f64 = 0.35;

/// From here on where a preprint that bears on the question has none but background there: titles hold the question's words, sentences fewer.
pub(super) const NEAREST_CANDIDATE: f64 = 0.28;

/// Shorter ones say little, longer ones too much at once. In characters.
pub(super) const SENTENCE_LENGTH: std::ops::RangeInclusive<usize> = 40..=420;

/// Selection: a candidate counts by its score, less what it repeats of the chosen ones, less for each sentence its preprint has already.
pub(super) const OWN: f64 = 0.75;
/// See [`OWN`].
pub(super) const REPEATED: f64 = 0.25;
/// See [`OWN`]. The measured figure was 0.06, chosen without a limit of words; with one it let two preprints fill the page.
pub(super) const SAME_PREPRINT: f64 = 0.12;

/// A preprint has its say when the search finds it at least so similar to the question, and not this much less than the most similar one. Where
/// none is, the most similar one has it alone. Of 109 pairs of a question and one of its eight preprints (14 questions to 74 preprints; one reader
/// judged by the title whether the preprint bears on the question) it lets through 37 of the 40 that do and 13 of the 69 that don't. It has the
/// largest difference of the two shares; .38 lets through 39 and 22, .44 33 and 7. It was chosen on these pairs and never measured on others.
pub(super) const BEARS: f64 = 0.40;
/// See [`BEARS`].
pub(super) const BEARS_WITHIN: f64 = 0.30;

/// A further sentence of a preprint must not fall so far below the first choice's score. For a preprint's first one [`BEARS`] decides: a short or
/// plain sentence scores low without being off the subject.
pub(super) const FALL: f64 = 0.30;

/// A contrasting neighbour comes along from this cosine on; 0.40 was tried and left contrasts without their other half.
pub(super) const CONTRAST: f64 = 0.30;

/// How much of the page the preprints get.
pub(super) struct Room {
    /// Words for all sentences together; opening and close take about 80 more.
    pub(super) words: usize,
    /// Preprints.
    pub(super) preprints: usize,
    /// Sentences of one preprint.
    pub(super) sentences: usize,
}

pub(super) fn room(length: AnswerLength) -> Room {
    match length {
        AnswerLength::Short => Room { words: 60, preprints: 2, sentences: 1 },
        AnswerLength::Unspecified | AnswerLength::Medium => Room { words: 220, preprints: 5, sentences: 2 },
        AnswerLength::Long => Room { words: 480, preprints: 8, sentences: 3 },
    }
}
