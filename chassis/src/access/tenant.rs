//! Whose calls are counted together, and who sees whose kept answers.

use std::{fmt, str::FromStr, sync::Arc};

/// A lab, a team, a person: by the name that the operator or the proxy gives it. 1 to 128 characters of visible ASCII. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant(Arc<str>);

/// Whoever calls where no credential is asked for. No key and no proxy can name it.
const EVERYBODY: &str = "-";
const LONGEST: usize = 128;

impl Tenant {
    /// The one tenant of a service that asks for no credential.
    pub fn everybody() -> Self {
        Self(EVERYBODY.into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Tenant {
    type Err = TenantError;

    fn from_str(name: &str) -> Result<Self, TenantError> {
        let fits = (1..=LONGEST).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic()) && name != EVERYBODY;
        if fits { Ok(Self(name.into())) } else { Err(TenantError) }
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A name that no tenant can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tenant's name has 1 to {LONGEST} visible ASCII characters, no spaces, and isn't `{EVERYBODY}`")]
pub struct TenantError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_visible_ascii() {
        for (name, taken) in [
            ("lab-a", true),
            ("alice@lab.org", true),
            ("", false),
            ("-", false),
            ("two words", false),
            ("tab\t", false),
            ("läb", false),
            (&"x".repeat(128), true),
            (&"x".repeat(129), false),
        ] {
            assert_eq!(name.parse::<Tenant>().is_ok(), taken, "{name:?}");
        }
    }
}
