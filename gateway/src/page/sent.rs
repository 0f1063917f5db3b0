//! What a page's own form sends to change something.

use antigravity_chassis::access::session::is_from_own_page;
use antigravity_chassis::status::Problem;
use antigravity_proto::types::Reason;
use axum::extract::Request;

use crate::http::{Refusal, read_form};

/// The fields of a form that one of our own pages has sent. Another site's page may show the same form and send it in its visitors' name; so
/// what doesn't come from here is refused, whatever the visitor's browser brings along.
pub(super) async fn form(request: Request) -> Result<Vec<(String, String)>, Refusal> {
    let (parts, body) = request.into_parts();
    if !is_from_own_page(&parts) {
        let message = "another site sent this, and nothing was changed; do it on the page itself";
        return Err(Problem::new(Reason::PermissionDenied, message).into());
    }
    let text = read_form(body).await?;
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}
