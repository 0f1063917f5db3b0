//! Numbers: a claim's must stand in the cited text, where it speaks of what the claim says, and bound it from the same side.

use antigravity_text::{Number, agree, numbers};

use super::library::Reading;
use super::support::Claim;
use super::thresholds::NUMBER_SENTENCE;
use crate::sources::{Source, stem_set};

/// A number of a source, where it stands.
pub(super) struct Figure {
    number: Number,
    place: Place,
    bound: Option<Bound>,
}

#[derive(Clone, Copy)]
enum Place {
    Title,
    Sentence(usize),
    /// Between sentences, as in what a listing adds.
    Elsewhere,
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

/// The numbers of title and abstract.
pub(super) fn figures(source: &Source) -> Vec<Figure> {
    let whole = format!("{}\n{}", source.title, source.abstract_text);
    let begin = source.title.len() + 1;
    let place = |start: usize| match start.checked_sub(begin) {
        None => Place::Title,
        Some(at) => source.sentences.iter().position(|sentence| sentence.span.contains(&at)).map_or(Place::Elsewhere, Place::Sentence),
    };
    let figure =
        |number: &Number| Figure { number: number.clone(), place: place(number.span.start), bound: bound(&whole, number.span.start) };
    source.numbers.iter().map(figure).collect()
}

/// How a claim's numbers stand in the cited texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Figures {
    /// All are there.
    Found,
    /// One in words isn't (`two findings`): it may be the answer's own count.
    SpelledOneMissing,
    /// One isn't.
    Missing,
}

/// Looks for every number of the claim.
pub(super) fn found(body: &str, claim: &Claim, cited: &[Reading<'_>]) -> Figures {
    let missing: Vec<bool> = numbers(body)
        .iter()
        // "One" is rarely a number.
        .filter(|number| !(number.spelled && number.canonical == "1"))
        .filter(|number| !is_footnote(body, number))
        .filter(|number| !stands_in(number, bound(body, number.span.start), claim, cited))
        .map(|number| number.spelled)
        .collect();
    match missing.as_slice() {
        [] => Figures::Found,
        spelled if spelled.iter().all(|is_spelled| *is_spelled) => Figures::SpelledOneMissing,
        _ => Figures::Missing,
    }
}

fn stands_in(number: &Number, side: Option<Bound>, claim: &Claim, cited: &[Reading<'_>]) -> bool {
    cited.iter().any(|reading| {
        reading.figures.iter().filter(|figure| agree(number, &figure.number)).any(|figure| {
            let same_side = side.is_none() || figure.bound.is_none() || side == figure.bound;
            same_side && (number.spelled || speaks_of(claim, reading, figure.place))
        })
    })
}

/// Whether the claim's subject is named where the number stands.
fn speaks_of(claim: &Claim, reading: &Reading<'_>, place: Place) -> bool {
    match place {
        Place::Title => claim.share_of(reading.title) >= NUMBER_SENTENCE,
        Place::Sentence(at) => reading.source.sentences.get(at).is_some_and(|sentence| claim.share_of(&sentence.stems) >= NUMBER_SENTENCE),
        Place::Elsewhere => claim.share_of(&stem_set(&reading.source.abstract_text)) >= NUMBER_SENTENCE,
    }
}

/// `[5]` behind a word: another text's citation.
fn is_footnote(body: &str, number: &Number) -> bool {
    let before = body.get(..number.span.start).and_then(|before| before.strip_suffix('['));
    let closed = body.get(number.span.end..).is_some_and(|after| after.starts_with(']'));
    closed && before.is_some_and(|before| !before.trim_end().ends_with(['=', '$', '(']))
}

/// What the words or signs right before a number say about it.
fn bound(text: &str, at: usize) -> Option<Bound> {
    let before =
        text.get(..at)?.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '$' | '~' | '{' | '(' | '≈' | '+')).to_lowercase();
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
