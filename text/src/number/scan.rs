//! Finding numbers in a reading of the text.

use std::ops::Range;

use super::words::Worded;
use super::{Form, Number, exact};
use crate::latex::{Glyph, balanced, is_unit};

pub(super) fn scan(text: &str, glyphs: &[Glyph]) -> Vec<Number> {
    let mut scanner = Scanner::new(text, glyphs);
    scanner.run();
    share_marks(&mut scanner.found, glyphs);
    scanner.found.into_iter().map(|found| found.number).collect()
}

/// A number and the glyphs that it and its percent sign take.
struct Found {
    number: Number,
    glyphs: Range<usize>,
}

/// A reading of a text, the place in it, and the numbers so far.
pub(super) struct Scanner<'a> {
    text: &'a str,
    pub(super) glyphs: &'a [Glyph],
    at: usize,
    found: Vec<Found>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, glyphs: &'a [Glyph]) -> Self {
        Self { text, glyphs, at: 0, found: Vec::new() }
    }

    fn run(&mut self) {
        while let Some(glyph) = self.glyphs.get(self.at) {
            let c = glyph.ch;
            if c.is_ascii_digit() || (c == '.' && self.digit(self.at + 1) && !self.before(self.at).is_some_and(char::is_alphanumeric)) {
                self.number();
            } else if matches!(c, '^' | '_') {
                self.skip_operand();
            } else if c.is_alphabetic() {
                self.name();
            } else {
                self.at += 1;
            }
        }
    }

    pub(super) fn ch(&self, at: usize) -> Option<char> {
        self.glyphs.get(at).map(|glyph| glyph.ch)
    }

    fn before(&self, at: usize) -> Option<char> {
        self.ch(at.checked_sub(1)?)
    }

    pub(super) fn digit(&self, at: usize) -> bool {
        self.ch(at).is_some_and(|c| c.is_ascii_digit())
    }

    pub(super) fn spaces(&self, at: usize) -> usize {
        let space = |glyph: &&Glyph| glyph.ch.is_whitespace();
        at + self.glyphs.iter().skip(at).take(3).take_while(space).count()
    }

    /// The word in letters alone that begins at `at`, in lower case, and the glyph after it.
    pub(super) fn word(&self, at: usize) -> (String, usize) {
        let end = self.letters(at);
        let run = self.glyphs.get(at..end).unwrap_or(&[]);
        let mut word = String::with_capacity(run.len());
        word.extend(run.iter().flat_map(|glyph| glyph.ch.to_lowercase()));
        (word, end)
    }

    /// The glyph after the letters that begin at `at`.
    fn letters(&self, at: usize) -> usize {
        at + self.glyphs.iter().skip(at).take_while(|glyph| glyph.ch.is_alphabetic()).count()
    }

    /// Passes over a word and the digits, scripts and short argument that make it a name. Emits it if it is a number word.
    fn name(&mut self) {
        let start = self.at;
        let end = self.letters(start);
        self.at = end;
        while self.ch(self.at).is_some_and(char::is_alphanumeric) {
            self.at += 1;
        }
        let mut inside = self.at + 1;
        match self.ch(self.at) {
            Some('(') if self.at - start <= 3 => {
                while inside - self.at <= 3 && self.ch(inside).is_some_and(char::is_alphanumeric) {
                    inside += 1;
                }
                if self.ch(inside) == Some(')') {
                    self.at = inside + 1;
                }
            }
            Some(':') if self.word(start).0 == "arxiv" => {
                while self.ch(self.at).is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '.' | '/' | '-')) {
                    self.at += 1;
                }
            }
            Some(c) if !c.is_alphanumeric() => {}
            _ => {}
        }
        if self.at == end
            && self.may_count(start, end)
            && let Some(Worded { canonical, form, end }) = self.worded(&self.word(start).0, start, end)
        {
            self.push(start..end, canonical, form);
        }
    }

    /// Passes over a script: no number but part of a name, a unit or a power.
    fn skip_operand(&mut self) {
        self.at += 1;
        if self.ch(self.at) == Some('(') {
            let close = self.glyphs.iter().skip(self.at).take(80).position(|glyph| glyph.ch == ')');
            self.at += close.map_or(1, |close| close + 1);
            return;
        }
        if self.ch(self.at).is_some_and(is_sign) {
            self.at += 1;
        }
        while self.ch(self.at).is_some_and(char::is_alphanumeric) || (self.ch(self.at) == Some('.') && self.digit(self.at + 1)) {
            self.at += 1;
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let (mantissa, decimals, mut end) = self.mantissa(start);
        if self.ch(end) == Some('.') && self.digit(end + 1) {
            // A version or a date.
            while self.digit(end) || (self.ch(end) == Some('.') && self.digit(end + 1)) {
                end += 1;
            }
            self.at = end;
            return;
        }
        let signed = self.is_signed(start);
        let first = if signed { start - 1 } else { start };
        let negative = signed && self.before(start) != Some('+');
        let (mut digits, mut exponent) = (mantissa, -decimals);
        let power = self.power(&digits, decimals, end);
        if let Some(power) = &power {
            end = power.end;
            if power.alone {
                digits = "1".to_owned();
                exponent = 0;
            }
            if let Some(broken) = &power.broken {
                let times = if power.alone { String::new() } else { format!("{}×", exact::canonical(false, &digits, exponent)) };
                self.push(first..end, format!("{}{times}10^{broken}", if negative { "-" } else { "" }), Form::Digits);
                return;
            }
            exponent += power.exponent;
        } else if decimals == 0 && matches!(self.word(end), (word, after) if is_ordinal_ending(&digits, &word) && !self.digit(after)) {
            // `5th`
            self.push(first..end + 2, digits, Form::Ordinal);
            return;
        } else if self.is_name(end) {
            self.at = end;
            while self.ch(self.at).is_some_and(char::is_alphanumeric) {
                self.at += 1;
            }
            return;
        }
        let (scale, scale_end) = self.scale(end);
        self.push(first..scale_end, exact::canonical(negative, &digits, exponent + scale), Form::Digits);
        if self.ch(self.at) == Some('(') && self.digit(self.at + 1) {
            // `67.4(5)`: the uncertainty of the last digits, no number of its own.
            let close = (2..=3).find(|ahead| self.ch(self.at + ahead) == Some(')'));
            self.at += close.map_or(0, |close| close + 1);
        }
    }

    /// Digits without separators, how many of them stand after the point, and the glyph after them.
    pub(super) fn mantissa(&self, start: usize) -> (String, i64, usize) {
        let (mut digits, mut decimals, mut at) = (String::new(), 0, start);
        let mut point = false;
        while let Some(c) = self.ch(at) {
            let group = || (1..=3).all(|ahead| self.digit(at + ahead)) && !self.digit(at + 4);
            match c {
                _ if c.is_ascii_digit() => {
                    digits.push(c);
                    decimals += i64::from(point);
                }
                ',' | '\u{2009}' if !point && (1..=3).contains(&(at - start)) && group() => {}
                ',' | '\u{2009}' if !point && self.is_grouped(start, at) && group() => {}
                '.' if !point && self.digit(at + 1) => point = true,
                _ => break,
            }
            at += 1;
        }
        (digits, decimals, at)
    }

    /// Whether a separator stands four glyphs back, so that another may follow.
    fn is_grouped(&self, start: usize, at: usize) -> bool {
        at.checked_sub(4).is_some_and(|separator| separator > start && self.ch(separator) == self.ch(at))
    }

    /// A sign right before the digits, unless it joins them to what stands before: `10-20`, `GPT-4`.
    pub(super) fn is_signed(&self, start: usize) -> bool {
        let Some(sign) = start.checked_sub(1).filter(|sign| self.ch(*sign).is_some_and(is_sign)) else {
            return false;
        };
        let spaced = sign.checked_sub(1).is_some_and(|at| self.ch(at).is_some_and(char::is_whitespace));
        let left = if spaced { sign.checked_sub(2) } else { sign.checked_sub(1) }.and_then(|at| self.ch(at));
        match left {
            Some(c) if spaced => !c.is_ascii_digit(),
            Some(c) => !(c.is_alphanumeric() || matches!(c, ')' | ']' | '%')),
            None => true,
        }
    }

    /// Digits that touch the letters of a name: `2dFGRS`, `5th`. Units, Greek letters, `1990s` and `10x` leave a number.
    fn is_name(&self, end: usize) -> bool {
        let Some(c) = self.ch(end) else { return false };
        let (word, _) = self.word(end);
        c.is_ascii_alphabetic() && self.unit(end).is_none() && !matches!(word.as_str(), "s" | "x")
    }

    /// The power of ten of a scale word and the glyph after it.
    fn scale(&self, end: usize) -> (i64, usize) {
        let start = self.spaces(end);
        if start == end {
            return (0, end);
        }
        match self.word(start) {
            (word, after) if word == "thousand" => (3, after),
            (word, after) if word == "million" => (6, after),
            (word, after) if word == "billion" => (9, after),
            (word, after) if word == "trillion" => (12, after),
            _ => (0, end),
        }
    }

    fn unit(&self, end: usize) -> Option<String> {
        let mut start = self.spaces(end);
        if start == end && self.ch(start) == Some('-') {
            start += 1;
        }
        let (word, after) = self.word(start);
        let word = word.replace('σ', "sigma").replace(['μ', 'µ'], "mu");
        is_unit(&word, self.glyphs, &(start..after)).then_some(word)
    }

    /// The glyph after a percent sign or word.
    fn percent(&self, end: usize) -> Option<usize> {
        let start = self.spaces(end);
        if self.ch(start) == Some('%') {
            return Some(start + 1);
        }
        let (word, after) = self.word(start);
        match word.as_str() {
            "percent" => Some(after),
            "per" => Some(self.word(self.spaces(after))).filter(|(word, _)| word == "cent").map(|(_, after)| after),
            _ => None,
        }
    }

    fn push(&mut self, glyphs: Range<usize>, canonical: String, form: Form) {
        let percent = self.percent(glyphs.end);
        let unit = self.unit(glyphs.end);
        let range = glyphs.start..percent.unwrap_or(glyphs.end);
        self.at = range.end;
        let Some(run) = self.glyphs.get(range.clone()) else { return };
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return;
        };
        let number = Number {
            span: balanced(self.text, first.start..last.end),
            value: value(&canonical),
            canonical,
            percent: percent.is_some(),
            form,
            unit,
        };
        self.found.push(Found { number, glyphs: range });
    }
}

