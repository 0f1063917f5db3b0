//! A gRPC status for callers that don't speak gRPC: the HTTP code that goes with it, and `google.rpc.Status` in JSON.

use std::sync::LazyLock;

use http::StatusCode;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::{Value, json};
use tonic::{Code, Status};

/// By AIP-193, with 499 (the caller left) from nginx, which Google's own table has too.
pub(super) fn http_code(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Cancelled => StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST),
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// `google.rpc.Status` in proto3 JSON: `code`, `message` and `details`, each detail with its `@type`.
pub(super) fn json(status: &Status) -> Value {
    with_details(status).unwrap_or_else(|| json!({"code": i32::from(status.code()), "message": status.message()}))
}

/// The same in one line for a reader: what was wrong, and the name under which the documentation has it.
pub(crate) fn message(status: &Status) -> String {
    let reason = antigravity_chassis::status::reason_of(status).map(|reason| reason.as_str_name().trim_start_matches("REASON_"));
    format!("{} ({})", status.message(), reason.unwrap_or("INTERNAL"))
}

/// `None` for a status that carries no details, or such as nobody can read.
fn with_details(status: &Status) -> Option<Value> {
    static KINDS: LazyLock<Option<DescriptorPool>> = LazyLock::new(|| DescriptorPool::decode(tonic_types::pb::FILE_DESCRIPTOR_SET).ok());
    if status.details().is_empty() {
        return None;
    }
    let kind = KINDS.as_ref()?.get_message_by_name("google.rpc.Status")?;
    let message = DynamicMessage::decode(kind, status.details()).ok()?;
    message.serialize_with_options(serde_json::value::Serializer, &SerializeOptions::new()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use antigravity_chassis::status::Problem;
    use antigravity_proto::types::Reason;

    use super::*;

    #[test]
    fn details_are_written_as_their_own_messages() {
        let problem = Problem::new(Reason::FilterInvalid, "no date").field("filter.from_date", "no date").with("value", "x");
        let written = json(&problem.retry_after(Duration::from_millis(1500)).into());
        assert_eq!((&written["code"], &written["message"]), (&json!(3), &json!("no date")));
        let detail = |kind: &str| {
            let name = format!("type.googleapis.com/google.rpc.{kind}");
            written["details"].as_array().unwrap().iter().find(|detail| detail["@type"] == name).unwrap().clone()
        };
        assert_eq!(detail("ErrorInfo")["reason"], "FILTER_INVALID");
        assert_eq!(detail("ErrorInfo")["metadata"]["value"], "x");
        assert_eq!(detail("BadRequest")["fieldViolations"][0]["field"], "filter.from_date");
        assert_eq!(detail("RetryInfo")["retryDelay"], "1.500s");
    }

    #[test]
    fn a_status_without_details_is_told_all_the_same() {
        assert_eq!(json(&Status::not_found("gone")), json!({"code": 5, "message": "gone"}));
    }
}
