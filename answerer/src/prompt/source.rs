//! A source as an element of the prompt.

use antigravity_proto::types::TextOrigin;

use crate::sources::Source;

/// `<source id= title= category= text_origin=>abstract</source>`, everything in it escaped.
pub(super) fn element(source: &Source) -> String {
    let origin = match source.origin {
        _ if source.is_title_only() => "title_only",
        TextOrigin::Summary => "summary",
        _ => "authors",
    };
    format!(
        "<source id=\"{}\" title=\"{}\" category=\"{}\" text_origin=\"{origin}\">{}</source>\n",
        source.id,
        escaped(&source.title),
        escaped(&source.category),
        escaped(source.abstract_text.trim())
    )
}

/// Text that can neither open nor close an element, nor end an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
