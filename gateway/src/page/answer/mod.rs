//! `/ask`: a question and its answer, sent while it is made.

mod checked;
mod copies;
mod coverage;
mod frame;
mod head;
pub(super) mod kept;
mod paragraphs;
mod permanent;
mod provenance;
mod tail;
mod verdict;
mod writing;

use antigravity_proto::gateway::v1::ListModelsRequest;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService as _;
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::stream::{self, StreamExt as _};
use http::{HeaderMap, StatusCode};

use self::permanent::Place;
use self::writing::Writing;
use super::address::Asked;
use super::document::Document;
use super::field::{Field, form};
use super::html::{Html, html};
use super::reader::Reader;
use super::{call, response};
use crate::Gateway;
use crate::http::{Refusal, begun};

pub(super) async fn page(State(gateway): State<Gateway>, request: Request) -> Result<Response, Refusal> {
    let asked = Asked::read(request.uri());
    let reader = Reader::of(&gateway, &request);
    if !is_meant(request.headers()) {
        let models = gateway.list_models(call(request, ListModelsRequest::default())).await;
        let models = models.map(|listed| listed.into_inner().models).unwrap_or_default();
        return Ok(response::page(StatusCode::OK, confirmation(&asked, &form(&Field::Ask { models: &models }, &asked), reader)));
    }
    let place = if reader.has_answers { Place::Kept { share_token: String::new() } } else { Place::Here };
    let question = asked.ask();
    let (first, rest) = begun(gateway, call(request, question)).await?;
    let (opening, mut writing) = Writing::begin(asked, place, reader);
    let opening = opening + &writing.event(first).0;
    let rest = rest.map(Some).chain(stream::iter([None])).map(move |event| match event {
        Some(Ok(event)) => writing.event(event).0,
        Some(Err(status)) => writing.broken_off(&status).0,
        None => writing.end(),
    });
    Ok(response::pieces(stream::iter([opening]).chain(rest)))
}

/// An answer may cost money. So it is given to whoever came from a page of ours or typed the address, and not to a page of another site that
/// sends its visitors here, shows us as a picture, or has a browser fetch us beforehand. Browsers say which it is,
/// but to servers that they trust only (HTTPS, or their own machine); a program says nothing.
fn is_meant(headers: &HeaderMap) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from_here = matches!(said("sec-fetch-site"), None | Some("same-origin" | "none"));
    let as_a_page = matches!(said("sec-fetch-dest"), None | Some("document" | "empty"));
    from_here && as_a_page && said("sec-purpose").is_none() && said("purpose").is_none()
}

/// What a link from elsewhere leads to.
fn confirmation(asked: &Asked, form: &Html, reader: Reader) -> Html {
    let main = html! {
        div.start {
            h1 { "Ask this question?" }
            p.lead { "A link from another site brought it here. Nothing was asked yet." }
            (form)
        }
    };
    Document { title: &asked.question, description: None, head: Html::default(), section: "/", reader, main }.written()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_site_asks_nothing() {
        for (headers, meant) in [
            (&[][..], true),
            (&[("sec-fetch-site", "none"), ("sec-fetch-dest", "document")], true),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "document")], true),
            (&[("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")], false),
            (&[("sec-fetch-site", "same-site"), ("sec-fetch-dest", "document")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-dest", "image")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-purpose", "prefetch")], false),
        ] {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(is_meant(&headers), meant, "{headers:?}");
        }
    }
}
