//! Text as a model or the composer drafts it: not checked yet, and by its type not fit to leave the answerer.

mod ahead;
mod block;
mod sentence;

use ahead::{Ahead, More};

/// The line after which a model lists its follow-ups. Plain ASCII in a form that no answer needs for itself.
pub(crate) const FOLLOW_UP_MARKER: &str = "@@FOLLOW-UPS@@";

/// The smallest piece that is checked and released: a sentence, a list item, a table row, a heading; code and display mathematics whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftUnit {
    /// What it is.
    pub(crate) kind: UnitKind,
    /// Its Markdown, without white space around it.
    pub(crate) text: String,
    /// The white space up to the next unit; empty at the end of the answer.
    pub(crate) gap: String,
    /// Whether a paragraph, or whatever else stands alone, begins with it.
    pub(crate) opens_paragraph: bool,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnitKind {
    /// A sentence of a paragraph.
    Sentence,
    /// A whole list item.
    ListItem,
    /// A table's first row with the line of dashes below it.
    TableHead,
    /// Any other row of a table.
    TableRow,
    /// A heading.
    Heading,
    /// A horizontal rule.
    Rule,
    /// A fenced block of code.
    Code,
}

/// Cuts a reply into units while it arrives.
///
/// A cut is made only when no continuation of the text could move it: every look beyond the end of what has arrived gives up until more is
/// there ([`Ahead`]). So the units are the same however the text was split on its way.
pub(crate) struct Segmenter {
    buffer: String,
    place: Place,
    /// What came after the marker, once it came.
    tail: Option<String>,
}

/// Where the text before the buffer left off.
#[derive(Clone, Copy)]
struct Place {
    line_start: bool,
    opens_paragraph: bool,
    in_table: bool,
}

impl Segmenter {
    pub(crate) fn new() -> Self {
        Self { buffer: String::new(), place: Place { line_start: true, opens_paragraph: true, in_table: false }, tail: None }
    }

    /// Takes the next piece of the reply and gives back the units that are now settled.
    pub(crate) fn push(&mut self, delta: &str) -> Vec<DraftUnit> {
        self.buffer.extend(delta.chars().filter(|c| is_visible(*c)));
        self.settled(false)
    }

    /// The reply has ended: the last units, and the text after the follow-up marker.
    pub(crate) fn finish(mut self) -> (Vec<DraftUnit>, String) {
        let units = self.settled(true);
        (units, self.tail.unwrap_or_default())
    }

    fn settled(&mut self, ended: bool) -> Vec<DraftUnit> {
        let mut units = Vec::new();
        while self.tail.is_none() {
            match self.next_unit(ended) {
                Ok(Some(unit)) => units.push(unit),
                Ok(None) | Err(More) => return units,
            }
        }
        if let Some(tail) = &mut self.tail {
            tail.push_str(&std::mem::take(&mut self.buffer));
        }
        units
    }

    /// The first unit of the buffer; `None` when only white space or the marker is left.
    fn next_unit(&mut self, ended: bool) -> Result<Option<DraftUnit>, More> {
        let mut ahead = Ahead::new(&self.buffer, ended);
        ahead.skip_white()?;
        let start = ahead.at();
        if ahead.peek()?.is_none() {
            return Ok(None);
        }
        if let Some(after) = self.place.line_start.then(|| block::marker(ahead)).transpose()?.flatten() {
            self.begin_tail(after);
            return Ok(None);
        }
        let (kind, end) = if self.place.line_start { block::unit(ahead, self.place.in_table)? } else { sentence::unit(ahead)? };
        let mut after = ahead.moved_to(end);
        after.skip_white()?;
        let gap = after.between(end, after.at());
        let line_start = gap.contains('\n');
        let at_marker = line_start && block::marker(after)?.is_some();
        let gap = if at_marker || after.peek()?.is_none() { String::new() } else { gap.to_owned() };
        let unit =
            DraftUnit { kind, text: ahead.between(start, end).trim_end().to_owned(), gap, opens_paragraph: self.place.opens_paragraph };
        let blank_line = after.between(end, after.at()).matches('\n').count() > 1;
        self.place = Place {
            line_start,
            opens_paragraph: blank_line || kind != UnitKind::Sentence || (line_start && block::starts(after)?),
            in_table: matches!(kind, UnitKind::TableHead | UnitKind::TableRow) && !blank_line,
        };
        let consumed = after.at();
        self.buffer.drain(..consumed);
        Ok(Some(unit))
    }

