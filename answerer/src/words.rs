//! Lists of words and phrases, kept as text: a list is read and changed more easily than code.

use std::sync::OnceLock;

use foldhash::{HashMap, HashSet};

/// Words or phrases in lower case (names as they are written), separated by commas and line ends.
pub(crate) struct WordList {
    text: &'static str,
    read: OnceLock<Entries>,
}

/// The entries of a list, read once: sentences are held against lists many times.
struct Entries {
    all: HashSet<&'static str>,
    /// By the letters and digits that they begin with.
    by_beginning: HashMap<&'static str, Vec<&'static str>>,
}

impl WordList {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, read: OnceLock::new() }
    }

    /// Whether the list has exactly this.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.read().all.contains(word)
    }

    /// Whether a text begins with one of its entries. `ends` says whether what follows an entry lets it be whole.
    pub(crate) fn begins(&self, text: &str, ends: impl Fn(&str) -> bool) -> bool {
        let entries = self.read().by_beginning.get(beginning(text));
        entries.is_some_and(|entries| entries.iter().any(|entry| text.strip_prefix(entry).is_some_and(&ends)))
    }

    /// All of it, in no order.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'static str> {
        self.read().all.iter().copied()
    }

    fn read(&self) -> &Entries {
        self.read.get_or_init(|| {
            let all: HashSet<&str> = self.text.split([',', '\n']).map(str::trim).filter(|entry| !entry.is_empty()).collect();
            let mut by_beginning: HashMap<&str, Vec<&str>> = HashMap::default();
            for entry in &all {
                by_beginning.entry(beginning(entry)).or_default().push(entry);
            }
            Entries { all, by_beginning }
        })
    }
}

/// The letters and digits that a text begins with.
fn beginning(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read() {
        static LIST: WordList = WordList::new("one, two words,\nthree\n");
        assert!(LIST.has("two words") && LIST.has("three") && !LIST.has("two") && !LIST.has(""));
        let begins = |text: &str| LIST.begins(text, |rest| !rest.starts_with(char::is_alphanumeric));
        assert!(begins("two words more") && begins("one") && !begins("two") && !begins("ones") && !begins(""));
    }
}
