//! Sentences of scientific prose, in plain text, LaTeX and Markdown.

mod abbreviation;

pub use abbreviation::Abbreviation;
mod block;

use std::ops::Range;

use crate::fold::{is_close_bracket, is_open_bracket};
use crate::math_span::{MathSpan, math_spans};
use crate::stop_word::is_stop_word;

/// Byte spans of the sentences, trimmed, in order, without overlap.
///
/// A sentence ends at `.`, `!` or `?` (closing quotes, brackets and emphasis included) before white space and something that can begin one: a
/// capital, a number, mathematics, a bracket, a quotation mark. It never ends inside mathematics, code or square brackets, nor after an
/// abbreviation or an initial. Citations after the stop belong to the sentence before them (`… found. [AG-…] Next`), unless a lower-case word
/// follows: then the citation is the subject of the next (`… found. [AG-…] showed that`).
///
/// Of Markdown, every heading, list item and table row ends what stands in it; their marks (`##`, `-`, `1.`, `>`) are no part of the span.
/// A fenced block of code is one span; rules are none.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let math = math_spans(text);
    let mut found = Vec::new();
    for block in block::blocks(text, &math) {
        if block.whole {
            found.push(block.span);
        } else {
            Splitter { text, math: &math, end: block.span.end }.split(block.span.start, &mut found);
        }
    }
    found
}

/// Bytes after an opening bracket in which its partner is looked for.
const LONGEST_BRACKET: usize = 300;

/// Citations in a row behind one stop. More are no prose; without a bound they could be read again from every one of their stops.
const MOST_CITATIONS: usize = 16;

struct Splitter<'a> {
    text: &'a str,
    math: &'a [MathSpan],
    end: usize,
}

