//! `antigravity key new`: a key for a gateway that asks for them.

use antigravity_chassis::{
    access::{NewKey, Scope, add_key},
    options::Wrong,
};
use jiff::Timestamp;

use crate::{
    cli::{KeyAction, KeyNew, Keys},
    failure::Failure,
    options::Options,
    output,
};

/// Makes the key, prints it to standard output alone, and says on standard error where its hash is.
pub(crate) fn run(arguments: Keys, options: &Options) -> Result<(), Failure> {
    let KeyAction::New(KeyNew { access_keys: _, tenant, mut scope, expires, note }) = arguments.action;
    let wrong =
        |setting: &str, wrong: &str, accepted: &str| Failure::from(options.settings.wrong(&Wrong::new(setting, wrong).accepting(accepted)));
    let Some(path) = &options.access.access_keys else {
        return Err(wrong("access_keys", "it is not set", "the path of the file that the gateway's own access_keys names"));
    };
    if expires.is_some_and(|expires| expires <= Timestamp::now()) {
        return Err(Failure::Usage("--expires lies in the past: the key would never be valid".into()));
    }
    if scope.is_empty() {
        scope = vec![Scope::Ask, Scope::Search];
    }
    let told = scope.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(", ");
    let key = add_key(path, NewKey { tenant: tenant.clone(), scopes: scope, expires, note })?;
    output::print(&format!("{}\n", key.reveal()))?;
    output::note(&format!(
        "key {} of {tenant} ({told}) is in {}; the key itself is shown this once and kept nowhere",
        key.id(),
        path.display()
    ));
    Ok(())
}
