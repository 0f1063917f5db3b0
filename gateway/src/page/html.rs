//! Markup, and the few ways in which text becomes it.
//!
//! [`Html`] is the only type that holds markup. It is made by `html!`, which escapes every value that is not `Html` itself; by [`element`],
//! for who is told by events what to open and close; and by [`mathml`], for what the typesetting crate wrote. Names of elements and
//! attributes are part of the program (`&'static str`), never of a text that came from outside. `tests/tests/tidy` sees to it that markup is
//! declared as such (`PreEscaped`) in this file alone.

use maud::PreEscaped;

pub(crate) use maud::{Markup as Html, html};

/// Text, with what has a meaning in HTML escaped.
pub(crate) fn text(text: &str) -> Html {
    html! { (text) }
}

/// `<name attribute="value">content</name>`. The values are escaped.
pub(crate) fn element(name: &'static str, attributes: &[(&'static str, &str)], content: &Html) -> Html {
    let mut written = opened(name, attributes);
    written.push_str(&content.0);
    written.push_str("</");
    written.push_str(name);
    written.push('>');
    PreEscaped(written)
}

/// `<name attribute="value">`: an element that has no content by its nature, such as `br`, `hr` or `col`.
pub(crate) fn void(name: &'static str, attributes: &[(&'static str, &str)]) -> Html {
    PreEscaped(opened(name, attributes))
}

/// One after the other.
pub(crate) fn joined(parts: impl IntoIterator<Item = Html>) -> Html {
    PreEscaped(parts.into_iter().map(|part| part.0).collect())
}

/// The tree in which the parts of an element have their places (`slot`), attached to it as soon as it is read.
pub(crate) fn shadow(places: &Html) -> Html {
    html! { template shadowrootmode="open" { (places) } }
}

/// A document in two: what stands before and what stands behind the gap, for what is sent in between.
pub(crate) fn halves(document: impl FnOnce(&Html) -> Html) -> (String, String) {
    // No text can hold it, since `<` in a text is escaped.
    const GAP: &str = "<!-- gap -->";
    let written = document(&PreEscaped(GAP.to_owned())).0;
    match written.split_once(GAP) {
        Some((before, after)) => (before.to_owned(), after.to_owned()),
        None => (written, String::new()),
    }
}

/// MathML as the typesetting crate wrote it, which escapes what it was given. For `page::math` alone.
pub(crate) fn mathml(written: String) -> Html {
    PreEscaped(written)
}

fn opened(name: &'static str, attributes: &[(&'static str, &str)]) -> String {
    let mut written = format!("<{name}");
    for (attribute, value) in attributes {
        written.push_str(&format!(" {attribute}=\"{}\"", text(value).0));
    }
    written.push('>');
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_element_is_closed_and_its_values_are_escaped() {
        let content = html! { "a " em { "b" } };
        let written = element("a", &[("href", "https://x.org/?a=1&b=\"2\""), ("title", "'<>'")], &content);
        assert_eq!(written.0, "<a href=\"https://x.org/?a=1&amp;b=&quot;2&quot;\" title=\"'&lt;&gt;'\">a <em>b</em></a>");
        assert_eq!(joined([void("hr", &[]), text("a < b")]).0, "<hr>a &lt; b");
    }

    proptest! {
        #[test]
        fn a_text_never_leaves_its_place(written in "\\PC*") {
            let Html { 0: body, .. } = text(&written);
            prop_assert!(!body.contains(['<', '>', '"']));
            let Html { 0: tag, .. } = void("meter", &[("value", &written)]);
            prop_assert_eq!(tag.matches(['<', '>']).count(), 2);
            prop_assert_eq!(tag.matches('"').count(), 2);
        }
    }
}
