//! One request over HTTP: a text, or why there is none and whether it may be there later.

use std::{io::Read as _, time::Duration};

use antigravity_chassis::{program::chain, tls};
use flate2::read::MultiGzDecoder;
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, FROM, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};

use super::HarvestError;

/// Time limits and sizes. Those of `default()` suit arXiv, which may take a minute to begin a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// For the connection.
    pub(crate) connect: Duration,
    /// Without a byte.
    pub(crate) idle: Duration,
    /// For the whole reply.
    pub(crate) whole: Duration,
    /// Bytes of a reply, unpacked. A page of arXiv's has some 3 MB; a server without paging sends its list in one.
    pub(crate) bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(30), idle: seconds(120), whole: seconds(900), bytes: 128 * MIB }
    }
}

const MIB: usize = 1024 * 1024;
/// arXiv's old address leads to its present one; more than a few steps are a circle.
const REDIRECTS: usize = 5;

/// Why there is no text.
#[derive(Debug)]
pub(super) enum Fault {
    /// It may be there later.
    Passing {
        /// What happened.
        reason: String,
        /// When to come back, in the server's words.
        retry_after: Option<String>,
    },
    /// It won't.
    Lasting(HarvestError),
}

impl Fault {
    pub(super) fn passing(reason: impl Into<String>) -> Self {
        Self::Passing { reason: reason.into(), retry_after: None }
    }
}

/// The one client.
pub(super) struct Fetch {
    client: Client,
    limits: Limits,
}

impl Fetch {
    /// A client that says who it is.
    pub(super) fn new(contact: Option<&str>, limits: Limits) -> Result<Self, HarvestError> {
        tls::install_crypto_provider();
        // reqwest's own unpacking is a feature that all of the program would get.
        let mut headers = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        let mut agent = concat!("antigravity-harvest/", env!("CARGO_PKG_VERSION")).to_owned();
        if let Some(contact) = contact {
            let wrong = || HarvestError::Option { flag: "--contact", wrong: format!("{contact:?} is no e-mail address") };
            let address = HeaderValue::from_str(contact).ok().filter(|_| contact.contains('@') && contact.is_ascii()).ok_or_else(wrong)?;
            headers.insert(FROM, address);
            agent.push_str(&format!(" (mailto:{contact})"));
        }
        let client = Client::builder()
            .connect_timeout(limits.connect)
            .read_timeout(limits.idle)
            .timeout(limits.whole)
            .redirect(redirect::Policy::limited(REDIRECTS))
            .default_headers(headers)
            .user_agent(agent)
            .build()
            .map_err(HarvestError::Client)?;
        Ok(Self { client, limits })
    }

    /// The text at a URL. That of a refusal too, when it is XML: some servers send the protocol's errors with a status of HTTP's.
    pub(super) async fn get(&self, url: Url) -> Result<String, Fault> {
        let response = self.client.get(url).send().await.map_err(network)?;
        let xml = is_xml(&response);
        check(&response, xml == Some(true))?;
        if xml == Some(false) {
            let kind = header(&response, CONTENT_TYPE).unwrap_or_default();
            return Err(Fault::Lasting(HarvestError::NotOai { reason: format!("it is {kind}, not XML") }));
        }
        let packed = header(&response, CONTENT_ENCODING).is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
        let bytes = self.body(response).await?;
        let bytes = if packed { self.unpack(&bytes)? } else { bytes };
        String::from_utf8(bytes)
            .map_err(|error| Fault::passing(format!("it isn't UTF-8 (at byte {})", error.utf8_error().valid_up_to() + 1)))
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network)? {
            bytes.extend_from_slice(&chunk);
            self.bounded(bytes.len())?;
        }
        Ok(bytes)
    }

    fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let most = self.limits.bytes as u64 + 1;
        let read = MultiGzDecoder::new(packed).take(most).read_to_end(&mut bytes);
        read.map_err(|error| Fault::passing(format!("it can't be unpacked ({error})")))?;
        self.bounded(bytes.len())?;
        Ok(bytes)
    }

    fn bounded(&self, bytes: usize) -> Result<(), Fault> {
        let limit = self.limits.bytes;
        if bytes > limit { Err(Fault::Lasting(HarvestError::TooLarge { limit: limit / MIB })) } else { Ok(()) }
    }
}

/// What the status says.
fn check(response: &Response, xml: bool) -> Result<(), Fault> {
    let status = response.status();
    let hint = match status {
        StatusCode::OK => return Ok(()),
        StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::BAD_GATEWAY
        | StatusCode::GATEWAY_TIMEOUT => {
            let retry_after = header(response, RETRY_AFTER).map(str::to_owned);
            return Err(Fault::Passing { reason: format!("the server answered {status}"), retry_after });
        }
        status if status.is_client_error() && xml => return Ok(()),
        StatusCode::FORBIDDEN => ": it refuses this program; say who you are with --contact, and try later",
        StatusCode::NOT_FOUND | StatusCode::GONE => ": check --endpoint",
        _ => "",
    };
    Err(Fault::Lasting(HarvestError::Status { status, hint }))
}

/// `None` where the server doesn't say.
fn is_xml(response: &Response) -> Option<bool> {
    let kind = header(response, CONTENT_TYPE)?.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Some(kind == "text/xml" || kind == "application/xml" || kind.ends_with("+xml"))
}

fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Without the URL: it may be long, and the command line has it.
fn network(error: reqwest::Error) -> Fault {
    if error.is_redirect() {
        return Fault::Lasting(HarvestError::NotOai { reason: "the server leads from address to address without end".to_owned() });
    }
    Fault::passing(chain(&error.without_url()))
}
