//! What an operator grants.

use std::num::{NonZeroU32, NonZeroU64};

use serde::{Deserialize, Serialize};

use crate::options::{Check, Wrong};

/// What a tenant may. What isn't given isn't limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Calls that begin within a minute. So many may come at once; they are granted again evenly over the minute.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Calls at the same time. A stream counts until it has ended.
    pub concurrent: Option<NonZeroU32>,
    /// Tokens, read and written, that models count within a day. Granted again evenly over the day. An answer that has begun is finished, so that
    /// the last one may go beyond.
    pub tokens_per_day: Option<NonZeroU64>,
}

/// The table `[quota]`: what each tenant may that has no limits of its own in the file of keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct QuotaOptions {
    /// The limits.
    pub quota: Limits,
}

impl Check for QuotaOptions {
    fn check(&self) -> Result<(), Wrong> {
        Ok(())
    }
}
