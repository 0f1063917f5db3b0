//! LaTeX read into plain characters that remember where they came from.
//!
//! One reading serves all: what a person sees, the words that search matches, and the numbers that verification compares. So they can't differ
//! in what they take a formula to say.

use std::ops::Range;

use super::expand::arity;
use super::macros::{Macro, meaning};
use crate::citation::mentions;
use crate::math_span::{MathSpan, math_spans};
use crate::source_mention::source_mentions;

/// One plain character and the bytes of the original that it stands for. Several characters of one macro share its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    pub(crate) ch: char,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Stands inside mathematics.
    pub(crate) math: bool,
}

/// Reads `text`. What is no LaTeX, or broken, comes out as it stands. Takes time linear in the text, up to a logarithm.
pub(crate) fn glyphs(text: &str) -> Vec<Glyph> {
    let mut reader = Reader {
        text,
        at: 0,
        math: false,
        depth: 0,
        regions: math_spans(text),
        braces: matching_braces(text),
        out: Vec::with_capacity(text.len()),
    };
    reader.run(text.len());
    reader.out
}

/// The same, with U+FFFC for each character of an AG id, bracketed or not, and of an arXiv id: an id names a preprint and says nothing about
/// physics, so neither its letters nor its digits may be read.
pub(crate) fn glyphs_without_ids(text: &str) -> Vec<Glyph> {
    let mut glyphs = glyphs(text);
    mask(&mut glyphs, mentions(text).into_iter().map(|mention| mention.span));
    mask(&mut glyphs, source_mentions(text).into_iter().map(|mention| mention.span));
    glyphs
}

fn mask(glyphs: &mut [Glyph], ids: impl Iterator<Item = Range<usize>>) {
    let mut ids = ids.peekable();
    for glyph in glyphs {
        while ids.next_if(|span| span.end <= glyph.start).is_some() {}
        if ids.peek().is_some_and(|span| span.contains(&glyph.start)) {
            glyph.ch = '\u{FFFC}';
        }
    }
}

/// Widens a span over the braces that close what it opened, so that `N_{\rm eff` becomes `N_{\rm eff}`.
pub(crate) fn balanced(text: &str, span: Range<usize>) -> Range<usize> {
    let inside = text.get(span.clone()).unwrap_or("");
    let open = inside.matches('{').count().saturating_sub(inside.matches('}').count());
    let behind = text.get(span.end..).unwrap_or("").bytes().take(open).take_while(|byte| *byte == b'}').count();
    span.start..span.end + behind
}

/// Groups nested deeper are shown as they stand: no author writes them, and the stack has an end.
const DEEPEST: usize = 40;

/// The text, the place in it, and what was read so far.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) math: bool,
    depth: usize,
    regions: Vec<MathSpan>,
    /// Byte of each `{` that has a partner, with that of its `}`; ascending.
    braces: Vec<(usize, usize)>,
    pub(super) out: Vec<Glyph>,
}

