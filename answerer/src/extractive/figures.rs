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

/// From here on where it tells a finding: those are written in the abstract's own short forms, which the question doesn't use.
pub(super) const FINDING_CANDIDATE: f64 = 0.22;

/// Shorter ones say little, longer ones too much at once. In characters, those of LaTeX included.
pub(super) const SENTENCE_LENGTH: std::ops::RangeInclusive<usize> = 40..=480;

/// Selection: a candidate counts by its score, less what it repeats of the chosen ones.
pub(super) const OWN: f64 = 0.75;
/// See [`OWN`].
pub(super) const REPEATED: f64 = 0.25;

/// What a preprint is worth for a question: its cosine, the share of the question's weight that it holds anywhere, and its relevance …
pub(super) const MERIT_COSINE: f64 = 0.40;
/// See [`MERIT_COSINE`].
pub(super) const MERIT_HELD: f64 = 0.35;
/// See [`MERIT_COSINE`].
pub(super) const MERIT_RELEVANCE: f64 = 0.25;

/// A preprint has its say when the search finds it at least so similar to the question, and its merit is not this much less than the best one's. Where
/// none is so similar, the best one has it alone. Of 109 pairs of a question and one of its eight preprints (14 questions to 74 preprints; one reader
/// judged by the title whether the preprint bears on the question) the cosine alone lets through 37 of the 40 that do and 13 of the 69 that don't.
pub(super) const BEARS: f64 = 0.40;
/// See [`BEARS`]. By reading: preprints further below share a word with the question. The first few may be a little further away, and all of them on a long
/// page: three voices say more than one.
pub(super) const BEARS_WITHIN: f64 = 0.22;
/// See [`BEARS_WITHIN`].
pub(super) const FEW_BEAR_WITHIN: f64 = 0.30;
/// See [`BEARS_WITHIN`].
pub(super) const FEW: usize = 3;

/// A preprint this close to the best one's merit gets its second sentence before weaker ones get their first.
pub(super) const STRONG_WITHIN: f64 = 0.06;

/// A further sentence of a preprint must not fall so far below its first one's score.
pub(super) const FALL: f64 = 0.25;

/// A contrasting neighbour comes along from this cosine on; 0.40 was tried and left contrasts without their other half.
pub(super) const CONTRAST: f64 = 0.30;

/// How much of the page the preprints get.
pub(super) struct Room {
    /// Words for all sentences together; opening and close take about 80 more.
    pub(super) words: usize,
    /// Preprints.
    pub(super) preprints: usize,
    /// Sentences of one preprint, when there are several.
    pub(super) sentences: usize,
    /// Sentences of the only preprint.
    pub(super) alone: usize,
}

pub(super) fn room(length: AnswerLength) -> Room {
    match length {
        AnswerLength::Short => Room { words: 60, preprints: 2, sentences: 1, alone: 2 },
        AnswerLength::Unspecified | AnswerLength::Medium => Room { words: 220, preprints: 5, sentences: 2, alone: 4 },
        AnswerLength::Long => Room { words: 480, preprints: 8, sentences: 3, alone: 6 },
    }
}

impl Room {
    /// Sentences of one preprint when so many have their say: few preprints are quoted at more length.
    pub(super) fn sentences_of(&self, preprints: usize) -> usize {
        match preprints {
            0 | 1 => self.alone,
            2 => self.alone.min(self.sentences + 1),
            _ => self.sentences,
        }
    }
}
