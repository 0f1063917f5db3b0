//! Numbers in words: *twelve*, *two hundred*, *two-thirds*, *twofold*, *third*.

use std::sync::LazyLock;

use foldhash::HashSet;

use super::scan::Scanner;
use super::{Form, exact};
use crate::stop_word::is_stop_word;

const UNITS: [&str; 19] = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 12] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];
const SCALES: [(&str, u64); 5] = [("dozen", 12), ("hundred", 100), ("thousand", 1_000), ("million", 1_000_000), ("billion", 1_000_000_000)];
/// Parts of a whole, by how many make it up.
const PARTS: [(&str, u64); 8] =
    [("half", 2), ("third", 3), ("quarter", 4), ("fifth", 5), ("sixth", 6), ("seventh", 7), ("eighth", 8), ("tenth", 10)];
const HALVES: [&str; 4] = ["half", "halves", "halved", "halving"];
/// What a thing was multiplied by.
const MULTIPLES: [(&str, u64); 15] = [
    ("twice", 2),
    ("double", 2),
    ("doubles", 2),
    ("doubled", 2),
    ("doubling", 2),
    ("thrice", 3),
    ("triple", 3),
    ("triples", 3),
    ("tripled", 3),
    ("tripling", 3),
    ("quadruple", 4),
    ("quadruples", 4),
    ("quadrupled", 4),
    ("quadrupling", 4),
    ("hundredfold", 100),
];

/// All words that a number may begin with: most words are none of them.
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let counted = SCALES.iter().chain(&PARTS).chain(&MULTIPLES).map(|(word, _)| *word);
    let listed = UNITS.into_iter().chain(TENS).chain(ORDINALS).chain(HALVES);
    listed.chain(counted).collect()
});

/// The letters that these begin with, upper case too, and as many as the longest has.
const INITIALS: &str = "obtfsenmdhq";
const LONGEST: usize = 11;

/// A number in words, and the glyph after it.
pub(super) struct Worded {
    pub(super) canonical: String,
    pub(super) form: Form,
    pub(super) end: usize,
}

