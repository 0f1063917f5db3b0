//! Full stops that end no sentence.

use crate::stop_word::is_stop_word;

/// Whether the stop that ends at byte `after` belongs to an abbreviation or an initial.
pub(super) fn ends_at(text: &str, after: usize, end: usize) -> bool {
    let Some(before) = text.get(..after).and_then(|before| before.strip_suffix('.')) else {
        return false;
    };
    let word = last_word(before);
    let next = text.get(after..end).unwrap_or("").trim_start_matches([')', ']']).trim_start();
    match word.to_lowercase().as_str() {
        "al" => {
            before.len() >= 5
                && before.get(..before.len() - 2).is_some_and(|front| front.trim_end_matches([' ', '~', '\n']).ends_with("et"))
        }
        "st" => word == "St",
        _ if word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit()) => is_after_colon(before, word),
        lower => match Abbreviation::of(lower) {
            Some(abbreviation) => abbreviation.holds_before(next),
            None => is_initial(word) && is_name(next),
        },
    }
}

/// A word whose full stop is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abbreviation {
    /// Whatever follows: `Fig.`, `et al.`
    Always,
    /// Where a number or a label follows: `Sec. 3`, `No. II`. Otherwise it is a word or a unit of its own.
    BeforeNumber,
}

impl Abbreviation {
    /// What a word is, in lower case and without its last stop. Initials are none: whether a single letter is one, only the text around it
    /// can tell.
    pub fn of(lower: &str) -> Option<Self> {
        if ALWAYS.contains(&lower) {
            Some(Self::Always)
        } else if BEFORE_NUMBER.contains(&lower) {
            Some(Self::BeforeNumber)
        } else {
            None
        }
    }

    /// Whether the stop is the word's own before this text.
    pub fn holds_before(self, next: &str) -> bool {
        match self {
            Self::Always => true,
            Self::BeforeNumber => is_number_or_label(next),
        }
    }
}

const ALWAYS: [&str; 40] = [
    "al",
    "st",
    "e.g",
    "i.e",
    "eg",
    "ie",
    "c.f",
    "cf",
    "vs",
    "viz",
    "ca",
    "approx",
    "resp",
    "w.r.t",
    "a.k.a",
    "eq",
    "eqs",
    "eqn",
    "eqns",
    "fig",
    "figs",
    "ref",
    "refs",
    "sect",
    "sects",
    "dr",
    "prof",
    "mr",
    "mrs",
    "ms",
    "phys",
    "rev",
    "lett",
    "nucl",
    "astron",
    "astrophys",
    "incl",
    "univ",
    "dept",
    "i.i.d",
];

/// Words and units of their own unless a number or a label follows: `no`, `sec`, `app`.
const BEFORE_NUMBER: [&str; 38] = [
    "no", "nos", "sec", "secs", "tab", "tabs", "vol", "vols", "ch", "chap", "app", "thm", "prop", "lem", "def", "cor", "alg", "p", "pp",
    "art", "ex", "ver", "v", "ed", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "est", "max",
];

/// The run of letters, digits, inner stops and hyphens at the end of `before`; at most 12 characters of it.
fn last_word(before: &str) -> &str {
    let letters: usize =
        before.chars().rev().take(12).take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).map(char::len_utf8).sum();
    before.get(before.len() - letters..).unwrap_or("").trim_start_matches(['.', '-'])
}

/// `Two steps: 1. Do this.`: a number of a list within a sentence.
fn is_after_colon(before: &str, word: &str) -> bool {
    let front = before.get(..before.len() - word.len()).unwrap_or("");
    !word.is_empty() && front.trim_end().ends_with([':', ';'])
}

fn is_number_or_label(next: &str) -> bool {
    let label = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    next.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '[' | '$' | '\\' | '#' | '~'))
        || (!label.is_empty() && label.chars().all(is_label_letter))
}

/// Roman numerals and the letters of appendices.
fn is_label_letter(c: char) -> bool {
    matches!(c, 'I' | 'V' | 'X' | 'A'..='H') || c.is_ascii_digit()
}

/// `J`, `J.-P`, `U.S`, `C.L`: single letters before and between stops.
fn is_initial(word: &str) -> bool {
    !word.is_empty()
        && word
            .split(['.', '-'])
            .filter(|part| !part.is_empty())
            .all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase))
}

/// What follows an initial is a name or another initial. `The` and `We` are none: there the letter was a symbol (`the group G. We …`), and so
/// is what has no small letters.
fn is_name(next: &str) -> bool {
    let word = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    let mut letters = word.chars();
    let capital = letters.next().is_some_and(char::is_uppercase);
    capital && letters.next().is_none_or(char::is_lowercase) && (word.chars().count() == 1 || !is_stop_word(&word.to_lowercase()))
}
