//! Citations: the retrieved set or nothing.

use std::ops::Range;

use antigravity_text::{CitedId, PreprintId, citations, mentions};

use crate::marks::NO_SUCH_SOURCE;

/// A text in which every id names a source.
pub(super) struct Settled {
    /// The text, ids in their canonical form and in brackets.
    pub(super) text: String,
    /// The sources it cites, each once, in order.
    pub(super) cited: Vec<PreprintId>,
    /// Whether an id was replaced.
    pub(super) invented: bool,
}

/// Settles every id of a text. Normalised without loss it is a source, or it becomes [`NO_SUCH_SOURCE`]: never the nearest id that exists
/// (sequential ids make that a wrong citation), and never nothing (the sentence would stand as if it were the author's own).
pub(super) fn settle(text: &str, is_source: impl Fn(&PreprintId) -> bool) -> Settled {
    let mut settled = Settled { text: text.to_owned(), cited: Vec::new(), invented: false };
    // A replacement may leave a new id behind, as in `AG-AG-2026.03-1712`. Each round removes at least one; the bound is for peace of mind.
    for _ in 0..8 {
        let edits = edits(&settled.text, &is_source);
        if edits.is_empty() {
            break;
        }
        settled.invented |= edits.iter().any(|(_, replacement)| replacement.contains(NO_SUCH_SOURCE));
        settled.text = apply(&settled.text, &edits);
    }
    for id in mentions(&settled.text).into_iter().filter_map(|mention| mention.id) {
        if !settled.cited.contains(&id) {
            settled.cited.push(id);
        }
    }
    settled
}

/// The text without its citations, for reading its words and numbers.
pub(super) fn without_citations(text: &str) -> String {
    let edits: Vec<(Range<usize>, String)> = citations(text).into_iter().map(|citation| (citation.span, String::from(" "))).collect();
    apply(text, &edits).replace(NO_SUCH_SOURCE, " ")
}

/// What of `text` completes an id that began in `before`, when that id is no source: the end of the stretch.
pub(super) fn broken_across(before: &str, text: &str, is_source: impl Fn(&PreprintId) -> bool) -> Option<usize> {
    let joined = format!("{before}{text}");
    let seam = before.len();
    let across = |span: &Range<usize>| span.start < seam && span.end > seam;
    mentions(&joined)
        .into_iter()
        .find(|mention| across(&mention.span) && !mention.id.as_ref().is_some_and(&is_source))
        .map(|mention| mention.span.end - seam)
}

fn edits(text: &str, is_source: &impl Fn(&PreprintId) -> bool) -> Vec<(Range<usize>, String)> {
    let source = |cited: &CitedId| cited.id.clone().filter(is_source);
    let brackets = citations(text);
    // Within a bracket digits behind an id belong to it: `[AG-2026.03-17 12]` may mean another preprint than it seems to.
    let whole = |cited: &CitedId| source(cited).filter(|_| !goes_on(text, cited.span.end));
    let mut edits = Vec::new();
    for citation in &brackets {
        let valid: Vec<PreprintId> = citation.ids.iter().filter_map(whole).collect();
        let invented = valid.len() < citation.ids.len();
        if holds_only_ids(text, &citation.span, &citation.ids, invented) {
            let mut parts = Vec::new();
            if !valid.is_empty() {
                parts.push(format!("[{}]", valid.iter().map(PreprintId::as_str).collect::<Vec<_>>().join(", ")));
            }
            if invented {
                parts.push(NO_SUCH_SOURCE.to_owned());
            }
            edits.push((citation.span.start..link_end(text, citation.span.end), parts.join(" ")));
        } else {
            // Words stand beside the ids: `[see AG-…]`. They stay.
            edits.extend(citation.ids.iter().map(|cited| {
                let replacement = match whole(cited) {
                    Some(id) if invented => format!("[{id}]"),
                    Some(id) => id.to_string(),
                    None => NO_SUCH_SOURCE.to_owned(),
                };
                (cited.span.clone(), replacement)
            }));
        }
    }
    let bracketed =
        |span: &Range<usize>| brackets.iter().any(|citation| citation.span.start <= span.start && span.end <= citation.span.end);
    edits.extend(mentions(text).into_iter().filter(|mention| !bracketed(&mention.span)).map(|mention| {
        let replacement = source(&mention).map_or_else(|| NO_SUCH_SOURCE.to_owned(), |id| format!("[{id}]"));
        (mention.span, replacement)
    }));
    edits.sort_by_key(|(span, _)| span.start);
    edits.retain(|(span, replacement)| text.get(span.clone()) != Some(replacement));
    edits
}

