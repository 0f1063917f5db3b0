//! What sort of thing a concept is, by its head: it decides what can be asked about it. Nobody asks how a constant fails, or what a network is made of.

use crate::concept::{Concept, is_method_head};
use crate::words::WordList;

static QUANTITIES: WordList = WordList::new(include_str!("../words/quantities.txt"));
static OBJECTS: WordList = WordList::new(include_str!("../words/objects.txt"));
static BODIES: WordList = WordList::new(include_str!("../words/bodies.txt"));
static INSTRUMENTS: WordList = WordList::new(include_str!("../words/instruments.txt"));
static INFLUENCES: WordList = WordList::new(include_str!("../words/influences.txt"));
static PROCESSES: WordList = WordList::new(include_str!("../words/processes.txt"));
static THEORIES: WordList = WordList::new(include_str!("../words/theories.txt"));
static ACTIVITIES: WordList = WordList::new(include_str!("../words/activities.txt"));

/// The sort of a concept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// Found out by measuring.
    Quantity,
    /// What is thought out to explain: a theory, dark energy.
    Theory,
    /// What exists, or may, and is made: particles, waves.
    Thing,
    /// What exists and forms: galaxies, black holes.
    Body,
    /// What things are measured with.
    Instrument,
    /// What changes other things, more or less: corrections, feedback.
    Influence,
    /// What happens.
    Process,
    /// What people do to find out: inference, tagging.
    Activity,
    /// What they do it with.
    Method,
}

/// By the head: the last word, or the word before "of", "for", "in". `None` where the lists don't know it.
pub(super) fn nature(concept: &Concept) -> Option<Nature> {
    nature_of(&concept.text)
}

/// The same of a noun phrase as text.
pub(super) fn nature_of(text: &str) -> Option<Nature> {
    let head = text.split(' ').take_while(|word| !["of", "for", "in", "on"].contains(word)).last()?;
    let head = head.rsplit(['-', '/']).next().unwrap_or(head).to_lowercase();
    let singular = head.strip_suffix('s').unwrap_or(&head);
    if ["dark energy", "dark matter", "dark sector"].iter().any(|dark| text.to_lowercase().ends_with(dark)) {
        return Some(Nature::Theory);
    }
    let is_of = |list: &WordList| list.has(&head) || list.has(singular);
    [
        (&QUANTITIES, Nature::Quantity),
        (&OBJECTS, Nature::Thing),
        (&BODIES, Nature::Body),
        (&INSTRUMENTS, Nature::Instrument),
        (&INFLUENCES, Nature::Influence),
        (&PROCESSES, Nature::Process),
        (&THEORIES, Nature::Theory),
        (&ACTIVITIES, Nature::Activity),
    ]
    .into_iter()
    .find_map(|(list, nature)| is_of(list).then_some(nature))
    .or_else(|| is_method_head(&head).then_some(Nature::Method))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_tell() {
        for (text, expected) in [
            ("Hubble constant", Some(Nature::Quantity)),
            ("neutrino masses", Some(Nature::Quantity)),
            ("form factors of the pion", Some(Nature::Quantity)),
            ("heavy neutral leptons", Some(Nature::Thing)),
            ("dual-disk galaxies", Some(Nature::Body)),
            ("the ATLAS detector", Some(Nature::Instrument)),
            ("loop corrections", Some(Nature::Influence)),
            ("trapped ions", None),
            ("first-order phase transition", Some(Nature::Process)),
            ("anomaly detection", Some(Nature::Activity)),
            ("normalizing flows", Some(Nature::Method)),
            ("interacting dark energy", Some(Nature::Theory)),
            ("Rastall gravity", Some(Nature::Theory)),
            ("Swampland", None),
        ] {
            let concept = Concept { text: text.to_owned(), stems: Vec::new(), is_plural: text.ends_with('s'), wants_article: false };
            assert_eq!(nature(&concept), expected, "{text}");
        }
    }
}
