//! A page as an HTTP response: what a browser may do with it stands in its headers.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::Stream;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::html::Html;
use super::legible::legible;

/// Nothing but what this server sends, nothing inline, no frame around it. Scripts can't make markup of text (`require-trusted-types-for`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 8] = [
    (CONTENT_TYPE, "text/html; charset=utf-8"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // A question stands in the address: other sites learn nothing of it.
    (REFERRER_POLICY, "same-origin"),
    // Not `no-store`: whoever goes back finds the page as it was, and pays for no second answer.
    (CACHE_CONTROL, "private, no-cache"),
    (VARY, "accept"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// A whole page. Whatever stands in it, nothing turns the direction of what follows.
pub(super) fn page(code: StatusCode, page: Html) -> Response {
    (code, headers(), legible(&page.0).into_owned()).into_response()
}

/// A page that is sent while it is written.
pub(super) fn pieces(pieces: impl Stream<Item = String> + Send + 'static) -> Response {
    use futures_util::StreamExt as _;
    let body = Body::from_stream(pieces.map(|piece| Ok::<_, Infallible>(Bytes::from(legible(&piece).into_owned()))));
    // nginx would hold pieces back until its buffer is full.
    (headers(), [("x-accel-buffering", "no")], body).into_response()
}

/// The headers of every page.
pub(super) fn headers() -> HeaderMap {
    HEADERS.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}
