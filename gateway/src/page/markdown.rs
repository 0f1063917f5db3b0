//! An answer's Markdown as markup.
//!
//! The parser's events are written by ourselves, with elements and attributes that are part of this program: what comes of any input is well
//! formed and of our own list by construction, and there is nothing to sanitise. (A sanitiser behind the parser's own HTML would have to know
//! MathML, which invites mutations, and would decide by what it sees instead of by what was meant.)
//!
//! For the style sheet: a citation is `span.citation > a + span.card`, of which the card is to be hidden until the link has hover or focus; a
//! mark of what isn't supported is `strong.mark`; the words that open a paragraph are `strong.lead-in`; a table stands in `div.table`, which
//! scrolls, with cells `.centre` and `.right`; a link to elsewhere is `a.external`; LaTeX that stands as it was written is `span.latex`;
//! tables of mathematics have the classes of the typesetting crate (`menv-…`, `cell-…`).

mod anchors;
mod source;
mod words;

#[cfg(test)]
mod tests;

use antigravity_text::PreprintId;
use pulldown_cmark::{Alignment, Event, HeadingLevel, Tag, TagEnd};

use super::html::{self, Html};
use super::legible::legible;
use super::math;
pub(crate) use anchors::Anchors;
pub(in crate::page) use source::is_web;

/// Deepest nesting of elements. What lies deeper is written without elements of its own.
const DEPTH: usize = 24;

/// Where a citation leads.
#[derive(Clone, Debug)]
pub(crate) struct CitationLink {
    /// An address of our own: `/preprints/AG-…` or `#…`.
    pub(crate) href: String,
    /// What is shown on hover and focus: title, authors, evidence. Only what may stand within a line.
    pub(crate) card: Option<Html>,
}

/// Gives the link of a preprint; `None` for one that is none of the answer's sources, which stays text.
pub(crate) type Citations<'a> = &'a dyn Fn(&PreprintId) -> Option<CitationLink>;

/// An answer's Markdown, or one block of it, as markup.
///
/// Blocks of one answer are given the same `ids`, in their order: ids and the levels of headings go on where the block before ended, so that an
/// answer looks the same whether it came in blocks or whole.
pub(crate) fn blocks(markdown: &str, citations: Citations<'_>, ids: &mut Anchors) -> Html {
    let mut page = Page { citations, ids, open: vec![Frame::root()] };
    let markdown = source::with_dollars(markdown);
    for event in source::events(&markdown) {
        page.event(event);
    }
    while page.open.len() > 1 {
        page.close();
    }
    page.open.pop().map(|root| html::joined(root.content)).unwrap_or_default()
}

struct Page<'a> {
    citations: Citations<'a>,
    ids: &'a mut Anchors,
    /// What is open, outermost first; never empty.
    open: Vec<Frame>,
}

