//! What the typesetting crate wrote, checked and written anew.
//!
//! The crate escapes text, but not the names of operators (`\operatorname{<img …>}` came out as an image), and it uses `style=`, which our
//! content policy forbids. So nothing is taken on trust: elements and attributes are those listed here, every element is closed where it was
//! opened, and text is escaped. A sanitiser would try to save what it can; here one foreign thing refuses the whole formula.

/// MathML Core's elements that formulas are made of.
pub(super) const ELEMENTS: [&str; 19] = [
    "math",
    "mfrac",
    "mi",
    "mn",
    "mo",
    "mover",
    "mroot",
    "mrow",
    "mspace",
    "msqrt",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
];

/// Their attributes. `class` names what the style sheet says about tables (`menv-…`, `cell-…`) and negated terms.
pub(super) const ATTRIBUTES: [&str; 15] = [
    "class",
    "depth",
    "display",
    "displaystyle",
    "height",
    "largeop",
    "linethickness",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "scriptlevel",
    "stretchy",
    "symmetric",
    "width",
];

/// Deepest nesting that is shown. A browser flattens what lies deeper than 512, and no author goes there.
const DEPTH: usize = 100;

/// One `<math>` element, or `None` when anything in it is not of ours.
pub(super) fn vetted(written: &str) -> Option<String> {
    let mut out = String::with_capacity(written.len());
    let mut open: Vec<&'static str> = Vec::new();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..)?;
        if c == '<' && after.starts_with('/') {
            let (name, end) = after.get(1..)?.split_once('>')?;
            (open.pop()? == name).then_some(())?;
            out.push_str(&format!("</{name}>"));
            if open.is_empty() {
                return end.trim().is_empty().then_some(out);
            }
            rest = end;
        } else if c == '<' && after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (tag, end) = after.split_once('>')?;
            let (name, is_empty) = start_tag(tag, &mut out)?;
            (open.is_empty() == (name == "math")).then_some(())?;
            if is_empty {
                out.push_str(&format!("</{name}>"));
            } else {
                open.push(name);
            }
            (open.len() <= DEPTH).then_some(())?;
            rest = end;
        } else {
            (!open.is_empty()).then_some(())?;
            rest = push_text(c, rest, &mut out)?;
        }
    }
    None
}

/// Writes `<name attribute="value">`; gives the name, and whether the element ends with it.
fn start_tag(tag: &str, out: &mut String) -> Option<(&'static str, bool)> {
    let (tag, is_empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    let name = listed(&ELEMENTS, name)?;
    out.push_str(&format!("<{name}"));
    // The crate leaves out a space between some attributes, which is an error in HTML.
    while !rest.trim_start().is_empty() {
        let (attribute, after) = rest.trim_start().split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        let attribute = listed(&ATTRIBUTES, attribute)?;
        value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '%')).then_some(())?;
        out.push_str(&format!(" {attribute}=\"{value}\""));
        rest = after;
    }
    out.push('>');
    Some((name, is_empty))
}

/// Writes the character `c`, or the entity, that `rest` begins with; gives what follows.
fn push_text<'a>(c: char, rest: &'a str, out: &mut String) -> Option<&'a str> {
    const ENTITIES: [&str; 4] = ["&amp;", "&lt;", "&gt;", "&nbsp;"];
    if let Some(entity) = ENTITIES.into_iter().find(|entity| rest.starts_with(entity)) {
        out.push_str(entity);
        return rest.get(entity.len()..);
    }
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push(c),
    }
    rest.get(c.len_utf8()..)
}

fn listed(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| *known == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_formula_of_ours() {
        for (written, expected) in [
            ("<math><mi>x</mi></math>", Some("<math><mi>x</mi></math>")),
            ("<math><mo a</math>", None),
            ("<math><mspace width=\"1em\" /></math>", Some("<math><mspace width=\"1em\"></mspace></math>")),
            (
                "<math><mo stretchy=\"true\"minsize=\"1.2em\">(</mo></math>",
                Some("<math><mo stretchy=\"true\" minsize=\"1.2em\">(</mo></math>"),
            ),
            ("<math><mo><</mo><mo>></mo><mo>&</mo></math>", Some("<math><mo>&lt;</mo><mo>&gt;</mo><mo>&amp;</mo></math>")),
            ("<math><mtext>a&lt;b&nbsp;</mtext></math>", Some("<math><mtext>a&lt;b&nbsp;</mtext></math>")),
            ("<math><mi style=\"color: red\">x</mi></math>", None),
            ("<math><mi class=\"a&quot;\">x</mi></math>", None),
            ("<math><mi><img src=x onerror=alert(1)></mi></math>", None),
            ("<math><mi>x</math></mi>", None),
            ("<math><mi></math><b>x</b></mi></math>", None),
            ("<math></math><math></math>", None),
            ("<math><mi>x</mi>", None),
            ("<math><math></math></math>", None),
            ("<mi>x</mi>", None),
            ("x<math></math>", None),
            ("", None),
        ] {
            assert_eq!(vetted(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn depth_has_a_limit() {
        let nested = |depth: usize| format!("<math>{}{}</math>", "<mrow>".repeat(depth), "</mrow>".repeat(depth));
        assert!(vetted(&nested(DEPTH - 1)).is_some());
        assert!(vetted(&nested(DEPTH)).is_none());
    }
}
