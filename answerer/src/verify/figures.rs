//! Numbers: a claim's must stand in the cited text, where it speaks of what the claim says, and bound it from the same side.

use antigravity_text::{Number, agree, numbers};

use super::library::Reading;
use super::support::Claim;
use super::thresholds::{NUMBER_AROUND, NUMBER_SENTENCE, NUMBER_WORDS};
use crate::sources::{Source, stem_set};

/// A number of a source, where it stands.
pub(super) struct Figure {
    number: Number,
    /// The title is sentence 0.
    sentence: usize,
    bound: Option<Bound>,
    counted: Option<String>,
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
    // Between sentences stands what a listing adds: it belongs to the one before.
    let sentence =
        |start: usize| start.checked_sub(begin).map_or(0, |at| source.sentences.iter().filter(|one| one.span.start <= at).count());
    let figure = |number: &Number| Figure {
        number: number.clone(),
        sentence: sentence(number.span.start),
        bound: bound(&whole, number.span.start),
        counted: counted(&whole, number),
    };
    source.numbers.iter().map(figure).collect()
}

/// How a claim's numbers stand in the cited texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Figures {
    /// All are there, in sentences that speak of the claim.
    Found,
    /// One stands only beside such a sentence, or one in words isn't there (`two findings`): it may be the answer's own count.
    Doubtful,
    /// One isn't there.
    Missing,
}

/// Looks for every number of the claim.
pub(super) fn found(body: &str, claim: &Claim, cited: &[Reading<'_>], has_footnotes: bool) -> Figures {
    let judged = |number: &Number| match (standing(body, number, claim, cited), number.spelled) {
        (Some(Place::Here), _) => Figures::Found,
        (Some(Place::Beside), _) | (None, true) => Figures::Doubtful,
        (None, false) => Figures::Missing,
    };
    numbers(body)
        .iter()
        // "One" is rarely a number.
        .filter(|number| !(number.spelled && number.canonical == "1"))
        .filter(|number| !(has_footnotes && is_footnote(body, number)))
        .map(judged)
        .max_by_key(|figures| *figures as u8)
        .unwrap_or(Figures::Found)
}

/// Where a number stands, as seen from the claim.
enum Place {
    /// In a sentence that speaks of it.
    Here,
    /// In a sentence that does with its neighbour.
    Beside,
}

fn standing(body: &str, number: &Number, claim: &Claim, cited: &[Reading<'_>]) -> Option<Place> {
    let (side, around) = (bound(body, number.span.start), Claim::new(&around(body, number)));
    let mut best = None;
    for reading in cited {
        let agreeing = reading.figures.iter().filter(|figure| agree(number, &figure.number));
        for figure in agreeing.filter(|figure| side.is_none() || figure.bound.is_none() || side == figure.bound) {
            // One in words is too common to be looked for in its place.
            match if number.spelled { Some(Place::Here) } else { place(claim, &around, reading, figure.sentence) } {
                // "5 minutes" isn't "five metronomes": a figure and a word are the same number where they count the same.
                Some(Place::Here) if number.spelled != figure.number.spelled && counted(body, number) != figure.counted => {
                    best = Some(Place::Beside);
                }
                Some(Place::Here) => return Some(Place::Here),
                Some(Place::Beside) => best = Some(Place::Beside),
                None => {}
            }
        }
    }
    best
}

/// The stem of the word behind a number: what it counts.
fn counted(text: &str, number: &Number) -> Option<String> {
    let behind = text.get(number.span.end..)?.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty())?;
    stem_set(behind).into_iter().next()
}

/// The words around a number.
fn around(body: &str, number: &Number) -> String {
    let before = body.get(..number.span.start).unwrap_or("").split_whitespace().rev().take(NUMBER_WORDS);
    let after = body.get(number.span.end..).unwrap_or("").split_whitespace().take(NUMBER_WORDS);
    before.chain(after).collect::<Vec<_>>().join(" ")
}

/// Whether the claim's subject, or what stands around its number, is named where the number stands. The title is sentence 0.
fn place(claim: &Claim, around: &Claim, reading: &Reading<'_>, sentence: usize) -> Option<Place> {
    let stems = |at: usize| match at.checked_sub(1) {
        None => Some(reading.title),
        Some(at) => reading.source.sentences.get(at).map(|sentence| &sentence.stems),
    };
    let own = stems(sentence)?;
    let speaks = |share: f64| share >= NUMBER_SENTENCE;
    if speaks(claim.share_of(own)) || around.share_of(own) >= NUMBER_AROUND {
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
