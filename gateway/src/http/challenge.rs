//! How a call that needs a credential is asked for one: a program by the scheme's name, a browser so that it asks its reader.

use http::{HeaderMap, HeaderValue, header};

/// How to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// By RFC 6750.
    Bearer,
    /// The same, of who has brought something that isn't valid.
    OtherBearer,
    /// So that a browser asks for a name and a password, which is the key, and brings it along from then on.
    Browser,
}

impl Challenge {
    /// By who asks: a browser wants a page, and whoever already speaks of bearers is none.
    pub(super) fn to(headers: &HeaderMap) -> Self {
        let wants_page =
            headers.get_all(header::ACCEPT).iter().any(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")));
        let brings = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        match brings {
            Some(brings) if !brings.to_ascii_lowercase().starts_with(b"basic ") => Self::OtherBearer,
            _ if wants_page => Self::Browser,
            Some(_) => Self::OtherBearer,
            None => Self::Bearer,
        }
    }

    /// The header `www-authenticate`.
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Bearer => r#"Bearer realm="Antigravity Q&A""#,
            Self::OtherBearer => r#"Bearer realm="Antigravity Q&A", error="invalid_token""#,
            Self::Browser => r#"Basic realm="Antigravity Q&A", charset="UTF-8""#,
        })
    }

    /// What a reader sees who doesn't give a key. It holds nothing that came with the request.
    pub(super) fn page(self) -> Option<&'static str> {
        (self == Self::Browser).then_some(PAGE)
    }
}

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>A key is needed · Antigravity Q&amp;A</title>
<h1>A key is needed</h1>
<p>This archive answers those who show a key. When your browser asks, give any name, and the key (<code>agq_…</code>) as the password.</p>
<p>Whoever runs this service makes keys. <a href="">Try again</a></p>
</html>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_asked_so_that_it_asks_its_reader() {
        let page = "text/html,application/xhtml+xml,*/*;q=0.8";
        for (accept, authorization, expected) in [
            (Some(page), None, Challenge::Browser),
            (Some(page), Some("Basic x"), Challenge::Browser),
            (Some(page), Some("Bearer x"), Challenge::OtherBearer),
            (Some("application/json"), None, Challenge::Bearer),
            (Some("*/*"), Some("Basic x"), Challenge::OtherBearer),
            (None, None, Challenge::Bearer),
            (None, Some("Bearer x"), Challenge::OtherBearer),
        ] {
            let lines = [(header::ACCEPT, accept), (header::AUTHORIZATION, authorization)];
            let headers = lines.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_static(value?)))).collect();
            assert_eq!(Challenge::to(&headers), expected, "{accept:?} {authorization:?}");
        }
    }
}