impl Splitter<'_> {
    fn split(&self, start: usize, found: &mut Vec<Range<usize>>) {
        let (mut start, mut at) = (start, start);
        while let Some(c) = self.char_at(at) {
            let after = at + c.len_utf8();
            let stop = match c {
                '$' | '\\' | '`' | '[' | '【' | '［' => {
                    let (skipped, stops) = self.skip(at, c);
                    at = skipped;
                    stops.then_some(skipped)
                }
                '.' | '!' | '?' => {
                    at = after;
                    (!abbreviation::ends_at(self.text, after, self.end)).then_some(after)
                }
                '。' | '！' | '？' => {
                    at = after;
                    Some(after)
                }
                _ => {
                    at = after;
                    None
                }
            };
            if let Some(boundary) = stop.and_then(|stop| self.boundary(stop, matches!(c, '。' | '！' | '？')))
                && !is_enumerator(self.text.get(start..boundary).unwrap_or(""))
            {
                self.push(start, boundary, found);
                (start, at) = (boundary, boundary);
            }
        }
        self.push(start, self.end, found);
    }

    fn push(&self, start: usize, end: usize, found: &mut Vec<Range<usize>>) {
        let Some(run) = self.text.get(start..end) else { return };
        let trimmed = run.trim();
        if trimmed.chars().any(char::is_alphanumeric) {
            let start = start + run.len() - run.trim_start().len();
            found.push(start..start + trimmed.len());
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.rest(at).chars().next()
    }

    fn rest(&self, at: usize) -> &str {
        self.text.get(at..self.end).unwrap_or("")
    }

    /// Where what opens at `at` ends, and whether its last character is a stop (`$E=mc^2.$`).
    fn skip(&self, at: usize, c: char) -> (usize, bool) {
        let after = at + c.len_utf8();
        let rest = self.rest(after);
        match c {
            '$' | '\\' => match self.math_at(at) {
                Some(span) => {
                    let inner = self.text.get(span.inner.clone()).unwrap_or("");
                    (span.outer.end, inner.trim_end().ends_with(['.', '?', '!']))
                }
                // A backslash takes the next character along: `\$`, `\.`.
                None if c == '\\' => (after + rest.chars().next().map_or(0, char::len_utf8), false),
                None => (after, false),
            },
            '`' => (rest.find('`').filter(|length| is_code(rest.get(..*length))).map_or(after, |length| after + length + 1), false),
            _ => match self.bracket_end(at) {
                Some(close) => {
                    let inner = self.text.get(after..close).unwrap_or("").trim_end_matches(is_close_bracket);
                    (close, inner.ends_with(['.', '?', '!']) && !abbreviation::ends_at(self.text, after + inner.len(), self.end))
                }
                None => (after, false),
            },
        }
    }

    fn math_at(&self, at: usize) -> Option<&MathSpan> {
        let index = self.math.binary_search_by_key(&at, |span| span.outer.start).ok()?;
        self.math.get(index).filter(|span| span.outer.end <= self.end)
    }

    /// The byte after the bracket that opens at `at`, doubled ones and all.
    fn bracket_end(&self, at: usize) -> Option<usize> {
        self.char_at(at).filter(|c| is_open_bracket(*c))?;
        let mut depth = 0usize;
        for (offset, c) in self.rest(at).char_indices().take_while(|(offset, _)| *offset < LONGEST_BRACKET) {
            if is_open_bracket(c) {
                depth += 1;
            } else if is_close_bracket(c) {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + offset + c.len_utf8());
                }
            }
        }
        None
    }

    /// Where the sentence whose stop ends at `stop` ends, if it does end there.
    fn boundary(&self, stop: usize, fullwidth: bool) -> Option<usize> {
        let closers = |rest: &str| rest.len() - rest.trim_start_matches(is_closer).len();
        let end = stop + closers(self.rest(stop));
        if let Some(cited) = self.trailing_citations(end) {
            return Some(cited);
        }
        let rest = self.rest(end);
        let next = rest.trim_start();
        let spaced = next.len() < rest.len() || fullwidth || (end == stop && self.lacks_space(stop));
        (next.is_empty() || (spaced && (fullwidth || begins_sentence(next) || self.is_number_after_word(next, stop)))).then_some(end)
    }

    /// `… across rounds.We propose …`: a space was lost, as it is in many a record. Only before a stop word: `torch.Tensor` is one name.
    fn lacks_space(&self, stop: usize) -> bool {
        let before = self.text.get(..stop).unwrap_or("").trim_end_matches('.');
        let word = before.len() - before.trim_end_matches(|c: char| c.is_lowercase()).len();
        let next = self.rest(stop).split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
        word >= 3 && next.len() >= 2 && begins_sentence(next) && is_stop_word(&next.to_lowercase())
    }

    /// The end of the citations that follow the stop and belong to the sentence before it.
    fn trailing_citations(&self, end: usize) -> Option<usize> {
        let (mut cited, mut at) = (None, end);
        for _ in 0..MOST_CITATIONS {
            let rest = self.rest(at);
            let separators: &[char] = if cited.is_some() { &[',', ';', ' ', '\n'] } else { &[' ', '\n'] };
            let bracket = at + rest.len() - rest.trim_start_matches(separators).len();
            let close = self.bracket_end(bracket).filter(|close| is_citation(self.text.get(bracket..*close).unwrap_or("")));
            let Some(close) = close else { break };
            let rest = self.rest(close);
            at = close + rest.len() - rest.trim_start_matches(is_closer_or_stop).len();
            cited = Some(at);
        }
        let rest = self.rest(at);
        let next = rest.trim_start();
        let next_begins = next.is_empty() || (next.len() < rest.len() && begins_sentence(next));
        cited.filter(|_| next_begins)
    }

    /// `… was found. 13 events …`: a number begins a sentence after a whole word, not after `No.` or `2.`.
    fn is_number_after_word(&self, next: &str, stop: usize) -> bool {
        let before = self.text.get(..stop).unwrap_or("").trim_end_matches(['.', '!', '?']);
        let word = before.len() - before.trim_end_matches(|c: char| c.is_lowercase()).len();
        next.starts_with(|c: char| c.is_ascii_digit()) && word >= 2
    }
}

/// A bracket that cites: a preprint, or works by number.
fn is_citation(bracket: &str) -> bool {
    let inner = bracket.trim_matches(|c: char| is_open_bracket(c) || is_close_bracket(c));
    let by_number =
        inner.starts_with(|c: char| c.is_ascii_digit()) && inner.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-' | '–'));
    by_number || !crate::citations(bracket).is_empty()
}

/// What stands between two backticks is code, unless they are LaTeX's opening quotation marks (`` `so' ``).
fn is_code(between: Option<&str>) -> bool {
    between.is_some_and(|code| !code.is_empty() && code.len() < 200 && !code.contains(['\'', '’']))
}

fn is_closer(c: char) -> bool {
    matches!(c, '"' | '\'' | '”' | '’' | '»' | ')' | ']' | '}' | '*' | '_' | '）' | '」')
}

fn is_closer_or_stop(c: char) -> bool {
    is_closer(c) || matches!(c, '.' | '!' | '?')
}

fn begins_sentence(next: &str) -> bool {
    let mut chars = next.trim_start_matches(['*', '_']).chars();
    match chars.next() {
        Some('$' | '\\' | '(' | '[' | '【' | '［' | '"' | '“' | '‘' | '\'' | '`' | '«' | '—' | '–') => true,
        // A capital, or a letter of a script that has none; or a name such as eROSITA.
        Some(c) if c.is_alphabetic() => !c.is_lowercase() || chars.next().is_some_and(char::is_uppercase),
        _ => false,
    }
}

