//! Questions from two concepts, with agreement.

use antigravity_proto::types::{FollowUp, FollowUpKind};

use super::MOST_WORDS;
use crate::concept::Concept;

/// A question of this kind about a subject and an object; `None` when it would be too long. `turn` chooses among forms.
pub(super) fn question(kind: FollowUpKind, turn: usize, subject: &Concept, object: &Concept) -> Option<FollowUp> {
    let (a, b) = (subject.with_article(), object.with_article());
    let does = if subject.is_plural { "do" } else { "does" };
    let first = turn / 3 % 2 == 0;
    let text = match kind {
        FollowUpKind::Limit if first => format!("Where {does} {a} fail when it comes to {b}?"),
        FollowUpKind::Limit => format!("Why {does} {a} work in some cases but not in others for {b}?"),
        FollowUpKind::Test if first => format!("Can {a} reliably predict {b}?"),
        FollowUpKind::Test => format!("Can {a} be relied on for {b}?"),
        _ if first => format!("How {does} {a} affect {b}?"),
        _ => format!("How {does} {a} depend on {b}?"),
    };
    (text.split_whitespace().count() <= MOST_WORDS).then(|| FollowUp { question: text, kind: kind.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(text: &str, is_plural: bool, wants_article: bool) -> Concept {
        Concept { text: text.to_owned(), stems: antigravity_text::stems(text), in_title: true, is_plural, wants_article }
    }

    #[test]
    fn verbs_agree() {
        let (space, encoders) = (concept("latent space", false, true), concept("topology-aware autoencoders", true, true));
        for (kind, subject, object, expected) in [
            (FollowUpKind::Mechanism, &space, &encoders, "How does the latent space affect topology-aware autoencoders?"),
            (FollowUpKind::Limit, &encoders, &space, "Where do topology-aware autoencoders fail when it comes to the latent space?"),
            (FollowUpKind::Test, &encoders, &space, "Can topology-aware autoencoders reliably predict the latent space?"),
        ] {
            assert_eq!(question(kind, 0, subject, object).unwrap().question, expected);
        }
    }
}
