//! The beginning of a text that somebody sent, for a message.

/// The longest that a message repeats, in characters: more than any id, date or category has, and little enough for many of them in the
/// trailer that error details travel in, which clients limit.
const LONGEST: usize = 40;

/// The text, or its first 40 characters and `…`.
pub fn excerpt(text: &str) -> String {
    let mut characters = text.chars();
    let beginning: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() { format!("{beginning}…") } else { beginning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_shows_that_it_is() {
        for length in [0, 1, LONGEST] {
            assert_eq!(excerpt(&"ä".repeat(length)), "ä".repeat(length));
        }
        assert_eq!(excerpt(&"ä".repeat(LONGEST + 1)), "ä".repeat(LONGEST) + "…");
    }
}
