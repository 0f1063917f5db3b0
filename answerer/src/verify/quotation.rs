//! Quotations: verbatim or not at all.

use super::thresholds::QUOTED_WORDS;
use crate::sources::Source;

/// The passages in quotation marks that are long enough to be quotations.
pub(super) fn quotations(body: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = body;
    while let Some((open, close)) = next(rest) {
        let quoted = rest.get(open..close).unwrap_or("");
        if quoted.split_whitespace().count() >= QUOTED_WORDS {
            found.push(quoted);
        }
        rest = rest.get(close..).and_then(|after| after.char_indices().nth(1).and_then(|(at, _)| after.get(at..))).unwrap_or("");
    }
    found
}

/// Whether a passage stands in the source as it is. White space, control characters, quotation marks and the backslashes that keep Markdown off don't count.
pub(super) fn is_verbatim(quoted: &str, source: &Source) -> bool {
    let quoted = squeezed(quoted);
    let quoted = quoted.trim_end_matches(['.', ',', ';']);
    !quoted.is_empty() && (squeezed(&source.abstract_text).contains(quoted) || squeezed(&source.title).contains(quoted))
}

/// The bytes between the next pair of quotation marks.
fn next(text: &str) -> Option<(usize, usize)> {
    let (at, open) = text.char_indices().find(|(_, c)| matches!(c, '“' | '"' | '«'))?;
    let close = match open {
        '“' => '”',
        '«' => '»',
        _ => '"',
    };
    let start = at + open.len_utf8();
    let length = text.get(start..)?.find(close)?;
    Some((start, start + length))
}

fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| !(c.is_whitespace() || c.is_control() || matches!(c, '"' | '“' | '”' | '`' | '\'' | '‘' | '’' | '\\' | '*')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_passages_are_quotations_and_terms_are_not() {
        assert_eq!(
            quotations("A “signal-aware” space: “it retains full sensitivity to signals” and \"one two three four\"."),
            ["it retains full sensitivity to signals", "one two three four"]
        );
        assert!(quotations("an “unclosed quotation that goes on").is_empty());
    }
}
