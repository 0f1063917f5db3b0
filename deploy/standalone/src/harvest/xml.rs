//! XML as a walk over elements, by local name: prefixes differ from server to server, and the protocol's elements don't clash.

use quick_xml::{Reader, escape::resolve_xml_entity, events::Event};

/// Why a text can't be read, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

/// A walk over a document. Steps are in document order and none goes back.
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
}

/// An element that was entered. Its content is to be read next: by `child` to its end, by `text`, or by `skip`.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name without prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<'a> Xml<'a> {
    /// Over a document.
    pub(super) fn new(document: &'a str) -> Self {
        let mut reader = Reader::from_str(document);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        // A bare `&` is a fault that real servers make; it stands for itself.
        config.allow_dangling_amp = true;
        Self { reader }
    }

    /// The next element within the present one; `None` at its end. Text between elements is passed over.
    pub(super) fn child(&mut self) -> Result<Option<Element>, Unreadable> {
        loop {
            match self.event()? {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    let attribute = |attribute: quick_xml::events::attributes::Attribute<'_>| {
                        (attribute.key.local_name().as_ref().to_owned(), attribute.value.to_string())
                    };
                    // Only numbers and words are looked for in attributes: references in them don't matter.
                    let attributes = start.attributes().flatten().map(attribute).collect();
                    return Ok(Some(Element { name, attributes }));
                }
                Event::End(_) => return Ok(None),
                _ => {}
            }
        }
    }

    /// The text within the present element, to its end, that of elements in it included.
    pub(super) fn text(&mut self) -> Result<String, Unreadable> {
        let mut text = String::new();
        let mut depth = 0_usize;
        loop {
            match self.event()? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => depth -= 1,
                Event::Text(part) => text.push_str(&part.xml10_content()),
                Event::CData(part) => text.push_str(&part.xml10_content()),
                Event::GeneralRef(name) => match name.resolve_char_ref() {
                    Ok(Some(c)) => text.push(c),
                    // A character that XML doesn't allow, as `&#0;`: one of them in a thousand records is no reason to lose the page.
                    Err(_) => text.push(' '),
                    // What XML doesn't know stays as it is written.
                    Ok(None) => match resolve_xml_entity(&name) {
                        Some(meaning) => text.push_str(meaning),
                        None => text.push_str(&format!("&{};", &*name)),
                    },
                },
                _ => {}
            }
        }
    }

    /// Passes over the present element.
    pub(super) fn skip(&mut self) -> Result<(), Unreadable> {
        self.text().map(drop)
    }

    fn event(&mut self) -> Result<Event<'a>, Unreadable> {
        match self.reader.read_event() {
            Ok(Event::Eof) => Err(Unreadable("it breaks off before its end".to_owned())),
            Ok(Event::Decl(declaration)) => match declaration.encoding() {
                Some(Ok(encoding)) if !["utf-8", "utf8", "us-ascii"].contains(&encoding.to_lowercase().as_str()) => {
                    Err(Unreadable(format!("it is declared as {encoding}, where the protocol demands UTF-8")))
                }
                _ => Ok(Event::Decl(declaration)),
            },
            Ok(event) => Ok(event),
            Err(error) => Err(Unreadable(format!("it is no well-formed XML at byte {} ({error})", self.reader.error_position()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(document: &str) -> Result<String, Unreadable> {
        let mut xml = Xml::new(document);
        xml.child()?.ok_or_else(|| Unreadable("empty".into()))?;
        xml.text()
    }

    #[test]
    fn text_is_read_whatever_it_is_written_in() {
        for (document, text) in [
            ("<a>x</a>", "x"),
            ("<a/>", ""),
            (
                "<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><p:a>x &lt;&amp;&gt; &#233;&#xe9; <![CDATA[<b>&amp;]]></p:a>",
                "x <&> éé <b>&amp;",
            ),
            ("<a>x<b>y</b>z</a>", "xyz"),
            ("<a>AT&T, 5 & 6</a>", "AT&T, 5 & 6"),
            ("<a>caf&eacute; &#0;&#x1f;.</a>", "caf&eacute;  \u{1f}."),
        ] {
            assert_eq!(text_of(document).as_deref(), Ok(text), "{document}");
        }
    }

    #[test]
    fn what_is_no_xml_says_where() {
        for (document, reason) in [
            ("<a>x", "breaks off"),
            ("<a><b>x</a>", "no well-formed XML at byte"),
            ("<a>x</a", "no well-formed XML"),
            ("", "breaks off"),
            ("<?xml version='1.0' encoding='ISO-8859-1'?><a>x</a>", "ISO-8859-1"),
        ] {
            let Unreadable(told) = text_of(document).unwrap_err();
            assert!(told.contains(reason), "{document}: {told}");
        }
    }

    #[test]
    fn children_are_walked_with_their_attributes() {
        let mut xml = Xml::new("<r> <a n='1'>t</a><!-- c --><b><c/></b> </r>");
        assert_eq!(xml.child().unwrap().unwrap().name, "r");
        assert_eq!(xml.child().unwrap().unwrap().attribute("n"), Some("1"));
        assert_eq!(xml.text().unwrap(), "t");
        assert_eq!(xml.child().unwrap().unwrap().name, "b");
        xml.skip().unwrap();
        assert!(xml.child().unwrap().is_none());
    }
}
