//! A stretch of text with its citations and marks.

use std::ops::Range;

use antigravity_text::{PreprintId, citation::mentions};

use super::{Anchors, CitationLink, Citations};
use crate::page::html::{Html, html, joined, text};
use crate::page::legible::legible;

/// What the answerer puts in the place of a citation that names no source, and behind a sentence that no source supports; and what the page
/// puts behind one that its sources bear out less than wholly. Each with what a reader sees, and its class: the first two can't be overlooked.
const MARKS: [(&str, &str, &str); 4] = [
    ("[no such source]", "no such source", "mark"),
    ("[unsupported]", "unsupported", "mark"),
    ("[partly supported]", "partly supported", "aside"),
    ("[inference]", "inference", "aside"),
];

/// The words as markup, and whether a citation among them became a link.
pub(super) fn words(written: &str, citations: Citations<'_>, ids: &mut Anchors) -> (Html, bool) {
    let mut found: Vec<(Range<usize>, Special)> = Vec::new();
    for mention in mentions(written) {
        let link = mention.id.as_ref().and_then(citations);
        found.extend(mention.id.zip(link).map(|(id, link)| (mention.span, Special::Citation(id, link))));
    }
    for (mark, shown, class) in MARKS {
        found.extend(written.match_indices(mark).map(|(at, mark)| (at..at + mark.len(), Special::Mark(shown, class))));
    }
    found.sort_by_key(|(span, _)| span.start);
    let mut parts = Vec::new();
    let mut links = false;
    let mut at = 0;
    for (span, special) in found {
        let Some(before) = written.get(at..span.start) else { continue };
        parts.push(text(&legible(before)));
        at = span.end;
        links |= matches!(special, Special::Citation(..));
        parts.push(special.shown(ids));
    }
    parts.push(text(&legible(written.get(at..).unwrap_or_default())));
    (joined(parts), links)
}

enum Special {
    Citation(PreprintId, CitationLink),
    Mark(&'static str, &'static str),
}

impl Special {
    fn shown(self, ids: &mut Anchors) -> Html {
        match self {
            Self::Mark(shown, class) => html! { strong class=(class) { (shown) } },
            Self::Citation(id, CitationLink { href, card: None }) => html! { span.citation { a href=(href) { (id.as_str()) } } },
            Self::Citation(id, CitationLink { href, card: Some(card) }) => {
                let described = ids.next();
                html! {
                    span.citation {
                        a href=(href) aria-describedby=(described) { (id.as_str()) }
                        span.card role="tooltip" id=(described) { (card) }
                    }
                }
            }
        }
    }
}
