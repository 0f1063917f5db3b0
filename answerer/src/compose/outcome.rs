//! What came of asking a model.

use antigravity_proto::types::NoticeKind;

/// What came of asking a model.
pub(super) enum Outcome {
    /// It wasn't asked: the composer writes.
    Unasked,
    /// Its answer was released.
    Answered,
    /// It failed, before or after the first release.
    Failed(String),
    /// It declined.
    Declined,
    /// The strict policy found too little support for what it wrote.
    Unsupported,
}

impl Outcome {
    /// What the reader is told when the composer writes in the model's place.
    pub(super) fn notice(&self) -> Option<(NoticeKind, String)> {
        match self {
            Self::Unasked | Self::Answered => None,
            Self::Failed(reason) => {
                Some((NoticeKind::ModelFailed, format!("The model failed ({reason}), so the archive itself answers, without a model.")))
            }
            Self::Declined => Some((
                NoticeKind::ModelDeclined,
                "The model declined to answer, so the archive itself answers, without a model.".to_owned(),
            )),
            Self::Unsupported => Some((
                NoticeKind::SentencesDropped,
                "The sources support too little of what the model wrote, so the archive itself answers, without a model.".to_owned(),
            )),
        }
    }
}
