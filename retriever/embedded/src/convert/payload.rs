//! Payloads, paths into them, and which part of them to return. JSON lies between the two sides, since each turns into it by itself.

use std::collections::HashMap;

use qdrant_client::qdrant::with_payload_selector::SelectorOptions;
use qdrant_client::qdrant::{self as pb};
use qdrant_edge::{JsonPath, Payload, PayloadSelector, WithPayloadInterface};
use tonic::Status;

/// Integers stay exact up to 64 bits; a NaN becomes null.
pub(crate) fn from_message(payload: HashMap<String, pb::Value>) -> Payload {
    Payload::from(payload.into_iter().map(|(key, value)| (key, value.into_json())).collect::<serde_json::Map<_, _>>())
}

/// The payload of a point that came with one.
pub(crate) fn to_message(payload: Option<Payload>) -> HashMap<String, pb::Value> {
    payload.into_iter().flatten().map(|(key, value)| (key, pb::Value::from(value))).collect()
}

/// A path into a payload, such as `authors[].name`.
pub(crate) fn path(text: &str) -> Result<JsonPath, Status> {
    text.parse().map_err(|()| Status::invalid_argument(format!("Invalid json path: '{text}'")))
}

/// Which part of the payload to return; `default` is the call's own: all of it for a scroll, nothing for the others.
pub(crate) fn selector(selector: Option<pb::WithPayloadSelector>, default: bool) -> Result<WithPayloadInterface, Status> {
    let paths = |fields: Vec<String>| fields.iter().map(|field| path(field)).collect::<Result<Vec<_>, _>>();
    Ok(match selector.and_then(|selector| selector.selector_options) {
        None => WithPayloadInterface::Bool(default),
        Some(SelectorOptions::Enable(all)) => WithPayloadInterface::Bool(all),
        Some(SelectorOptions::Include(include)) => WithPayloadInterface::Selector(PayloadSelector::new_include(paths(include.fields)?)),
        Some(SelectorOptions::Exclude(exclude)) => WithPayloadInterface::Selector(PayloadSelector::new_exclude(paths(exclude.fields)?)),
    })
}
