//! What an operator can set.

use std::time::Duration;

use antigravity_chassis::options::{Check, Wrong};
use antigravity_text::ArchiveName;
use http::{HeaderValue, Uri};
use serde::Deserialize;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Ten years: whoever wants to keep answers for longer exports them.
const MOST_DAYS: u32 = 3_650;

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
    /// How many days answers are kept, 1 to 3650. `None`: none is kept.
    pub keep_answers_days: Option<u32>,
}

impl Options {
    /// How long answers are kept. `None`: none is.
    pub(crate) fn keep_answers(&self) -> Option<Duration> {
        self.keep_answers_days.map(|days| DAY * days)
    }

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
        if let Some(days) = self.keep_answers_days.filter(|days| !(1..=MOST_DAYS).contains(days)) {
            return Err(Wrong::new("keep_answers_days", format!("it is {days}")));
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
    fn an_age_limit_is_a_part_of_keeping() {
        assert_eq!(Options::default().keep_answers(), None, "off unless it is switched on");
        for (days, accepted) in [(0, false), (1, true), (3_650, true), (3_651, false)] {
            let options = Options { keep_answers_days: Some(days), ..Default::default() };
            assert_eq!(options.check().map_err(|wrong| wrong.setting).err(), (!accepted).then(|| "keep_answers_days".into()));
        }
    }

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
