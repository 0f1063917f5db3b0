//! What each macro does to the reading.

use unicode_normalization::char::compose;

use super::glyph::{Glyph, Reader};
use super::macros::Macro;

/// How many arguments a macro needs.
pub(super) fn arity(meaning: Macro) -> usize {
    match meaning {
        Macro::Accent(_) | Macro::LetterAccent(_) | Macro::Root | Macro::Script(_) | Macro::Unicode | Macro::Between(..) => 1,
        Macro::Fraction | Macro::Pair | Macro::First | Macro::Second => 2,
        Macro::Symbol(_) | Macro::Greek(_) | Macro::Function(_) | Macro::Look | Macro::Nothing | Macro::Delimiter => 0,
    }
}

impl Reader<'_> {
    /// Reads a known macro whose name ends at `after` and whose arguments are there.
    pub(super) fn known(&mut self, meaning: Macro, start: usize, after: usize, end: usize) {
        match meaning {
            Macro::Symbol(shown) => self.push_all(shown, start, after),
            Macro::Greek(shown) => {
                self.push_all(shown, start, after);
                if self.math && self.text.get(after..end).is_some_and(is_space_and_acronym) {
                    self.at += 1;
                }
            }
            Macro::Function(name) => self.function(name, start, after),
            Macro::Accent(mark) | Macro::LetterAccent(mark) => self.accent(mark, start, after, end),
            Macro::Look => self.skip_spaces(end),
            Macro::Nothing => self.at = self.group_end(end).unwrap_or(after),
            Macro::Delimiter => {
                if self.at < end && self.peek() == Some('.') {
                    self.at += 1;
                }
            }
            Macro::Fraction => {
                let (above, below) = (self.argument(end), self.argument(end));
                self.push_operand(&above, is_word(&above));
                self.push('/', start, after);
                self.push_operand(&below, is_word(&below));
            }
            Macro::Root => self.root(start, after, end),
            Macro::Script(mark) => {
                let argument = self.argument(end);
                self.push_script(mark, start, &argument);
            }
            Macro::Pair => {
                let (one, two) = (self.argument(end), self.argument(end));
                self.out.extend(one);
                self.push(' ', after, after);
                self.out.extend(two);
            }
            Macro::First => {
                let (one, _) = (self.argument(end), self.argument(end));
                self.out.extend(one);
            }
            Macro::Second => {
                let (_, two) = (self.argument(end), self.argument(end));
                self.out.extend(two);
            }
            Macro::Unicode => self.unicode(start, end),
            Macro::Between(before, behind) => {
                let argument = self.argument(end);
                self.push_all(before, start, after);
                self.out.extend(argument);
                self.push_all(behind, start, after);
            }
        }
    }

    fn skip_spaces(&mut self, end: usize) {
        while self.at < end && self.peek().is_some_and(|c| c == ' ') {
            self.at += 1;
        }
    }

    fn function(&mut self, name: &str, start: usize, after: usize) {
        if self.out.last().is_some_and(|glyph| glyph.ch.is_alphanumeric()) {
            self.push(' ', start, start);
        }
        self.push_all(name, start, after);
        if self.peek().is_some_and(|c| c == '\\' || c == '{') {
            self.push(' ', after, after);
        }
    }

    fn accent(&mut self, mark: char, start: usize, after: usize, end: usize) {
        let argument = self.argument(end);
        let accepts = |c: char| c.is_alphabetic() || (mark == '\u{304}' && c.is_ascii_digit()); // the representation 3̄
        let Some((first, others)) = argument.split_first().filter(|(first, _)| accepts(first.ch)) else {
            // Before anything else it is no accent, and stays.
            let name = self.text.get(start..after).unwrap_or("");
            self.push_all(name, start, after);
            self.out.extend(argument);
            return;
        };
        // A bar over a whole word (`\overline{MS}`) can't be shown on its letters; `\'{el}` accents the first.
        let wide = matches!(mark, '\u{304}' | '\u{302}' | '\u{303}' | '\u{20D7}' | '\u{332}') && !others.is_empty();
        match compose(first.ch, mark) {
            _ if wide => self.push(first.ch, first.start, first.end),
            Some(composed) => self.push(composed, start, first.end),
            None => {
                self.push(first.ch, start, first.end);
                self.push(mark, start, first.end);
            }
        }
        self.out.extend(others);
    }

    /// `\unicode{x2013}`. A number that names no character is left out with its macro.
    fn unicode(&mut self, start: usize, end: usize) {
        let number: String = self.argument(end).iter().map(|glyph| glyph.ch).collect();
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        if let Some(c) = code.ok().and_then(char::from_u32) {
            self.push(c, start, self.at);
        }
    }

    fn root(&mut self, start: usize, after: usize, end: usize) {
        let bracket = self.text.get(self.at..end).and_then(|rest| rest.strip_prefix('[')).and_then(|rest| rest.split_once(']'));
        let degree = bracket.map_or("", |(inside, _)| inside);
        if bracket.is_some() {
            self.at += degree.len() + 2;
        }
        let argument = self.argument(end);
        match degree {
            "" | "2" => self.push('√', start, after),
            "3" => self.push('∛', start, after),
            "4" => self.push('∜', start, after),
            _ => self.push_all(&format!("√[{degree}]"), start, after),
        }
        self.push_operand(&argument, is_word(&argument));
    }
}

fn is_word(glyphs: &[Glyph]) -> bool {
    glyphs.iter().all(|glyph| glyph.ch.is_alphanumeric() || matches!(glyph.ch, '_' | '.'))
}

/// ` CDM` after `\Lambda`: in mathematics the space is not seen.
fn is_space_and_acronym(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next() == Some(' ') && chars.take(2).filter(char::is_ascii_uppercase).count() == 2
}
