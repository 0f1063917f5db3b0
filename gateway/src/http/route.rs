//! One HTTP route for one method of the contract: JSON in, JSON out.

use antigravity_chassis::status::{self, Problem};
use antigravity_proto::json::to_json;
use antigravity_proto::types::Reason;
use axum::extract::{Query, RawPathParams, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, post};
use http::{Method, header};
use prost::{Message, Name};
use serde_json::{Map, Value};
use tonic::Status;
use tonic::metadata::MetadataMap;

use super::refusal::Refusal;
use super::{body, json};
use crate::Gateway;

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Get,
    Post,
    Delete,
}

/// What is served where. The router and the OpenAPI document are made from the same list.
pub(super) struct Route {
    pub(super) verb: Verb,
    pub(super) path: &'static str,
    /// The method of `GatewayService`, as the contract names it.
    pub(super) method: &'static str,
    /// What the OpenAPI document calls it: the method's name, unless it is served at two places.
    pub(super) name: &'static str,
    pub(super) handler: MethodRouter<Gateway>,
}

impl Route {
    /// A method that takes one message and returns one. With GET and DELETE the message's fields stand in path and query.
    pub(super) fn unary<Q, R, F>(
        verb: Verb,
        path: &'static str,
        method: &'static str,
        call: impl Fn(Gateway, tonic::Request<Q>) -> F + Clone + Send + Sync + 'static,
    ) -> Self
    where
        Q: Message + Name + Default,
        R: Message + Name,
        F: Future<Output = Result<tonic::Response<R>, Status>> + Send,
    {
        let handler = async move |State(gateway): State<Gateway>, parameters: RawPathParams, request: Request| {
            let asked = message(verb, &parameters, request).await?;
            written(call(gateway, asked).await?.get_ref())
        };
        Self { verb, path, method, name: method, handler: verb.served(handler) }
    }

    pub(super) fn called(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

impl Verb {
    /// Whether a request of this method comes here. axum answers HEAD where it answers GET.
    pub(super) fn serves(self, method: &Method) -> bool {
        match self {
            Self::Get => method == Method::GET || method == Method::HEAD,
            Self::Post => method == Method::POST,
            Self::Delete => method == Method::DELETE,
        }
    }

    fn served<H, T>(self, handler: H) -> MethodRouter<Gateway>
    where
        H: axum::handler::Handler<T, Gateway>,
        T: 'static,
    {
        match self {
            Self::Get => get(handler),
            Self::Post => post(handler),
            Self::Delete => delete(handler),
        }
    }
}

/// A request's message, with the request's deadline, trace and identity.
pub(super) async fn message<Q: Message + Name + Default>(
    verb: Verb,
    parameters: &RawPathParams,
    request: Request,
) -> Result<tonic::Request<Q>, Refusal> {
    let (parts, body) = request.into_parts();
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|error| Problem::new(Reason::ArgumentInvalid, format!("the query can't be read: {error}")))?
        .0;
    let text = match verb {
        Verb::Post => {
            no_query(&query)?;
            body::text(&parts.headers, body).await?
        }
        Verb::Get | Verb::Delete => fields(parameters, query)?,
    };
    Ok(tonic::Request::from_parts(MetadataMap::from_headers(parts.headers), parts.extensions, json::read(&text)?))
}

/// A message as JSON.
pub(super) fn written<R: Message + Name>(message: &R) -> Result<Response, Refusal> {
    let text = to_json(message).map_err(status::internal)?.to_string();
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// The fields in path and query as a JSON object: text throughout, from which proto3 JSON reads numbers too.
fn fields(parameters: &RawPathParams, query: Vec<(String, String)>) -> Result<String, Problem> {
    let mut fields = Map::new();
    let in_path = parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    for (name, value) in in_path.chain(query) {
        if fields.insert(name.clone(), Value::String(value)).is_some() {
            let name = antigravity_text::excerpt(&name);
            let message = format!("`{name}` is given twice");
            return Err(Problem::new(Reason::ArgumentInvalid, message.clone()).field(&name, message));
        }
    }
    Ok(Value::Object(fields).to_string())
}

fn no_query(query: &[(String, String)]) -> Result<(), Problem> {
    let Some((name, _)) = query.first() else { return Ok(()) };
    let name = antigravity_text::excerpt(name);
    let message = format!("`{name}` stands in the query; this method reads the body alone");
    Err(Problem::new(Reason::ArgumentInvalid, message.clone()).field(&name, message))
}
