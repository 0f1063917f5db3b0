//! Where mathematics stands in a text.

use std::ops::Range;

/// A stretch of mathematics: `$…$`, `$$…$$`, `\(…\)` or `\[…\]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MathSpan {
    /// Bytes with the delimiters.
    pub outer: Range<usize>,
    /// Bytes between them.
    pub inner: Range<usize>,
}

/// All mathematics of a text, in order. A delimiter without its partner in the same paragraph is no mathematics but a character: better to
/// read one formula as words than the rest of an abstract as a formula. So is the dollar of `$5 and $6`.
pub fn math_spans(text: &str) -> Vec<MathSpan> {
    let bytes = text.as_bytes();
    let mut spans = Vec::new();
    let mut hopeless = Hopeless::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let open = match (byte, bytes.get(at + 1)) {
            (b'\\', Some(b'(')) => Delimiter::Parenthesis,
            (b'\\', Some(b'[')) => Delimiter::Bracket,
            (b'\\', _) => {
                at += 2;
                continue;
            }
            (b'$', Some(b'$')) => Delimiter::Display,
            (b'$', _) => Delimiter::Dollar,
            _ => {
                at += 1;
                continue;
            }
        };
        let inner_start = at + open.width();
        match hopeless.close(bytes, inner_start, open) {
            Some(inner_end) if inner_end > inner_start && !is_currency(bytes, inner_start, inner_end, open) => {
                let end = inner_end + open.width();
                spans.push(MathSpan { outer: at..end, inner: inner_start..inner_end });
                at = end;
            }
            _ => at = inner_start,
        }
    }
    spans
}

#[derive(Clone, Copy)]
enum Delimiter {
    Dollar,
    Display,
    Parenthesis,
    Bracket,
}

impl Delimiter {
    fn width(self) -> usize {
        match self {
            Self::Dollar => 1,
            _ => 2,
        }
    }
}

/// Up to where, for each delimiter, no partner is to be found. Without this a text of nothing but `\(` would take quadratic time.
#[derive(Default)]
struct Hopeless {
    until: [usize; 4],
}

impl Hopeless {
    fn close(&mut self, bytes: &[u8], from: usize, open: Delimiter) -> Option<usize> {
        let until = self.until.get_mut(open as usize)?;
        if from < *until {
            return None;
        }
        let mut at = from;
        while let Some(byte) = bytes.get(at) {
            let next = bytes.get(at + 1);
            match (byte, next, open) {
                (b'\\', Some(b')'), Delimiter::Parenthesis) | (b'\\', Some(b']'), Delimiter::Bracket) => return Some(at),
                (b'\\', _, _) => at += 2,
                (b'$', Some(b'$'), Delimiter::Display) | (b'$', _, Delimiter::Dollar) => return Some(at),
                (b'\n', _, _) if is_blank_line(bytes, at + 1) => break,
                _ => at += 1,
            }
        }
        *until = at;
        None
    }
}

fn is_blank_line(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).unwrap_or(&[]).iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r')) == Some(&b'\n')
}

fn is_currency(bytes: &[u8], inner_start: usize, inner_end: usize, open: Delimiter) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    matches!(open, Delimiter::Dollar) && digit(inner_start) && digit(inner_end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pairs() {
        for (text, expected) in [
            ("a $x$ b", vec!["x"]),
            ("$x$ and $$y$$ and \\(z\\) and \\[w\\]", vec!["x", "y", "z", "w"]),
            (r"costs \$5, $x$", vec!["x"]),
            ("costs $5 and $6", vec![]),
            ("odd $ alone", vec![]),
            ("odd $ here\n\nand $x$", vec!["x"]),
            (r"$a \$ b$", vec![r"a \$ b"]),
            ("", vec![]),
        ] {
            let found: Vec<_> = math_spans(text).into_iter().map(|span| &text[span.inner]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn in_order_and_on_boundaries(text in r"([$\\()\[\]\n5αx ]|\$\$){0,60}") {
            let mut end = 0;
            for span in math_spans(&text) {
                prop_assert!(span.outer.start >= end && text.get(span.outer.clone()).is_some() && text.get(span.inner.clone()).is_some());
                end = span.outer.end;
            }
        }
    }
}
