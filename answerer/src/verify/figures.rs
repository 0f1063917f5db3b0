//! Numbers: a claim's must stand in the cited text, where it speaks of what the claim says, and bound it from the same side. Where another number stands in
//! its place, it is the wrong one, whatever else the text counts.

use std::sync::OnceLock;

use antigravity_text::{Form, Number, Term, agree};

use super::library::Reading;
use super::slot::Slot;
use super::support::Claim;
use super::thresholds::{NUMBER_AROUND, NUMBER_SENTENCE, OTHER_AHEAD, OTHER_FITS, OWN_COUNT};
use crate::sources::Source;

/// A number of a source, where it stands.
pub(super) struct Figure {
    number: Number,
    /// The title is sentence 0.
    sentence: usize,
    bound: Option<Bound>,
    /// Read when it is asked for: most numbers of most sources are beside no claim.
    slot: OnceLock<Slot>,
}

/// From which side a number bounds something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Bound {
    Below,
    Above,
}

/// What comes right before a number that is a bound.
const LESS: &[&str] = &[
    "<",
    "≤",
    "≲",
    "\\le",
    "\\leq",
    "\\lesssim",
    "\\lt",
    "less than",
    "fewer than",
    "smaller than",
    "lower than",
    "below",
    "under",
    "at most",
    "up to",
    "no more than",
    "not more than",
];
const MORE: &[&str] = &[
    ">",
    "≥",
    "≳",
    "\\ge",
    "\\geq",
    "\\gtrsim",
    "\\gt",
    "more than",
    "greater than",
    "larger than",
    "higher than",
    "above",
    "over",
    "at least",
    "exceeding",
    "exceeds",
    "beyond",
    "no less than",
    "not less than",
    "no fewer than",
];

/// More than the longest of these has.
const BOUND_CHARACTERS: usize = 20;

/// The numbers of title and abstract.
pub(super) fn figures(source: &Source) -> Vec<Figure> {
    let begin = source.title.len() + 1;
    // Between sentences stands what a listing adds: it belongs to the one before.
    let sentence =
        |start: usize| start.checked_sub(begin).map_or(0, |at| source.sentences.iter().filter(|one| one.span.start <= at).count());
    let figure = |number: &Number| Figure {
        number: number.clone(),
        sentence: sentence(number.span.start),
        bound: bound(&source.whole, number.span.start),
        slot: OnceLock::new(),
    };
    source.numbers().iter().map(figure).collect()
}

impl Figure {
    fn slot(&self, source: &Source) -> &Slot {
        self.slot.get_or_init(|| Slot::new(&source.whole, &source.terms, &self.number))
    }
}

/// How a claim's numbers stand in the cited texts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Figures {
    /// All are there, in sentences that speak of the claim.
    Found,
    /// One stands only beside such a sentence, or one in words isn't there (`two findings`): it may be the answer's own count.
    Doubtful,
    /// One isn't there, or another one stands in its place.
    Missing,
}

/// Looks for every number of the claim, whose words and numbers these are.
pub(super) fn found(body: &str, (terms, told): (&[Term], &[Number]), claim: &Claim, cited: &[Reading<'_>], has_footnotes: bool) -> Figures {
    // One figure of a source stands for one number of the claim: "from 3 to 3" isn't told by "from 3 to 5".
    let mut taken = Vec::new();
    let figures = told.iter().filter(|number| !(has_footnotes && is_footnote(body, number))).map(|number| {
        let told = Told { number, slot: Slot::new(body, terms, number) };
        let place = told.place_in(cited, &taken);
        taken.extend(place.figure);
        if place.is_other { Figures::Missing } else { told.found(body, claim, cited) }
    });
    let worst = figures.max().unwrap_or(Figures::Found);
    let is_other = || claim.stems().any(|stem| is_another_name(stem, told, cited)) || has_unknown_script(body, told, cited);
    if worst == Figures::Missing || is_other() { Figures::Missing } else { worst }
}

/// A number of the claim.
struct Told<'a> {
    number: &'a Number,
    slot: Slot,
}

/// Where the cited texts have what a number of the claim tells.
struct Slotted<'a> {
    /// The equal number that fits best.
    figure: Option<&'a Figure>,
    /// Another number fits so much better that it stands in its place: `grade 3` beside `grade 2`, `twofold` beside `threefold`.
    is_other: bool,
}

