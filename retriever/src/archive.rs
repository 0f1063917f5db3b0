//! Archives' names and their collections' names, each from the other: nothing else says which collections are archives.

use std::fmt;
use std::str::FromStr;

/// What stands before an archive's name in the name of its collection, so that archives are told from the other collections of a server.
const PREFIX: &str = "antigravity-archive-";

/// The name of an archive: 1 to 64 of `A-Z a-z 0-9 _ -`. It becomes part of a collection's name and, in the embedded engine, of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ArchiveName(String);

impl ArchiveName {
    /// The name as requests use it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The collection that holds the archive.
    pub(crate) fn collection(&self) -> String {
        format!("{PREFIX}{}", self.0)
    }

    /// The archive that a collection holds, if it is one of ours.
    pub(crate) fn of_collection(collection: &str) -> Option<Self> {
        collection.strip_prefix(PREFIX)?.parse().ok()
    }
}

/// A text that is no archive's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no name of an archive: 1 to 64 letters, digits, `_` and `-` are accepted")]
pub(crate) struct ArchiveNameError(String);

impl FromStr for ArchiveName {
    type Err = ArchiveNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
            return Ok(Self(text.to_owned()));
        }
        Err(ArchiveNameError(text.chars().take(64).collect()))
    }
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for text in ["preprints", "A-1_b", &"x".repeat(64)] {
            let name: ArchiveName = text.parse().unwrap();
            assert_eq!(ArchiveName::of_collection(&name.collection()), Some(name));
        }
        for text in ["", "a/b", "..", "a b", "ä", &"x".repeat(65)] {
            assert!(text.parse::<ArchiveName>().is_err(), "{text}");
        }
        assert_eq!(ArchiveName::of_collection("somebody-elses"), None);
        assert_eq!(ArchiveName::of_collection(PREFIX), None);
    }
}