impl Scanner<'_> {
    /// Whether the word from `start` to `end` may be one of these, or end like `tenfold`: looked at before it is written in lower case.
    pub(super) fn may_count(&self, start: usize, end: usize) -> bool {
        let begins = || self.ch(start).is_some_and(|c| INITIALS.contains(c.to_ascii_lowercase()));
        let folds = || end.checked_sub(1).and_then(|last| self.ch(last)).is_some_and(|c| c.eq_ignore_ascii_case(&'d'));
        (end - start <= LONGEST && begins()) || folds()
    }

    /// The number that the word from `start` to `end` is, or begins.
    pub(super) fn worded(&self, word: &str, start: usize, end: usize) -> Option<Worded> {
        if !(WORDS.contains(word) || word.ends_with("fold")) {
            return None;
        }
        let whole = |value: u64, form, end| Some(Worded { canonical: value.to_string(), form, end });
        if let Some(value) = multiple(word) {
            return whole(value, Form::Multiple, end);
        }
        let article = matches!(self.word_before(start).as_str(), "a" | "an");
        match word {
            _ if HALVES.contains(&word) => {
                return (self.ch(end) != Some('-')).then(|| Worded { canonical: part(1, 2), form: Form::Fraction, end });
            }
            // "A third of the sample", but "a third sample".
            "third" | "quarter" | "fifth" | "tenth" if article && self.next_word(end).0 == "of" => {
                let of = parts_of(word)?;
                return Some(Worded { canonical: part(1, of), form: Form::Fraction, end });
            }
            "second" if self.is_time(start, end) => return None,
            _ => {}
        }
        if let Some(place) = ORDINALS.iter().position(|known| *known == word) {
            return whole(place as u64 + 1, Form::Ordinal, end);
        }
        let (value, end) = match scale(word) {
            // "A hundred", "a dozen"; "hundreds" counts nothing.
            Some(scale) if article => (scale, end),
            _ => self.below_hundred(word, end)?,
        };
        let (next, after) = self.next_word(end);
        let part_name = if value > 1 { next.strip_suffix('s') } else { Some(next.as_str()) };
        // "One third-order term" counts terms.
        if let Some(of) = part_name.and_then(parts_of).filter(|of| value < *of && self.ch(after) != Some('-')) {
            return Some(Worded { canonical: part(value, of), form: Form::Fraction, end: after });
        }
        if next == "fold" && self.ch(end) == Some('-') {
            return whole(value, Form::Multiple, after);
        }
        if let Some(place) = ORDINALS.iter().position(|known| *known == next).filter(|_| value >= 20 && self.ch(end) == Some('-')) {
            return whole(value + place as u64 + 1, Form::Ordinal, after);
        }
        let (value, end) = self.scaled(value, end);
        whole(value, Form::Cardinal, end)
    }

    /// Whether "second" is a time: nothing that it could count follows, or a number goes before.
    fn is_time(&self, start: usize, end: usize) -> bool {
        let (next, _) = self.next_word(end);
        let before = self.word_before(start);
        next.is_empty()
            || is_stop_word(&next)
            || before.is_empty()
            || ["per", "each", "every"].contains(&before.as_str())
            || unit(&before).is_some()
    }

    /// `twelve`, `ninety`, `ninety-nine`.
    fn below_hundred(&self, word: &str, end: usize) -> Option<(u64, usize)> {
        if let Some(unit) = unit(word) {
            return Some((unit, end));
        }
        let tens = (TENS.iter().position(|known| *known == word)? as u64 + 2) * 10;
        let (next, after) = self.next_word(end);
        Some(unit(&next).filter(|unit| *unit < 10).map_or((tens, end), |unit| (tens + unit, after)))
    }

    /// With the scale words that follow: `two hundred thousand`.
    fn scaled(&self, value: u64, end: usize) -> (u64, usize) {
        let (next, after) = self.next_word(end);
        match scale(&next).and_then(|scale| value.checked_mul(scale)) {
            Some(value) => self.scaled(value, after),
            None => (value, end),
        }
    }

    /// The next word in lower case behind a space or a hyphen, and the glyph after it.
    fn next_word(&self, end: usize) -> (String, usize) {
        let start = if self.ch(end) == Some('-') { end + 1 } else { self.spaces(end) };
        if start == end { (String::new(), end) } else { self.word(start) }
    }

    /// The word that ends before the space before `start`.
    fn word_before(&self, start: usize) -> String {
        let before = self.glyphs.get(..start).unwrap_or(&[]).iter().rev().map(|glyph| glyph.ch);
        let word: Vec<char> = before.skip_while(|c| c.is_whitespace()).take_while(|c| c.is_alphabetic()).collect();
        word.into_iter().rev().flat_map(char::to_lowercase).collect()
    }
}

fn unit(word: &str) -> Option<u64> {
    UNITS.iter().position(|known| *known == word).map(|place| place as u64 + 1)
}

fn scale(word: &str) -> Option<u64> {
    SCALES.iter().find(|(known, _)| *known == word).map(|(_, scale)| *scale)
}

fn parts_of(word: &str) -> Option<u64> {
    PARTS.iter().find(|(known, _)| *known == word).map(|(_, of)| *of)
}

/// `twice`, `doubled`, `tenfold`.
fn multiple(word: &str) -> Option<u64> {
    MULTIPLES.iter().find(|(known, _)| *known == word).map(|(_, value)| *value).or_else(|| unit(word.strip_suffix("fold")?))
}

/// `value / of`, as a decimal where that is exact.
fn part(value: u64, of: u64) -> String {
    let thousandths = value * 1_000;
    if thousandths.is_multiple_of(of) { exact::canonical(false, &(thousandths / of).to_string(), -3) } else { format!("{value}/{of}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_that_counts_is_passed_over_unread() {
        for word in WORDS.iter().copied().chain(["tenfold", "Twofold", "seventeenfold", "Twelve", "HUNDRED"]) {
            let glyphs = crate::latex::glyphs_without_ids(word);
            assert!(Scanner::new(word, &glyphs).may_count(0, word.len()), "{word}");
        }
    }
}
