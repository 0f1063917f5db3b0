//! Joined forms: what authors write with a hyphen, a space or brackets, or without.

use std::ops::Range;

use super::glyph::Glyph;
use super::token::{Lexeme, Token, TokenKind, char_at};

/// Adds each joined form after its last part.
pub(super) fn with_joined_forms(glyphs: &[Glyph], parts: Vec<Lexeme>) -> Vec<Lexeme> {
    let mut joined = joined_forms(glyphs, &parts).into_iter().peekable();
    let mut all = Vec::with_capacity(parts.len() + joined.len());
    for (index, part) in parts.into_iter().enumerate() {
        all.push(part);
        while let Some((_, form)) = joined.next_if(|(last, _)| *last == index) {
            all.push(form);
        }
    }
    all
}

/// The joined forms, each with the index of its last part.
fn joined_forms(glyphs: &[Glyph], parts: &[Lexeme]) -> Vec<(usize, Lexeme)> {
    let between = |left: usize| match (parts.get(left), parts.get(left + 1)) {
        (Some(left), Some(right)) => glyphs.get(left.glyphs.end..right.glyphs.start).unwrap_or(&[]),
        _ => &[],
    };
    let mut joined = Vec::new();
    let mut chain = 0; // index of the first part of the hyphenated compound that goes on
    for (index, part) in parts.iter().enumerate() {
        if let Some((left, previous)) = index.checked_sub(1).and_then(|left| Some((left, parts.get(left)?)))
            && is_one_name(previous, between(left), part, glyphs)
        {
            joined.push((index, join(parts.get(left..=index).unwrap_or(&[]), true)));
        }
        joined.extend(primed(part, glyphs).map(|form| (index, form)));
        if index + 1 < parts.len() && is_hyphen(between(index)) {
            continue;
        }
        let compound = parts.get(chain..=index).unwrap_or(&[]);
        chain = index + 1;
        let lone_numbers = compound.iter().all(|part| part.token.kind == TokenKind::Number);
        let quantity = matches!(compound, [number, unit] if is_quantity(number, &[], unit, glyphs));
        if compound.len() > 1 && !lone_numbers && !quantity {
            joined.push((index, join(compound, compound.len() == 2 && compound.iter().any(binds))));
        }
    }
    joined
}

/// Whether two parts that stand side by side are one name.
fn is_one_name(left: &Lexeme, between: &[Glyph], right: &Lexeme, glyphs: &[Glyph]) -> bool {
    is_quantity(left, between, right, glyphs)
        || is_call(left, between, right, glyphs)
        || is_j_psi(left, between, right)
        || is_catalogue_number(left, between, right)
}

/// Whether a compound of this part and another is one name: `B-meson`, `2-loop`, `non-Gaussian`.
fn binds(part: &Lexeme) -> bool {
    part.token.kind != TokenKind::Word || part.token.text.len() == 1 || is_prefix(&part.token.text)
}

fn join(parts: &[Lexeme], bound: bool) -> Lexeme {
    let text = parts.iter().map(|part| part.token.text.as_str()).collect();
    let words = parts.iter().all(|part| part.token.kind == TokenKind::Word);
    let kind = if words { TokenKind::Word } else { TokenKind::Symbol };
    let span = parts.first().map_or(0, |part| part.token.span.start)..parts.last().map_or(0, |part| part.token.span.end);
    let glyphs = parts.first().map_or(0, |part| part.glyphs.start)..parts.last().map_or(0, |part| part.glyphs.end);
    let upper = parts.first().is_some_and(|part| part.upper);
    Lexeme { token: Token { text, span, kind, joined: true, bound }, glyphs, upper }
}

/// One hyphen of running text. A minus of mathematics joins nothing.
fn is_hyphen(between: &[Glyph]) -> bool {
    matches!(between, [glyph] if matches!(glyph.ch, '-' | '\u{2010}' | '\u{2011}') && !glyph.math)
}

fn is_quantity(number: &Lexeme, between: &[Glyph], unit: &Lexeme, glyphs: &[Glyph]) -> bool {
    let near = between.len() <= 2 && (between.iter().all(|glyph| matches!(glyph.ch, ' ' | '\u{2009}' | '\u{A0}')) || is_hyphen(between));
    near && number.token.kind == TokenKind::Number && is_unit(&unit.token.text, glyphs, &unit.glyphs) && !is_exponent(number, glyphs)
}

/// The `22` of `10^-22 eV` is no quantity.
fn is_exponent(number: &Lexeme, glyphs: &[Glyph]) -> bool {
    let before = |count: usize| number.glyphs.start.checked_sub(count).and_then(|at| char_at(glyphs, at));
    before(1) == Some('^') || (matches!(before(1), Some('-' | '−' | '+' | '(')) && before(2) == Some('^'))
}

