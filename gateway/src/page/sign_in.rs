//! Signing in: a reader shows a key once, and the browser brings it along from then on.
//!
//! Whether the key is valid is found out where it is with every call. So what follows signing in with another one is the same page again, which
//! says so.

use antigravity_chassis::access::key::Key;
use antigravity_chassis::access::session;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode, Uri};

use super::document::Document;
use super::html::{Html, html};
use super::reader::Reader;
use super::{response, sent};
use crate::http::Refusal;

/// Where the form is shown, and where it is sent to.
pub(super) const SIGN_IN: &str = "/sign-in";
pub(super) const SIGN_OUT: &str = "/sign-out";

/// Longest key that is looked at, in characters.
const LONGEST: usize = 200;

pub(super) async fn page() -> Response {
    response::page(StatusCode::OK, document("/", None))
}

pub(super) async fn sign_in(request: Request) -> Result<Response, Refusal> {
    let headers = request.headers().clone();
    let fields = sent::form(request).await?;
    let field = |name: &str| fields.iter().find(|(given, _)| given == name).map(|(_, value)| value.trim()).unwrap_or_default();
    let to = within(field("to"));
    match field("key").parse::<Key>() {
        Ok(key) => Ok(see(&to, [session::signed_in(&key, &headers)])),
        Err(wrong) => Ok(response::page(StatusCode::BAD_REQUEST, document(&to, Some(&wrong.to_string())))),
    }
}

pub(super) async fn sign_out(request: Request) -> Result<Response, Refusal> {
    sent::form(request).await?;
    Ok(see(SIGN_IN, session::signed_out()))
}

/// The form, which leads on to `to`.
pub(super) fn form(to: &Uri) -> Html {
    fields(to.path_and_query().map_or("/", http::uri::PathAndQuery::as_str))
}

fn fields(to: &str) -> Html {
    html! {
        form.sign-in action=(SIGN_IN) method="post" {
            input type="hidden" name="to" value=(to);
            // What keeps passwords for a reader files them under a name.
            input name="name" value="Antigravity Q&A" autocomplete="username" hidden;
            label for="key" { "Your key" }
            div.line {
                input #key name="key" type="password" required maxlength=(LONGEST) autocomplete="current-password" spellcheck="false" placeholder="agq_…";
                button type="submit" { "Sign in" }
            }
            p.note { "Whoever runs this service makes keys. Yours stays in this browser until you close it or sign out, in a cookie that no script can read." }
        }
    }
}

fn document(to: &str, wrong: Option<&str>) -> Html {
    let main = html! {
        article.failure {
            h1 { "Sign in" }
            @if let Some(wrong) = wrong { p.lead role="alert" { "What was sent can’t be a key: " (wrong) "." } }
            (fields(to))
        }
    };
    Document { title: "Sign in", description: None, head: Html::default(), section: "", reader: Reader::default(), main }.written()
}

fn see<const N: usize>(to: &str, cookies: [HeaderValue; N]) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to), (CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// An address of this server: nobody is led elsewhere by a form that says so. What no address begins with is the start.
fn within(to: &str) -> String {
    let ours = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && to.bytes().all(|byte| byte.is_ascii_graphic());
    if ours { to.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for (to, led) in [
            ("/ask?q=a%20b", "/ask?q=a%20b"),
            ("", "/"),
            ("//evil.org", "/"),
            ("/\\evil.org", "/"),
            ("https://evil.org", "/"),
            ("/a\r\nset-cookie: x", "/"),
        ] {
            assert_eq!(within(to), led, "{to}");
        }
    }
}
