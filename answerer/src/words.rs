//! Lists of words and phrases, kept as text: a list is read and changed more easily than code.

use std::collections::HashSet;
use std::sync::OnceLock;

/// Words or phrases in lower case (names as they are written), separated by commas and line ends.
pub(crate) struct WordList {
    text: &'static str,
    set: OnceLock<HashSet<&'static str>>,
}

impl WordList {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, set: OnceLock::new() }
    }

    /// Whether the list has exactly this.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.set.get_or_init(|| self.entries().collect()).contains(word)
    }

    /// All of it.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read() {
        static LIST: WordList = WordList::new("one, two words,\nthree\n");
        assert!(LIST.has("two words") && LIST.has("three") && !LIST.has("two") && !LIST.has(""));
    }
}
