//! Markdown for a terminal.
//!
//! What answers are made of is shown: headings, paragraphs, emphasis, lists, quotations, rules, code, tables, mathematics as plain text.
//! A link shows its text, an image its description, HTML stands as it is written.

use antigravity_answerer::{NO_SUCH_SOURCE, UNSUPPORTED_MARK};
use antigravity_text::{citation::citations, latex};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::{
    style::{Canvas, Look, Span, Tint},
    wrap::wrap,
};

/// What the answerer puts in the place of a citation that names no source, and behind a sentence that no source supports.
const WARNINGS: [&str; 2] = [NO_SUCH_SOURCE, UNSUPPORTED_MARK];
/// A rule is a sign, not a wall.
const RULE_WIDTH: usize = 24;

/// Renders Markdown, without a line break at the end.
pub(crate) fn render(markdown: &str, canvas: Canvas) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH;
    let mut page =
        Page { canvas, look: Look::default(), spans: vec![], indents: vec![], lines: vec![], gap: false, code: false, first_cell: true };
    for event in TextMergeStream::new(Parser::new_ext(markdown, options)) {
        page.event(event);
    }
    page.flush();
    page.lines.join("\n")
}

struct Page {
    canvas: Canvas,
    look: Look,
    /// The block that is being read.
    spans: Vec<Span>,
    /// What the lines of the block stand behind.
    indents: Vec<Indent>,
    lines: Vec<String>,
    /// Whether the next block is to be set off by an empty line.
    gap: bool,
    code: bool,
    first_cell: bool,
}

