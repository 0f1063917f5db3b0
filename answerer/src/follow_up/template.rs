//! Questions about one concept, or about two that a title joins, with agreement. The forms hold of any noun phrase; none says anything about the
//! concepts but what the title says.

use antigravity_proto::types::{FollowUp, FollowUpKind};

use super::MOST_WORDS;
use crate::concept::{Concept, Relation};

/// A question of this kind about what a title joins; `None` when it would be too long.
pub(super) fn of_two(kind: FollowUpKind, relation: &Relation) -> Option<FollowUp> {
    let (x, y) = (relation.subject.with_article(), relation.object.with_article());
    let does = if relation.subject.is_plural { "do" } else { "does" };
    let tie = if relation.is_for { "for" } else { "in" };
    asked(
        kind,
        match (kind, relation.is_method) {
            (FollowUpKind::Limit, true) => format!("What limits {x} {tie} {y}?"),
            (FollowUpKind::Limit, false) => format!("When {does} {x} matter in {y}?"),
            (FollowUpKind::Test, true) => format!("Can {x} be relied on {tie} {y}?"),
            (FollowUpKind::Test, false) => format!("Can the role of {x} in {y} be tested reliably?"),
            _ if relation.is_for => format!("How {does} {x} work for {y}?"),
            _ => format!("What role {does} {x} play in {y}?"),
        },
    )
}

/// A question of this kind about one concept.
pub(super) fn of_one(kind: FollowUpKind, concept: &Concept) -> Option<FollowUp> {
    let x = concept.with_article();
    asked(
        kind,
        match kind {
            FollowUpKind::Limit => format!("What remains uncertain about {x}?"),
            FollowUpKind::Test => format!("How can {x} be tested reliably?"),
            _ => format!("What lies behind {x}?"),
        },
    )
}

fn asked(kind: FollowUpKind, question: String) -> Option<FollowUp> {
    (question.split_whitespace().count() <= MOST_WORDS && !question.contains('$')).then(|| FollowUp { question, kind: kind.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concept(text: &str, is_plural: bool, wants_article: bool) -> Concept {
        Concept { text: text.to_owned(), stems: antigravity_text::stems(text), is_plural, wants_article }
    }

    #[test]
    fn verbs_agree() {
        let (space, encoders) = (concept("latent space", false, true), concept("topology-aware autoencoders", true, false));
        let relation = |subject: &Concept, object: &Concept, is_method| Relation {
            subject: subject.clone(),
            object: object.clone(),
            is_method,
            is_for: is_method,
        };
        for (kind, relation, expected) in [
            (
                FollowUpKind::Mechanism,
                relation(&space, &encoders, false),
                "What role does the latent space play in topology-aware autoencoders?",
            ),
            (FollowUpKind::Mechanism, relation(&encoders, &space, true), "How do topology-aware autoencoders work for the latent space?"),
            (FollowUpKind::Limit, relation(&encoders, &space, true), "What limits topology-aware autoencoders for the latent space?"),
            (FollowUpKind::Limit, relation(&space, &encoders, false), "When does the latent space matter in topology-aware autoencoders?"),
            (FollowUpKind::Test, relation(&encoders, &space, true), "Can topology-aware autoencoders be relied on for the latent space?"),
        ] {
            assert_eq!(of_two(kind, &relation).unwrap().question, expected);
        }
        assert_eq!(of_one(FollowUpKind::Test, &space).unwrap().question, "How can the latent space be tested reliably?");
    }
}
