//! The citation grammar: `[AG-2026.03-1712]`, in every shape in which people and models write it.

use std::ops::Range;

use crate::fold::{fold, is_close_bracket, is_open_bracket, is_space};
use crate::id_scan::{Cursor, well_formed};
use crate::preprint_id::PreprintId;

/// One bracket that cites preprints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Bytes of the bracket, brackets included; of the outermost one where they are doubled. The target of a Markdown link that may follow
    /// (`[AG-…](https://…)`) is not part of it.
    pub span: Range<usize>,
    /// What it cites, in order; never empty.
    pub ids: Vec<CitedId>,
}

/// One id as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CitedId {
    /// Bytes of the id alone.
    pub span: Range<usize>,
    /// The text at `span`.
    pub raw: String,
    /// The id, or `None` for something that begins like one and isn't: it names no preprint and must not be shown as if it did.
    pub id: Option<PreprintId>,
}

/// Every bracket that cites, in order.
///
/// Understood: several ids in one bracket, separated by commas, semicolons, `and` or `&`; doubled brackets `[[…]]`; full-width and lenticular
/// brackets; dash variants, any case, spaces around the parts; words before or after an id (`[see AG-…]`). Inside brackets everything that
/// begins with `AG` and a dash counts as an attempt to cite, so `[AG-paper 3]` is returned with `id: None`.
/// A bracket within a bracket that holds other text is a citation of its own. An unclosed bracket is none; [`mentions`] still finds its ids.
pub fn citations(text: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    let mut opened: Option<Range<usize>> = None;
    let mut newlines = 0;
    // Most texts have no bracket at all.
    let first = text.find(is_open_bracket).unwrap_or(text.len());
    for (offset, c) in text.get(first..).unwrap_or("").char_indices() {
        let at = first + offset;
        let end = at + c.len_utf8();
        match c {
            '\n' => {
                newlines += 1;
                if newlines > 1 {
                    opened = None; // a paragraph ended inside the bracket
                }
                continue;
            }
            _ if is_open_bracket(c) => opened = Some(at..end),
            _ if is_close_bracket(c) => {
                if let Some(open) = opened.take() {
                    let ids = ids_within(text, open.end..at);
                    if !ids.is_empty() {
                        found.push(Citation { span: with_doubled_brackets(text, open.start..end), ids });
                    }
                }
            }
            _ => {}
        }
        if !c.is_whitespace() {
            newlines = 0;
        }
    }
    found
}

/// Every id, bracketed or not, in order. Outside brackets `AG` counts as the beginning of an id only before a digit (`AG-2026…`, `AG 2026.03`),
/// so that AG-codes of algebraic geometry stay what they are.
pub fn mentions(text: &str) -> Vec<CitedId> {
    let mut found = Vec::new();
    let mut from = 0;
    for citation in citations(text) {
        found.extend(ids_outside(text, from..citation.span.start));
        from = citation.span.end;
        found.extend(citation.ids);
    }
    found.extend(ids_outside(text, from..text.len()));
    found
}

fn ids_outside(text: &str, range: Range<usize>) -> Vec<CitedId> {
    let mut ids = Vec::new();
    let mut at = range.start;
    while let Some(start) = next_start(text, at, range.end, false) {
        let (id, end) = read(text, start, range.end);
        at = end.max(start + 1);
        ids.push(cited(text, start..end, id));
    }
    ids
}

fn ids_within(text: &str, range: Range<usize>) -> Vec<CitedId> {
    let mut ids = Vec::new();
    let mut next = next_start(text, range.start, range.end, true);
    while let Some(start) = next {
        let (id, end) = read(text, start, range.end);
        next = next_start(text, end, range.end, true);
        // What is malformed is malformed up to the next separator or id: `[AG-2026.03 1712]` must not leave its `1712` behind.
        let end = if id.is_some() { end } else { item_end(text, end, next.unwrap_or(range.end)) };
        ids.push(cited(text, start..end, id));
    }
    ids
}

fn cited(text: &str, span: Range<usize>, id: Option<PreprintId>) -> CitedId {
    let raw = text.get(span.clone()).unwrap_or("").to_owned();
    CitedId { span, raw, id }
}

