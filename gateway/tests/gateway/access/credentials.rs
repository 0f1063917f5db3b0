//! Whatever a caller can bring, and a gateway that asks for it.

use antigravity_chassis::access::{AccessOptions, Mode, NewKey, Scope, add_key};
use serde_json::json;
use tempfile::TempDir;

use crate::fakes::*;

/// What stands in a request's head, under the name that the table has for it.
pub struct Credential {
    pub name: &'static str,
    pub header: Option<(&'static str, String)>,
    /// What it allows. `None`: it isn't valid.
    pub allows: Option<Vec<Scope>>,
}

/// A gateway before which these credentials mean what they say.
pub struct Guarded {
    pub served: Served,
    pub credentials: Vec<Credential>,
    _keys: TempDir,
}

fn bearer(key: &str) -> Option<(&'static str, String)> {
    Some(("authorization", format!("Bearer {key}")))
}

impl Guarded {
    pub async fn serve() -> Self {
        let keys = TempDir::new().unwrap();
        let path = keys.path().join("keys.toml");
        let key = |tenant: &str, scopes: &[Scope], expires: Option<&str>| {
            let expires = expires.map(|time| time.parse().unwrap());
            let new = NewKey { tenant: tenant.parse().unwrap(), scopes: scopes.to_vec(), expires, note: String::new() };
            add_key(&path, new).unwrap().reveal().to_owned()
        };
        let mut credentials = vec![
            Credential { name: "none", header: None, allows: None },
            Credential { name: "rubbish", header: bearer("sk-123"), allows: None },
            Credential { name: "unknown", header: bearer(&format!("agq_0123456789ab_{}", "0".repeat(64))), allows: None },
        ];
        let valid = key("lab-a", &Scope::ALL, None);
        let forged = format!("{}{}", &valid[..valid.len() - 64], "0".repeat(64));
        credentials.push(Credential { name: "forged", header: bearer(&forged), allows: None });
        let expired = key("lab-a", &Scope::ALL, Some("2020-01-01T00:00:00Z"));
        credentials.push(Credential { name: "expired", header: bearer(&expired), allows: None });
        let revoked = key("revoked", &Scope::ALL, None);
        let text = std::fs::read_to_string(&path).unwrap().replace("tenant = \"revoked\"", "tenant = \"revoked\"\nrevoked = true");
        std::fs::write(&path, text).unwrap();
        credentials.push(Credential { name: "revoked", header: bearer(&revoked), allows: None });
        for scope in Scope::ALL {
            let key = key("lab-a", &[scope], Some("2999-01-01T00:00:00Z"));
            credentials.push(Credential { name: scope.name(), header: bearer(&key), allows: Some(vec![scope]) });
        }
        credentials.push(Credential { name: "all", header: bearer(&valid), allows: Some(Scope::ALL.into()) });
        let proxy = json!({"peers": ["127.0.0.1"], "tenant_header": "x-user", "scopes": ["search"]});
        credentials.push(Credential { name: "proxy", header: Some(("x-user", "alice@lab.org".into())), allows: Some(vec![Scope::Search]) });
        let access = AccessOptions {
            access: Some(Mode::Proxy),
            access_keys: Some(path),
            access_proxy: Some(serde_json::from_value(proxy).unwrap()),
        };
        Self { served: Peers::new().served_to(access).await, credentials, _keys: keys }
    }
}

/// A file of keys that allow everything.
pub struct Keyring(TempDir);

impl Keyring {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("keys.toml")
    }

    /// A new key of a tenant, as it is shown.
    pub fn bearer(&self, tenant: &str) -> (&'static str, String) {
        let new = NewKey { tenant: tenant.parse().unwrap(), scopes: Scope::ALL.into(), expires: None, note: String::new() };
        ("authorization", format!("Bearer {}", add_key(&self.path(), new).unwrap().reveal()))
    }

    pub fn append(&self, text: &str) {
        let whole = std::fs::read_to_string(self.path()).unwrap() + text;
        std::fs::write(self.path(), whole).unwrap();
    }

    pub fn access(&self) -> AccessOptions {
        AccessOptions { access: Some(Mode::Keys), access_keys: Some(self.path()), access_proxy: None }
    }
}
