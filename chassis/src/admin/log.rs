//! What is logged, shown and changed while the service runs: `curl -X PUT --data debug http://127.0.0.1:9464/log`.

use axum::{body::Bytes, http::StatusCode};

use crate::telemetry;

/// Longest filter, in bytes.
const FILTER_MAX: usize = 4_096;

pub(super) async fn show() -> (StatusCode, String) {
    telemetry::current().map_or_else(not_started, |filter| (StatusCode::OK, format!("{filter}\n")))
}

pub(super) async fn change(body: Bytes) -> (StatusCode, String) {
    let wrong = |why: String| (StatusCode::BAD_REQUEST, format!("{why}\n"));
    let Some(filter) =
        std::str::from_utf8(&body).ok().filter(|text| text.len() <= FILTER_MAX).map(str::trim).filter(|text| !text.is_empty())
    else {
        return wrong("the body must be a level or a filter, such as debug or info,antigravity_retriever=debug".to_owned());
    };
    match telemetry::change(filter) {
        Ok(true) => {
            tracing::warn!(filter, "what is logged was changed by the admin port");
            show().await
        }
        Ok(false) => not_started(),
        Err(error) => wrong(error.to_string()),
    }
}

fn not_started() -> (StatusCode, String) {
    (StatusCode::CONFLICT, "logging was not started by this program\n".to_owned())
}
