//! From the sentences that are released to the paragraphs that are shown.
//!
//! A sentence of Markdown can't be rendered alone: it may stand in a list, a table or a heading. What stands between blank lines can, except in
//! a list, whose items may be apart, and in a fence, where blank lines are part of the code.

use antigravity_proto::types::{Block, ByteSpan, Claim};

/// Blocks that were not shown yet.
#[derive(Debug, Default)]
pub(super) struct Paragraphs {
    text: String,
    claims: Vec<Claim>,
    /// Where `text` begins in the whole answer, in bytes.
    offset: usize,
}

/// A part of an answer that can be rendered alone.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    pub(super) markdown: String,
    /// Its claims, whose spans count from its own beginning.
    pub(super) claims: Vec<Claim>,
}

impl Paragraphs {
    /// Takes a block, and gives the paragraphs that are whole by it.
    pub(super) fn add(&mut self, block: Block) -> Vec<Paragraph> {
        self.text.push_str(&block.markdown);
        self.claims.extend(block.claims);
        let mut whole = Vec::new();
        while let Some(end) = end_of_first(&self.text) {
            whole.push(self.cut(end));
        }
        whole
    }

    /// What is left at the end of the answer.
    pub(super) fn rest(&mut self) -> Option<Paragraph> {
        let rest = self.cut(self.text.len());
        (!rest.markdown.trim().is_empty()).then_some(rest)
    }

    fn cut(&mut self, end: usize) -> Paragraph {
        let rest = self.text.split_off(end);
        let markdown = std::mem::replace(&mut self.text, rest);
        let offset = self.offset;
        self.offset += end;
        let ends_here = |claim: &Claim| claim.span.is_none_or(|span| (span.end as usize) <= offset + end);
        let (mut claims, rest): (Vec<Claim>, Vec<Claim>) = std::mem::take(&mut self.claims).into_iter().partition(ends_here);
        self.claims = rest;
        let within = |place: u32| place.saturating_sub(u32::try_from(offset).unwrap_or(u32::MAX));
        for claim in &mut claims {
            claim.span = claim.span.map(|span| ByteSpan { start: within(span.start), end: within(span.end) });
        }
        Paragraph { markdown, claims }
    }
}

/// Begins and ends display mathematics.
const DISPLAY: &str = "$$";

/// Where the text's first paragraph ends, if that can be told yet.
fn end_of_first(text: &str) -> Option<usize> {
    let (mut fence, mut blank, mut begun) = (None::<&str>, false, false);
    let in_list = is_item(text.trim_start());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if fence.is_none() && blank && begun && !words.is_empty() && !line.starts_with([' ', '\t']) && !(in_list && is_item(line)) {
            return Some(at);
        }
        at += line.len();
        if !line.ends_with('\n') {
            return None;
        }
        match fence {
            Some(DISPLAY) if is_odd(words) => fence = None,
            Some(mark) if mark != DISPLAY && words.starts_with(mark) => fence = None,
            None => fence = ["```", "~~~", DISPLAY].into_iter().find(|mark| words.starts_with(mark) && (*mark != DISPLAY || is_odd(words))),
            Some(_) => {}
        }
        blank = words.is_empty();
        begun |= !blank;
    }
    // A blank line was the last to come. Only a list can go on after it.
    (fence.is_none() && blank && begun && !in_list).then_some(at)
}

/// Whether display mathematics begins or ends in a line without ending or beginning there as well.
fn is_odd(words: &str) -> bool {
    !words.matches(DISPLAY).count().is_multiple_of(2)
}

fn is_item(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = after_number.len() < line.len() && after_number.starts_with([')', '.']);
    numbered || ["- ", "* ", "+ "].into_iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(pieces: &[&str]) -> Vec<Paragraph> {
        let mut paragraphs = Paragraphs::default();
        let mut shown: Vec<Paragraph> =
            pieces.iter().flat_map(|piece| paragraphs.add(Block { markdown: (*piece).into(), claims: vec![] })).collect();
        shown.extend(paragraphs.rest());
        shown
    }

    #[test]
    fn a_paragraph_is_what_can_stand_alone() {
        for (pieces, expected) in [
            (&["One. ", "Two.\n\n", "Three."][..], &["One. Two.\n\n", "Three."][..]),
            (&["# T\n\nOne.\n\n---\n\n", "Note: x."], &["# T\n\n", "One.\n\n", "---\n\n", "Note: x."]),
            (&["- a\n", "- b\n\n", "- c\n\n", "End."], &["- a\n- b\n\n- c\n\n", "End."]),
            (&["1. a\n\n   still a\n\n", "2. b\n\n", "End."], &["1. a\n\n   still a\n\n2. b\n\n", "End."]),
            (&["```\na\n\nb\n```\n\n", "End."], &["```\na\n\nb\n```\n\n", "End."]),
            (&["$$\na\n\nb\n$$\n\nEnd."], &["$$\na\n\nb\n$$\n\n", "End."]),
            (&["$$ x $$\n\n", "End."], &["$$ x $$\n\n", "End."]),
            (&["$$ x $$ [AG-2026.03-1712]. So it is.\n\n", "End."], &["$$ x $$ [AG-2026.03-1712]. So it is.\n\n", "End."]),
            (&["$$ x =\n\n y $$\n\n", "End."], &["$$ x =\n\n y $$\n\n", "End."]),
            (&["|a|\n|-|\n", "|b|\n\n", "End."], &["|a|\n|-|\n|b|\n\n", "End."]),
            (&["\n\n"], &[]),
        ] {
            let shown: Vec<String> = blocks(pieces).into_iter().map(|paragraph| paragraph.markdown).collect();
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn claims_go_with_their_paragraph_and_count_from_its_beginning() {
        let claim = |start, end| Claim { span: Some(ByteSpan { start, end }), ..Default::default() };
        let mut paragraphs = Paragraphs::default();
        let first = paragraphs.add(Block { markdown: "Öne.\n\n".into(), claims: vec![claim(0, 5)] });
        let second = paragraphs.add(Block { markdown: "Two. ".into(), claims: vec![claim(7, 11)] });
        assert_eq!((first[0].claims.clone(), second), (vec![claim(0, 5)], vec![]));
        assert_eq!(paragraphs.rest().unwrap().claims, [claim(0, 4)]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(pieces in proptest::collection::vec("[-a1.`$ \n|é]{0,8}", 0..9)) {
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let shown: String = blocks(&pieces).into_iter().map(|paragraph| paragraph.markdown).collect();
            let given = pieces.concat();
            prop_assert_eq!(shown.trim_end(), given.trim_end());
        }
    }
}
