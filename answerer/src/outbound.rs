//! What every call to somebody else's server has in common, be it a model's or a judge's: the client, the address, the key, and what may be told
//! of an error.

use antigravity_chassis::options::Wrong;
use antigravity_chassis::tls;
use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};

/// A client. Redirects are not followed: they would carry the key and the question to another host.
pub(crate) fn client(limits: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Result<Client, reqwest::Error> {
    tls::install_crypto_provider();
    let builder = Client::builder().redirect(Policy::none()).user_agent(concat!("antigravity-answerer/", env!("CARGO_PKG_VERSION")));
    limits(builder).build()
}

/// Where to call: the address that a setting gives, and a path behind it.
pub(crate) fn endpoint(setting: &str, base: &str, path: &str) -> Result<Url, Wrong> {
    let unreadable = |cause| Wrong::new(setting, format!("no URL: {cause}")).accepting("a URL");
    format!("{}{path}", base.trim_end_matches('/')).parse().map_err(unreadable)
}

/// The key that a variable holds, as a header's value behind this prefix. What can't be sent is not repeated, and what can is marked as
/// sensitive, so that no trace of a header shows it.
pub(crate) fn key(setting: &str, variable: &str, prefix: &str) -> Result<HeaderValue, Wrong> {
    let wrong = |what: &str| {
        Wrong::new(setting, format!("the variable {variable} {what}"))
            .accepting("the name of a variable that holds a key, or an empty one for a server that wants none")
    };
    let key = std::env::var(variable).ok().filter(|key| !key.trim().is_empty()).ok_or_else(|| wrong("is not set, or is empty"))?;
    let mut value = HeaderValue::from_str(&format!("{prefix}{}", key.trim()))
        .map_err(|_| wrong("holds characters that can't be sent, such as line breaks"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// What a client's error says, with its causes and without the URL, which may be nobody else's business.
pub(crate) fn cause(error: reqwest::Error) -> String {
    antigravity_chassis::program::chain(&error.without_url())
}