impl Told<'_> {
    fn found(&self, body: &str, claim: &Claim, cited: &[Reading<'_>]) -> Figures {
        match (self.standing(body, claim, cited), self.number.form) {
            (Some(Place::Here), _) => Figures::Found,
            // "One" is rarely a number, and "first" rarely counts.
            (_, Form::Ordinal) => Figures::Found,
            (_, Form::Cardinal) if self.number.canonical == "1" => Figures::Found,
            (Some(Place::Beside), _) | (None, Form::Fraction | Form::Multiple) => Figures::Doubtful,
            (None, Form::Cardinal) if self.number.value <= OWN_COUNT => Figures::Doubtful,
            (None, Form::Cardinal | Form::Digits) => Figures::Missing,
        }
    }

    fn place_in<'r>(&self, cited: &[Reading<'r>], taken: &[&Figure]) -> Slotted<'r> {
        let (mut figure, mut same, mut other) = (None, 0.0_f64, 0.0_f64);
        for reading in cited {
            for one in reading.figures.iter().filter(|one| self.is_comparable(&one.number)) {
                let fit = self.slot.fit(one.slot(reading.source));
                if !agree(self.number, &one.number) {
                    other = other.max(fit);
                } else if (figure.is_none() || fit > same) && !taken.iter().any(|taken| std::ptr::eq(*taken, one)) {
                    (figure, same) = (Some(one), fit);
                }
            }
        }
        Slotted { figure, is_other: other >= OTHER_FITS && other - same >= OTHER_AHEAD }
    }

    /// A share isn't compared with a count, nor a place in an order with an amount.
    fn is_comparable(&self, other: &Number) -> bool {
        self.number.percent == other.percent && (self.number.form == Form::Ordinal) == (other.form == Form::Ordinal)
    }

    fn standing(&self, body: &str, claim: &Claim, cited: &[Reading<'_>]) -> Option<Place> {
        let number = self.number;
        if cited.iter().any(|reading| self.ends_name_of(reading.source)) {
            return Some(Place::Here);
        }
        let side = bound(body, number.span.start);
        let in_words = number.form != Form::Digits;
        let mut best = None;
        for reading in cited {
            let agreeing = reading.figures.iter().filter(|figure| agree(number, &figure.number));
            for figure in agreeing.filter(|figure| side.is_none() || figure.bound.is_none() || side == figure.bound) {
                let slot = figure.slot(reading.source);
                if slot.name().is_some_and(|name| !self.slot.is_of(name)) {
                    continue;
                }
                // "5 minutes" isn't "five metronomes": a figure and a word are the same number where they count the same.
                let is_word_for_figure =
                    matches!((number.form, figure.number.form), (Form::Cardinal, Form::Digits) | (Form::Digits, Form::Cardinal));
                let counts_other = is_word_for_figure && self.slot.counted() != slot.counted();
                // One in words is too common to be looked for in its place.
                match if in_words { Some(Place::Here) } else { place(claim, &self.slot, reading, figure.sentence) } {
                    Some(Place::Here) if counts_other => best = Some(Place::Beside),
                    Some(Place::Here) => return Some(Place::Here),
                    Some(Place::Beside) => best = Some(Place::Beside),
                    None => {}
                }
            }
        }
        best
    }

    /// `CK-666` of a text that writes `CK666`.
    fn ends_name_of(&self, source: &Source) -> bool {
        self.slot.name().is_some_and(|name| source.stems.contains(&format!("{name}{}", self.number.canonical)))
    }
}

