//! arXiv ids in running text.

use std::ops::Range;

use crate::source_id::SourceId;

/// One arXiv id as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceMention {
    /// Bytes of the id, with its `arXiv:` and its version.
    pub span: Range<usize>,
    /// The id.
    pub id: SourceId,
}

const PREFIX: &str = "arxiv:";

/// Every arXiv id, in order: `2603.25794`, `arXiv:2603.25794v2`, `hep-th/9301001`, also at the end of an address
/// (`https://arxiv.org/abs/2603.25794`). A number that could be one is one: `1207.1234` may be a frequency, and then no archive has it.
pub fn source_mentions(text: &str) -> Vec<SourceMention> {
    let mut found: Vec<SourceMention> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())) {
        let digits = at + offset;
        let end = end_of_digits(bytes, digits);
        let start = with_archive(bytes, digits);
        let bound = start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|byte| is_part(*byte) || *byte == b'.');
        let stop = with_version(bytes, if bytes.get(end) == Some(&b'.') && start == digits { end_of_digits(bytes, end + 1) } else { end });
        let goes_on = bytes.get(stop).is_some_and(|byte| is_part(*byte))
            || (bytes.get(stop) == Some(&b'.') && bytes.get(stop + 1).is_some_and(u8::is_ascii_digit));
        let id = text.get(start..stop).filter(|_| !bound && !goes_on).and_then(|raw| raw.parse().ok());
        at = end;
        if let Some(id) = id {
            found.push(SourceMention { span: with_prefix(text, start)..stop, id });
            at = stop;
        }
    }
    found
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn end_of_digits(bytes: &[u8], from: usize) -> usize {
    from + bytes.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// Back over `hep-th/` or `math.AG/`; `digits` itself where none stands there.
fn with_archive(bytes: &[u8], digits: usize) -> usize {
    let Some((b'/', before)) = bytes.get(..digits).and_then(<[u8]>::split_last) else { return digits };
    let name = before.iter().rev().take_while(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'.')).count();
    let start = digits - 1 - name;
    // The last part of an address, `abs/2603.25794`, is no archive.
    let old_style = end_of_digits(bytes, digits) - digits == 7;
    if name > 0 && old_style { start } else { digits }
}

fn with_version(bytes: &[u8], end: usize) -> usize {
    match bytes.get(end) {
        Some(b'v' | b'V') if bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => end_of_digits(bytes, end + 1),
        _ => end,
    }
}

fn with_prefix(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or("").trim_end_matches(' ');
    let prefix =
        before.len().checked_sub(PREFIX.len()).filter(|from| before.get(*from..).is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX)));
    prefix.unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_in_text() {
        for (text, expected) in [
            ("What does 2603.25794 say?", vec![("2603.25794", "2603.25794")]),
            ("arXiv:2603.25794v2, then arXiv: 0704.0090.", vec![("arXiv:2603.25794v2", "2603.25794"), ("arXiv: 0704.0090", "0704.0090")]),
            ("(hep-th/9301001v3)", vec![("hep-th/9301001v3", "hep-th/9301001")]),
            ("ARXIV:math.AG/0601001", vec![("ARXIV:math.AG/0601001", "math/0601001")]),
            ("see https://arxiv.org/abs/2603.25794.", vec![("2603.25794", "2603.25794")]),
            ("see arxiv.org/abs/hep-th/9301001", vec![("hep-th/9301001", "hep-th/9301001")]),
            ("13 TeV, 0.0001, 125.35 GeV, 2413.20315, 12603.25794, 2603.257941, 1.2603.25794", vec![]),
            ("AG-2026.03-1712 x2603.25794 2603.25794b and/9301001", vec![]),
        ] {
            let found = source_mentions(text);
            let found: Vec<_> = found.iter().map(|mention| (&text[mention.span.clone()], mention.id.arxiv())).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text(text in r"([a-z0-9./:v -]|arXiv:|hep-th/|2603\.25794|é){0,40}") {
            for mention in source_mentions(&text) {
                prop_assert!(text.get(mention.span).is_some());
            }
        }
    }
}
