//! The questions themselves: for each kind a form that holds of any noun phrase of its sort, with agreement. None says anything about the concepts but
//! what the source says.

use antigravity_proto::types::{FollowUp, FollowUpKind};

use antigravity_text::{is_stop_word, stems};

use super::MOST_WORDS;
use super::nature::{Nature, nature, nature_of};
use super::statement::Statement;
use super::verb::{self, Sense, Verb};
use crate::concept::{Concept, Relation, is_field};

/// A question of this kind about what one thing does to another.
pub(super) fn of_statement(kind: FollowUpKind, statement: &Statement) -> Option<FollowUp> {
    let Statement { subject, is_plural, verb, object } = statement;
    if is_field(subject) {
        return None;
    }
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
    if is_field(&relation.object.text) {
        return None;
    }
    let (subject, object) = (nature(&relation.subject), nature(&relation.object));
    // "In studying the LHC": an instrument is studied with, and an acronym alone is one mostly; "in studying astrophysics" is too wide.
    let names_nothing = |text: &str| is_acronym(text) || !text.contains([' ', '-']) && !text.contains(char::is_uppercase);
    if object == Some(Nature::Instrument) || names_nothing(&relation.object.text) || is_field(&relation.subject.text) {
        return None;
    }
    // "The regularization method": which one, says only the page.
    if subject == Some(Nature::Method) && !is_named(&relation.subject.text) && relation.subject.wants_article {
        return None;
    }
    let question = if subject == Some(Nature::Method) && !is_work(&relation.subject.text) {
        // "Anomaly detection with autoencoders", "flows for searches", "flows for the Hubbard model".
        match (kind, object == Some(Nature::Activity) || is_work(&y)) {
            (FollowUpKind::Limit, true) => format!("What limits {x} in {y}?"),
            (FollowUpKind::Test, true) => format!("How reliable {is} {x} for {y}?"),
            (_, true) => format!("How {does} {x} help with {y}?"),
            (FollowUpKind::Limit, false) => format!("What limits {x} in studying {y}?"),
            (FollowUpKind::Test, false) => format!("How reliable {is} {x} for studying {y}?"),
            (_, false) => format!("How {does} {x} help in studying {y}?"),
        }
    } else if relation.is_method {
        return None;
    } else {
        of_both(kind, subject?, &x, &y, relation.subject.is_plural)?
    };
    asked(kind, question)
}

/// What a thing of this sort does in another.
fn of_both(kind: FollowUpKind, subject: Nature, x: &str, y: &str, is_plural: bool) -> Option<String> {
    let (does, is) = (does(is_plural), if is_plural { "are" } else { "is" });
    Some(match (kind, subject) {
        (FollowUpKind::Limit, Nature::Process) => format!("Under which conditions {does} {x} occur in {y}?"),
        (FollowUpKind::Test, Nature::Process) => format!("How could {x} in {y} be observed?"),
        (_, Nature::Process) => format!("What drives {x} in {y}?"),
        (FollowUpKind::Limit, Nature::Quantity) => format!("What limits measurements of {x} in {y}?"),
        (FollowUpKind::Test, Nature::Quantity) => format!("How precisely can {x} in {y} be measured?"),
        (_, Nature::Quantity) => format!("What determines {x} in {y}?"),
        (FollowUpKind::Limit, Nature::Thing | Nature::Body) => format!("When {does} {x} matter in {y}?"),
        (FollowUpKind::Test, Nature::Thing | Nature::Body) => format!("How could {x} in {y} be detected?"),
        (_, Nature::Thing | Nature::Body) => format!("What role {does} {x} play in {y}?"),
        (FollowUpKind::Limit, Nature::Influence) => format!("When can {x} be neglected in {y}?"),
        (FollowUpKind::Test, Nature::Influence) => format!("How could {x} in {y} be tested?"),
        (_, Nature::Influence) => format!("How {does} {x} affect {y}?"),
        (FollowUpKind::Limit, Nature::Activity) => format!("What limits the accuracy of {x} in {y}?"),
        (FollowUpKind::Test, Nature::Activity) => format!("How reliable {is} {x} in {y}?"),
        (FollowUpKind::Limit, Nature::Theory) => format!("Where {does} {x} in {y} conflict with data?"),
        (FollowUpKind::Test, Nature::Theory) => format!("Which observations could test {x} in {y}?"),
        (_, Nature::Activity | Nature::Theory | Nature::Method | Nature::Instrument) => return None,
    })
}

