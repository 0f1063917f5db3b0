//! Who has signed in with a browser: the key, in a cookie that no script can read and that no other site can have sent.
//!
//! The cookie holds the key itself, and not the name of a session: so every replica knows it, a revoked key ends at once what was begun with
//! it, and there is nothing to keep and nothing to sign with. It is gone when the browser is closed.

use http::{HeaderMap, HeaderValue, header, request::Parts};

use super::{credential::Credential, key::Key};

/// A browser takes a cookie of this name over HTTPS alone, and sends it to no host but this.
const SECURE: &str = "__Host-agq_key";
const PLAIN: &str = "agq_key";

/// The header `set-cookie` by which a browser signs in. `from` is the head of the request that sent the form: it says whether that came over
/// HTTPS, also where a proxy has ended it.
pub fn signed_in(key: &Key, from: &HeaderMap) -> HeaderValue {
    let secure = text(from, "origin").is_some_and(|origin| origin.starts_with("https://"));
    let (name, flag) = if secure { (SECURE, "; Secure") } else { (PLAIN, "") };
    let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{flag}", key.reveal());
    // Letters, digits and `_` always fit into a header.
    let mut cookie = HeaderValue::from_str(&cookie).unwrap_or(HeaderValue::from_static(""));
    cookie.set_sensitive(true);
    cookie
}

/// The headers `set-cookie` by which it signs out.
pub fn signed_out() -> [HeaderValue; 2] {
    [
        HeaderValue::from_static("__Host-agq_key=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"),
        HeaderValue::from_static("agq_key=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"),
    ]
}

/// Whether a browser sends the key along.
pub fn is_signed_in(headers: &HeaderMap) -> bool {
    cookie(headers).is_some()
}

/// Whether a page of this very server sent the request. Browsers say so; older ones name the page, or its origin.
pub fn is_from_own_page(request: &Parts) -> bool {
    if let Some(site) = text(&request.headers, "sec-fetch-site") {
        return site == "same-origin";
    }
    let host = text(&request.headers, "host").or_else(|| request.uri.authority().map(http::uri::Authority::as_str));
    let named = text(&request.headers, "origin").or_else(|| text(&request.headers, "referer"));
    let from = named.and_then(|named| named.split_once("://")).and_then(|(_, rest)| rest.split('/').next());
    from.is_some() && from == host
}

/// The key of who has signed in. It changes nothing in the name of who is led here by another site: `SameSite` keeps the cookie from most of
/// those, this from the neighbours under the same domain as well.
pub(super) fn credential(request: &Parts) -> Credential {
    match cookie(&request.headers) {
        Some(key) if request.method.is_safe() || is_from_own_page(request) => key.parse().map_or(Credential::Unreadable, Credential::Key),
        _ => Credential::None,
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let named = |name: &str| {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
        { cookies }.find(|(given, _)| *given == name).map(|(_, value)| value)
    };
    named(SECURE).or_else(|| named(PLAIN))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{Method, Request};

    fn request(method: Method, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder().method(method).uri("/ask").header("host", "lab.org:7400");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_our_own_pages_act_with_the_cookie() {
        let key = format!("agq_0123456789ab_{}", "0".repeat(64));
        let cookie = format!("theme=dark; agq_key={key}");
        for (method, headers, counts) in [
            (Method::GET, &[][..], true),
            (Method::POST, &[], false),
            (Method::POST, &[("sec-fetch-site", "same-origin")], true),
            (Method::POST, &[("sec-fetch-site", "same-site"), ("origin", "http://lab.org:7400")], false),
            (Method::POST, &[("sec-fetch-site", "cross-site")], false),
            (Method::POST, &[("origin", "http://lab.org:7400")], true),
            (Method::POST, &[("origin", "http://lab.org")], false),
            (Method::POST, &[("origin", "null")], false),
            (Method::POST, &[("referer", "https://lab.org:7400/answers/1")], true),
            (Method::DELETE, &[("referer", "https://evil.org/lab.org:7400")], false),
        ] {
            let mut request = request(method, headers);
            request.headers.insert("cookie", cookie.parse().unwrap());
            let found = matches!(credential(&request), Credential::Key(found) if found.reveal() == key);
            assert_eq!(found, counts, "{} {headers:?}", request.method);
        }
    }

    #[test]
    fn what_is_set_comes_back() {
        let key: Key = format!("agq_0123456789ab_{}", "0".repeat(64)).parse().unwrap();
        for (origin, secure) in [("https://lab.org", true), ("http://127.0.0.1:7400", false)] {
            let from = request(Method::POST, &[("origin", origin)]).headers;
            let set = signed_in(&key, &from);
            let set = set.to_str().unwrap();
            assert!(set.contains("; HttpOnly; SameSite=Lax") && set.contains("Secure") == secure, "{set}");
            let sent = request(Method::GET, &[("cookie", set.split(';').next().unwrap())]);
            assert!(matches!(credential(&sent), Credential::Key(found) if found.reveal() == key.reveal()));
        }
    }

    #[test]
    fn another_cookie_is_none_and_rubbish_is_no_key() {
        assert!(matches!(credential(&request(Method::GET, &[("cookie", "agq_keys=1")])), Credential::None));
        assert!(matches!(credential(&request(Method::GET, &[("cookie", "agq_key=")])), Credential::Unreadable));
        assert!(matches!(credential(&request(Method::GET, &[])), Credential::None));
    }
}
