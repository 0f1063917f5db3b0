//! What an operator can set.

use antigravity_chassis::options::{Check, Wrong};
use antigravity_text::ArchiveName;
use http::{HeaderValue, Uri};
use serde::Deserialize;

/// The gateway's options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The archive that requests without one mean. `None`: the retriever's default.
    pub archive: Option<String>,
    /// The names by which `/mcp` may be called, and everything where nobody is asked for a credential, separated by commas, with or without a port: `antigravity.lab.org`. Empty: this machine's own.
    pub allowed_hosts: String,
    /// The origins whose pages may call the gateway, separated by commas: `https://chat.lab.org`. Empty: none.
    pub allowed_origins: String,
}

impl Options {
    /// The origins as browsers write them: without the scheme's own port.
    pub(crate) fn origins(&self) -> Vec<HeaderValue> {
        entries(&self.allowed_origins).iter().filter_map(|entry| origin(entry)).collect()
    }
}

/// An origin as browsers write it: scheme, name in small letters, port where it isn't the scheme's own. `None` where it could never match one.
fn origin(entry: &str) -> Option<HeaderValue> {
    let uri: Uri = entry.parse().ok()?;
    let (scheme, authority) = (uri.scheme_str()?, uri.authority()?);
    let own_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let bare = uri.path() == "/" && uri.query().is_none() && !authority.as_str().contains(['@', '*']);
    let host = authority.host().to_ascii_lowercase();
    let port = authority.port_u16().filter(|port| *port != own_port).map_or_else(String::new, |port| format!(":{port}"));
    bare.then(|| HeaderValue::from_str(&format!("{scheme}://{host}{port}")).ok())?
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
        match entries(&self.allowed_origins).into_iter().find(|entry| origin(entry).is_none()) {
            Some(entry) => Err(Wrong::new(
                "allowed_origins",
                format!("{entry:?} is no origin: it takes http:// or https://, a host, perhaps a port, and no more"),
            )),
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
        let mixed = Options { allowed_origins: "https://Chat.Lab.org".into(), ..Default::default() };
        assert_eq!(mixed.origins(), ["https://chat.lab.org"]);
        for refused in ["a.org", "https://a.org/app", "https://*.a.org", "ftp://a.org", "https://ä.org", "https://me@a.org"] {
            assert!(Options { allowed_origins: refused.into(), ..Default::default() }.check().is_err(), "{refused}");
        }
    }
}
