//! The names of archives.

use std::fmt;
use std::str::FromStr;

/// The name of an archive: 1 to 64 of `A-Z a-z 0-9 _ -`. It becomes part of a collection's name and, in the embedded engine, of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveName(String);

impl ArchiveName {
    /// The name as requests use it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no archive's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no name of an archive: 1 to 64 letters, digits, `_` and `-` are accepted")]
pub struct ArchiveNameError(String);

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
            assert_eq!(text.parse::<ArchiveName>().unwrap().as_str(), text);
        }
        for text in ["", "a/b", "..", "a b", "ä", "a\n", &"x".repeat(65)] {
            assert!(text.parse::<ArchiveName>().is_err(), "{text}");
        }
    }
}
