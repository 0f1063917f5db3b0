//! The events of an answer's Markdown, without what an answer has no use for.

use std::borrow::Cow;
use std::ops::Range;

use antigravity_text::math_spans;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream};

/// Reads Markdown. What comes of it:
///
/// * HTML's tags are left out, the words between them stay.
/// * An image is its description.
/// * Only links that are written out, `[text](https://…)`, and addresses in angle brackets are links; any other address leaves the text alone.
///   With definitions (`[unsupported]: https://…`) a model could turn the mark of an unsupported sentence, or a citation, into a link.
/// * A line's end is a blank.
pub(super) fn events(markdown: &str) -> impl Iterator<Item = Event<'_>> {
    let mut links = Vec::new();
    TextMergeStream::new(Parser::new_ext(markdown, options()).filter_map(move |event| adapted(event, &mut links)))
}

/// Markdown whose mathematics stands between dollars, also where it was written as `\(…\)` or `\[…\]`, which models like and Markdown reads as
/// brackets.
pub(super) fn with_dollars(markdown: &str) -> Cow<'_, str> {
    if !markdown.contains("\\(") && !markdown.contains("\\[") {
        return Cow::Borrowed(markdown);
    }
    let code: Vec<Range<usize>> = Parser::new_ext(markdown, options())
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))))
        .map(|(_, span)| span)
        .collect();
    let mut out = String::with_capacity(markdown.len());
    let mut at = 0;
    for span in math_spans(markdown) {
        let (Some(before), Some(outer), Some(inner)) =
            (markdown.get(at..span.outer.start), markdown.get(span.outer.clone()), markdown.get(span.inner))
        else {
            continue;
        };
        let is_code = code.iter().any(|code| code.start < span.outer.end && span.outer.start < code.end);
        let dollars = if outer.starts_with("\\(") { "$" } else { "$$" };
        if is_code || outer.starts_with('$') || inner.contains('$') {
            continue;
        }
        out.push_str(&format!("{before}{dollars}{}{dollars}", inner.trim()));
        at = span.outer.end;
    }
    out.push_str(markdown.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// How a link ends.
enum Closing {
    Link,
    Bracket,
    Nothing,
}

fn adapted<'a>(event: Event<'a>, links: &mut Vec<Closing>) -> Option<Event<'a>> {
    match event {
        Event::Start(Tag::Link { link_type, ref dest_url, .. }) => {
            let (event, closing) = match link_type {
                LinkType::Inline | LinkType::Autolink if is_web(dest_url) => (Some(event), Closing::Link),
                LinkType::Inline | LinkType::Autolink | LinkType::Email => (None, Closing::Nothing),
                _ => (Some(text("[")), Closing::Bracket),
            };
            links.push(closing);
            event
        }
        Event::End(TagEnd::Link) => match links.pop()? {
            Closing::Link => Some(event),
            Closing::Bracket => Some(text("]")),
            Closing::Nothing => None,
        },
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Html(html) | Event::InlineHtml(html) => Some(Event::Text(without_tags(&html).into())),
        Event::SoftBreak => Some(text("\n")),
        Event::FootnoteReference(_) | Event::TaskListMarker(_) => None,
        other => Some(other),
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_MATH
}

fn text(text: &'static str) -> Event<'static> {
    Event::Text(CowStr::Borrowed(text))
}

/// Whether an address is one of the web, with nothing in it that browsers read in more than one way.
pub(in crate::page) fn is_web(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(char::is_alphanumeric))
        && !address.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '<' | '>' | '"' | '`'))
}

/// The words between the tags of a piece of HTML. Blanks stay, so that words don't run together.
fn without_tags(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        words.push_str(before);
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        rest = tag.split_once(end).map_or("", |(_, after)| after);
    }
    words + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_web() {
        for address in ["https://arxiv.org/abs/2603.25794", "http://x.org", "HTTPS://X.ORG/?a=1&b=2#c", "https://münchen.de"] {
            assert!(is_web(address), "{address}");
        }
        for address in [
            "",
            "#a",
            "/a",
            "//x.org",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "java\nscript:alert(1)",
            "https:x.org",
            "https://",
            "https:///x",
            "https://x.org\\@y.org",
            "https://x.org/ y",
            "ftp://x.org",
            "mailto:a@x.org",
            "vbscript:x",
            "https://\u{1}x",
            " https://x.org",
        ] {
            assert!(!is_web(address), "{address:?}");
        }
    }

    #[test]
    fn words_of_html() {
        for (html, words) in [
            ("<b>", ""),
            ("<div>\nso <b>it</b> is\n</div>\n", "\nso it is\n\n"),
            ("<!-- a > b -->c", "c"),
            ("<script>alert(1)</script>", "alert(1)"),
            ("<img src=\"a\"", ""),
            ("a > b", "a > b"),
        ] {
            assert_eq!(without_tags(html), words, "{html}");
        }
    }
}
