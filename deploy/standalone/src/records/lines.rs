//! Lines of a text, none of which takes more memory than it may.

use std::io::{self, BufRead};

/// The longest line that is taken. The longest of 100,000 records of arXiv's has 51 KB, its authors mostly; 1 MiB leaves every record room within a batch of 3 MiB.
pub(crate) const MAX_LINE: usize = 1024 * 1024;

/// A line without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Its bytes.
    Whole(Vec<u8>),
    /// It has more than [`MAX_LINE`] bytes; it was read past.
    TooLong,
}

/// Reads the next line; `None` at the end. Where the reader fails in the middle of a line, what was read of it is lost: a torn record is
/// none.
pub(crate) fn next_line(reader: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    let mut any = false;
    let mut too_long = false;
    loop {
        let available = match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            break;
        }
        any = true;
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        too_long |= line.len() + part.len() > MAX_LINE;
        if too_long {
            line = Vec::new();
        } else {
            line.extend_from_slice(part);
        }
        let consumed = part.len() + usize::from(end.is_some());
        reader.consume(consumed);
        if end.is_some() {
            break;
        }
    }
    if too_long {
        return Ok(Some(Line::TooLong));
    }
    Ok(any.then_some(Line::Whole(line)))
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn all(text: &[u8], buffer: usize) -> Vec<Line> {
        let mut reader = BufReader::with_capacity(buffer, text);
        std::iter::from_fn(|| next_line(&mut reader).unwrap()).collect()
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.as_bytes().to_vec())
    }

    #[test]
    fn lines_are_found_whatever_the_buffer() {
        for (text, expected) in [
            ("", vec![]),
            ("a", vec![whole("a")]),
            ("a\n", vec![whole("a")]),
            ("\n", vec![whole("")]),
            ("a\n\nbc\r\nd", vec![whole("a"), whole(""), whole("bc\r"), whole("d")]),
        ] {
            for buffer in [1, 2, 3, 64] {
                assert_eq!(all(text.as_bytes(), buffer), expected, "{text:?} by {buffer}");
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_alone() {
        let longest = "x".repeat(MAX_LINE);
        let text = format!("{longest}\n{longest}x\nshort\n{longest}{longest}");
        assert_eq!(all(text.as_bytes(), 4096), [whole(&longest), Line::TooLong, whole("short"), Line::TooLong]);
    }
}