impl Reader<'_> {
    fn run(&mut self, end: usize) {
        while self.at < end {
            let Some(c) = self.peek() else { return };
            match c {
                // Most of a text: nothing to look up, and one byte.
                'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => {
                    self.push(c, self.at, self.at + 1);
                    self.at += 1;
                }
                '$' | '\\' if self.region(end) => {}
                '\\' => self.command(end),
                '{' => self.group(end),
                '_' | '^' if self.math || self.next_is('{') => self.script(c, end),
                '~' if !self.is_approximately() => self.emit_one(' '),
                '-' if !self.math && self.next_is('-') => self.dashes(),
                '`' | '\'' if !self.math && self.next_is(c) => self.emit_source(2, if c == '`' { "“" } else { "”" }),
                '\'' if self.math => self.emit_one('′'),
                _ => self.emit_one(c),
            }
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    /// Whether `c` follows the (one-byte) character here.
    fn next_is(&self, c: char) -> bool {
        self.text.get(self.at + 1..).is_some_and(|rest| rest.starts_with(c))
    }

    pub(super) fn push(&mut self, ch: char, start: usize, end: usize) {
        self.out.push(Glyph { ch, start, end, math: self.math });
    }

    /// Shows the character here as `shown` and moves past it.
    fn emit_one(&mut self, shown: char) {
        let width = self.peek().map_or(1, char::len_utf8);
        self.push(shown, self.at, self.at + width);
        self.at += width;
    }

    /// Shows the next `width` bytes as `shown` and moves past them.
    fn emit_source(&mut self, width: usize, shown: &str) {
        let (start, end) = (self.at, self.at + width);
        for ch in shown.chars() {
            self.push(ch, start, end);
        }
        self.at = end;
    }

    /// `--` and `---`; longer runs are rules or options and stay.
    fn dashes(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        match rest.len() - rest.trim_start_matches('-').len() {
            2 => self.emit_source(2, "–"),
            3 => self.emit_source(3, "—"),
            more => (0..more).for_each(|_| self.emit_one('-')),
        }
    }

    /// `~100 Mpc`: not a tie between two words but the sign for about.
    fn is_approximately(&self) -> bool {
        let before = self.text.get(..self.at).and_then(|text| text.chars().next_back());
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '~'))
    }

    /// Reads the mathematics that begins here, if any does and it ends before `end`.
    fn region(&mut self, end: usize) -> bool {
        let Ok(index) = self.regions.binary_search_by_key(&self.at, |span| span.outer.start) else {
            return false;
        };
        let Some(span) = self.regions.get(index).filter(|span| span.outer.end <= end).cloned() else {
            return false;
        };
        let outer_math = std::mem::replace(&mut self.math, true);
        self.at = span.inner.start;
        self.run(span.inner.end);
        self.math = outer_math;
        self.at = span.outer.end;
        true
    }

    /// The byte after the group whose `{` stands here, if it ends by `end`.
    pub(super) fn group_end(&self, end: usize) -> Option<usize> {
        self.group_end_at(self.at, end)
    }

    fn group_end_at(&self, at: usize, end: usize) -> Option<usize> {
        let index = self.braces.binary_search_by_key(&at, |(open, _)| *open).ok()?;
        self.braces.get(index).map(|(_, close)| close + 1).filter(|close| *close <= end && self.depth < DEEPEST)
    }

    fn group(&mut self, end: usize) {
        match self.group_end(end) {
            Some(close) => {
                self.depth += 1;
                self.at += 1;
                self.run(close - 1);
                self.depth -= 1;
                self.at = close;
            }
            None => self.emit_one('{'),
        }
    }

    /// Whether `count` arguments (groups, macros or characters) follow. Asked before any is read: to read and give up would read nested
    /// groups again and again.
    fn arguments_follow(&self, count: usize, end: usize) -> bool {
        let mut ahead = self.at;
        for _ in 0..count {
            let rest = self.text.get(ahead..end).unwrap_or("");
            let argument = rest.trim_start();
            ahead += rest.len() - argument.len();
            let mut chars = argument.chars();
            match chars.next() {
                None | Some('}' | '$' | '&') => return false,
                Some('{') => match self.group_end_at(ahead, end) {
                    Some(close) => ahead = close,
                    None => return false,
                },
                Some('\\') => ahead += 1 + macro_name(chars.as_str()).len(),
                Some(c) => ahead += c.len_utf8(),
            }
        }
        true
    }

    /// Reads one argument that [`Reader::arguments_follow`] saw into glyphs of its own, and moves past it.
    pub(super) fn argument(&mut self, end: usize) -> Vec<Glyph> {
        while self.at < end && self.peek().is_some_and(char::is_whitespace) {
            self.emit_nothing();
        }
        let saved = std::mem::take(&mut self.out);
        match self.peek() {
            Some('{') => self.group(end),
            Some('\\') if self.depth < DEEPEST => {
                self.depth += 1;
                self.command(end);
                self.depth -= 1;
            }
            Some(c) if self.at < end => self.emit_one(c),
            _ => {}
        }
        std::mem::replace(&mut self.out, saved)
    }

    fn emit_nothing(&mut self) {
        self.at += self.peek().map_or(1, char::len_utf8);
    }

    /// Sub- or superscript at `mark`. Digits below the line join their letter (`H0`); signs and runs keep the mark (`10^-3`, `N_eff`); all else
    /// gets parentheses, since the braces that held it together go.
    fn script(&mut self, mark: char, end: usize) {
        let start = self.at;
        self.at += 1;
        if !self.arguments_follow(1, end) {
            return self.push(mark, start, start + 1);
        }
        let was_math = std::mem::replace(&mut self.math, true);
        let argument = self.argument(end);
        self.math = was_math;
        self.push_script(mark, start, &argument);
    }

    pub(super) fn push_script(&mut self, mark: char, start: usize, argument: &[Glyph]) {
        let (Some(first), Some(last)) = (argument.first(), argument.last()) else {
            return;
        };
        let after_letter = self.out.last().is_some_and(|glyph| glyph.ch.is_alphabetic());
        let digits = argument.iter().all(|glyph| glyph.ch.is_ascii_digit());
        let one_sign = argument.len() == 1 && !first.ch.is_alphanumeric();
        let signed = matches!(first.ch, '+' | '-' | '−' | '±' | '∓');
        let simple = argument.iter().skip(usize::from(signed)).all(|glyph| glyph.ch.is_alphanumeric() || glyph.ch == '.');
        match (mark, first.ch) {
            ('^', '∘') if one_sign => return self.push('°', start, last.end),
            (_, '°') if one_sign => return self.out.extend(argument),
            ('^', '′') if argument.iter().all(|glyph| glyph.ch == '′') => return self.out.extend(argument),
            ('_', _) if (digits && after_letter) || (one_sign && !signed) => return self.out.extend(argument),
            _ => self.push(mark, start, start + 1),
        }
        self.push_operand(argument, simple || one_sign);
    }

    /// Pushes `argument`, in parentheses unless it stands well alone.
    pub(super) fn push_operand(&mut self, argument: &[Glyph], alone: bool) {
        let (Some(first), Some(last)) = (argument.first(), argument.last()) else {
            return;
        };
        if alone {
            self.out.extend(argument);
            return;
        }
        self.push('(', first.start, first.start);
        self.out.extend(argument);
        self.push(')', last.end, last.end);
    }

    fn command(&mut self, end: usize) {
        let start = self.at;
        let name = macro_name(self.text.get(start + 1..end).unwrap_or(""));
        let after = start + 1 + name.len();
        self.at = after;
        match meaning(name) {
            Some(Macro::LetterAccent(_)) if self.math && self.peek() != Some('{') => self.unknown(start, after, end),
            Some(meaning) if self.arguments_follow(arity(meaning), end) => self.known(meaning, start, after, end),
            _ => self.unknown(start, after, end),
        }
    }

    /// Leaves a macro as it stands, with the braces of its arguments.
    fn unknown(&mut self, start: usize, after: usize, end: usize) {
        self.at = start;
        while self.at < after {
            let Some(c) = self.peek() else { return };
            self.emit_one(c);
        }
        while let Some(close) = self.group_end(end) {
            self.emit_one('{');
            self.depth += 1;
            self.run(close - 1);
            self.depth -= 1;
            self.at = close - 1;
            self.emit_one('}');
        }
    }

    pub(super) fn push_all(&mut self, shown: &str, start: usize, end: usize) {
        for ch in shown.chars() {
            self.push(ch, start, end);
        }
    }
}

/// Letters, or one other character.
fn macro_name(rest: &str) -> &str {
    let letters = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let width = if letters > 0 { letters } else { rest.chars().next().map_or(0, char::len_utf8) };
    rest.get(..width).unwrap_or("")
}

fn matching_braces(text: &str) -> Vec<(usize, usize)> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' => {
                escaped = !escaped;
                continue;
            }
            b'{' if !escaped => open.push(at),
            b'}' if !escaped => pairs.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
        escaped = false;
    }
    pairs.sort_unstable();
    pairs
}