/// `1.` or `(2).` alone is no sentence but the number of one.
fn is_enumerator(run: &str) -> bool {
    let run = run.trim();
    run.len() <= 5 && !run.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|span| &text[span]).collect()
    }

    /// Each `|` is where a sentence ends and the next begins.
    #[test]
    fn prose() {
        for text in [
            "We find X. | We show Y! | Is it so? | Yes.",
            "Smith et al. We follow them.",
            "As Smith et al. (2019) found in Eq. (3), Eqs. (4), Fig. 2 and Ref. [12], it holds. | Next.",
            "Some (e.g. Planck, i.e. CMB) data vs. Models differ, cf. Sec. 3, approx. 4, resp. No. 5. | Next.",
            "The work of J. Smith and J.-P. Serre is known. | It holds for the group G. | The end.",
            "It is 0.5 of 3.14. | In 2019. | We count.",
            "At $x = 1. Y$ it holds. | $E$ follows. | (We note this.) | [This too.] | \"And this.\"",
            r"With \(a. B\) we see. | \(b\) follows, $$c. D$$ and \[e. F\] too.",
            "Here $E=mc^2.$ | Next.",
            "They found it [AG-2026.03-1712]. | Next.",
            "They found it. [AG-2026.03-1712] | Next one. [AG-2026.03-1712], [AG-2026.03-1713] | Last.",
            "They found it. | [AG-2026.03-1712] showed that it holds. | Next.",
            "They found it.[12] | Next.",
            "They found it [Smith et al. Phys. Rev. D 1. Volume]. | Next.",
            "**Topology matters.** | That said, it does. | *So.* | Then.",
            "Found with eROSITA. | eROSITA found it. | 13 events remain.",
            "See www.example.org. | Use `a. B` here. | Cost is \\$5. | Done.",
            "95% C.L. limits hold. | We use the U.S. Government's data.",
            "Two steps: 1. Do this. | 2. Do that.",
            "这是一。| 这是二。",
            "Costs $5 and rises. | Next.",
            "Over many rounds.| We use torch.Tensor here. | It is known as `the Swirl'. | And so `on'.",
            "Ends without a stop",
            "At 10 sec. | We stop. | The answer is no. | We go.",
            "A type I. | II. | We.",
        ] {
            let plain: String = text.replace("| ", "").replace('|', "");
            let expected: Vec<&str> = text.split('|').map(str::trim).collect();
            assert_eq!(split(&plain), expected);
        }
    }

    #[test]
    fn markdown() {
        let text = "# A title. Or two\nFirst line\ngoes on. Second.\n\n- **Lead.** One.\n- Two\n1. Three\n2. Four\n> Quoted. Yes\n\n---\n| a | b. C |\n|---|---|\n```\nlet x. Y\n```\nNote: end.";
        assert_eq!(
            split(text),
            [
                "A title.",
                "Or two",
                "First line\ngoes on.",
                "Second.",
                "**Lead.**",
                "One.",
                "Two",
                "Three",
                "Four",
                "Quoted.",
                "Yes",
                "| a | b. C |",
                "```\nlet x. Y\n```",
                "Note: end."
            ]
        );
    }

    #[test]
    fn a_wrapped_number_is_no_list() {
        assert_eq!(split("The value is\n2. We see"), ["The value is\n2.", "We see"]);
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        let start = std::time::Instant::now();
        for unit in ["[", "$", "`", "\\(", ". ", "A. ", "[AG-1] ", "- ", "|", "> ", "\n", "e.g.", "[AG-1]."] {
            let _ = sentences(&format!("{}x", unit.repeat(30_000)));
        }
        // Seconds at most; by the square of the length it would be many minutes.
        assert!(start.elapsed() < std::time::Duration::from_secs(60));
    }

    proptest! {
        #[test]
        fn any_text(text in r"([A-Za-z0-9 .!?,$`\n\[\]()*#>|-]|et al\. |\\\(|\\\)|\[AG-2026\.03-1\]|é|。|\u{2003}){0,120}") {
            let mut end = 0;
            for span in sentences(&text) {
                prop_assert!(span.start >= end && span.start < span.end);
                let sentence = text.get(span.clone()).unwrap();
                prop_assert_eq!(sentence, sentence.trim());
                end = span.end;
            }
        }

        #[test]
        fn simple_sentences_come_back(parts in proptest::collection::vec("[A-Z][a-z]{3,8} [a-z]{4,8} [a-z]{4,8}[.!?]", 1..6)) {
            let text = parts.join(" ");
            prop_assert_eq!(split(&text), parts.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
}
