//! Questions from two concepts, with agreement.

use antigravity_proto::types::{FollowUp, FollowUpKind};

use super::MOST_WORDS;
use crate::concept::Concept;

/// A question of this kind about a subject and an object; `None` when it would be too long. `turn` chooses among forms.
pub(super) fn question(kind: FollowUpKind, turn: usize, subject: &Concept, object: &Concept) -> Option<FollowUp> {
    let (a, b) = (subject.with_article(), object.with_article());
    let does = if subject.is_plural { "do" } else { "does" };
    let first = (turn / 3).is_multiple_of(2);
    // The relations are ones that hold of any two concepts of one abstract: what a composer doesn't understand it must not presuppose.
    let their = if subject.is_plural { "their" } else { "its" };
    let text = match kind {
        FollowUpKind::Limit if first => format!("Where {does} {a} reach {their} limits for {b}?"),
        FollowUpKind::Limit => format!("Where {does} {a} fail when it comes to {b}?"),
        FollowUpKind::Test if first => format!("Can {a} be tested reliably with {b}?"),
        FollowUpKind::Test => format!("Can {a} be relied on for {b}?"),
        _ if first => format!("How {does} {a} relate to {b}?"),
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
            (FollowUpKind::Mechanism, &space, &encoders, "How does the latent space relate to topology-aware autoencoders?"),
            (FollowUpKind::Limit, &encoders, &space, "Where do topology-aware autoencoders reach their limits for the latent space?"),
            (FollowUpKind::Test, &encoders, &space, "Can topology-aware autoencoders be tested reliably with the latent space?"),
        ] {
            assert_eq!(question(kind, 0, subject, object).unwrap().question, expected);
        }
    }
}
