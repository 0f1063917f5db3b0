//! What stands around a number and tells what it is a number of: `the sample of 40 patients`, `grade 2`, `from 0.81 to 0.87`.

use antigravity_text::{Number, Term};
use foldhash::HashSet;

use super::thresholds::{SLOT_BESIDE, SLOT_WORDS};
use crate::sources::rarity;

/// The words beside a number and the stems near it, of its own sentence.
pub(super) struct Slot {
    /// The word right before it, also one that ties: "from" and "to" tell a range's ends apart.
    before: Option<String>,
    /// The word right behind it, or its unit.
    behind: Option<String>,
    /// In alphabetical order, each with its rarity.
    near: Vec<(String, f64)>,
    /// The name that it ends: `gpt` of `GPT-4`.
    name: Option<String>,
}

impl Slot {
    /// The slot of a number in a text of these terms.
    pub(super) fn new(text: &str, terms: &[Term], number: &Number) -> Self {
        let (front, back) = (text.get(..number.span.start).unwrap_or(""), text.get(number.span.end..).unwrap_or(""));
        let (before, behind) = (last_words(front), first_words(back));
        let reach = number.span.start - before.len()..number.span.end + behind.len();
        let near = terms.iter().filter(|term| reach.contains(&term.span.start) && !number.span.contains(&term.span.start));
        let mut near: Vec<(String, f64)> = near.map(|term| (term.stem.clone(), rarity(&term.stem))).collect();
        near.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        near.dedup_by(|a, b| a.0 == b.0);
        Self {
            before: words(before).last().map(form),
            behind: number.unit.clone().or_else(|| words(behind).next().map(form)),
            near,
            name: name(front),
        }
    }

    /// The share of the stems near it that these have, by their rarity.
    pub(super) fn share_in(&self, stems: &HashSet<String>) -> f64 {
        let weight =
            |held: &dyn Fn(&str) -> bool| -> f64 { self.near.iter().filter(|(stem, _)| held(stem)).map(|(_, weight)| weight).sum() };
        let all = weight(&|_| true);
        if all > 0.0 { weight(&|stem| stems.contains(stem)) / all } else { 0.0 }
    }

    /// How much of this slot another one has, from 0 to 1.
    pub(super) fn fit(&self, other: &Self) -> f64 {
        let (mut all, mut held) = (0.0, 0.0);
        for (one, other) in [(&self.before, &other.before), (&self.behind, &other.behind)] {
            if one.is_some() {
                all += SLOT_BESIDE;
                held += if one == other { SLOT_BESIDE } else { 0.0 };
            }
        }
        let mut others = other.near.iter().peekable();
        for (stem, weight) in &self.near {
            all += weight;
            while others.next_if(|(other, _)| other < stem).is_some() {}
            held += if others.peek().is_some_and(|(other, _)| other == stem) { *weight } else { 0.0 };
        }
        if all > 0.0 { held / all } else { 0.0 }
    }

    /// The name that the number ends, in lower case.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether a number that ends a name stands behind the same name here: `GPT-4`, `GPT 4`; `interleukin-2`, `IL-2`.
    pub(super) fn is_of(&self, name: &str) -> bool {
        let own = self.name.as_deref().or(self.before.as_deref());
        own.is_some_and(|own| own == name || (self.name.is_some() && own.chars().next() == name.chars().next()))
    }

    /// The word behind.
    pub(super) fn counted(&self) -> Option<&str> {
        self.behind.as_deref()
    }
}

/// The last words of a text, back to the end of a sentence or clause.
fn last_words(text: &str) -> &str {
    let mut start = text.len();
    for word in text.rsplit(char::is_whitespace).filter(|word| !word.is_empty()).take(SLOT_WORDS) {
        // Right before the number stands no end: `(5)`, `$5`.
        if ends_clause(word) {
            break;
        }
        start = offset(text, word);
    }
    text.get(start..).unwrap_or("")
}

/// The first words of a text, up to the end of a sentence or clause.
fn first_words(text: &str) -> &str {
    let mut end = 0;
    for word in text.split_whitespace().take(SLOT_WORDS) {
        end = offset(text, word) + word.len();
        if ends_clause(word) {
            break;
        }
    }
    text.get(..end).unwrap_or("")
}

/// Where a part of a text begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

fn ends_clause(word: &str) -> bool {
    word.ends_with(['.', ';', ':'])
}

/// The words of a text, numbers and signs left out.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\\')).filter(|word| word.contains(char::is_alphabetic) && !MACROS.contains(word))
}

/// Macros of LaTeX that are no words.
const MACROS: &[&str] = &["\\rm", "\\mathrm", "\\text", "\\pm", "\\times", "\\sim", "\\approx", "\\simeq", "\\left", "\\right"];

/// A word as it is compared: in lower case, without the ending of a plural.
fn form(word: &str) -> String {
    let lower = word.to_lowercase();
    lower.strip_suffix('s').filter(|singular| singular.len() > 2).map(str::to_owned).unwrap_or(lower)
}

/// The name that a number ends, joined to it by a hyphen.
fn name(front: &str) -> Option<String> {
    let front = front.strip_suffix(['-', '‑'])?;
    let name = front.rsplit(|c: char| !c.is_alphanumeric()).next().filter(|name| name.starts_with(char::is_alphabetic))?;
    Some(name.to_lowercase())
}

#[cfg(test)]
mod tests {
    use antigravity_text::{content_terms, numbers};

    use super::*;

    fn slots(text: &str) -> Vec<Slot> {
        numbers(text).iter().map(|number| Slot::new(text, &content_terms(text), number)).collect()
    }

    #[test]
    fn words_beside_a_number_are_read() {
        for (text, before, behind) in [
            ("a sample of 40 patients", Some("of"), Some("patient")),
            ("masses from $m=3$ to", Some("m"), Some("to")),
            ("It ends. 40 of all", None, Some("of")),
            ("at 13~\\mathrm{TeV} it", Some("at"), Some("tev")),
            ("40", None, None),
        ] {
            let slot = slots(text).remove(0);
            assert_eq!((slot.before.as_deref(), slot.behind.as_deref()), (before, behind), "{text}");
        }
    }

    #[test]
    fn the_same_place_fits_best() {
        let source = slots("The sample has 40 patients and 12 controls; the yield rises from 5% to 9%.");
        let claim = slots("A sample of 40 patients, whose yield rises to 9%.");
        let best = |claim: &Slot| source.iter().map(|slot| claim.fit(slot)).enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0;
        assert_eq!((best(&claim[0]), best(&claim[1])), (0, 3));
    }

    #[test]
    fn names_that_end_in_a_number_are_known() {
        let named = |text: &str| slots(text).remove(0);
        assert_eq!(named("with GPT-4").name(), Some("gpt"));
        assert_eq!(named("a range of 3-5").name(), None);
        assert!(named("GPT-4").is_of("gpt") && named("GPT 4").is_of("gpt") && named("IL-2").is_of("interleukin"));
        assert!(!named("type 2").is_of("interleukin"));
    }
}
