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
    /// The names by which `/mcp` may be called, separated by commas, with or without a port: `antigravity.lab.org`. Empty: this machine's own.
    pub allowed_hosts: String,
    /// The origins whose pages may call `/mcp`, separated by commas: `https://chat.lab.org:443`. Empty: none.
    pub allowed_origins: String,
}

/// The entries of a list that is written with commas: one text for flag, variable and file alike.
pub(crate) fn entries(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

impl Check for Options {
    fn check(&self) -> Result<(), Wrong> {
        match self.archive.as_deref().map(str::parse::<ArchiveName>) {
            Some(Err(error)) => return Err(Wrong::new("archive", error)),
            _ => {}
        }
        match entries(&self.allowed_origins).into_iter().find(|origin| !origin.contains("://")) {
            Some(origin) => Err(Wrong::new("allowed_origins", format!("{origin:?} has no scheme, such as https://"))),
            None => Ok(()),
        }
    }
}