/// Whether a stem of the claim is a name with digits that the cited texts have with other digits alone: `SU(3)` of a text on `SU(2)`.
fn is_another_name(stem: &str, told: &[Number], cited: &[Reading<'_>]) -> bool {
    if !is_name_with_digits(stem) || cited.iter().any(|reading| reading.source.stems.contains(stem)) {
        return false;
    }
    // `13tev` is a number and its unit.
    let unit = stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let leading =
        stem.strip_suffix(unit).and_then(|digits| digits.parse::<f64>().ok()).filter(|_| !unit.contains(|c: char| c.is_ascii_digit()));
    let is_number = leading.is_some_and(|leading| told.iter().any(|number| number.value.abs() == leading));
    let others = || cited.iter().flat_map(|reading| &reading.source.stems).filter(|other| is_name_with_digits(other));
    !is_number && others().any(|other| without_digits(other) == without_digits(stem))
}

/// A name with one sign for any digits in a row.
fn without_digits(name: &str) -> String {
    let mut rest: Vec<char> = name.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
    rest.dedup_by(|a, b| *a == '#' && *b == '#');
    rest.into_iter().collect()
}

/// Whether digits that are no number of their own and no part of a name (`^{+0.11}`, `^{222}Rn`) are nowhere in the cited texts. One digit is somewhere in most.
fn has_unknown_script(body: &str, told: &[Number], cited: &[Reading<'_>]) -> bool {
    let is_told = |at: usize| told.iter().any(|number| number.span.contains(&at));
    let ends_name = |at: usize| body.get(..at).is_some_and(|before| before.trim_end_matches('-').ends_with(char::is_alphanumeric));
    digits(body)
        .filter(|(at, run)| run.len() > 1 && !is_told(*at) && !ends_name(*at))
        .any(|(_, run)| !cited.iter().any(|reading| digits(&reading.source.whole).any(|(_, other)| other == run)))
}

/// The runs of digits, with points between them, and where they begin.
fn digits(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let run = move |(at, _): (usize, &str)| {
        let run = text.get(at..)?;
        let end = run.find(|c: char| !is_digit(c)).unwrap_or(run.len());
        let run = run.get(..end)?.trim_end_matches('.');
        Some((at, run))
    };
    let begins = move |(at, _): &(usize, &str)| !text.get(..*at).is_some_and(|before| before.ends_with(is_digit));
    text.match_indices(|c: char| c.is_ascii_digit()).filter(begins).filter_map(run)
}

fn is_name_with_digits(stem: &str) -> bool {
    stem.contains(|c: char| c.is_ascii_digit()) && stem.contains(|c: char| c.is_ascii_alphabetic())
}

/// Where a number stands, as seen from the claim.
enum Place {
    /// In a sentence that speaks of it.
    Here,
    /// In a sentence that does with its neighbour.
    Beside,
}

/// Whether the claim's subject, or what stands around its number, is named where the number stands. The title is sentence 0.
fn place(claim: &Claim, slot: &Slot, reading: &Reading<'_>, sentence: usize) -> Option<Place> {
    let stems = |at: usize| match at.checked_sub(1) {
        None => Some(reading.title),
        Some(at) => reading.source.sentences.get(at).map(|sentence| &sentence.stems),
    };
    let own = stems(sentence)?;
    let speaks = |share: f64| share >= NUMBER_SENTENCE;
    if speaks(claim.share_of(own)) || slot.share_in(own) >= NUMBER_AROUND {
        return Some(Place::Here);
    }
    let mut neighbours = [sentence.checked_sub(1), Some(sentence + 1)].into_iter().flatten().filter_map(stems);
    neighbours.any(|other| speaks(claim.share_of_both(own, other))).then_some(Place::Beside)
}

/// `[5]` behind a word: another text's citation.
fn is_footnote(body: &str, number: &Number) -> bool {
    let before = body.get(..number.span.start).and_then(|before| before.strip_suffix('['));
    let closed = body.get(number.span.end..).is_some_and(|after| after.starts_with(']'));
    closed && before.is_some_and(|before| !before.trim_end().ends_with(['=', '$', '(']))
}

/// What the words or signs right before a number say about it.
fn bound(text: &str, at: usize) -> Option<Bound> {
    let before = text.get(..at)?.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '$' | '~' | '{' | '(' | '≈' | '+'));
    let start = before.char_indices().rev().nth(BOUND_CHARACTERS).map_or(0, |(start, _)| start);
    let before = before.get(start..)?.to_lowercase();
    let ends = |words: &&&str| {
        before.strip_suffix(**words).is_some_and(|front| {
            let is_word = words.starts_with(char::is_alphabetic);
            !(is_word && front.ends_with(char::is_alphanumeric))
        })
    };
    let longest = |list: &[&str]| list.iter().filter(ends).map(|words| words.len()).max();
    match (longest(LESS), longest(MORE)) {
        (None, None) => None,
        (less, more) if less > more => Some(Bound::Below),
        _ => Some(Bound::Above),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_from_what_goes_before() {
        for (text, expected) in [
            ("a mass below 3", Some(Bound::Below)),
            ("a mass of $m < 3$", Some(Bound::Below)),
            ("a mass of $m \\lesssim 3$", Some(Bound::Below)),
            ("no more than 3", Some(Bound::Below)),
            ("more than 3", Some(Bound::Above)),
            ("at least ~3", Some(Bound::Above)),
            ("$m \\geq 3$", Some(Bound::Above)),
            ("moreover 3", None),
            ("a mass of 3", None),
        ] {
            let at = text.find('3').unwrap();
            assert_eq!(bound(text, at), expected, "{text}");
        }
    }
}
