//! What an operator can set.

use antigravity_chassis::options::{Check, Wrong};
use antigravity_text::ArchiveName;
use http::HeaderValue;
use serde::Deserialize;

/// The gateway's options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The archive that requests without one mean. `None`: the retriever's default.
    pub archive: Option<String>,
    /// The names by which `/mcp` may be called, separated by commas, with or without a port: `antigravity.lab.org`. Empty: this machine's own.
    pub allowed_hosts: String,
    /// The origins whose pages may call the gateway, separated by commas: `https://chat.lab.org`. Empty: none.
    pub allowed_origins: String,
}

impl Options {
    /// The origins as browsers write them: without the scheme's own port.
    pub(crate) fn origins(&self) -> Vec<HeaderValue> {
        let written = |origin: &str| {
            let own_port = if origin.starts_with("https://") { ":443" } else { ":80" };
            HeaderValue::from_str(origin.trim_end_matches('/').trim_end_matches(own_port)).ok()
        };
        entries(&self.allowed_origins).iter().filter_map(|origin| written(origin)).collect()
    }
}

/// The entries of a list that is written with commas: one text for flag, variable and file alike.
pub(crate) fn entries(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

impl Check for Options {
    fn check(&self) -> Result<(), Wrong> {
        if let Some(Err(error)) = self.archive.as_deref().map(str::parse::<ArchiveName>) {
            return Err(Wrong::new("archive", error));
        }
        match entries(&self.allowed_origins).into_iter().find(|origin| !origin.contains("://")) {
            Some(origin) => Err(Wrong::new("allowed_origins", format!("{origin:?} has no scheme, such as https://"))),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        let options = Options { allowed_origins: "https://a.org:443/, http://b.org:8080 ,http://c.org:80".into(), ..Default::default() };
        assert_eq!(options.origins(), ["https://a.org", "http://b.org:8080", "http://c.org"]);
        assert!(options.check().is_ok());
        assert!(Options { allowed_origins: "a.org".into(), ..Default::default() }.check().is_err());
    }
}
