//! The names of people.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a name, without case and diacritics, LaTeX accents read: `G. M\"uller-Lüdenscheidt` gives `g`, `muller`, `ludenscheidt`.
pub fn name_words(name: &str) -> Vec<String> {
    let plain: String = crate::plain(name).nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let folded = plain.to_lowercase();
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_case_and_accents() {
        for (name, words) in [
            ("Ada Lovelace", vec!["ada", "lovelace"]),
            ("G. Müller-Lüdenscheidt", vec!["g", "muller", "ludenscheidt"]),
            ("G. M\\\"uller", vec!["g", "muller"]),
            ("J. O'Neill", vec!["j", "o", "neill"]),
            ("...", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(name_words(name), words, "{name}");
        }
    }
}
