//! Text as a page may show it, whoever wrote it.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// Marks that may stand on one letter. Vietnamese has two, Hebrew with its accents four; more are a tower over the neighbouring lines.
const MARKS_PER_LETTER: usize = 4;

/// The text without what reaches beyond its own place on a page: characters that turn the direction of what follows (scripts written from right
/// to left don't need them), control characters, invisible tags, and more combining marks than a letter carries. Line breaks and tabulators stay.
pub(crate) fn legible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| is_illegible(byte.into())) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let kept = text.chars().filter(|c| {
        marks = if is_combining_mark(*c) { marks + 1 } else { 0 };
        marks <= MARKS_PER_LETTER && !is_illegible(*c)
    });
    Cow::Owned(kept.collect())
}

fn is_illegible(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // Marks, embeddings, overrides and isolates of direction; separators of lines and paragraphs; interlinear annotations; tags.
        '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{206F}' => true,
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => true,
        // Noncharacters, of which HTML allows none.
        '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_beyond_its_place_is_left_out() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a\n\tb", "a\n\tb"),
            ("a\u{0}\u{7}\r\nb", "a\nb"),
            ("\u{202E}txt.exe\u{202C}", "txt.exe"),
            ("a\u{2067}b\u{2069}", "ab"),
            ("שלום עולם", "שלום עולם"),
            ("مرحبا بالعالم", "مرحبا بالعالم"),
            ("Việt, é, ñ", "Việt, é, ñ"),
            ("\u{E0041}\u{FEFF}x", "x"),
            ("क्षत्रिय", "क्षत्रिय"),
            ("👩‍🔬", "👩‍🔬"),
        ] {
            assert_eq!(legible(text), expected, "{text:?}");
        }
        assert_eq!(legible(&format!("e{}f", "\u{301}".repeat(50))), format!("e{}f", "\u{301}".repeat(MARKS_PER_LETTER)));
    }
}