/// Whether digits follow after spaces.
fn goes_on(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or("");
    let next = rest.trim_start();
    next.len() < rest.len() && next.starts_with(char::is_numeric)
}

/// Whether a bracket holds nothing but ids and what separates them, and the digits of broken ones.
fn holds_only_ids(text: &str, bracket: &Range<usize>, ids: &[CitedId], broken: bool) -> bool {
    let mut rest = String::new();
    let mut from = bracket.start;
    for cited in ids {
        rest.push_str(text.get(from..cited.span.start).unwrap_or(""));
        rest.push(' ');
        from = cited.span.end;
    }
    rest.push_str(text.get(from..bracket.end).unwrap_or(""));
    rest.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || word == "and" || (broken && word.chars().all(char::is_numeric)))
}

/// The end of the target when a link follows the bracket: where it leads is the page's business, not the model's.
fn link_end(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or("");
    match rest.strip_prefix('(').and_then(|target| target.find([')', '\n']).map(|at| (target, at))) {
        Some((target, at)) if target.get(at..).is_some_and(|close| close.starts_with(')')) => end + 1 + at + 1,
        _ => end,
    }
}

fn apply(text: &str, edits: &[(Range<usize>, String)]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for (span, replacement) in edits {
        if span.start < from {
            continue; // overlaps the one before it; the next round sees it
        }
        result.push_str(text.get(from..span.start).unwrap_or(""));
        result.push_str(replacement);
        from = span.end;
    }
    result.push_str(text.get(from..).unwrap_or(""));
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known(id: &PreprintId) -> bool {
        ["AG-2026.03-1712", "AG-2024.07-1501"].contains(&id.as_str())
    }

    #[test]
    fn ids_are_settled() {
        for (text, expected, invented) in [
            ("x [AG-2026.03-1712].", "x [AG-2026.03-1712].", false),
            ("x [ag – 2026.03 – 1712].", "x [AG-2026.03-1712].", false),
            ("x [[AG-2026.03-1712]].", "x [AG-2026.03-1712].", false),
            ("x 【AG-2026.03-1712】.", "x [AG-2026.03-1712].", false),
            ("AG-2026.03-1712 shows.", "[AG-2026.03-1712] shows.", false),
            ("x [AG-2026.03-1712; AG-2024.07-1501].", "x [AG-2026.03-1712, AG-2024.07-1501].", false),
            ("x [AG-2026.03-1713].", "x [no such source].", true),
            ("x [AG-2026.04-1712].", "x [no such source].", true),
            ("x [AG-2026.03-01712].", "x [no such source].", true),
            ("x [AG-2026.03-1712, AG-2026.03-1713].", "x [AG-2026.03-1712] [no such source].", true),
            ("AG-2026.03-1713 shows.", "[no such source] shows.", true),
            ("x [see AG-2026.03-1712].", "x [see AG-2026.03-1712].", false),
            ("x [see AG-2026.03-1713].", "x [see [no such source]].", true),
            ("x [AG-2026.03-1712](https://example.org/a).", "x [AG-2026.03-1712].", false),
            ("x [AG-2026.03-1712v2].", "x [no such source].", true),
            ("AG codes", "AG codes", false),
        ] {
            let settled = settle(text, known);
            assert_eq!((settled.text.as_str(), settled.invented), (expected, invented), "{text}");
        }
    }

    #[test]
    fn an_id_that_two_units_make_up_is_seen() {
        assert_eq!(broken_across("see AG\n", "- 2026.03-9999 is", known), Some("- 2026.03-9999".len()));
        assert_eq!(broken_across("see.", "- 2026.03-9999 is", known), None);
    }

    proptest! {
        #[test]
        fn nothing_but_sources_is_left(text in r"((AG|ag|\[|\]|【|】|-|–| |\.|2026|\.03|1712|1713|,|x|\n|v2|\(|\)|AG-2026\.03-1712|AG-2026\.03-1713)){0,24}") {
            let settled = settle(&text, known);
            for mention in mentions(&settled.text) {
                prop_assert!(mention.id.as_ref().is_some_and(known), "{:?} in {:?} from {:?}", mention, settled.text, text);
            }
        }
    }
}
