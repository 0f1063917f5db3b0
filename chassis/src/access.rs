//! Who calls, and what they may do: everybody, who shows a key, or whom a proxy vouches for.
//!
//! One [`Guard`](crate::server::Guard) stands in front of every protocol of a port. It finds out who calls, holds that against what the call needs, and puts the
//! [`Caller`] into the request's extensions, from where [`CallContext`](crate::call::CallContext) takes it. Which call needs what is the
//! service's to say ([`Policy`]).

mod caller;
mod credential;
mod file;
mod guard;
mod hosts;
pub mod key;
mod keys;
mod options;
mod proxy;
mod quota;
pub mod session;
mod tenant;

use self::{file::KeysFile, hosts::Hosts, proxy::Proxy, quota::Accounts};

pub use self::{
    caller::{Caller, Need, Scope, Scopes},
    file::{NewKeyError, add_key},
    guard::Policy,
    keys::NewKey,
    options::{AccessFlags, AccessOptions, Mode},
    proxy::ProxyOptions,
    quota::{Limits, QuotaOptions},
    tenant::{Tenant, TenantError},
};

/// Decides who may call.
#[derive(Debug)]
pub struct Access {
    kind: Kind,
    accounts: Accounts,
    /// Of who has no others.
    limits: Limits,
}

#[derive(Debug)]
enum Kind {
    /// Everybody, by these names of this machine.
    Open(Hosts),
    /// Whoever can say who they are.
    Closed { keys: Option<Box<KeysFile>>, proxy: Option<Box<Proxy>> },
}
