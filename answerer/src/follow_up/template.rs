//! The questions themselves: for each kind a form that holds of any noun phrase of its sort, with agreement. None says anything about the concepts but
//! what the source says.

use antigravity_proto::types::{FollowUp, FollowUpKind};

use super::MOST_WORDS;
use super::nature::{Nature, nature, nature_of};
use super::statement::Statement;
use super::verb::{self, Sense, Verb};
use crate::concept::{Concept, Relation};

/// A question of this kind about what one thing does to another.
pub(super) fn of_statement(kind: FollowUpKind, statement: &Statement) -> Option<FollowUp> {
    let Statement { subject, is_plural, verb, object } = statement;
    let (does, base) = (does(*is_plural), &verb.base);
    let says = if *is_plural { verb.base.clone() } else { verb.third() };
    let question = match (kind, verb.sense) {
        (FollowUpKind::Limit, Sense::Ability(_)) => format!("Where {does} {subject} fail to {base} {object}?"),
        (FollowUpKind::Limit, Sense::Contest) => format!("When {does} {subject} no longer {base} {object}?"),
        (FollowUpKind::Limit, Sense::Judgement) => format!("Under which assumptions {does} {subject} {base} {object}?"),
        (FollowUpKind::Limit, Sense::Effect) => format!("Under which conditions {does} {subject} {base} {object}?"),
        (FollowUpKind::Test, Sense::Ability(adverb)) => format!("How {adverb} can {subject} {base} {object}?"),
        (FollowUpKind::Test, Sense::Contest | Sense::Judgement) => format!("How robustly {does} {subject} {base} {object}?"),
        (FollowUpKind::Test, Sense::Effect) => format!("How could one test whether {subject} {says} {object}?"),
        (_, Sense::Contest | Sense::Judgement) => format!("Why {does} {subject} {base} {object}?"),
        _ => format!("How {does} {subject} {base} {object}?"),
    };
    asked(kind, question)
}

/// A question of this kind about what a title joins; `None` where its words allow none, or it would be too long.
pub(super) fn of_two(kind: FollowUpKind, relation: &Relation) -> Option<FollowUp> {
    let (x, y) = (relation.subject.with_article(), relation.object.with_article());
    let does = does(relation.subject.is_plural);
    let is = if relation.subject.is_plural { "are" } else { "is" };
    if let Some(Verb { base, sense }) = relation.deed.as_deref().and_then(verb::of_gerund) {
        let adverb = if let Sense::Ability(adverb) = sense { adverb } else { "far" };
        return asked(
            kind,
            match kind {
                FollowUpKind::Limit => format!("What limits how well {x} can {base} {y}?"),
                FollowUpKind::Test => format!("How {adverb} can {x} {base} {y}?"),
                _ => format!("How {does} {x} {base} {y}?"),
            },
        );
    }
    let question = match (kind, nature(&relation.subject), nature(&relation.object)) {
        // "Anomaly detection with autoencoders", "flows for inference".
        (FollowUpKind::Limit, Some(Nature::Method), Some(Nature::Activity)) => format!("What limits {x} in {y}?"),
        (FollowUpKind::Test, Some(Nature::Method), Some(Nature::Activity)) => format!("How reliable {is} {x} for {y}?"),
        (FollowUpKind::Mechanism, Some(Nature::Method), Some(Nature::Activity)) => format!("How {does} {x} help with {y}?"),
        _ if relation.is_method => return None,
        (FollowUpKind::Limit, Some(Nature::Process), _) => format!("Under which conditions {does} {x} occur in {y}?"),
        (FollowUpKind::Test, Some(Nature::Process), _) => format!("How could {x} in {y} be observed?"),
        (FollowUpKind::Mechanism, Some(Nature::Process), _) => format!("What drives {x} in {y}?"),
        (FollowUpKind::Limit, Some(Nature::Quantity), _) => format!("What limits measurements of {x} in {y}?"),
        (FollowUpKind::Test, Some(Nature::Quantity), _) => format!("How precisely can {x} in {y} be measured?"),
        (FollowUpKind::Mechanism, Some(Nature::Quantity), _) => format!("What determines {x} in {y}?"),
        (FollowUpKind::Test, Some(Nature::Thing), _) => format!("How could {x} in {y} be detected?"),
        (FollowUpKind::Mechanism, Some(Nature::Thing), _) => format!("What role {does} {x} play in {y}?"),
        (FollowUpKind::Limit, Some(Nature::Thing), _) => format!("When {does} {x} matter in {y}?"),
        _ => return None,
    };
    asked(kind, question)
}

