//! The verbs that statements are read by, with the questions that they allow.

use crate::words::WordList;

/// One thing changes another: it suppresses it, drives it.
static EFFECTS: WordList = WordList::new(include_str!("../words/effects.txt"));

/// One thing beats another.
static CONTESTS: WordList = WordList::new(include_str!("../words/contests.txt"));

/// Data or a theory judge another.
const JUDGEMENTS: &[&str] = &["contradict", "disfavor", "disfavour", "exclude", "favor", "favour"];

/// One thing tells something of another, with the adverb that asks how far.
const ABILITIES: &[(&str, &str)] = &[
    ("approximate", "closely"),
    ("capture", "faithfully"),
    ("classify", "reliably"),
    ("constrain", "tightly"),
    ("denoise", "well"),
    ("describe", "well"),
    ("detect", "reliably"),
    ("discriminate", "reliably"),
    ("distinguish", "reliably"),
    ("emulate", "faithfully"),
    ("estimate", "accurately"),
    ("explain", "fully"),
    ("identify", "reliably"),
    ("infer", "accurately"),
    ("learn", "reliably"),
    ("localise", "precisely"),
    ("localize", "precisely"),
    ("predict", "accurately"),
    ("reconstruct", "accurately"),
    ("recover", "accurately"),
    ("reproduce", "faithfully"),
    ("separate", "cleanly"),
    ("simulate", "faithfully"),
];

/// Verbs with a preposition: one thing comes from another, or leads to it.
const PHRASAL: &[(&str, &str)] = &[
    ("arise", "from"),
    ("contribute", "to"),
    ("couple", "to"),
    ("decay", "into"),
    ("depend", "on"),
    ("deviate", "from"),
    ("emerge", "from"),
    ("generalise", "to"),
    ("generalize", "to"),
    ("lead", "to"),
    ("originate", "from"),
    ("rely", "on"),
    ("result", "in"),
    ("scale", "with"),
];

/// A verb in its base form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verb {
    /// With its preposition.
    pub(super) base: String,
    pub(super) sense: Sense,
}

/// What a verb says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Effect,
    Contest,
    Judgement,
    /// With the adverb that asks how far.
    Ability(&'static str),
}

impl Verb {
    /// `suppresses`, `depends on`.
    pub(super) fn third(&self) -> String {
        let (base, particle) = self.base.split_once(' ').map_or((self.base.as_str(), None), |(base, particle)| (base, Some(particle)));
        let third = third(base);
        particle.map_or_else(|| third.clone(), |particle| format!("{third} {particle}"))
    }

    /// The words behind the verb's preposition; `None` when it doesn't follow.
    pub(super) fn particle_behind<'a, 'b>(&self, behind: &'a [&'b str]) -> Option<&'a [&'b str]> {
        match self.base.split_once(' ') {
            None => Some(behind),
            Some((_, particle)) => behind.split_first().filter(|(first, _)| **first == particle).map(|(_, rest)| rest),
        }
    }
}

/// A word as one of the verbs, and whether it has the form for a singular subject.
pub(super) fn read(word: &str) -> Option<(Verb, bool)> {
    let lower = word.to_lowercase();
    if let Some(verb) = known(&lower) {
        return Some((verb, false));
    }
    let stems = [
        lower.strip_suffix("ies").map(|stem| format!("{stem}y")),
        lower.strip_suffix("es").map(str::to_owned),
        lower.strip_suffix('s').map(str::to_owned),
    ];
    stems.into_iter().flatten().filter(|base| third(base) == lower).find_map(|base| known(&base)).map(|verb| (verb, true))
}

/// A gerund at the start of a title as a verb: `constraining`.
pub(super) fn of_gerund(gerund: &str) -> Option<Verb> {
    of_stem(gerund.strip_suffix("ing")?)
}

/// `suppressed`.
pub(super) fn of_participle(participle: &str) -> Option<Verb> {
    match participle {
        "driven" => known("drive"),
        "broken" => known("break"),
        _ => participle.strip_suffix("ied").and_then(|stem| known(&format!("{stem}y"))).or_else(|| of_stem(participle.strip_suffix("ed")?)),
    }
}

fn of_stem(stem: &str) -> Option<Verb> {
    let doubled = stem.chars().last().and_then(|last| stem.strip_suffix(last)).filter(|short| short.chars().last() == stem.chars().last());
    [Some(stem.to_owned()), Some(format!("{stem}e")), doubled.map(str::to_owned)].into_iter().flatten().find_map(|base| known(&base))
}

fn known(base: &str) -> Option<Verb> {
    if let Some((verb, particle)) = PHRASAL.iter().find(|(verb, _)| *verb == base) {
        return Some(Verb { base: format!("{verb} {particle}"), sense: Sense::Effect });
    }
    let sense = if EFFECTS.has(base) {
        Some(Sense::Effect)
    } else if CONTESTS.has(base) {
        Some(Sense::Contest)
    } else if JUDGEMENTS.contains(&base) {
        Some(Sense::Judgement)
    } else {
        ABILITIES.iter().find(|(verb, _)| *verb == base).map(|(_, adverb)| Sense::Ability(adverb))
    };
    sense.map(|sense| Verb { base: base.to_owned(), sense })
}

fn third(base: &str) -> String {
    match base.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if ["s", "sh", "ch", "x", "z"].iter().any(|end| base.ends_with(end)) => format!("{base}es"),
        _ => format!("{base}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        for (word, expected) in [
            ("suppress", Some(("suppress", false))),
            ("suppresses", Some(("suppress", true))),
            ("reduces", Some(("reduce", true))),
            ("Modifies", Some(("modify", true))),
            ("outperform", Some(("outperform", false))),
            ("constrains", Some(("constrain", true))),
            ("depends", Some(("depend on", true))),
            ("models", None),
        ] {
            let found = read(word);
            assert_eq!(found.as_ref().map(|(verb, third)| (verb.base.as_str(), *third)), expected, "{word}");
        }
    }

    #[test]
    fn participles_are_read() {
        for (participle, expected) in [
            ("suppressed", Some("suppress")),
            ("reduced", Some("reduce")),
            ("driven", Some("drive")),
            ("modified", Some("modify")),
            ("red", None),
        ] {
            assert_eq!(of_participle(participle).map(|verb| verb.base).as_deref(), expected, "{participle}");
        }
    }

    #[test]
    fn gerunds_are_read() {
        for (gerund, expected) in
            [("constraining", Some("constrain")), ("reducing", Some("reduce")), ("classifying", Some("classify")), ("understanding", None)]
        {
            assert_eq!(of_gerund(gerund).map(|verb| verb.base).as_deref(), expected, "{gerund}");
        }
    }
}