/// The value of a canonical spelling.
fn value(canonical: &str) -> f64 {
    if let Some((part, of)) = canonical.split_once('/') {
        return part.parse().unwrap_or(f64::INFINITY) / of.parse().unwrap_or(1.0);
    }
    match canonical.split_once("10^").and_then(|(times, exponent)| Some((times, exponent.parse::<f64>().ok()?))) {
        None => canonical.parse().unwrap_or(f64::INFINITY),
        Some((times, exponent)) => {
            let factor = match times.trim_end_matches('×') {
                "" => 1.0,
                "-" => -1.0,
                factor => factor.parse().unwrap_or(1.0),
            };
            factor * 10f64.powf(exponent)
        }
    }
}

/// `1st`, `22nd`, `13th`.
fn is_ordinal_ending(digits: &str, ending: &str) -> bool {
    let teen = matches!(digits.len().checked_sub(2).and_then(|at| digits.get(at..)), Some("11" | "12" | "13"));
    let expected = match digits.bytes().last() {
        Some(b'1') if !teen => "st",
        Some(b'2') if !teen => "nd",
        Some(b'3') if !teen => "rd",
        _ => "th",
    };
    ending == expected
}

pub(super) fn is_sign(c: char) -> bool {
    matches!(c, '-' | '−' | '+')
}

/// `5–10%`, `10 to 20 GeV`: what stands behind the second number holds for the first.
fn share_marks(found: &mut [Found], glyphs: &[Glyph]) {
    for index in (1..found.len()).rev() {
        let Some([first, second]) = found.get_mut(index - 1..=index) else {
            continue;
        };
        let between: String = glyphs.get(first.glyphs.end..second.glyphs.start).unwrap_or(&[]).iter().map(|glyph| glyph.ch).collect();
        if matches!(between.trim(), "-" | "–" | "—" | "−" | "±" | "to" | "and" | "or")
            && !first.number.percent
            && first.number.unit.is_none()
        {
            first.number.percent = second.number.percent;
            first.number.unit.clone_from(&second.number.unit);
        }
    }
}
