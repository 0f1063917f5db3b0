//! Verdicts in words, for whoever shows them to a reader: the page, the terminal, an assistant.

use crate::types::{Verdict, VerdictReason};

impl Verdict {
    /// The verdict as one says it of a sentence.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Unspecified => "not checked",
            Self::Supported => "supported",
            Self::PartlySupported => "partly supported",
            Self::Unsupported => "unsupported",
            Self::Inference => "inference",
            Self::NoCitationNeeded => "no citation needed",
        }
    }
}

impl VerdictReason {
    /// Why, as a clause that goes on after the verdict. Empty where nothing was said.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Unspecified => "",
            Self::WordsAndNumbersFound => "its words and numbers stand in the cited text",
            Self::Quotation => "it quotes the cited text",
            Self::NoSuchSource => "it cites an id that no source has",
            Self::NoCitation => "it claims something and cites nothing",
            Self::NumberNotFound => "a number of it is not in the cited text, or not where that speaks of it",
            Self::WordsNotFound => "too few of its words are in the cited text",
            Self::OtherSourceFitsBetter => "another source fits it much better",
            Self::PolarityDiffers => "it says the opposite of the cited text",
            Self::StudyToldAsFinding => "the cited text studies what it says was found",
            Self::NameNotFound => "a name or acronym of it is in no cited preprint",
            Self::HedgedConclusion => "a hedged conclusion from something supported",
            Self::Heading => "a heading",
            Self::QuestionRestated => "it restates the question",
            Self::NoteOnSilence => "it says what the archive doesn’t hold",
            Self::Transition => "it leads over to what follows",
            Self::SecondJudge => "a second judge decided",
        }
    }
}