/// A question of this kind about one concept; `None` where nobody knows what sort of thing it is, or it is a whole field.
pub(super) fn of_one(kind: FollowUpKind, concept: &Concept) -> Option<FollowUp> {
    if is_work(&concept.text) {
        return asked(kind, of_work(kind, &concept.text)?);
    }
    if is_field(&concept.text) {
        return None;
    }
    let x = concept.with_article();
    let (does, is) = (does(concept.is_plural), if concept.is_plural { "are" } else { "is" });
    let nature = nature(concept)?;
    if !is_owned(concept, nature) {
        return None;
    }
    let question = match (kind, nature) {
        (FollowUpKind::Limit, Nature::Quantity) => format!("What limits how precisely {x} can be determined?"),
        (FollowUpKind::Test, Nature::Quantity) => format!("How precisely can {x} be measured?"),
        (_, Nature::Quantity) => format!("What determines {x}?"),
        (FollowUpKind::Limit, Nature::Thing) => format!("What limits searches for {x}?"),
        (FollowUpKind::Test, Nature::Thing) => format!("How could {x} be detected?"),
        (_, Nature::Thing) => format!("How {is} {x} produced?"),
        (FollowUpKind::Limit, Nature::Body) => format!("What limits observations of {x}?"),
        (FollowUpKind::Test, Nature::Body) => format!("Which observations could reveal {x}?"),
        (_, Nature::Body) => format!("How {does} {x} form?"),
        (FollowUpKind::Limit, Nature::Process) => format!("Under which conditions {does} {x} occur?"),
        (FollowUpKind::Test, Nature::Process) => format!("How could {x} be observed?"),
        (_, Nature::Process) => format!("What drives {x}?"),
        (FollowUpKind::Test, Nature::Theory) => format!("Which observations could test {x}?"),
        (FollowUpKind::Limit, Nature::Theory) => format!("Where {does} {x} conflict with data?"),
        (FollowUpKind::Limit, Nature::Activity) => format!("What limits the accuracy of {x}?"),
        (FollowUpKind::Test, Nature::Activity) => format!("How reliable {is} {x}?"),
        (FollowUpKind::Limit, Nature::Instrument) => format!("What limits the sensitivity of {x}?"),
        (FollowUpKind::Limit, Nature::Influence) => format!("When can {x} be neglected?"),
        // "The regularization method": which one, says only the page.
        (_, Nature::Method) if !is_named(&concept.text) => return None,
        (FollowUpKind::Limit, Nature::Method) => format!("Where {does} {x} fail?"),
        (FollowUpKind::Test, Nature::Method) => format!("How well {does} {x} generalise to unseen data?"),
        (_, Nature::Activity | Nature::Method) => format!("How {does} {x} work?"),
        (_, Nature::Theory | Nature::Instrument | Nature::Influence) => return None,
    };
    asked(kind, question)
}

/// Whether a reader who hasn't seen the page knows what a quantity is of, or which process is meant: "the binding energy" and "the galaxy merger" don't say,
/// "the Hubble constant", "neutrino masses" and "the mass of the kaon" do.
fn is_owned(concept: &Concept, nature: Nature) -> bool {
    let text = &concept.text;
    let words: Vec<&str> = text.split(' ').collect();
    let is_bare = words.len() <= 2 && !text.contains(char::is_uppercase);
    let has_owner = words.first().is_some_and(|first| matches!(nature_of(first), Some(Nature::Thing | Nature::Body)));
    match nature {
        Nature::Quantity => !is_bare || has_owner,
        Nature::Process => !is_bare || !concept.wants_article,
        // "New-physics searches"
        Nature::Activity => !words.split_last().is_some_and(|(_, of)| is_field(&of.join(" "))),
        _ => true,
    }
}

