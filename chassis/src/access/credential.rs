//! The key that a call brings.

use http::{HeaderMap, header};

use super::key::Key;

/// What a call brings to say who it comes from.
#[derive(Debug)]
pub(super) enum Credential {
    /// Nothing.
    None,
    /// Something that is no key.
    Unreadable,
    /// A key.
    Key(Key),
}

impl Credential {
    /// From `authorization: Bearer KEY`, or from `Basic`, by which a browser sends what its reader has typed: any name, and the key as the
    /// password.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut given = headers.get_all(header::AUTHORIZATION).iter();
        let Some(value) = given.next() else { return Self::None };
        let text = value.to_str().ok().filter(|_| given.next().is_none());
        text.and_then(bearer_or_basic).and_then(|key| key.parse().ok()).map_or(Self::Unreadable, Self::Key)
    }
}

fn bearer_or_basic(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.to_owned());
    }
    scheme.eq_ignore_ascii_case("basic").then_some(())?;
    let decoded = String::from_utf8(base64::Engine::decode(&base64::engine::general_purpose::STANDARD, rest).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_key_is_read_as_programs_and_browsers_send_it() {
        let key = format!("agq_0123456789ab_{}", "0".repeat(64));
        let basic = |text: &str| format!("Basic {}", base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text));
        for (sent, read) in [
            (vec![format!("Bearer {key}")], "key"),
            (vec![format!("bearer  {key}")], "key"),
            (vec![basic(&format!("alice:{key}"))], "key"),
            (vec![basic(&format!(":{key}"))], "key"),
            (vec![], "none"),
            (vec![key.clone()], "unreadable"),
            (vec!["Bearer unused".into()], "unreadable"),
            (vec![basic(&key)], "unreadable"),
            (vec!["Basic !".into()], "unreadable"),
            (vec![format!("Digest {key}")], "unreadable"),
            (vec![format!("Bearer {key}"), format!("Bearer {key}")], "unreadable"),
        ] {
            let headers = sent.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_str(value).unwrap())).collect();
            let found = match Credential::of(&headers) {
                Credential::None => "none",
                Credential::Unreadable => "unreadable",
                Credential::Key(found) => {
                    assert_eq!(found.reveal(), key);
                    "key"
                }
            };
            assert_eq!(found, read, "{sent:?}");
        }
    }
}
