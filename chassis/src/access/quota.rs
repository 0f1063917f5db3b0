//! How much a tenant may: calls in a minute, calls at once, a model's tokens in a day.
//!
//! Counted in this process: behind several replicas a tenant has its quota of each. What is counted is forgotten when the process ends.

mod account;
mod bucket;
mod limits;

pub use self::limits::{Limits, QuotaOptions};
pub(super) use self::{
    account::{Accounts, Allowance, InFlight},
    bucket::Standing,
};