    fn begin_tail(&mut self, after: usize) {
        self.tail = Some(self.buffer.split_off(after));
        self.buffer.clear();
    }
}

/// Control characters steer terminals, and those of direction turn a line round: no answer needs them, and so none leaves.
pub(crate) fn is_visible(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> (Vec<DraftUnit>, String) {
        let mut segmenter = Segmenter::new();
        let mut units = segmenter.push(text);
        let (last, tail) = segmenter.finish();
        units.extend(last);
        (units, tail)
    }

    fn texts(text: &str) -> Vec<String> {
        whole(text).0.into_iter().map(|unit| unit.text).collect()
    }

    #[test]
    fn sentences_are_cut_where_they_end() {
        for (text, expected) in [
            ("One. Two.", vec!["One.", "Two."]),
            ("It is 3.5 TeV. Then more.", vec!["It is 3.5 TeV.", "Then more."]),
            ("See Fig. 3 and Smith et al. Also J. Doe agrees.", vec!["See Fig. 3 and Smith et al. Also J. Doe agrees."]),
            ("Clause [AG-2026.03-1712]. Next.", vec!["Clause [AG-2026.03-1712].", "Next."]),
            ("Clause. [AG-2026.03-1712] Next one.", vec!["Clause. [AG-2026.03-1712]", "Next one."]),
            ("Clause. [AG-2026.03-1712]. Next one.", vec!["Clause. [AG-2026.03-1712].", "Next one."]),
            ("**Lead in.** [AG-2026.03-1712] showed that.", vec!["**Lead in.**", "[AG-2026.03-1712] showed that."]),
            ("A. [AG-2026.03-1712] and [AG-2024.07-1501] show it.", vec!["A. [AG-2026.03-1712] and [AG-2024.07-1501] show it."]),
            ("We see $x. Y$ here. Then.", vec!["We see $x. Y$ here.", "Then."]),
            ("Then $$a.\nB$$ follows. End", vec!["Then $$a.\nB$$ follows.", "End"]),
            ("He said “so.” She left.", vec!["He said “so.”", "She left."]),
            ("use `a. B` now. Then", vec!["use `a. B` now.", "Then"]),
            ("broken [AG-2026.03\n\nNext", vec!["broken [AG-2026.03", "Next"]),
            ("Really? Yes! Good", vec!["Really?", "Yes!", "Good"]),
            ("Here is what they show:\nOne holds\nalways. Two", vec!["Here is what they show:", "One holds\nalways.", "Two"]),
            ("**In short:**\n- one", vec!["**In short:**", "- one"]),
            ("A ratio of 3:1 is seen: twice. End", vec!["A ratio of 3:1 is seen: twice.", "End"]),
            ("Then $$a:\nb$$ follows.", vec!["Then $$a:\nb$$ follows."]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn blocks_are_units() {
        let text = "# Title\n\nOne. Two\nwrapped.\n\n- item one. Still.\n- item two\n\n1. first\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode. Code\n\n- x\n```\n\n---\nNote: end.";
        let units: Vec<(UnitKind, String)> = whole(text).0.into_iter().map(|unit| (unit.kind, unit.text)).collect();
        let expected = [
            (UnitKind::Heading, "# Title"),
            (UnitKind::Sentence, "One."),
            (UnitKind::Sentence, "Two\nwrapped."),
            (UnitKind::ListItem, "- item one. Still."),
            (UnitKind::ListItem, "- item two"),
            (UnitKind::ListItem, "1. first"),
            (UnitKind::TableHead, "| a | b |\n|---|---|"),
            (UnitKind::TableRow, "| 1 | 2 |"),
            (UnitKind::Code, "```\ncode. Code\n\n- x\n```"),
            (UnitKind::Rule, "---"),
            (UnitKind::Sentence, "Note: end."),
        ];
        assert_eq!(units, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn paragraphs_are_known() {
        let opens: Vec<bool> = whole("One. Two.\nThree.\n\nFour. Five.\n## H\nSix.").0.iter().map(|unit| unit.opens_paragraph).collect();
        assert_eq!(opens, [true, false, false, true, false, true, true]);
    }

    #[test]
    fn the_marker_ends_the_answer() {
        for marker in ["@@FOLLOW-UPS@@", "**@@follow-ups@@**", "## @@FOLLOW-UPS@@ "] {
            let (units, tail) = whole(&format!("One.\n\n{marker}\n- How?\n- Why?"));
            assert_eq!((units.len(), units[0].gap.as_str(), tail.trim()), (1, "", "- How?\n- Why?"), "{marker}");
        }
        assert_eq!(whole("One @@FOLLOW-UPS@@ two.").0.len(), 1, "within a line it is text");
    }

    #[test]
    fn control_characters_never_pass() {
        assert_eq!(texts("A\u{1b}2J b\u{202e}c.\r\nD\te\u{7}\u{85}\u{0}."), ["A2J bc.", "D\te."]);
        assert_eq!(whole(&format!("One.\n{FOLLOW_UP_MARKER}\r\n- How\u{1b}?")).1, "- How?");
    }

    #[test]
    fn nothing_is_lost() {
        let text = "  # T\n\nA b. C d.  E\n\n\n- x\n  - y\n\n$$\nz\n$$\n";
        let joined: String = whole(text).0.into_iter().map(|unit| unit.text + &unit.gap).collect();
        assert_eq!(joined, text.trim());
    }

    proptest! {
        #[test]
        fn units_are_the_same_however_the_text_was_split(
            pieces in proptest::collection::vec(
                prop_oneof![
                    "[a-zA-Z]{1,6}", Just(". ".to_owned()), Just("\n".to_owned()), Just("\n\n".to_owned()), Just(" ".to_owned()),
                    Just("[AG-2026.03-1712]".to_owned()), Just("[AG-".to_owned()), Just("$".to_owned()), Just("$$".to_owned()),
                    Just("- ".to_owned()), Just("1. ".to_owned()), Just("## ".to_owned()), Just("|".to_owned()), Just("|---|".to_owned()),
                    Just("```".to_owned()), Just("`".to_owned()), Just("---".to_owned()), Just("**".to_owned()), Just("é。”".to_owned()),
                    Just("et al. ".to_owned()), Just(":\n".to_owned()), Just("\u{1b}".to_owned()), Just("\r\n".to_owned()), Just("\\[".to_owned()), Just("\\]".to_owned()), Just("? ".to_owned()), Just(FOLLOW_UP_MARKER.to_owned()),
                ],
                0..24,
            ),
            cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let text = pieces.concat();
            let expected = whole(&text);
            let mut by_character = Segmenter::new();
            let mut units: Vec<DraftUnit> = text.chars().flat_map(|c| by_character.push(c.encode_utf8(&mut [0; 4]))).collect();
            let (last, tail) = by_character.finish();
            units.extend(last);
            prop_assert_eq!(&(units, tail), &expected);

            let characters: Vec<char> = text.chars().collect();
            let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(characters.len() + 1)).collect();
            at.sort_unstable();
            let mut split = Segmenter::new();
            let (mut units, mut from) = (Vec::new(), 0);
            for to in at.into_iter().chain([characters.len()]) {
                units.extend(split.push(&characters[from..to].iter().collect::<String>()));
                from = to;
            }
            let (last, tail) = split.finish();
            units.extend(last);
            prop_assert_eq!((units, tail), expected);
        }
    }
}
