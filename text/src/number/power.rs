//! Powers of ten behind a number.

use super::scan::{Scanner, is_sign};
use crate::latex::Glyph;

/// A power of ten behind (or, `alone`, instead of) a mantissa.
pub(super) struct Power {
    pub(super) exponent: i64,
    /// The text of an exponent that is no integer.
    pub(super) broken: Option<String>,
    pub(super) alone: bool,
    pub(super) end: usize,
}

impl Scanner<'_> {
    /// The power that follows the mantissa which ends at `end`.
    pub(super) fn power(&self, digits: &str, decimals: i64, end: usize) -> Option<Power> {
        if digits == "10"
            && decimals == 0
            && let Some((exponent, broken, end)) = self.exponent_of_ten(end)
        {
            return Some(Power { exponent, broken, alone: true, end });
        }
        if matches!(self.ch(end), Some('e' | 'E'))
            && let Some((exponent, None, after)) = self.signed_integer(end + 1)
            && !self.ch(after).is_some_and(char::is_alphabetic)
        {
            return Some(Power { exponent, broken: None, alone: false, end: after });
        }
        let times = self.spaces(end);
        if matches!(self.ch(times), Some('×' | 'x' | '·' | '⋅' | '*' | '∗')) {
            let ten = self.spaces(times + 1);
            if self.ch(ten) == Some('1') && self.ch(ten + 1) == Some('0') {
                let (exponent, broken, end) = self.exponent_of_ten(ten + 2)?;
                return Some(Power { exponent, broken, alone: false, end });
            }
        }
        None
    }

    /// `^-15`, `^(-15)` or `⁻¹⁵` at `at`.
    fn exponent_of_ten(&self, at: usize) -> Option<(i64, Option<String>, usize)> {
        if self.ch(at) != Some('^') {
            let raised = |glyph: &Glyph| superscript(glyph.ch);
            let text: String = self.glyphs.iter().skip(at).map_while(raised).collect();
            return Some((text.parse().ok()?, None, at + text.chars().count()));
        }
        let open = self.ch(at + 1) == Some('(');
        let start = if open { self.spaces(at + 2) } else { at + 1 };
        let (exponent, broken, end) = self.signed_integer(start)?;
        let close = self.spaces(end);
        match (open, self.ch(close)) {
            (false, _) => Some((exponent, broken, end)),
            (true, Some(')')) => Some((exponent, broken, close + 1)),
            _ => None,
        }
    }

    /// An exponent: its value, or its text where it is broken (`15.5`), and the glyph after it.
    fn signed_integer(&self, at: usize) -> Option<(i64, Option<String>, usize)> {
        let sign = self.ch(at).filter(|c| is_sign(*c));
        let start = at + usize::from(sign.is_some());
        let (digits, decimals, end) = self.mantissa(start);
        let minus = if matches!(sign, Some('-' | '−')) { "-" } else { "" };
        let whole = digits.get(..digits.len().checked_sub(usize::try_from(decimals).ok()?)?)?;
        let exponent = i64::from(format!("{minus}{whole}").parse::<i16>().ok()?);
        let fraction = digits.get(whole.len()..).unwrap_or("").trim_end_matches('0');
        Some((exponent, (!fraction.is_empty()).then(|| format!("{minus}{whole}.{fraction}")), end))
    }
}

fn superscript(c: char) -> Option<char> {
    Some(match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴'..='⁹' => char::from_digit(u32::from(c) - u32::from('⁰'), 10)?,
        '⁻' => '-',
        _ => return None,
    })
}