/// The next place in `from..to` where an id, or an attempt at one, begins.
fn next_start(text: &str, from: usize, to: usize, bracketed: bool) -> Option<usize> {
    let mut before = text.get(..from)?.chars().next_back();
    for (offset, c) in text.get(from..to)?.char_indices() {
        let at = from + offset;
        let prior = before.replace(c);
        // Most characters begin nothing, and need not be looked at through `fold`.
        if !matches!(c, 'A' | 'a' | '\u{80}'..) || !matches!(fold(c), 'A' | 'a') {
            continue;
        }
        // Letters of scripts without word spaces (from U+2E80 on) don't bind; full-width forms of Latin ones do.
        let inside_word = prior.map(fold).is_some_and(|b| b == '_' || (b.is_alphanumeric() && u32::from(b) < 0x2E80));
        if !inside_word && begins_like_id(text, at, to, bracketed) {
            return Some(at);
        }
    }
    None
}

fn begins_like_id(text: &str, at: usize, to: usize, bracketed: bool) -> bool {
    let mut cursor = Cursor { text: text.get(..to).unwrap_or(text), at };
    if cursor.letters().is_none() {
        return false;
    }
    let mut after_dash = cursor;
    if after_dash.separator('-').is_some() {
        return bracketed || after_dash.peek().is_some_and(|c| c.is_ascii_digit());
    }
    cursor.spaces();
    let year = cursor.digits(4).is_some_and(|year| year.len() == 4);
    year && matches!(cursor.peek(), Some('.' | '-' | '/' | ' ' | ':')) && {
        cursor.bump();
        cursor.peek().is_some_and(|c| c.is_ascii_digit())
    }
}

/// The id that begins at `start`, with the byte after it; or `None` with the byte after the run of characters that looks like one.
fn read(text: &str, start: usize, to: usize) -> (Option<PreprintId>, usize) {
    let within = text.get(..to).unwrap_or(text);
    let mut cursor = Cursor { text: within, at: start };
    match well_formed(within, start) {
        Some((id, end)) if ends_cleanly(within, end) => return (Some(id), end),
        Some((_, end)) => cursor.at = end,
        None => {
            let _ = cursor.letters();
            let _ = cursor.separator('-');
        }
    }
    let mut end = cursor.at;
    while let Some(c) = cursor.peek().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/')) {
        cursor.bump();
        if !matches!(c, '.' | '-') {
            end = cursor.at; // a full stop or dash at the end belongs to the sentence
        }
    }
    (None, trim_end(within, start, end))
}

/// False where the id runs on: `…-1712v2`, `…-1712-3`, `…-1712.5`, `…-1712/13`. Cutting there would name another preprint than was meant.
fn ends_cleanly(text: &str, end: usize) -> bool {
    let mut cursor = Cursor { text, at: end };
    match cursor.peek() {
        Some('.' | '-' | '/') => {
            cursor.bump();
            !cursor.peek().is_some_and(char::is_numeric)
        }
        Some(c) => !(c.is_ascii_alphanumeric() || c == '_' || c.is_numeric()),
        None => true,
    }
}

/// Where the malformed item that goes on at `from` ends: at a separator, at `and`, or at `to`, without spaces before it.
fn item_end(text: &str, from: usize, to: usize) -> usize {
    let rest = text.get(from..to).unwrap_or("");
    let separator = |c: char| matches!(fold(c), ',' | ';' | '&') || matches!(c, '\u{3001}' | '\u{FF0C}');
    let item = rest.split(separator).next().unwrap_or("");
    let item = item.split(" and ").next().unwrap_or(item).trim_end_matches(is_space);
    let item = item.strip_suffix(" and").unwrap_or(item);
    trim_end(text, from, from + item.len())
}

fn trim_end(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).map_or(end, |run| start + run.trim_end_matches(is_space).len())
}

