//! An API key: `agq_<id>_<secret>`, 12 and 64 hexadecimal digits. The id is public and stands in logs; the secret is known to its bearer alone.
//!
//! What is kept is the SHA-256 of the whole text. The slow hashes for passwords (argon2, scrypt) lost: they make guessing dear where there is
//! little to guess, and cost every call tens of milliseconds; 256 random bits can't be guessed whatever a guess costs.

use std::{fmt, str::FromStr};

use http::HeaderValue;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

const PREFIX: &str = "agq";
const ID_BYTES: usize = 6;
const SECRET_BYTES: usize = 32;

/// A key in clear text. It can't be printed by accident: [`Key::reveal`] is the only way to its text.
pub struct Key {
    id: String,
    text: String,
}

impl Key {
    /// A new key, from the system's randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut random = [0; ID_BYTES + SECRET_BYTES];
        getrandom::fill(&mut random)?;
        let (id, secret) = random.split_at(ID_BYTES);
        let id = hex::encode(id);
        let text = format!("{PREFIX}_{id}_{}", hex::encode(secret));
        Ok(Self { id, text })
    }

    /// The public part.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key as its bearer sends it.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The header `authorization` that shows it. Kept out of compressed headers' tables and of debug output.
    pub(crate) fn bearer(&self) -> HeaderValue {
        // Letters, digits and `_` always fit into a header.
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.text)).unwrap_or(HeaderValue::from_static(""));
        bearer.set_sensitive(true);
        bearer
    }

    /// What is kept of it.
    pub fn hash(&self) -> KeyHash {
        KeyHash(Sha256::digest(&self.text).into())
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut parts = text.split('_');
        let (prefix, id, secret, end) = (parts.next(), parts.next(), parts.next(), parts.next());
        match (prefix, id, secret, end) {
            (Some(PREFIX), Some(id), Some(secret), None) if is_id(id) && is_hex(secret, SECRET_BYTES) => {
                Ok(Self { id: id.to_owned(), text: text.to_owned() })
            }
            _ => Err(KeyError),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Key").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether a text can be a key's id.
pub(super) fn is_id(text: &str) -> bool {
    is_hex(text, ID_BYTES)
}

fn is_hex(text: &str, bytes: usize) -> bool {
    text.len() == 2 * bytes && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A text that is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no key: a key has the form {PREFIX}_<12 hexadecimal digits>_<64 hexadecimal digits>")]
pub struct KeyError;

/// What is kept of a key.
#[derive(Debug, Clone, Copy)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// The hash of no key: what an unknown id is compared with, so that it takes as long as a known one.
    pub(super) const NONE: Self = Self([0; 32]);

    /// Whether it is this key's, in a time that doesn't depend on where they differ.
    pub(super) fn is_of(&self, key: &Key) -> bool {
        self.0.ct_eq(&key.hash().0).into()
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl FromStr for KeyHash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)?;
        Ok(Self(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_known_by_its_hash() {
        let (key, other) = (Key::generate().unwrap(), Key::generate().unwrap());
        let read: Key = key.reveal().parse().unwrap();
        assert_eq!((read.id(), read.reveal()), (key.id(), key.reveal()));
        let kept: KeyHash = key.hash().to_string().parse().unwrap();
        assert!(kept.is_of(&read) && !kept.is_of(&other) && !KeyHash::NONE.is_of(&key));
        assert_ne!(key.reveal(), other.reveal());
        assert!(!format!("{key:?}").contains(key.reveal()));
    }

    /// The file can be checked with `printf %s KEY | sha256sum`.
    #[test]
    fn the_hash_is_that_of_the_whole_text() {
        let key: Key = format!("agq_0123456789ab_{}", "0".repeat(64)).parse().unwrap();
        assert_eq!(key.hash().to_string(), "9307153a200567d891031f5fc975723d0f949b9d3a66ba15dedca5fb63143526");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let secret = "0".repeat(64);
        for text in [
            String::new(),
            "agq".into(),
            format!("agq_0123456789ab_{secret}_"),
            format!("agq_0123456789AB_{secret}"),
            format!("agq_0123456789a_{secret}"),
            format!("sk_0123456789ab_{secret}"),
            format!("agq_0123456789ab_{}", &secret[1..]),
            format!(" agq_0123456789ab_{secret}"),
        ] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
