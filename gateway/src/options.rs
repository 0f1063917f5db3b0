//! What an operator can set.

use antigravity_chassis::options::{Check, Wrong};
use antigravity_text::ArchiveName;
use serde::Deserialize;

/// The gateway's options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The archive that requests without one mean. `None`: the retriever's default.
    pub archive: Option<String>,
}

impl Check for Options {
    fn check(&self) -> Result<(), Wrong> {
        match self.archive.as_deref().map(str::parse::<ArchiveName>) {
            Some(Err(error)) => Err(Wrong::new("archive", error)),
            _ => Ok(()),
        }
    }
}