/// An element whose content is being read.
struct Frame {
    /// `None`: the content is written without an element of its own.
    element: Option<&'static str>,
    attributes: Vec<(&'static str, String)>,
    content: Vec<Html>,
    kind: Kind,
}

enum Kind {
    Plain,
    /// Text is taken as it is.
    Code,
    /// Holds a link of ours already, if true.
    Link(bool),
    Table(Vec<Alignment>),
    /// With the number of the next cell, and whether its cells are headers.
    Row(usize, bool),
    Paragraph,
}

impl Frame {
    fn root() -> Self {
        Self { element: None, attributes: vec![], content: vec![], kind: Kind::Plain }
    }
}

impl Page<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(TagEnd::Table) => {
                self.close(); // tbody
                self.close(); // table
                self.close(); // what scrolls
            }
            Event::End(TagEnd::TableHead) => {
                self.close(); // tr
                self.close(); // thead
                self.open_element("tbody", vec![], Kind::Plain);
            }
            Event::End(TagEnd::CodeBlock) => {
                self.close();
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) if self.is_in(|kind| matches!(kind, Kind::Code)) => self.push(html::text(&legible(&text))),
            Event::Text(text) => self.words(&text),
            Event::Code(code) => {
                let code = html::element("code", &[], &html::text(&legible(&code)));
                self.push(code);
            }
            Event::InlineMath(latex) => self.push(math::inline(&latex)),
            Event::DisplayMath(latex) => self.push(math::display(&latex)),
            Event::HardBreak => self.push(html::void("br", &[])),
            Event::Rule => self.push(html::void("hr", &[])),
            // `source` turns these into text, or leaves them out.
            Event::Html(_) | Event::InlineHtml(_) | Event::SoftBreak | Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.open_element("p", vec![], Kind::Paragraph),
            Tag::Heading { level, .. } => {
                let element = self.ids.heading(marks(level));
                let id = self.ids.next();
                self.open_element(element, vec![("id", id)], Kind::Plain);
            }
            Tag::BlockQuote(_) => self.open_element("blockquote", vec![], Kind::Plain),
            Tag::CodeBlock(_) => {
                // What scrolls must be within reach of the keyboard.
                self.open_element("pre", vec![("tabindex", "0".to_owned())], Kind::Plain);
                self.open_element("code", vec![], Kind::Code);
            }
            Tag::List(None) => self.open_element("ul", vec![], Kind::Plain),
            Tag::List(Some(1)) => self.open_element("ol", vec![], Kind::Plain),
            Tag::List(Some(start)) => self.open_element("ol", vec![("start", start.to_string())], Kind::Plain),
            Tag::Item => self.open_element("li", vec![], Kind::Plain),
            Tag::Table(alignments) => {
                let scrolls = [("class", "table"), ("role", "region"), ("aria-label", "Table"), ("tabindex", "0")];
                self.open_element("div", scrolls.map(|(name, value)| (name, value.to_owned())).to_vec(), Kind::Plain);
                self.open_element("table", vec![], Kind::Table(alignments));
            }
            Tag::TableHead => {
                self.open_element("thead", vec![], Kind::Plain);
                self.open_element("tr", vec![], Kind::Row(0, true));
            }
            Tag::TableRow => self.open_element("tr", vec![], Kind::Row(0, false)),
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.open_element("em", vec![], Kind::Plain),
            Tag::Strong => {
                let leads = self.open.last().is_some_and(|frame| matches!(frame.kind, Kind::Paragraph) && frame.content.is_empty());
                let attributes = if leads { vec![("class", "lead-in".to_owned())] } else { vec![] };
                self.open_element("strong", attributes, Kind::Plain);
            }
            Tag::Strikethrough => self.open_element("s", vec![], Kind::Plain),
            Tag::Link { dest_url, .. } => {
                let attributes = [("class", "external"), ("href", &*dest_url), ("rel", "nofollow noopener noreferrer")];
                self.open_element("a", attributes.map(|(name, value)| (name, value.to_owned())).to_vec(), Kind::Link(false));
            }
            // Not switched on, or left out by `source`: the content alone.
            _ => self.open_frame(None, vec![], Kind::Plain),
        }
    }

    fn cell(&mut self) {
        let row = self.open.iter_mut().rev().find_map(|frame| match &mut frame.kind {
            Kind::Row(cell, is_head) => {
                *cell += 1;
                Some((*cell - 1, *is_head))
            }
            _ => None,
        });
        let (cell, is_head) = row.unwrap_or_default();
        let alignment = self.open.iter().rev().find_map(|frame| match &frame.kind {
            Kind::Table(alignments) => alignments.get(cell).copied(),
            _ => None,
        });
        let mut attributes = match alignment {
            Some(Alignment::Center) => vec![("class", "centre".to_owned())],
            Some(Alignment::Right) => vec![("class", "right".to_owned())],
            _ => vec![],
        };
        if is_head {
            attributes.push(("scope", "col".to_owned()));
        }
        self.open_element(if is_head { "th" } else { "td" }, attributes, Kind::Plain);
    }

    fn words(&mut self, text: &str) {
        let text = self.open.last_mut().map_or(text, |frame| math::close_formula(&mut frame.content, text));
        let (words, has_link) = words::words(text, self.citations, self.ids);
        if has_link
            && let Some(Kind::Link(held)) =
                self.open.iter_mut().rev().map(|frame| &mut frame.kind).find(|kind| matches!(kind, Kind::Link(_)))
        {
            *held = true;
        }
        self.push(words);
    }

    fn open_element(&mut self, element: &'static str, attributes: Vec<(&'static str, String)>, kind: Kind) {
        self.open_frame((self.open.len() <= DEPTH).then_some(element), attributes, kind);
    }

    fn open_frame(&mut self, element: Option<&'static str>, attributes: Vec<(&'static str, String)>, kind: Kind) {
        self.open.push(Frame { element, attributes, content: vec![], kind });
    }

    /// Closes the innermost element.
    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(Frame { element, attributes, content, kind }) = self.open.pop() else { return };
        if matches!(kind, Kind::Paragraph) && content.iter().all(|part| part.0.trim().is_empty()) {
            return; // nothing but tags stood in it
        }
        // A citation is a link of ours, also where a model wrote it as a link to somewhere else.
        let Some(element) = element.filter(|_| !matches!(kind, Kind::Link(true))) else {
            content.into_iter().for_each(|part| self.push(part));
            return;
        };
        let attributes: Vec<(&'static str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.push(html::element(element, &attributes, &html::joined(content)));
    }

    fn push(&mut self, part: Html) {
        if let Some(frame) = self.open.last_mut() {
            frame.content.push(part);
        }
    }

    fn is_in(&self, kind: impl Fn(&Kind) -> bool) -> bool {
        self.open.last().is_some_and(|frame| kind(&frame.kind))
    }
}

fn marks(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
