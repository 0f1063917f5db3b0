//! Reading a text whose end may not have arrived yet.

/// A look beyond what has arrived: nothing can be decided before there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct More;

/// A place in the text. Copy it to look ahead.
#[derive(Clone, Copy)]
pub(super) struct Ahead<'a> {
    text: &'a str,
    at: usize,
    ended: bool,
}

impl<'a> Ahead<'a> {
    pub(super) fn new(text: &'a str, ended: bool) -> Self {
        Self { text, at: 0, ended }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn moved_to(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// The text between two places.
    pub(super) fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    /// The next character, or `None` at the end of the whole text.
    pub(super) fn peek(&self) -> Result<Option<char>, More> {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(c) => Ok(Some(c)),
            None if self.ended => Ok(None),
            None => Err(More),
        }
    }

    /// Passes the next character.
    pub(super) fn bump(&mut self) -> Result<Option<char>, More> {
        let next = self.peek()?;
        self.at += next.map_or(0, char::len_utf8);
        Ok(next)
    }

    /// Passes the next character when it is this one.
    pub(super) fn eat(&mut self, wanted: char) -> Result<bool, More> {
        let found = self.peek()? == Some(wanted);
        if found {
            self.bump()?;
        }
        Ok(found)
    }

    /// Passes all characters that fit, and says how many.
    pub(super) fn skip(&mut self, fits: impl Fn(char) -> bool) -> Result<usize, More> {
        let mut passed = 0;
        while self.peek()?.is_some_and(&fits) {
            self.bump()?;
            passed += 1;
        }
        Ok(passed)
    }

    /// Passes white space, line breaks included.
    pub(super) fn skip_white(&mut self) -> Result<usize, More> {
        self.skip(char::is_whitespace)
    }

    /// Passes spaces and tabs.
    pub(super) fn skip_blanks(&mut self) -> Result<usize, More> {
        self.skip(|c| matches!(c, ' ' | '\t'))
    }

    /// Moves to the line break that ends this line, or to the end of the text.
    pub(super) fn pass_line(&mut self) -> Result<(), More> {
        self.skip(|c| c != '\n').map(|_| ())
    }
}
