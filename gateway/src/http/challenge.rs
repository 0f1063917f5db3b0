//! How a call that needs a credential is asked for one. A browser gets a page besides, on which its reader signs in.

use http::{HeaderMap, HeaderValue, header};

/// The header `www-authenticate`, by RFC 6750: whether nothing was brought, or something that isn't valid.
pub(super) fn challenge(request: &HeaderMap) -> HeaderValue {
    HeaderValue::from_static(if request.contains_key(header::AUTHORIZATION) {
        r#"Bearer realm="Antigravity Q&A", error="invalid_token""#
    } else {
        r#"Bearer realm="Antigravity Q&A""#
    })
}
