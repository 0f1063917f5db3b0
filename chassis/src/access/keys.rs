//! The keys that a file holds, and whom each stands for.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    caller::{Caller, Scope},
    key::{Key, KeyHash, is_id},
    quota::Limits,
    tenant::Tenant,
};

/// All keys of a file.
#[derive(Debug, Default)]
pub(super) struct Keys {
    by_id: HashMap<String, Kept>,
    limits: HashMap<Tenant, Limits>,
}

/// What is known of one key.
#[derive(Debug)]
struct Kept {
    hash: KeyHash,
    caller: Caller,
    expires: Option<Timestamp>,
    revoked: bool,
}

/// Why a key isn't taken. For the log: a caller is told no more than that it isn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("no key has this id")]
    Unknown,
    #[error("the secret is another one")]
    Wrong,
    #[error("the key is revoked")]
    Revoked,
    #[error("the key has expired")]
    Expired,
}

impl Keys {
    /// Reads a file's text. What isn't understood is an error: a misspelt `expires` must not make a key that never does.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let document: Document = toml::from_str(text).map_err(|error| said(&error, text))?;
        let kept = document.keys.into_iter().map(|(id, entry)| {
            let wrong = |what: String| format!("[keys.{id}]: {what}");
            if !is_id(&id) {
                return Err(wrong("a key's id has 12 hexadecimal digits, in small letters".into()));
            }
            let tenant: Tenant = entry.tenant.parse().map_err(|error| wrong(format!("tenant: {error}")))?;
            let hash = entry.sha256.parse().map_err(|_| wrong("sha256: 64 hexadecimal digits are expected".into()))?;
            let caller = Caller::new(tenant, entry.scopes.iter().copied().collect(), Some(id.clone()));
            Ok((id, Kept { hash, caller, expires: entry.expires, revoked: entry.revoked }))
        });
        let by_id = kept.collect::<Result<_, String>>()?;
        let limits = document.tenants.into_iter().map(|(name, limits)| {
            let tenant = name.parse().map_err(|error| format!("[tenants.{name}]: {error}"))?;
            Ok((tenant, limits))
        });
        Ok(Self { by_id, limits: limits.collect::<Result<_, String>>()? })
    }

    /// Whom a key stands for at this time.
    pub(super) fn caller(&self, key: &Key, now: Timestamp) -> Result<Caller, Refused> {
        let kept = self.by_id.get(key.id());
        let right = kept.map_or(KeyHash::NONE, |kept| kept.hash).is_of(key);
        let kept = kept.ok_or(Refused::Unknown)?;
        if !right {
            Err(Refused::Wrong)
        } else if kept.revoked {
            Err(Refused::Revoked)
        } else if kept.expires.is_some_and(|expires| expires <= now) {
            Err(Refused::Expired)
        } else {
            Ok(kept.caller.clone())
        }
    }

    /// What a tenant may, if the file says so.
    pub(super) fn limits(&self, tenant: &Tenant) -> Option<Limits> {
        self.limits.get(tenant).copied()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }
}

/// A file of keys, as it is written.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default)]
    pub(super) keys: BTreeMap<String, Entry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tenants: BTreeMap<String, Limits>,
}

/// The table of one key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    tenant: String,
    scopes: Vec<Scope>,
    sha256: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    revoked: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
}

/// A key to be made.
#[derive(Debug)]
pub struct NewKey {
    /// Whose key it is.
    pub tenant: Tenant,
    /// What it allows.
    pub scopes: Vec<Scope>,
    /// Until when it is valid. `None`: until it is revoked.
    pub expires: Option<Timestamp>,
    /// What it is for, for whoever reads the file.
    pub note: String,
}

impl NewKey {
    /// The table of this key.
    pub(super) fn entry(self, key: &Key, now: Timestamp) -> Entry {
        let Self { tenant, mut scopes, expires, note } = self;
        scopes.sort_unstable();
        scopes.dedup();
        let created = Timestamp::from_second(now.as_second()).unwrap_or(now);
        Entry { tenant: tenant.to_string(), scopes, sha256: key.hash().to_string(), created: Some(created), expires, revoked: false, note }
    }
}

/// What is wrong with a file, and where. Not the error as it shows itself: that quotes the line, and a key could stand there.
fn said(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or("");
    let line = before.matches('\n').count();
    let name = text.lines().nth(line).and_then(|line| line.split_once('=')).map(|(name, _)| name.trim());
    let name = name.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    let name = name.map(|name| format!(", `{name}`")).unwrap_or_default();
    format!("line {}{name}: {}", line + 1, error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-12-01T12:00:00Z";

    fn with(key: &Key, lines: &str) -> String {
        format!("[keys.{}]\ntenant = 'lab-a'\nscopes = ['ask']\nsha256 = '{}'\n{lines}\n", key.id(), key.hash())
    }

    #[test]
    fn a_key_stands_for_its_tenant_until_it_ends() {
        let (key, other) = (Key::generate().unwrap(), Key::generate().unwrap());
        let forged: Key = format!("agq_{}_{}", key.id(), "0".repeat(64)).parse().unwrap();
        for (lines, shown, expected) in [
            ("", &key, None),
            ("expires = '2026-12-01T12:00:01Z'", &key, None),
            ("expires = '2026-12-01T12:00:00Z'", &key, Some(Refused::Expired)),
            ("revoked = true", &key, Some(Refused::Revoked)),
            ("revoked = false\nnote = 'a notebook'\ncreated = '2026-01-01T00:00:00Z'", &key, None),
            ("", &other, Some(Refused::Unknown)),
            ("", &forged, Some(Refused::Wrong)),
            // Who hasn't the secret learns nothing of the key's state, not even from the log's reader.
            ("revoked = true", &forged, Some(Refused::Wrong)),
        ] {
            let found = Keys::parse(&with(&key, lines)).unwrap().caller(shown, NOW.parse().unwrap());
            assert_eq!(found.as_ref().err().copied(), expected, "{lines}");
            assert!(found.is_err() || found.unwrap().tenant().as_str() == "lab-a");
        }
    }

    #[test]
    fn what_a_file_may_not_hold_is_named() {
        let key = Key::generate().unwrap();
        for (text, says) in [
            (with(&key, "expire = '2026-12-01T12:00:00Z'"), "expire"),
            (with(&key, "expires = 'tomorrow'"), "expires"),
            (with(&key, "").replace("'ask'", "'write'"), "write"),
            (with(&key, "").replace("lab-a", "lab a"), "tenant"),
            (with(&key, "").replace(&key.hash().to_string(), "00"), "sha256"),
            (with(&key, "").replace(key.id(), "mine"), "keys.mine"),
            (with(&key, "") + &with(&key, ""), "duplicate"),
            ("key = 1".into(), "key"),
            ("[tenants.lab-a]\nrequests_per_hour = 1".into(), "requests_per_hour"),
            ("[tenants.lab-a]\nconcurrent = 0".into(), "nonzero"),
            ("[tenants.\"lab a\"]\nconcurrent = 1".into(), "lab a"),
            ("[keys.".into(), "line 1"),
        ] {
            let wrong = Keys::parse(&text).unwrap_err();
            assert!(wrong.contains(says), "{text}: {wrong}");
            assert!(!wrong.contains(&key.hash().to_string()), "what stands in the file is not repeated: {wrong}");
        }
        assert_eq!(Keys::parse("").unwrap().len(), 0);
        let tenant = Keys::parse("[tenants.lab-a]\nconcurrent = 7").unwrap().limits(&"lab-a".parse().unwrap()).unwrap();
        assert_eq!(tenant.concurrent.map(u32::from), Some(7));
    }
}
