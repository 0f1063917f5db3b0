//! Finding an AG id at a place in a text, however it is written.

use crate::fold::fold;
use crate::preprint_id::{PreprintId, is_month};

/// Reads a well-formed id that begins exactly at byte `at`. Spaces may stand around the separators, never within a run of digits.
/// Returns the id and the byte after it; what follows is the caller's to judge.
pub(crate) fn well_formed(text: &str, at: usize) -> Option<(PreprintId, usize)> {
    let mut cursor = Cursor { text, at };
    cursor.letters()?;
    cursor.separator('-')?;
    let year = cursor.digits(4)?;
    cursor.separator('.')?;
    let month = cursor.digits(2)?;
    cursor.separator('-')?;
    let number = cursor.digits(PreprintId::MAX_DIGITS)?;
    (year.len() == 4 && month.len() == 2 && is_month(&month)).then(|| (PreprintId::from_parts(&year, &month, &number), cursor.at))
}

/// A place in a text, read through [`fold`]: full-width forms, dashes and spaces look plain.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
}

impl Cursor<'_> {
    pub(crate) fn peek(&self) -> Option<char> {
        self.raw().map(fold)
    }

    pub(crate) fn raw(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub(crate) fn bump(&mut self) {
        self.at += self.raw().map_or(0, char::len_utf8);
    }

    pub(crate) fn spaces(&mut self) {
        while self.peek() == Some(' ') {
            self.bump();
        }
    }

    /// `AG` in any case and width.
    pub(crate) fn letters(&mut self) -> Option<()> {
        for letter in ['A', 'G'] {
            if self.peek()?.to_ascii_uppercase() != letter {
                return None;
            }
            self.bump();
        }
        Some(())
    }

    /// `mark` with any spaces around it.
    pub(crate) fn separator(&mut self, mark: char) -> Option<()> {
        self.spaces();
        if self.peek()? != mark {
            return None;
        }
        self.bump();
        self.spaces();
        Some(())
    }

    /// One to `most` digits; none if more follow.
    pub(crate) fn digits(&mut self, most: usize) -> Option<String> {
        let mut digits = String::new();
        while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
            digits.push(digit);
            self.bump();
        }
        (1..=most).contains(&digits.len()).then_some(digits)
    }
}
