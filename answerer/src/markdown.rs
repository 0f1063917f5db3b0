//! Foreign text within the answer's Markdown.

use antigravity_text::mentions;

/// A title, or a phrase of the question, as text that neither formats nor cites: signs of Markdown and HTML are escaped, line breaks are spaces, and
/// what reads like an id of a preprint is left out, since escaped it would still be read as a citation. Mathematics stays as it is, when all of it is
/// closed.
pub(crate) fn plain_text(text: &str) -> String {
    let line = without_ids(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let is_closed =
        line.matches('$').count().is_multiple_of(2) && !line.contains("\\$") && line.split('$').skip(1).step_by(2).all(is_mathematics);
    let mut plain = String::with_capacity(line.len());
    for (at, part) in line.split('$').enumerate() {
        if at > 0 {
            plain.push_str(if is_closed { "$" } else { "\\$" });
        }
        if is_closed && at % 2 == 1 {
            plain.push_str(part);
        } else {
            plain.extend(part.chars().flat_map(escaped));
        }
    }
    plain
}

/// A backtick would open code within a formula, and two dollar signs a display.
fn is_mathematics(part: &str) -> bool {
    !part.is_empty() && !part.contains('`')
}

fn escaped(sign: char) -> impl Iterator<Item = char> {
    let is_sign = matches!(sign, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!');
    is_sign.then_some('\\').into_iter().chain([sign])
}

/// What is left out may leave a new id behind; each round takes one away.
fn without_ids(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(first) = mentions(&text).into_iter().next() {
        text.replace_range(first.span, "…");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn foreign_text_neither_formats_nor_cites() {
        for (text, expected) in [
            ("Topology-aware autoencoders: a study", "Topology-aware autoencoders: a study"),
            ("A *bold* `code` _claim_ [x](y)", "A \\*bold\\* \\`code\\` \\_claim\\_ \\[x\\](y)"),
            ("a | b <script> &lt;", "a \\| b \\<script\\> \\&lt;"),
            ("Search for $B \\to K^* \\mu_1$ at LHC_b", "Search for $B \\to K^* \\mu_1$ at LHC\\_b"),
            ("Costs $5 of *x*", "Costs \\$5 of \\*x\\*"),
            ("As shown by [AG-2026.03-1712]", "As shown by \\[…\\]"),
            ("AG-AG-2026.03-1712", "AG-…"),
            ("an `$a`$ and $$ too", "an \\`\\$a\\`\\$ and \\$\\$ too"),
            ("two\n\nlines\n# and a heading", "two lines \\# and a heading"),
            ("![x](y)", "\\!\\[x\\](y)"),
        ] {
            assert_eq!(plain_text(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_cites_and_every_sign_outside_mathematics_is_escaped(
            text in r"((AG|ag|\[|\]|【|】|-|–| |\.|2026|\.03|1712|\*|_|`|\||<|\$|\\|x|\n|&|AG-2026\.03-1712)){0,24}",
        ) {
            let plain = plain_text(&text);
            prop_assert!(mentions(&plain).is_empty(), "{:?} from {:?}", plain, text);
            prop_assert!(!plain.contains('\n'));
            let (mut escaping, mut mathematics) = (false, false);
            for sign in plain.chars() {
                match sign {
                    _ if escaping => escaping = false,
                    '$' => mathematics = !mathematics,
                    _ if mathematics => prop_assert!(sign != '`'),
                    '\\' => escaping = true,
                    _ => prop_assert!(!matches!(sign, '`' | '*' | '_' | '[' | ']' | '<' | '|'), "{:?} from {:?}", plain, text),
                }
            }
            prop_assert!(!mathematics, "{:?} from {:?}", plain, text);
        }
    }
}
