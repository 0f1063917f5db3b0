//! Requests as URLs (OAI-PMH 2.0, section 3.1.1).

use clap::ValueEnum;
use reqwest::Url;

use super::{HarvestError, window::Window};

/// The form that records come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// arXiv's own, with authors taken apart and the categories' names
    #[value(name = "arXiv", alias = "arxiv")]
    Arxiv,
    /// Dublin Core, which every server has
    #[value(name = "oai_dc")]
    OaiDc,
}

impl Format {
    /// The name that the protocol uses.
    fn prefix(self) -> &'static str {
        match self {
            Self::Arxiv => "arXiv",
            Self::OaiDc => "oai_dc",
        }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Request {
    /// Who are you?
    Identify,
    /// The first page of a list.
    List { window: Window, set: String, format: Format },
    /// The next page of the list that gave this token.
    Resume(String),
}

impl Request {
    /// The request's URL.
    pub(super) fn url(&self, endpoint: &Url) -> Url {
        let mut url = endpoint.clone();
        let mut query = url.query_pairs_mut();
        match self {
            Self::Identify => query.append_pair("verb", "Identify"),
            Self::List { window, set, format } => {
                query.append_pair("verb", "ListRecords").append_pair("metadataPrefix", format.prefix());
                if !set.is_empty() {
                    query.append_pair("set", set);
                }
                query.append_pair("from", &window.from.to_string()).append_pair("until", &window.until.to_string())
            }
            // The token stands alone: it says everything.
            Self::Resume(token) => query.append_pair("verb", "ListRecords").append_pair("resumptionToken", token),
        };
        drop(query);
        url
    }
}

/// Reads the base URL.
pub(super) fn endpoint(text: &str) -> Result<Url, HarvestError> {
    let wrong = |wrong: String| HarvestError::Option { flag: "--endpoint", wrong };
    let url: Url = text.parse().map_err(|error| wrong(format!("{text:?} is no URL ({error}): give something like https://host/oai")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong(format!("{text:?} doesn't begin with http:// or https://")));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(format!("{text:?} has a `?` or `#`: give the base URL alone, set and dates have flags of their own")));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_spelled_as_the_protocol_has_them() {
        let window = Window { from: "2026-01-01".parse().unwrap(), until: "2026-01-31".parse().unwrap() };
        let list = |set: &str, format| Request::List { window: window.clone(), set: set.into(), format };
        let base = endpoint("http://h/oai").unwrap();
        for (request, query) in [
            (Request::Identify, "verb=Identify"),
            (list("", Format::OaiDc), "verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-31"),
            (
                list("physics:hep-ph", Format::Arxiv),
                "verb=ListRecords&metadataPrefix=arXiv&set=physics%3Ahep-ph&from=2026-01-01&until=2026-01-31",
            ),
            (Request::Resume("a|1&b=2 %".into()), "verb=ListRecords&resumptionToken=a%7C1%26b%3D2+%25"),
        ] {
            assert_eq!(request.url(&base).query(), Some(query));
        }
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        for (text, part) in
            [("nowhere", "no URL"), ("ftp://h/oai", "http://"), ("http://h/oai?verb=Identify", "`?`"), ("mailto:a@b", "http://")]
        {
            assert!(endpoint(text).unwrap_err().to_string().contains(part), "{text}");
        }
    }
}
