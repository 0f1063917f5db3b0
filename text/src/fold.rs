//! Characters that mean the same in an id or a number: width, dashes, spaces, brackets.

/// The plain form of `c`: full-width ASCII becomes ASCII, every dash a hyphen, every space and invisible separator a space.
///
/// Loss-free by design: no letter or digit turns into another one.
pub(crate) fn fold(c: char) -> char {
    match c {
        // What most characters are, before all the others are asked for.
        '!'..='~' => c,
        '\u{FF01}'..='\u{FF5E}' => match char::from_u32(u32::from(c) - 0xFEE0) {
            Some(ascii) => ascii,
            None => c,
        },
        _ if is_dash(c) => '-',
        _ if is_space(c) => ' ',
        _ => c,
    }
}

/// Hyphen, non-breaking hyphen, figure, en and em dash, minus and their compatibility forms.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// White space, and the characters that take no room but separate: soft hyphen, zero-width space and joiners, byte order mark.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// An opening square bracket, also full-width, lenticular or tortoise-shell.
pub(crate) fn is_open_bracket(c: char) -> bool {
    matches!(c, '[' | '\u{FF3B}' | '\u{3010}' | '\u{3014}' | '\u{3016}' | '\u{27E6}')
}

/// A closing square bracket, also full-width, lenticular or tortoise-shell.
pub(crate) fn is_close_bracket(c: char) -> bool {
    matches!(c, ']' | '\u{FF3D}' | '\u{3011}' | '\u{3015}' | '\u{3017}' | '\u{27E7}')
}
