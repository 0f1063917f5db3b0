//! The body of a request: its kind, its size and the time it may take, checked before anything is made of it.

use std::time::Duration;

use antigravity_chassis::status::Problem;
use antigravity_proto::types::Reason;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::refusal::Refusal;
use crate::MESSAGE_LIMIT;

/// How long a caller may take to send a body of a few kilobytes. Whoever is slower holds a place that another one could use.
const BODY_TIME: Duration = Duration::from_secs(20);

/// Reads a JSON body as text.
pub(super) async fn text(headers: &HeaderMap, body: Body) -> Result<String, Refusal> {
    is_json(headers)?;
    read(body).await
}

/// Reads a body of whatever kind as text.
pub(crate) async fn read(body: Body) -> Result<String, Refusal> {
    let read = Limited::new(body, MESSAGE_LIMIT).collect();
    let bytes = match tokio::time::timeout(BODY_TIME, read).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large()),
        Ok(Err(error)) => return Err(argument(format!("the body could not be read: {error}")).into()),
        Err(_) => return Err(too_slow()),
    };
    utf8(bytes)
}

fn is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let essence = given.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let given = given.as_deref().map_or("none was given".to_owned(), |given| format!("`{}` was given", antigravity_text::excerpt(given)));
    let message = format!("the header content-type must be application/json; {given}");
    let problem = Problem::new(Reason::ArgumentInvalid, message.clone()).field("content-type", message);
    Err(Refusal::with_code(problem, StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

fn utf8(bytes: Bytes) -> Result<String, Refusal> {
    String::from_utf8(bytes.into()).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        argument(format!("the body is not UTF-8 from byte {at} on")).with("byte", at).into()
    })
}

fn too_large() -> Refusal {
    let problem = argument(format!("the body has more than {MESSAGE_LIMIT} bytes")).with("limit_bytes", MESSAGE_LIMIT);
    Refusal::with_code(problem, StatusCode::PAYLOAD_TOO_LARGE)
}

fn too_slow() -> Refusal {
    let message = format!("the body did not arrive within {} s", BODY_TIME.as_secs());
    let problem = Problem::new(Reason::DeadlineExceeded, message).with("stage", "body");
    Refusal::with_code(problem, StatusCode::REQUEST_TIMEOUT)
}

fn argument(message: String) -> Problem {
    Problem::new(Reason::ArgumentInvalid, message)
}