enum Indent {
    Quotation,
    /// A list, with the number of the next item.
    List(Option<u64>),
    /// An item: its mark until the first line has it, then as many spaces.
    Item {
        mark: String,
        width: usize,
    },
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => self.code_lines(&text),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.spans.push(Span::new(&text, Look { tint: Tint::Quiet, ..self.look })),
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.spans.push(Span::new(&latex::plain(&format!("${text}$")), self.look))
            }
            Event::Html(text) | Event::InlineHtml(text) => self.spans.push(Span::new(&text, self.look)),
            Event::SoftBreak => self.spans.push(Span::new(" ", self.look)),
            Event::HardBreak => self.flush_line(),
            Event::Rule => {
                self.set_off();
                let rule = "─".repeat(RULE_WIDTH.min(self.canvas.width()));
                self.lines.push(self.canvas.paint(&rule, Look::of(Tint::Quiet)));
                self.gap = true;
            }
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.flush();
                self.look.bold = true;
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.indents.push(Indent::Quotation);
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.set_off();
                self.code = true;
            }
            Tag::List(start) => {
                self.flush();
                self.indents.push(Indent::List(*start));
            }
            Tag::Item => {
                self.flush();
                let mark = match self.indents.last_mut() {
                    Some(Indent::List(Some(number))) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                self.indents.push(Indent::Item { width: mark.chars().count(), mark });
            }
            Tag::Strong => self.look.bold = true,
            Tag::Emphasis => self.look.italic = true,
            Tag::TableHead => {
                self.flush();
                self.look.bold = true;
                self.first_cell = true;
            }
            Tag::TableRow => self.first_cell = true,
            Tag::TableCell => {
                if !self.first_cell {
                    self.spans.push(Span::new(" │ ", Look::of(Tint::Quiet)));
                }
                self.first_cell = false;
            }
            Tag::Table(_) => {
                self.flush();
                self.set_off();
            }
            Tag::Paragraph | Tag::HtmlBlock => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.look.bold = false;
            }
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.flush();
                self.gap = true;
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.indents.pop();
                self.gap = true;
            }
            TagEnd::Item => {
                self.flush();
                self.indents.pop();
                // Items stand close together, also when the source sets them apart.
                self.gap = false;
            }
            TagEnd::CodeBlock => {
                self.code = false;
                self.gap = true;
            }
            TagEnd::Strong => self.look.bold = false,
            TagEnd::Emphasis => self.look.italic = false,
            TagEnd::TableHead => {
                self.flush_line();
                self.look.bold = false;
            }
            TagEnd::TableRow => self.flush_line(),
            TagEnd::Table => self.gap = true,
            _ => {}
        }
    }

    /// Text with its citations, and the marks of what isn't supported, set apart.
    fn text(&mut self, text: &str) {
        let mut marked: Vec<_> = citations(text).into_iter().map(|citation| (citation.span, Tint::Citation)).collect();
        for warning in WARNINGS {
            marked.extend(text.match_indices(warning).map(|(at, found)| (at..at + found.len(), Tint::Warning)));
        }
        marked.sort_by_key(|(span, _)| span.start);
        let mut done = 0;
        for (span, tint) in marked {
            let (Some(before), Some(mark)) = (text.get(done..span.start), text.get(span.clone())) else {
                continue;
            };
            self.spans.push(Span::new(before, self.look));
            self.spans.push(Span::new(mark, Look { tint, ..self.look }));
            done = span.end;
        }
        self.spans.push(Span::new(text.get(done..).unwrap_or_default(), self.look));
    }

    /// Code is neither wrapped nor filled.
    fn code_lines(&mut self, text: &str) {
        for line in text.lines() {
            let line = format!("    {}", Span::new(line, Look::default()).text);
            self.lines.push(line.trim_end().to_owned());
        }
    }

    /// Ends a block.
    fn flush(&mut self) {
        if self.spans.iter().all(|span| span.text.trim().is_empty()) {
            self.spans.clear();
            return;
        }
        self.set_off();
        self.flush_line();
        self.gap = !self.indents.iter().any(|indent| matches!(indent, Indent::Item { .. }));
    }

    /// Ends a line, within a block or at its end.
    fn flush_line(&mut self) {
        let first = self.prefix();
        let rest = self.prefix();
        self.lines.extend(wrap(&self.spans, &first, &rest, self.canvas));
        self.spans.clear();
        self.gap = false;
    }

    /// An empty line before the next block, but not at the top.
    fn set_off(&mut self) {
        if self.gap && !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.gap = false;
    }

    /// What the next line stands behind; an item's mark is given once.
    fn prefix(&mut self) -> String {
        let mut prefix = String::new();
        for indent in &mut self.indents {
            match indent {
                Indent::Quotation => prefix.push_str("│ "),
                Indent::List(_) => {}
                Indent::Item { mark, width } if mark.is_empty() => prefix.push_str(&" ".repeat(*width)),
                Indent::Item { mark, .. } => prefix.push_str(&std::mem::take(mark)),
            }
        }
        prefix
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(markdown: &str, width: usize, colour: bool, expected: Expect) {
        let rendered = render(markdown, Canvas::Terminal { width, colour }).replace('\u{1b}', "␛");
        expected.assert_eq(&rendered);
    }

    #[test]
    fn the_parts_of_an_answer() {
        check(
            "# Title\nA **lead-in.** Then *stress* and `code` [AG-2026.03-1712].\n\n## Part\n\n- one that is long enough to wrap\n- two\n\n  more\n\n1. first\n2. second\n\n> quoted words\n\n---\nNote: the end.",
            28,
            false,
            expect![[r#"
                Title

                A lead-in. Then stress and
                code [AG-2026.03-1712].

                Part

                • one that is long enough to
                  wrap
                • two

                  more

                1. first
                2. second

                │ quoted words

                ────────────────────────

                Note: the end."#]],
        );
    }

    #[test]
    fn looks() {
        check(
            "**Lead-in.** It *matters* [AG-2026.03-1712, AG-2024.07-1501]. Invented [no such source]. Bold claim [unsupported]",
            200,
            true,
            expect![
                "␛[1mLead-in.␛[0m It ␛[3mmatters␛[0m ␛[36m[AG-2026.03-1712, AG-2024.07-1501]␛[0m. Invented ␛[33m[no such source]␛[0m. Bold claim ␛[33m[unsupported]␛[0m"
            ],
        );
    }

    #[test]
    fn mathematics_code_tables_and_html() {
        check(
            "With $H_0$ and $\\alpha_s(m_Z)$ at 5 \\% of\n\n$$\\sqrt{s}=13~\\mathrm{TeV}$$\n\n```\nlet x = 1;   // kept\n\n  indented\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<b>bold</b> and [text](https://example.org) \u{1b}[31mred",
            60,
            false,
            expect![[r#"
                With H0 and α_s(m_Z) at 5 % of

                √s=13 TeV

                    let x = 1;   // kept

                      indented

                a │ b
                1 │ 2

                <b>bold</b> and text [31mred"#]],
        );
    }
}