/// A question of this kind about one concept; `None` where nobody knows what sort of thing it is.
pub(super) fn of_one(kind: FollowUpKind, concept: &Concept) -> Option<FollowUp> {
    if is_work(&concept.text) {
        return asked(kind, of_work(kind, &concept.text)?);
    }
    let x = concept.with_article();
    let (does, is) = (does(concept.is_plural), if concept.is_plural { "are" } else { "is" });
    let question = match (kind, nature(concept)?) {
        (FollowUpKind::Limit, Nature::Quantity) => format!("What limits the precision of {x}?"),
        (FollowUpKind::Test, Nature::Quantity) => format!("How precisely can {x} be measured?"),
        (_, Nature::Quantity) => format!("What determines {x}?"),
        (FollowUpKind::Limit, Nature::Thing) => format!("What limits searches for {x}?"),
        (FollowUpKind::Test, Nature::Thing) => format!("How could {x} be detected?"),
        (_, Nature::Thing) => format!("How {is} {x} produced?"),
        (FollowUpKind::Limit, Nature::Process) => format!("Under which conditions {does} {x} occur?"),
        (FollowUpKind::Test, Nature::Process) => format!("How could {x} be observed?"),
        (_, Nature::Process) => format!("What drives {x}?"),
        (FollowUpKind::Test, Nature::Theory) => format!("Which observations could test {x}?"),
        (FollowUpKind::Limit, Nature::Theory) => format!("Where {does} {x} conflict with data?"),
        (FollowUpKind::Limit, Nature::Activity) => format!("What limits the accuracy of {x}?"),
        (FollowUpKind::Test, Nature::Activity) => format!("How reliable {is} {x}?"),
        (FollowUpKind::Limit, Nature::Method) => format!("Where {does} {x} fail?"),
        (FollowUpKind::Test, Nature::Method) => format!("How well {does} {x} generalise to unseen data?"),
        (_, Nature::Activity | Nature::Method) => format!("How {does} {x} work?"),
        (_, Nature::Theory) => return None,
    };
    asked(kind, question)
}

fn is_work(text: &str) -> bool {
    WORK.iter().any(|work| text.contains(work))
}

/// What [`of_work`] knows, with the word that ties the thing to it.
const WORK: &[&str] = &["searches for ", "measurement of ", "measurements of ", "constraints on ", "bounds on ", "limits on "];

/// Of what people do about a thing, the thing is asked about: searches for it, measurements of it, constraints on it.
fn of_work(kind: FollowUpKind, text: &str) -> Option<String> {
    let part =
        |ties: &[&str]| ties.iter().find_map(|tie| text.split_once(tie).map(|(_, object)| object)).filter(|object| object.contains(' '));
    match (
        kind,
        part(&["searches for "]),
        part(&["measurement of ", "measurements of "]),
        part(&["constraints on ", "bounds on ", "limits on "]),
    ) {
        (FollowUpKind::Limit, Some(x), ..) => Some(format!("What limits the sensitivity of searches for {x}?")),
        (FollowUpKind::Test, Some(x), ..) => Some(format!("How could {x} be detected?")),
        (FollowUpKind::Limit, _, Some(x), _) => Some(format!("What limits measurements of {x}?")),
        (FollowUpKind::Test, _, Some(x), _) if is_quantity(x) => Some(format!("How precisely can {x} be measured?")),
        (FollowUpKind::Limit, .., Some(x)) => Some(format!("What limits the constraints on {x}?")),
        (FollowUpKind::Test, .., Some(x)) => Some(format!("Which measurements would tighten the constraints on {x}?")),
        _ => None,
    }
}

fn is_quantity(text: &str) -> bool {
    nature_of(text) == Some(Nature::Quantity)
}

