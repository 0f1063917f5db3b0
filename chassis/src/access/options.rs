//! What an operator can say about access.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    Access, Kind,
    file::{self, KeysFile},
    hosts::Hosts,
    proxy::{Proxy, ProxyOptions},
    quota::{Accounts, QuotaOptions},
};
use crate::options::{Check, Wrong};

/// The flags, to be flattened into a service's own.
#[derive(Debug, Default, clap::Args, Serialize)]
#[command(next_help_heading = "Access")]
pub struct AccessFlags {
    /// Who may call: none (everybody), keys, or proxy [default: everybody on this machine, nobody elsewhere]
    #[arg(long, value_name = "MODE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<String>,
    /// The file of keys, which `antigravity key new` adds to; read again when it changes
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    access_keys: Option<PathBuf>,
}

/// How callers are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Not at all: everybody may do everything.
    None,
    /// By a key.
    Keys,
    /// By what a proxy says, or by a key where there is a file of them.
    Proxy,
}

/// Who may call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AccessOptions {
    /// How callers are told apart. `None`: not at all, which is refused where others can reach the service.
    pub access: Option<Mode>,
    /// The file of keys.
    pub access_keys: Option<PathBuf>,
    /// Which proxy says who calls, and how.
    pub access_proxy: Option<ProxyOptions>,
}

impl AccessOptions {
    /// Opens what is needed to decide. `hosts` are the names, beside this machine's own, by which the service may be called where everybody
    /// may call it; none of them means any name, unless `listen` is an address of this machine alone. `quota` is what each tenant may.
    pub fn open(&self, listen: SocketAddr, hosts: &[String], quota: QuotaOptions) -> Result<Access, Wrong> {
        self.agree()?;
        let loopback = listen.ip().to_canonical().is_loopback();
        let kind = match self.access {
            None if !loopback => {
                let wrong = format!("{listen} can be reached by others, and nothing says who may call");
                return Err(Wrong::new("access", wrong).accepting(
                    "`keys` with access_keys = FILE, `proxy` with a table [access_proxy], or `none`, which lets everybody in; without it listen on 127.0.0.1",
                ));
            }
            None | Some(Mode::None) => Kind::Open(Hosts::new(hosts, loopback)),
            Some(Mode::Keys | Mode::Proxy) => {
                Kind::Closed { keys: self.keys()?, proxy: self.access_proxy.clone().map(Proxy::new).transpose()?.map(Box::new) }
            }
        };
        if matches!(kind, Kind::Open(_)) && !loopback {
            tracing::warn!(address = %listen, "access is `none`: whoever reaches this address may ask, index and delete");
        }
        Ok(Access { kind, accounts: Accounts::default(), limits: quota.quota })
    }

    fn keys(&self) -> Result<Option<Box<KeysFile>>, Wrong> {
        self.access_keys.as_ref().map(|path| file::open(path).map(Box::new)).transpose()
    }
}

impl Check for AccessOptions {
    /// What makes no sense together is refused where it is opened: a command that only adds to the file of keys reads these options too.
    fn check(&self) -> Result<(), Wrong> {
        Ok(())
    }
}

impl AccessOptions {
    fn agree(&self) -> Result<(), Wrong> {
        match (self.access, &self.access_keys, &self.access_proxy) {
            (Some(Mode::Keys), None, _) => Err(Wrong::new("access_keys", "it is not set, and `access` is `keys`")),
            (Some(Mode::Proxy), _, None) => Err(Wrong::new("access_proxy", "it is not set, and `access` is `proxy`")),
            (Some(Mode::Keys), _, Some(_)) => {
                Err(Wrong::new("access", "it is `keys`, and a table [access_proxy] is given: say `proxy`, which looks at keys too"))
            }
            // Whoever names keys believes that they are asked for.
            (None | Some(Mode::None), Some(_), _) => Err(Wrong::new("access", "access_keys is set, and nothing asks for keys: say `keys`")),
            (None | Some(Mode::None), _, Some(_)) => {
                Err(Wrong::new("access", "a table [access_proxy] is given, and nothing asks for it: say `proxy`"))
            }
            (Some(Mode::Proxy), _, Some(proxy)) => Proxy::new(proxy.clone()).map(drop),
            (Some(Mode::Keys), Some(_), None) | (None | Some(Mode::None), None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [&str; 3] = ["127.0.0.1:7400", "[::1]:7400", "[::ffff:127.0.0.1]:7400"];
    const EVERYWHERE: [&str; 3] = ["0.0.0.0:7400", "192.0.2.7:7400", "[::]:7400"];

    fn open(options: &AccessOptions, listen: &str) -> Result<Access, Wrong> {
        options.open(listen.parse().unwrap(), &[], QuotaOptions::default())
    }

    #[test]
    fn where_others_can_call_it_must_be_said_who_may() {
        let (unsaid, none) = (AccessOptions::default(), AccessOptions { access: Some(Mode::None), ..Default::default() });
        for listen in HERE {
            assert!(open(&unsaid, listen).is_ok() && open(&none, listen).is_ok(), "{listen}");
        }
        for listen in EVERYWHERE {
            let wrong = open(&unsaid, listen).unwrap_err().to_string();
            assert!(wrong.contains("`access`") && wrong.contains(listen) && wrong.contains("access_keys"), "{wrong}");
            assert!(open(&none, listen).is_ok(), "{listen}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let keys = || Some("keys.toml".into());
        let proxy = || Some(ProxyOptions::of(&["10.0.0.0/8"], "x-user"));
        for (access, access_keys, access_proxy, setting) in [
            (Some(Mode::Keys), None, None, "access_keys"),
            (Some(Mode::Proxy), keys(), None, "access_proxy"),
            (Some(Mode::Keys), keys(), proxy(), "access"),
            (None, keys(), None, "access"),
            (Some(Mode::None), None, proxy(), "access"),
            (Some(Mode::Proxy), None, Some(ProxyOptions::of(&[], "x-user")), "access_proxy.peers"),
        ] {
            let options = AccessOptions { access, access_keys, access_proxy };
            assert_eq!(options.agree().unwrap_err().setting, setting, "{options:?}");
        }
        assert!(AccessOptions { access: Some(Mode::Proxy), access_keys: keys(), access_proxy: proxy() }.agree().is_ok());
    }

    #[test]
    fn a_file_of_keys_must_be_there_and_be_one() {
        let missing = AccessOptions { access: Some(Mode::Keys), access_keys: Some("/no/such/keys.toml".into()), access_proxy: None };
        let wrong = open(&missing, HERE[0]).unwrap_err().to_string();
        assert!(wrong.contains("`access_keys`") && wrong.contains("/no/such/keys.toml"), "{wrong}");
        let file = tempfile::NamedTempFile::new().unwrap();
        let empty = AccessOptions { access_keys: Some(file.path().to_owned()), ..missing };
        assert!(open(&empty, EVERYWHERE[0]).is_ok());
        std::fs::write(file.path(), "[keys.mine]\ntenant = 'x'\nscopes = []\nsha256 = ''\n").unwrap();
        assert!(open(&empty, HERE[0]).unwrap_err().to_string().contains("keys.mine"));
    }
}
