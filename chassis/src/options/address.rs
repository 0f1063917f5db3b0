//! The address of a service.

use std::{fmt, str::FromStr};

use http::Uri;
use serde::{Deserialize, Deserializer, de};

/// Where a service is: `http://host:port`, `https://host:port`, or a bare `host:port`, which means `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Uri);

impl Address {
    /// The address as a URI with scheme and authority.
    pub fn uri(&self) -> &Uri {
        &self.0
    }

    /// The host.
    pub fn host(&self) -> &str {
        self.0.host().unwrap_or("")
    }

    /// The port, the scheme's own where none is given.
    pub fn port(&self) -> u16 {
        self.0.port_u16().unwrap_or(if self.is_tls() { 443 } else { 80 })
    }

    /// Whether the connection is to be encrypted.
    pub fn is_tls(&self) -> bool {
        self.0.scheme() == Some(&http::uri::Scheme::HTTPS)
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.to_owned());
        let full = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = full.parse().map_err(|_| wrong())?;
        let scheme = uri.scheme_str().is_some_and(|scheme| scheme == "http" || scheme == "https");
        let bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/" || path.as_str().is_empty());
        let authority = uri.authority().is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
        let port = uri.port_u16().is_some_and(|port| port > 0) || (uri.port().is_none() && text.contains("://"));
        if scheme && bare && authority && port { Ok(Self(uri)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.0.authority().map_or("", http::uri::Authority::as_str);
        write!(formatter, "{}://{authority}", self.0.scheme_str().unwrap_or("http"))
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address; give http://host:port, https://host:port or host:port")]
pub struct AddressError(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_their_three_forms() {
        for (text, shown) in [
            ("127.0.0.1:7400", "http://127.0.0.1:7400"),
            ("qdrant:6334", "http://qdrant:6334"),
            ("[::1]:7400", "http://[::1]:7400"),
            ("http://gateway.lab:7400/", "http://gateway.lab:7400"),
            ("https://answers.example.org", "https://answers.example.org"),
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), shown);
        }
        assert!("https://a:1".parse::<Address>().unwrap().is_tls());
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "localhost", "ftp://a:1", "http://", "http://a:1/path", "a:b", "a:99999", "user@a:1", "http://user:secret@a:1"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
