//! What authors write, put into the words that the typesetting crate knows.

use super::macros::{Macro, meaning};

/// Deepest nesting of braces that is read.
const DEPTH: usize = 50;

/// Why a formula can't be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("braces are nested too deeply")]
    Depth,
    #[error("a brace is closed that was not opened, or the other way round")]
    Braces,
    #[error("it defines macros (`\\{0}`)")]
    Definition(String),
    #[error("`\\{0}` lacks its argument")]
    Argument(String),
    #[error("`\\unicode` with a number that is no character to show")]
    Character,
}

/// The formula with its macros replaced; one that isn't known stays.
pub(super) fn rewrite(latex: &str) -> Result<String, Unreadable> {
    let mut reader = Reader { rest: latex, depth: 0 };
    let rewritten = reader.group()?;
    if reader.rest.is_empty() { Ok(rewritten) } else { Err(Unreadable::Braces) }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Up to the brace that closes the group, which stays, or to the end.
    fn group(&mut self) -> Result<String, Unreadable> {
        let mut out = String::new();
        let mut infix: Option<(&'static str, usize)> = None;
        while let Some(c) = self.rest.chars().next() {
            match c {
                '}' => break,
                '{' => {
                    let inner = self.braced()?;
                    out.push_str(&format!("{{{inner}}}"));
                }
                '\\' => {
                    let name = self.name();
                    match meaning(name) {
                        Some(Macro::Infix(command)) => infix = Some((command, out.len())),
                        known => self.command(name, known, &mut out)?,
                    }
                }
                c => {
                    self.skip(c.len_utf8());
                    out.push(c);
                }
            }
        }
        match infix.and_then(|(command, at)| Some((command, out.split_at_checked(at)?))) {
            Some((command, (above, below))) => Ok(format!("{command}{{{above}}}{{{below}}}")),
            None => Ok(out),
        }
    }

    fn command(&mut self, name: &str, known: Option<Macro>, out: &mut String) -> Result<(), Unreadable> {
        match known {
            None | Some(Macro::Infix(_)) => out.push_str(&format!("\\{name}")),
            Some(Macro::Means(latex)) => {
                out.push_str(latex);
                // `\lesssim` must not run into a letter that follows.
                if latex.ends_with(|c: char| c.is_ascii_alphabetic()) && self.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    out.push(' ');
                }
            }
            Some(Macro::Around(before, after)) => {
                let inner = self.argument(name)?;
                out.push_str(&format!("{before}{inner}{after}"));
            }
            Some(Macro::Without(latex)) => {
                self.skip_option();
                self.argument(name)?;
                out.push_str(latex);
            }
            Some(Macro::Nothing) => self.skip_option(),
            Some(Macro::Fence) => {
                out.push_str(&format!("\\{name}"));
                self.angle(out);
            }
            Some(Macro::Unicode) => {
                let number = self.argument(name)?;
                out.push_str(&format!("\\text{{{}}}", character(&number).ok_or(Unreadable::Character)?));
            }
            Some(Macro::Definition) => return Err(Unreadable::Definition(name.to_owned())),
        }
        Ok(())
    }

    /// The name of the macro that `rest` begins with: letters, or one other character.
    fn name(&mut self) -> &'a str {
        self.skip(1);
        let letters = self.rest.len() - self.rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let length = if letters > 0 { letters } else { self.rest.chars().next().map_or(0, char::len_utf8) };
        let name = self.rest.get(..length).unwrap_or_default();
        self.skip(length);
        name
    }

    /// A group with its braces, which are left out.
    fn braced(&mut self) -> Result<String, Unreadable> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Unreadable::Depth);
        }
        self.skip(1);
        let inner = self.group()?;
        if !self.rest.starts_with('}') {
            return Err(Unreadable::Braces);
        }
        self.skip(1);
        self.depth -= 1;
        Ok(inner)
    }

    /// A macro's argument: a group, a macro or a character.
    fn argument(&mut self, of: &str) -> Result<String, Unreadable> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next() {
            Some('{') => self.braced(),
            Some('\\') => Ok(format!("\\{} ", self.name())),
            Some(c) if c != '}' => {
                self.skip(c.len_utf8());
                Ok(c.to_string())
            }
            _ => Err(Unreadable::Argument(of.to_owned())),
        }
    }

    /// `[…]` after a macro.
    fn skip_option(&mut self) {
        if let Some((_, after)) = self.rest.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
            self.rest = after;
        }
    }

    /// `\left<` for `\left\langle`.
    fn angle(&mut self, out: &mut String) {
        let rest = self.rest.trim_start();
        for (sign, name) in [('<', "\\langle "), ('>', "\\rangle ")] {
            if let Some(after) = rest.strip_prefix(sign) {
                self.rest = after;
                out.push_str(name);
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

/// `x2013` or `8211`. Not one that has a meaning in LaTeX.
fn character(number: &str) -> Option<char> {
    let number = number.trim();
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|c| !c.is_control() && !matches!(c, '\\' | '{' | '}' | '$' | '%' | '&' | '#' | '_' | '^' | '~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_known_words() {
        for (latex, expected) in [
            (r"x^2", r"x^2"),
            (r"\alpha_s(m_Z)", r"\alpha_s(m_Z)"),
            (r"3.4\,\MeV", r"3.4\,\mathrm{MeV}"),
            (r"\lsim x, \lsim5", r"\lesssim x, \lesssim5"),
            (r"\lsim{}x", r"\lesssim{}x"),
            (r"a\unicode{x2013}b\unicode{8212}c", r"a\text{–}b\text{—}c"),
            (r"{a \over b}+{n \choose k}", r"{\frac{a }{ b}}+{\binom{n }{ k}}"),
            (r"1 \over 2", r"\frac{1 }{ 2}"),
            (r"\left<x\right >", r"\left\langle x\right\rangle "),
            (r"\sqrt{\smash[b]{G}}", r"\sqrt{{G}}"),
            (r"\href{https://a.org/\%7E}{text}", r"\text{text}"),
            (r"\ket\psi\ket{0}", r"|\psi \rangle |0\rangle "),
            (r"\slashed{q}", r"\not q"),
            (r"\{x\}", r"\{x\}"),
            (r"\unknown{x}", r"\unknown{x}"),
            ("", ""),
        ] {
            assert_eq!(rewrite(latex).as_deref(), Ok(expected), "{latex}");
        }
    }

    #[test]
    fn unreadable() {
        for (latex, expected) in [
            ("x}", Unreadable::Braces),
            ("{x", Unreadable::Braces),
            (r"\def\a{\a\a}\a", Unreadable::Definition("def".to_owned())),
            (r"\unicode{x110000}", Unreadable::Character),
            (r"\unicode{x5c}", Unreadable::Character),
            (r"\ket", Unreadable::Argument("ket".to_owned())),
            (&"{".repeat(1_000), Unreadable::Depth),
        ] {
            assert_eq!(rewrite(latex), Err(expected), "{latex}");
        }
    }
}