/// Units that make a number worth finding. Letters that are symbols more often than units (m, s, g, T) are left out, but for kelvin.
pub(crate) fn is_unit(text: &str, glyphs: &[Glyph], range: &Range<usize>) -> bool {
    match text {
        "ev" | "mev" | "kev" | "gev" | "tev" | "pev" | "eev" | "ab" | "fb" | "nb" | "pc" | "kpc" | "mpc" | "gpc" | "hz" | "khz" | "mhz"
        | "ghz" | "thz" | "nm" | "mum" | "mm" | "cm" | "km" | "mk" | "yr" | "kyr" | "myr" | "gyr" | "ms" | "ns" | "ps" | "fs" | "kg"
        | "db" | "sigma" => true,
        "k" => char_at(glyphs, range.start) == Some('K'),
        // Not lead.
        "pb" => char_at(glyphs, range.start) == Some('p'),
        _ => false,
    }
}

/// `SU(2)`, `U(1)`, `f(R)`; `X(3872)` and `chi_c1(3872)`, whose mass is part of the name; `R(D*)`.
fn is_call(name: &Lexeme, between: &[Glyph], argument: &Lexeme, glyphs: &[Glyph]) -> bool {
    let (longest_name, longest) = if argument.token.kind == TokenKind::Number { (5, 4) } else { (3, 3) };
    let mut close = argument.glyphs.end;
    while matches!(char_at(glyphs, close), Some('*' | '^' | '∗')) {
        close += 1;
    }
    matches!(between, [open] if open.ch == '(')
        && name.token.kind != TokenKind::Number
        && name.glyphs.len() <= longest_name
        && argument.glyphs.len() <= longest
        && char_at(glyphs, close) == Some(')')
}

/// `J/ψ`: the one particle with a stroke in its name.
fn is_j_psi(j: &Lexeme, between: &[Glyph], psi: &Lexeme) -> bool {
    matches!(between, [stroke] if stroke.ch == '/') && j.upper && j.token.text == "j" && psi.token.text == "psi"
}

/// `GW 170817`, `SN 1987A`, `NGC 1275`: written with the space or without.
fn is_catalogue_number(name: &Lexeme, between: &[Glyph], number: &Lexeme) -> bool {
    const CATALOGUES: [&str; 16] =
        ["gw", "sn", "grb", "frb", "ngc", "ugc", "psr", "sgr", "hd", "hip", "toi", "at", "ic", "abell", "arp", "mrk"];
    matches!(between, [space] if matches!(space.ch, ' ' | '\u{A0}'))
        && name.upper
        && CATALOGUES.contains(&name.token.text.as_str())
        && number.token.text.starts_with(|c: char| c.is_ascii_digit())
        && number.token.text.len() >= 3
        && !number.token.text.contains('.')
}

/// `Z′` as `zprime`, which is how it is spelt without the mark. Lower-case letters with a prime are variables.
fn primed(part: &Lexeme, glyphs: &[Glyph]) -> Option<Lexeme> {
    let end = part.glyphs.end;
    let prime = match char_at(glyphs, end)? {
        '′' => true,
        '\'' | '’' => part.glyphs.len() == 1 && !char_at(glyphs, end + 1).is_some_and(char::is_alphabetic),
        _ => false,
    };
    let named = part.upper && part.glyphs.len() <= 2 && part.token.kind != TokenKind::Number;
    let mark = glyphs.get(end).filter(|_| prime && named)?;
    let text = format!("{}prime", part.token.text);
    let token = Token { text, span: part.token.span.start..mark.end, kind: TokenKind::Symbol, joined: true, bound: true };
    Some(Lexeme { token, glyphs: part.glyphs.start..end + 1, upper: part.upper })
}

/// Prefixes that are written with a hyphen or without one.
pub(crate) fn is_prefix(text: &str) -> bool {
    matches!(
        text,
        "anti"
            | "bi"
            | "co"
            | "hyper"
            | "infra"
            | "inter"
            | "intra"
            | "macro"
            | "meta"
            | "micro"
            | "mini"
            | "mono"
            | "multi"
            | "nano"
            | "non"
            | "over"
            | "poly"
            | "post"
            | "pre"
            | "proto"
            | "pseudo"
            | "quasi"
            | "re"
            | "semi"
            | "sub"
            | "super"
            | "supra"
            | "trans"
            | "tri"
            | "ultra"
            | "un"
            | "under"
    )
}