/// Whether a method is named so that a reader knows which one: by more than one word before its head.
fn is_named(text: &str) -> bool {
    text.split([' ', '-']).count() > 2 || text.chars().filter(|c| c.is_uppercase()).count() >= 2
}

fn is_acronym(text: &str) -> bool {
    !text.contains(' ') && text.chars().filter(|c| c.is_uppercase()).count() >= 2
}

fn is_work(text: &str) -> bool {
    WORK.iter().any(|work| text.contains(work))
}

/// What [`of_work`] knows, with the word that ties the thing to it.
const WORK: &[&str] = &["searches for ", "measurement of ", "measurements of ", "constraints on ", "bounds on ", "limits on "];

/// Of what people do about a thing, the thing is asked about: searches for it, measurements of it, constraints on it.
fn of_work(kind: FollowUpKind, text: &str) -> Option<String> {
    let part = |ties: &[&str]| {
        ties.iter()
            .find_map(|tie| text.split_once(tie).map(|(_, object)| object))
            .filter(|object| object.contains(' ') && !is_field(object))
    };
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
    is_sound(&question).then(|| FollowUp { question, kind: kind.into() })
}

/// From this length on a stem that begins another one is the same word.
const LONG_STEM: usize = 8;

/// Short enough, no formula, no letter left of one, no word twice: "how do constraints constrain".
fn is_sound(question: &str) -> bool {
    let words: Vec<&str> = question.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let content: Vec<String> = words.iter().filter(|word| !is_stop_word(&word.to_lowercase())).flat_map(|word| stems(word)).collect();
    // "Constraints constrain": stems of noun and verb may differ at their end.
    let same = |one: &String, other: &String| {
        one == other || (one.len().min(other.len()) >= LONG_STEM && (one.starts_with(other.as_str()) || other.starts_with(one.as_str())))
    };
    let repeats = content.iter().enumerate().any(|(at, stem)| content.iter().skip(at + 1).any(|other| same(stem, other)));
    let letters = words.iter().any(|word| word.chars().count() == 1 && word.starts_with(char::is_lowercase) && *word != "a");
    question.split_whitespace().count() <= MOST_WORDS && !question.contains('$') && !repeats && !letters
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
        let (corrections, inflation) = (concept("Weyl-squared corrections", true, false), concept("Starobinsky inflation", false, false));
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
            (
                mechanism,
                relation(&encoders, &model, true, None),
                Some("How do topology-aware autoencoders help in studying gauge theories?"),
            ),
            (
                mechanism,
                relation(&corrections, &inflation, false, None),
                Some("How do Weyl-squared corrections affect Starobinsky inflation?"),
            ),
            (
                limit,
                relation(&corrections, &inflation, false, None),
                Some("When can Weyl-squared corrections be neglected in Starobinsky inflation?"),
            ),
            (mechanism, relation(&transition, &model, false, None), Some("What drives the phase transition in gauge theories?")),
            (limit, relation(&model, &transition, false, None), None),
        ] {
            assert_eq!(of_two(kind, &relation).map(|found| found.question).as_deref(), expected);
        }
    }

    #[test]
    fn what_says_nothing_is_not_asked() {
        for (question, expected) in [
            ("How do observational constraints constrain dark matter?", false),
            ("How do explanations reproduce the slope of p?", false),
            ("What determines $H_0$?", false),
            ("How do baryons affect the halo mass function?", true),
        ] {
            assert_eq!(is_sound(question), expected, "{question}");
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
            (FollowUpKind::Mechanism, concept("regular black holes", true, false), Some("How do regular black holes form?")),
            (FollowUpKind::Test, concept("regular black holes", true, false), Some("Which observations could reveal regular black holes?")),
            (FollowUpKind::Limit, concept("loop corrections", true, false), Some("When can loop corrections be neglected?")),
            (FollowUpKind::Limit, concept("ATLAS detector", false, true), Some("What limits the sensitivity of the ATLAS detector?")),
            (FollowUpKind::Test, concept("ATLAS detector", false, true), None),
            (FollowUpKind::Mechanism, concept("machine learning", false, false), None),
            (FollowUpKind::Limit, concept("regularization method", false, true), None),
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
