//! Wrapping: stretches of text to lines of a width, counted in terminal columns.

use console::measure_text_width;

use super::style::{Canvas, Look, Span};

/// Wraps to the canvas's width, the first line behind `first`, the others behind `rest` (which take up room). Runs of white space count as
/// one space. A word wider than a line is broken.
pub(crate) fn wrap(spans: &[Span], first: &str, rest: &str, canvas: Canvas) -> Vec<String> {
    let mut lines = Lines {
        canvas,
        rest,
        line: vec![Span { text: first.to_owned(), look: Look::default() }],
        used: measure_text_width(first),
        empty: true,
        done: vec![],
    };
    for word in words(spans) {
        lines.add(word);
    }
    lines.end_line();
    lines.done
}

/// A word: stretches without white space between them.
type Word = Vec<Span>;

fn words(spans: &[Span]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut within = false;
    for span in spans {
        let mut parts = span.text.split(' ').peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                let piece = Span { text: part.to_owned(), look: span.look };
                match words.last_mut().filter(|_| within) {
                    Some(word) => word.push(piece),
                    None => words.push(vec![piece]),
                }
                within = true;
            }
            if parts.peek().is_some() {
                within = false;
            }
        }
    }
    words
}

struct Lines<'a> {
    canvas: Canvas,
    rest: &'a str,
    line: Vec<Span>,
    used: usize,
    /// Whether the line holds nothing but its indent.
    empty: bool,
    done: Vec<String>,
}

impl Lines<'_> {
    fn add(&mut self, word: Word) {
        let width = width(&word);
        let room = self.canvas.width().saturating_sub(self.used);
        if !self.empty && width + 1 > room {
            self.break_line();
        }
        let room = self.canvas.width().saturating_sub(self.used);
        if self.empty && width > room {
            for piece in characters(&word) {
                if !self.empty && measure_text_width(&piece.text) + self.used > self.canvas.width() {
                    self.break_line();
                }
                self.push(piece);
            }
            return;
        }
        if !self.empty {
            // A space between two words of one look has it too, so that the escape sequences join.
            let look = match (self.line.last(), word.first()) {
                (Some(before), Some(after)) if before.look == after.look => before.look,
                _ => Look::default(),
            };
            self.push(Span { text: " ".to_owned(), look });
        }
        for piece in word {
            self.push(piece);
        }
    }

    fn push(&mut self, piece: Span) {
        self.used += measure_text_width(&piece.text);
        self.empty = false;
        match self.line.last_mut() {
            Some(last) if last.look == piece.look => last.text.push_str(&piece.text),
            _ => self.line.push(piece),
        }
    }

    fn end_line(&mut self) {
        let line: String = self.line.iter().map(|span| self.canvas.paint(&span.text, span.look)).collect();
        self.done.push(line.trim_end().to_owned());
    }

    fn break_line(&mut self) {
        self.end_line();
        self.line = vec![Span { text: self.rest.to_owned(), look: Look::default() }];
        self.used = measure_text_width(self.rest);
        self.empty = true;
    }
}

fn width(word: &Word) -> usize {
    word.iter().map(|piece| measure_text_width(&piece.text)).sum()
}

fn characters(word: &Word) -> impl Iterator<Item = Span> {
    word.iter().flat_map(|piece| piece.text.chars().map(|c| Span { text: c.to_string(), look: piece.look }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::style::Tint;

    fn terminal(width: usize, colour: bool) -> Canvas {
        Canvas::Terminal { width, colour }
    }

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        wrap(&[Span::new(text, Look::default())], "", "  ", terminal(width, false))
    }

    #[test]
    fn lines_fill_up_and_hang() {
        for (text, width, expected) in [
            ("", 10, vec![""]),
            ("one two three", 20, vec!["one two three"]),
            ("one two three", 7, vec!["one two", "  three"]),
            ("one  two\nthree", 9, vec!["one two", "  three"]),
            ("unbreakable", 4, vec!["unbr", "  ea", "  ka", "  bl", "  e"]),
            ("暗黒物質の探索", 6, vec!["暗黒物", "  質の", "  探索"]),
            ("naïve e\u{301}tude", 6, vec!["naïve", "  e\u{301}tud", "  e"]),
        ] {
            assert_eq!(wrapped(text, width), expected, "{text:?} to {width}");
        }
    }

    #[test]
    fn a_look_change_within_a_word_is_no_place_to_break() {
        let spans = [Span::new("see [", Look::default()), Span::new("AG-1", Look::of(Tint::Citation)), Span::new("].", Look::default())];
        assert_eq!(wrap(&spans, "", "", terminal(8, false)), ["see", "[AG-1]."]);
    }

    #[test]
    fn looks_are_shown_only_in_colour_and_join_over_spaces() {
        let spans = [Span::new("two words", Look::BOLD), Span::new(" plain", Look::default())];
        assert_eq!(wrap(&spans, "", "", terminal(40, true)), ["\u{1b}[1mtwo words\u{1b}[0m plain"]);
        assert_eq!(wrap(&spans, "", "", terminal(40, false)), ["two words plain"]);
    }

    #[test]
    fn a_longer_text_begins_as_the_shorter_one() {
        let text = "A sentence of several words. Another one follows it, longer than the line. And a third.";
        for width in [10, 17, 40] {
            let whole = wrapped(text, width).join("\n");
            for end in ["words.", "line."] {
                let part = wrapped(text.split_inclusive(end).next().unwrap(), width).join("\n");
                assert!(whole.starts_with(&part), "{whole:?} begins with {part:?}");
            }
        }
    }
}
