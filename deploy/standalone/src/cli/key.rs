//! The commands about keys.

use std::path::PathBuf;

use antigravity_chassis::access::{Scope, Tenant};
use clap::{Args, Subcommand};
use jiff::Timestamp;

/// Make keys for those who may call a gateway that asks for them.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    /// What to do.
    #[command(subcommand)]
    pub(crate) action: KeyAction,
}

/// What can be done about keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyAction {
    New(KeyNew),
}

/// Make a key.
///
/// The key is printed, and shown this once: the file keeps its hash alone. A gateway that runs with `--access keys` and this file takes it within
/// a second. To revoke a key write `revoked = true` into its table in the file, or take the table out.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  antigravity key new --access-keys keys.toml --tenant lab-a\n  antigravity key new --access-keys keys.toml --tenant lab-a \\\n    \
                        --scope index --expires 2027-06-30T00:00:00Z --note \"the nightly harvest\""
)]
pub(crate) struct KeyNew {
    /// The file of keys, made where there is none
    #[arg(long, value_name = "FILE")]
    pub(crate) access_keys: Option<PathBuf>,
    /// Whose key it is: calls of one tenant are counted together, and it alone sees its kept answers
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Tenant,
    /// What it allows (repeatable) [default: ask and search]
    #[arg(long, value_name = "SCOPE", value_enum)]
    pub(crate) scope: Vec<Scope>,
    /// Until when it is valid, such as 2027-06-30T00:00:00Z [default: until it is revoked]
    #[arg(long, value_name = "TIME")]
    pub(crate) expires: Option<Timestamp>,
    /// What it is for, for whoever reads the file
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) note: String,
}
