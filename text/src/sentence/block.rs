//! Markdown's blocks, as far as they bound sentences.

use std::ops::Range;

use crate::math_span::MathSpan;

/// A stretch of text that no sentence crosses.
pub(super) struct Block {
    /// Its bytes, without the marks before it.
    pub(super) span: Range<usize>,
    /// Not to be split: code, or a row of a table.
    pub(super) whole: bool,
}

pub(super) fn blocks(text: &str, math: &[MathSpan]) -> Vec<Block> {
    let mut blocks = Blocks { found: Vec::new(), open: None, within: Within::Paragraph };
    let mut fence: Option<(usize, &str)> = None;
    let mut math = math.iter().peekable();
    let mut start = 0;
    for full_line in text.split_inclusive('\n') {
        let end = start + full_line.trim_end_matches(['\n', '\r']).len();
        let line_end = start + full_line.len();
        let line = text.get(start..end).unwrap_or("");
        while math.peek().is_some_and(|span| span.outer.end <= start) {
            math.next();
        }
        let in_math = math.peek().is_some_and(|span| span.outer.start < start);
        match fence {
            Some((opened, mark)) => {
                if line.trim_start().starts_with(mark) {
                    blocks.found.push(Block { span: opened..end, whole: true });
                    fence = None;
                }
            }
            None if in_math => blocks.go_on(start, end),
            None => match ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark)) {
                Some(mark) => {
                    blocks.close();
                    fence = Some((start + line.len() - line.trim_start().len(), mark));
                }
                None => blocks.line(line, start),
            },
        }
        start = line_end;
    }
    blocks.close();
    if let Some((opened, _)) = fence {
        // A fence that never closes runs to the end, as in CommonMark.
        let code = text.get(opened..).unwrap_or("").trim_end().len();
        blocks.found.push(Block { span: opened..opened + code, whole: true });
    }
    blocks.found
}

struct Blocks {
    found: Vec<Block>,
    open: Option<Range<usize>>,
    /// What the lines so far belong to.
    within: Within,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Paragraph,
    List,
    Quote,
}

impl Blocks {
    fn close(&mut self) {
        self.found.extend(self.open.take().map(|span| Block { span, whole: false }));
    }

    fn go_on(&mut self, start: usize, end: usize) {
        match &mut self.open {
            Some(span) => span.end = end,
            None => self.open = Some(start..end),
        }
    }

    fn line(&mut self, line: &str, start: usize) {
        let end = start + line.len();
        let content = line.trim_start();
        let at = end - content.len();
        if content.is_empty() {
            self.close();
            self.within = Within::Paragraph;
        } else if is_rule(content) {
            self.close();
        } else if let Some(mark) = heading_mark(content) {
            self.close();
            self.found.push(Block { span: at + mark..end, whole: false });
        } else if content.starts_with('|') {
            self.close();
            if content.chars().any(char::is_alphanumeric) {
                self.found.push(Block { span: at..at + content.trim_end().len(), whole: true });
            }
        } else if let Some(mark) = self.item_mark(content) {
            self.close();
            self.open = Some(at + mark..end);
            self.within = Within::List;
        } else if let Some(quoted) = content.strip_prefix('>') {
            if self.within != Within::Quote {
                self.close();
                self.within = Within::Quote;
            }
            self.go_on(end - quoted.len(), end);
        } else {
            self.go_on(at, end);
        }
    }

    /// Bytes of `- `, `* `, `+ `, `• ` or `12. ` at the start of a list item. In a paragraph only `1.` begins a list (CommonMark's rule): `2.` at
    /// the start of a wrapped line is more often the end of a sentence.
    fn item_mark(&self, content: &str) -> Option<usize> {
        let first = content.chars().next()?;
        let mark = if matches!(first, '-' | '*' | '+' | '•') {
            first.len_utf8()
        } else {
            let digits = content.len() - content.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let begins_list = self.open.is_none() || self.within == Within::List || content.get(..digits) == Some("1");
            let dotted = content.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']));
            ((1..=3).contains(&digits) && dotted && begins_list).then_some(digits + 1)?
        };
        content.get(mark..).is_some_and(|rest| rest.starts_with([' ', '\t'])).then_some(mark + 1)
    }
}

fn is_rule(content: &str) -> bool {
    let mut marks = content.chars().filter(|c| !c.is_whitespace());
    let Some(first) = marks.next().filter(|c| matches!(c, '-' | '*' | '_' | '=')) else {
        return false;
    };
    let mut count = 1;
    for mark in marks {
        if mark != first {
            return false;
        }
        count += 1;
    }
    count >= 3
}

fn heading_mark(content: &str) -> Option<usize> {
    let hashes = content.len() - content.trim_start_matches('#').len();
    ((1..=6).contains(&hashes) && content.get(hashes..).is_some_and(|rest| rest.starts_with([' ', '\t']))).then_some(hashes + 1)
}