fn does(is_plural: bool) -> &'static str {
    if is_plural { "do" } else { "does" }
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

    fn statement(subject: &str, is_plural: bool, base: &str, object: &str) -> Statement {
        let (verb, _) = verb::read(base).unwrap();
        Statement { subject: subject.to_owned(), is_plural, verb, object: object.to_owned() }
    }

    #[test]
    fn statements_become_questions() {
        let [mechanism, limit, test] = [FollowUpKind::Mechanism, FollowUpKind::Limit, FollowUpKind::Test];
        for (kind, statement, expected) in [
            (
                mechanism,
                statement("baryonic feedback", false, "suppress", "the power spectrum"),
                "How does baryonic feedback suppress the power spectrum?",
            ),
            (mechanism, statement("diffusion models", true, "outperform", "flows"), "Why do diffusion models outperform flows?"),
            (
                limit,
                statement("normalizing flows", true, "capture", "heavy tails"),
                "Where do normalizing flows fail to capture heavy tails?",
            ),
            (limit, statement("vacuum decay", false, "trigger", "collapse"), "Under which conditions does vacuum decay trigger collapse?"),
            (test, statement("vacuum decay", false, "trigger", "collapse"), "How could one test whether vacuum decay triggers collapse?"),
            (test, statement("DESI data", true, "constrain", "dark energy"), "How tightly can DESI data constrain dark energy?"),
        ] {
            assert_eq!(of_statement(kind, &statement).unwrap().question, expected);
        }
    }

    #[test]
    fn titles_become_questions() {
        let (encoders, detection) = (concept("topology-aware autoencoders", true, false), concept("anomaly detection", false, false));
        let (transition, model) = (concept("phase transition", false, true), concept("gauge theories", true, false));
        let relation = |subject: &Concept, object: &Concept, is_method, deed: Option<&str>| Relation {
            subject: subject.clone(),
            object: object.clone(),
            is_method,
            deed: deed.map(str::to_owned),
        };
        let [mechanism, limit, test] = [FollowUpKind::Mechanism, FollowUpKind::Limit, FollowUpKind::Test];
        for (kind, relation, expected) in [
            (
                mechanism,
                relation(&encoders, &detection, true, Some("enhancing")),
                Some("How do topology-aware autoencoders enhance anomaly detection?"),
            ),
            (limit, relation(&encoders, &detection, true, None), Some("What limits topology-aware autoencoders in anomaly detection?")),
            (
                test,
                relation(&encoders, &detection, true, None),
                Some("How reliable are topology-aware autoencoders for anomaly detection?"),
            ),
            (
                test,
                relation(&encoders, &transition, true, Some("classifying")),
                Some("How reliably can topology-aware autoencoders classify the phase transition?"),
            ),
            (mechanism, relation(&transition, &model, false, None), Some("What drives the phase transition in gauge theories?")),
            (limit, relation(&model, &transition, false, None), None),
        ] {
            assert_eq!(of_two(kind, &relation).map(|found| found.question).as_deref(), expected);
        }
    }

    #[test]
    fn concepts_are_asked_what_their_sort_allows() {
        for (kind, concept, expected) in [
            (FollowUpKind::Test, concept("Hubble constant", false, true), Some("How precisely can the Hubble constant be measured?")),
            (FollowUpKind::Mechanism, concept("heavy neutral leptons", true, false), Some("How are heavy neutral leptons produced?")),
            (
                FollowUpKind::Limit,
                concept("gravothermal collapse", false, false),
                Some("Under which conditions does gravothermal collapse occur?"),
            ),
            (FollowUpKind::Test, concept("swampland", false, true), None),
            (
                FollowUpKind::Test,
                concept("searches for heavy neutral leptons", true, false),
                Some("How could heavy neutral leptons be detected?"),
            ),
            (
                FollowUpKind::Limit,
                concept("new constraints on dark photons", true, false),
                Some("What limits the constraints on dark photons?"),
            ),
            (
                FollowUpKind::Test,
                concept("holographic dark energy", false, false),
                Some("Which observations could test holographic dark energy?"),
            ),
        ] {
            assert_eq!(of_one(kind, &concept).map(|found| found.question).as_deref(), expected);
        }
    }
}
