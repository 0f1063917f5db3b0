//! Who calls, and whether they may.

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use antigravity_proto::types::Reason;
use serde::{Deserialize, Serialize};

use super::{quota::Allowance, tenant::Tenant};
use crate::status::Problem;

/// What a credential allows. None contains another: who may index needn't read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Having answers written and texts checked, and reading what was kept of them.
    Ask,
    /// Finding and reading.
    Search,
    /// Putting in and taking out.
    Index,
    /// What concerns an archive or a tenant as a whole.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Ask, Self::Search, Self::Index, Self::Admin];

    /// As it stands in a file of keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Search => "search",
            Self::Index => "index",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Whether this one is among them.
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | 1 << scope as u8))
    }
}

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: it tells nothing that isn't public anyway.
    Nothing,
    /// A valid credential, whatever it allows.
    Credential,
    /// A credential that allows this.
    Scope(Scope),
}

/// Who calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Caller {
    identity: Arc<Identity>,
    /// What the tenant has used of what it may. `None`: nothing is counted.
    allowance: Option<Allowance>,
}

#[derive(Debug)]
struct Identity {
    tenant: Tenant,
    scopes: Scopes,
    /// The id of the key that was shown.
    key: Option<String>,
}

impl Caller {
    /// Whoever calls where no credential is asked for: may do everything.
    pub fn everybody() -> Self {
        static EVERYBODY: LazyLock<Caller> = LazyLock::new(|| Caller::new(Tenant::everybody(), Scope::ALL.into_iter().collect(), None));
        EVERYBODY.clone()
    }

    pub(super) fn new(tenant: Tenant, scopes: Scopes, key: Option<String>) -> Self {
        Self { identity: Arc::new(Identity { tenant, scopes, key }), allowance: None }
    }

    /// The same, counted.
    pub(super) fn counted(self, allowance: Allowance) -> Self {
        Self { allowance: Some(allowance), ..self }
    }

    /// Whose call it is.
    pub fn tenant(&self) -> &Tenant {
        &self.identity.tenant
    }

    /// The public part of the key that was shown, for logs.
    pub fn key(&self) -> Option<&str> {
        self.identity.key.as_deref()
    }

    /// Refuses with PERMISSION_DENIED a call that needs more than the caller's credential allows.
    pub fn may(&self, need: Need) -> Result<(), Problem> {
        match need {
            Need::Scope(scope) if !self.identity.scopes.contains(scope) => {
                let message = format!("the credential lacks the scope `{scope}`; ask the operator for one that has it");
                Err(Problem::new(Reason::PermissionDenied, message).with("scope", scope))
            }
            Need::Scope(_) | Need::Credential | Need::Nothing => Ok(()),
        }
    }

    /// Refuses with QUOTA_EXCEEDED to have a model asked when the tenant has used up its tokens.
    pub fn has_tokens(&self) -> Result<(), Problem> {
        self.allowance.as_ref().map_or(Ok(()), |allowance| allowance.has_tokens(self.tenant()))
    }

    /// Counts what a model has counted for this call.
    pub fn spend_tokens(&self, tokens: u64) {
        if let Some(allowance) = &self.allowance {
            allowance.spend_tokens(tokens);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_allows_itself_alone() {
        for has in Scope::ALL {
            let caller = Caller::new("lab".parse().unwrap(), [has].into_iter().collect(), None);
            for needed in Scope::ALL {
                assert_eq!(caller.may(Need::Scope(needed)).is_ok(), has == needed, "{has} {needed}");
            }
            assert!(caller.may(Need::Credential).is_ok());
            assert!(Caller::everybody().may(Need::Scope(has)).is_ok());
        }
    }
}