/// Widens a bracket to the ones that directly enclose it.
fn with_doubled_brackets(text: &str, span: Range<usize>) -> Range<usize> {
    let mut span = span;
    loop {
        let before = text.get(..span.start).unwrap_or("").trim_end_matches([' ', '\u{200B}']);
        let after = text.get(span.end..).unwrap_or("");
        let gap = after.len() - after.trim_start_matches([' ', '\u{200B}']).len();
        let open = before.chars().next_back().filter(|c| is_open_bracket(*c));
        let close = after.trim_start_matches([' ', '\u{200B}']).chars().next().filter(|c| is_close_bracket(*c));
        match (open, close) {
            (Some(open), Some(close)) => span = before.len() - open.len_utf8()..span.end + gap + close.len_utf8(),
            _ => return span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<(String, bool)> {
        citations(text).into_iter().flat_map(|citation| citation.ids).map(|id| (id.raw, id.id.is_some())).collect()
    }

    #[test]
    fn shapes() {
        let id: PreprintId = "AG-2026.03-1712".parse().unwrap();
        for text in [
            "[AG-2026.03-1712]",
            "[[AG-2026.03-1712]]",
            "[ [AG-2026.03-1712] ]",
            "【AG-2026.03-1712】",
            "［ＡＧ－２０２６．０３－１７１２］",
            "[ag\u{2011}2026.03\u{2013}1712]",
            "[ AG - 2026.03 - 1712 ]",
            "[**AG-2026.03-1712**]",
            "[see AG-2026.03-1712]",
            "[AG-2026.03-1712, Fig. 3]",
            "[AG-\n2026.03-1712]",
        ] {
            let around = format!("Es gilt — so {text}. Next");
            let found = citations(&around);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(&around[found[0].span.clone()], text);
            assert_eq!(found[0].ids.len(), 1, "{text}");
            assert_eq!(found[0].ids[0].id, Some(id.clone()), "{text}");
        }
    }

    #[test]
    fn several_in_one_bracket() {
        for text in [
            "[AG-2026.03-1712, AG-2025.03-220]",
            "[AG-2026.03-1712; AG-2025.03-220]",
            "[AG-2026.03-1712 and AG-2025.03-220]",
            "[AG-2026.03-1712 & AG-2025.03-220]",
            "[AG-2026.03-1712,AG-2025.03-220]",
            "[AG-2026.03-1712 AG-2025.03-220]",
            "[AG-2026.03-1712–AG-2025.03-220]",
        ] {
            assert_eq!(ids(text), [("AG-2026.03-1712".to_owned(), true), ("AG-2025.03-220".to_owned(), true)], "{text}");
        }
    }

    #[test]
    fn malformed_ids_are_found_and_name_nothing() {
        for raw in [
            "AG-2026.03-1712v2",
            "AG-2026.03-1712-3",
            "AG-2026.03-1712.5",
            "AG-2026.03-1712–1715",
            "AG-2026.03-1712/13",
            "AG-2026.13-1712",
            "AG-2026.3-1712",
            "AG-2026.03",
            "AG-XXXX",
            "AG-paper 3",
            "AG 2026.03 1712",
            "AG2026.03-1712",
            "AG-2026.03 1712",
            "AG-",
        ] {
            assert_eq!(ids(&format!("so [{raw}] it is")), [(raw.to_owned(), false)], "{raw}");
        }
        assert_eq!(
            ids("[AG-1, AG-2026.03-1712 and AG-x and so]"),
            [("AG-1".to_owned(), false), ("AG-2026.03-1712".to_owned(), true), ("AG-x".to_owned(), false)]
        );
    }

    #[test]
    fn no_citations() {
        for text in [
            "",
            "[12]",
            "[Agnes]",
            "[MAG-2026.03-1712]",
            "AG-2026.03-1712",
            "[AG-2026.03-1712",
            "[AG]",
            "[a\n\nAG-2026.03-1712]",
            "[link](AG)",
        ] {
            assert!(citations(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn inner_brackets_cite_for_themselves() {
        let text = "[as in [AG-2026.03-1712] above]";
        assert_eq!(&text[citations(text)[0].span.clone()], "[AG-2026.03-1712]");
    }

    #[test]
    fn bare_mentions() {
        let text = "AG-2026.03-1712 and (ag-2025.03-220), AG-2026.03-1712-based; AG-codes; Siemens AG 2026; AG-2026.03-17a [AG-x].";
        let found: Vec<_> = mentions(text).into_iter().map(|id| (id.raw, id.id.map(|id| id.to_string()))).collect();
        let ok = |raw: &str, id: &str| (raw.to_owned(), Some(id.to_owned()));
        assert_eq!(
            found,
            [
                ok("AG-2026.03-1712", "AG-2026.03-1712"),
                ok("ag-2025.03-220", "AG-2025.03-220"),
                ok("AG-2026.03-1712", "AG-2026.03-1712"),
                ("AG-2026.03-17a".to_owned(), None),
                ("AG-x".to_owned(), None),
            ]
        );
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        let start = std::time::Instant::now();
        for unit in ["[", "[[AG-", "AG-", "AG-2026.03-1 ", "]", "[AG-1]", "[AG-1] [", "[AG-1"] {
            let text = unit.repeat(30_000);
            let _ = (mentions(&text), crate::stems(&text));
        }
        // Seconds at most; by the square of the length it would be many minutes.
        assert!(start.elapsed() < std::time::Duration::from_secs(60));
    }
}
