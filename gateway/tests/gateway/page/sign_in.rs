//! Signing in with a key: a form, a cookie, and nothing that another site could do with it.

use super::{between, browse, browse_with, submit, words};
use crate::access::credentials::Keyring;
use crate::fakes::*;

const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

async fn locked() -> (Served, String, Keyring) {
    let keys = Keyring::new();
    let key = keys.bearer("lab-a").1.replace("Bearer ", "");
    (Peers::new().served_to(keys.access()).await, key, keys)
}

/// The cookie as a browser sends it back.
fn cookie(reply: &Reply) -> String {
    reply.headers["set-cookie"].split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_reader_signs_in_and_gets_what_was_asked_for() {
    let (served, key, _keys) = locked().await;
    let reply = browse(&served, "/search?q=jets&from=2024").await;
    assert_eq!(reply.code, 401);
    assert!(words(&reply.body).contains("Sign in first") && reply.body.contains("action=\"/sign-in\" method=\"post\""), "{reply:?}");
    assert!(!reply.body.contains("Bearer"), "what programs send is nothing for a reader: {reply:?}");
    assert!(!reply.headers["www-authenticate"].starts_with("Basic"), "the browser's own window would hide the page: {reply:?}");
    let to = between(&reply.body, "name=\"to\" value=\"", "\"").replace("&amp;", "&");
    assert_eq!(to, "/search?q=jets&from=2024");

    let reply = submit(&served, "/sign-in", &[("to", &to), ("key", &key)], &[OWN]).await;
    assert_eq!((reply.code, reply.headers["location"].as_str()), (303, to.as_str()));
    let set = &reply.headers["set-cookie"];
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !reply.body.contains(&key), "{reply:?}");

    let reply = browse_with(&served, &to, &[("cookie", &cookie(&reply))]).await;
    assert_eq!(reply.code, 200);
    let told = words(between(&reply.body, "class=\"sign-out\"", "</form>"));
    assert!(told.contains(&key[..16]) && !told.contains(&key[16..]) && told.contains("Sign out"), "{told}");
}

#[tokio::test]
async fn what_pages_are_made_up_with_is_everybodys() {
    let (served, ..) = locked().await;
    for path in ["/page.css", "/page.js", "/icon.svg", "/sign-in"] {
        assert_eq!(browse(&served, path).await.code, 200, "{path}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_valid_leads_to_the_form_again() {
    let (served, key, _keys) = locked().await;
    let reply = submit(&served, "/sign-in", &[("key", "sesame")], &[OWN]).await;
    assert!(reply.code == 400 && reply.body.contains("can’t be a key") && !reply.body.contains("sesame"), "{reply:?}");
    let unknown = format!("{}{}", &key[..17], "0".repeat(64));
    let reply = submit(&served, "/sign-in", &[("key", &unknown)], &[OWN]).await;
    let reply = browse_with(&served, "/", &[("cookie", &cookie(&reply))]).await;
    assert!(reply.code == 401 && reply.body.contains("is not valid") && reply.body.contains("action=\"/sign-in\""), "{reply:?}");
}

#[tokio::test]
async fn another_site_signs_nobody_in_or_out_and_acts_in_nobodys_name() {
    let (served, key, _keys) = locked().await;
    let signed_in = cookie(&submit(&served, "/sign-in", &[("key", &key)], &[OWN]).await);
    for site in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.org")] {
        for path in ["/sign-in", "/sign-out"] {
            let reply = submit(&served, path, &[("key", &key)], &[site]).await;
            assert!(reply.code == 403 && !reply.headers.contains_key("set-cookie"), "{path} {site:?}: {reply:?}");
        }
        let json = request("/v1/search", &[("content-type", "application/json"), ("cookie", &signed_in), site], b"{\"query\":\"jets\"}");
        assert_eq!(served.raw(json).await.code, 401, "{site:?}");
    }
    let json = request("/v1/search", &[("content-type", "application/json"), ("cookie", &signed_in), OWN], b"{\"query\":\"jets\"}");
    assert_eq!(served.raw(json).await.code, 200);
}

#[tokio::test]
async fn signing_out_takes_the_cookie_away() {
    let (served, ..) = locked().await;
    let reply = submit(&served, "/sign-out", &[], &[OWN]).await;
    assert!(reply.code == 303 && reply.headers["set-cookie"].contains("Max-Age=0"), "{reply:?}");
}
