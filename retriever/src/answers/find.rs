//! Which answers are meant, as filters.

use prost_types::Timestamp;
use qdrant_client::qdrant::{self as pb, FieldType};

use super::now;
use crate::index::filter::{any_of, has_id, number};

/// The field of an answer that whoever has its token may read.
pub(super) const SHARE_TOKEN: &str = "share_token";

/// The payload's fields that are asked for.
pub(super) const FIELDS: [(&str, FieldType); 6] = [
    ("tenant", FieldType::Keyword),
    ("reuse_key", FieldType::Keyword),
    ("request_id", FieldType::Keyword),
    (SHARE_TOKEN, FieldType::Keyword),
    ("created", FieldType::Integer),
    ("expires", FieldType::Integer),
];

/// All of a tenant's that haven't expired.
pub(super) fn of_tenant(tenant: &str) -> pb::Filter {
    all([tenants(tenant), valid()])
}

pub(super) fn by_id(tenant: &str, point: String) -> pb::Filter {
    all([tenants(tenant), valid(), has_id(vec![point])])
}

/// The newest comes first.
pub(super) fn by_key(tenant: &str, key: String) -> pb::Filter {
    all([tenants(tenant), valid(), any_of("reuse_key", vec![key])])
}

pub(super) fn by_request(tenant: &str, id: String) -> pb::Filter {
    all([tenants(tenant), valid(), any_of("request_id", vec![id])])
}

/// Whoever has the token may read it.
pub(super) fn shared(token: String) -> pb::Filter {
    all([valid(), any_of(SHARE_TOKEN, vec![token])])
}

/// Those of `answers` that nobody shares.
pub(super) fn unshared(mut answers: pb::Filter) -> pb::Filter {
    answers.must.push(pb::Condition::is_empty(SHARE_TOKEN));
    answers
}

/// All of a tenant's, expired or not, that were made before a time.
pub(super) fn all_of(tenant: &str, before: Option<Timestamp>) -> pb::Filter {
    all([tenants(tenant)].into_iter().chain(before.map(made_before)))
}

/// These of a tenant's.
pub(super) fn these(tenant: &str, points: Vec<String>, before: Option<Timestamp>) -> pb::Filter {
    all([tenants(tenant), has_id(points)].into_iter().chain(before.map(made_before)))
}

/// Everybody's that have.
pub(super) fn expired() -> pb::Filter {
    all([number("expires", pb::Range { lte: Some(seconds(now())), ..Default::default() })])
}

fn valid() -> pb::Condition {
    number("expires", pb::Range { gt: Some(seconds(now())), ..Default::default() })
}

fn tenants(tenant: &str) -> pb::Condition {
    any_of("tenant", vec![tenant.to_owned()])
}

fn made_before(time: Timestamp) -> pb::Condition {
    number("created", pb::Range { lt: Some(seconds(time.seconds)), ..Default::default() })
}

fn all(must: impl IntoIterator<Item = pb::Condition>) -> pb::Filter {
    pb::Filter { must: must.into_iter().collect(), ..Default::default() }
}

#[allow(clippy::cast_precision_loss, reason = "exact up to 2^53 seconds")]
fn seconds(time: i64) -> f64 {
    time as f64
}
