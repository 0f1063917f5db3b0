//! `GET /openapi.json`: an OpenAPI 3.1 document of the routes under `/v1`, made from the router's own list and the contract's descriptors.

use std::sync::LazyLock;

use antigravity_proto::json::pool;
use axum::Router;
use axum::routing::get;
use http::header;
use prost_reflect::{DescriptorPool, FieldDescriptor, MessageDescriptor, MethodDescriptor};
use serde_json::{Map, Value, json};

use super::route::{Route, Verb};
use super::routes;
use crate::schema::{Schemas, comment};
use crate::{Gateway, SERVICE_NAME};

const DESCRIPTION: &str = "Questions answered only from an archive of preprints, every sentence cited and checked. \
    Messages are proto3 JSON of the gRPC service antigravityqa.gateway.v1.GatewayService: a field with its default value is left out, names \
    may also be written as in the .proto files, and a field that there isn't is refused.";

pub(super) fn router() -> Router<Gateway> {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| document().unwrap_or_default().to_string());
    Router::new().route("/openapi.json", get(async || ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())))
}

/// `None` only when a route names a method that the contract hasn't, which a test excludes.
fn document() -> Option<Value> {
    let pool = pool()?;
    let mut schemas = Schemas::new("#/components/schemas/");
    let mut paths = Map::new();
    for route in routes::list() {
        let operation = operation(pool, &route, &mut schemas)?;
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path.as_object_mut()?.insert(route.verb.name().to_owned(), operation);
    }
    let mut schemas = schemas.defined();
    schemas.insert("Status".into(), status_schema());
    Some(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Antigravity Q&A",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas, "parameters": headers()},
    }))
}

impl Verb {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Delete => "delete",
        }
    }
}

fn operation(pool: &DescriptorPool, route: &Route, schemas: &mut Schemas) -> Option<Value> {
    let service = pool.get_service_by_name(SERVICE_NAME)?;
    let method = service.methods().find(|method| method.name() == route.method)?;
    let said = comment(&method.parent_file(), method.path());
    let summary = said.split_once(". ").map_or(said.as_str(), |(first, _)| first).trim_end_matches('.');
    let input = input(&method)?;
    let mut parameters: Vec<Value> = headers().keys().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})).collect();
    let mut operation = json!({
        "operationId": route.name, "summary": summary, "description": said,
        "responses": {"200": reply(&method, schemas), "default": {
            "description": "What went wrong. The code is the one that AIP-193 gives for `code`; `details` holds one ErrorInfo, whose `reason` decides.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}},
        }},
    });
    let fields = operation.as_object_mut()?;
    match route.verb {
        Verb::Post => {
            let body = json!({"required": true, "content": {"application/json": {"schema": schemas.of(&input)}}});
            fields.insert("requestBody".into(), body);
        }
        Verb::Get | Verb::Delete => parameters.extend(in_path_and_query(route.path, &input, schemas)),
    }
    fields.insert("parameters".into(), parameters.into());
    Some(operation)
}

/// What a method takes: for `AskStream`, whose request only wraps another, what is wrapped.
fn input(method: &MethodDescriptor) -> Option<MessageDescriptor> {
    let input = method.input();
    if method.is_server_streaming() { input.fields().next()?.kind().as_message().cloned() } else { Some(input) }
}

fn reply(method: &MethodDescriptor, schemas: &mut Schemas) -> Value {
    let output = method.output();
    let schema = schemas.of(&output);
    let (kind, description) = if method.is_server_streaming() {
        (
            "text/event-stream",
            "Server-sent events. Each is named for what happened, and its data is this message; the event `error` carries a Status, and is the last.",
        )
    } else {
        ("application/json", "Done.")
    };
    json!({"description": description, "content": {kind: {"schema": schema}}})
}

fn in_path_and_query(path: &str, input: &MessageDescriptor, schemas: &mut Schemas) -> Vec<Value> {
    let in_path = |field: &FieldDescriptor| path.contains(&format!("{{{}}}", field.json_name()));
    let parameter = |field: FieldDescriptor| {
        let in_path = in_path(&field);
        let schema = schemas.field(&field);
        let place = if in_path { "path" } else { "query" };
        json!({"name": field.json_name(), "in": place, "required": in_path, "schema": schema})
    };
    // Where one of several ways to name a thing stands in the path, the others are out.
    let excluded =
        |field: &FieldDescriptor| !in_path(field) && field.containing_oneof().is_some_and(|ways| ways.fields().any(|way| in_path(&way)));
    input.fields().filter(|field| !excluded(field)).map(parameter).collect()
}

/// The headers that every call understands.
fn headers() -> Map<String, Value> {
    let header = |name: &str, description: &str, example: &str| {
        let parameter = json!({"name": name, "in": "header", "description": description, "schema": {"type": "string"}, "example": example});
        (name.to_owned(), parameter)
    };
    [
        header("grpc-timeout", "How long the call may take: up to eight digits and H, M, S, m (milliseconds), u or n. Default 60S.", "30S"),
        header("x-request-id", "A name for the call, up to 128 visible ASCII characters. It stands in the logs and comes back; one is made when there is none.", "run-7"),
        header("traceparent", "W3C trace context. It comes back, too.", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]
    .into_iter()
    .collect()
}

/// `google.rpc.Status` in proto3 JSON.
fn status_schema() -> Value {
    json!({
        "type": "object",
        "description": "google.rpc.Status.",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "integer", "description": "The gRPC code."},
            "message": {"type": "string", "description": "For a developer. May change: decide by the reason."},
            "details": {
                "type": "array",
                "description": "One google.rpc.ErrorInfo, and BadRequest, RetryInfo, ResourceInfo, QuotaFailure or PreconditionFailure where they apply.",
                "items": {"type": "object", "required": ["@type"], "properties": {"@type": {"type": "string"}}},
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_a_method_of_the_contract_with_a_comment() {
        let document = document().expect("a route names a method that the contract hasn't");
        for (path, verbs) in document["paths"].as_object().unwrap() {
            for operation in verbs.as_object().unwrap().values() {
                assert!(operation["summary"].as_str().unwrap().len() > 8, "{path}: {operation}");
                let placed: Vec<&str> = operation["parameters"].as_array().unwrap().iter().filter_map(|p| p["name"].as_str()).collect();
                for name in path.split(['{', '}']).skip(1).step_by(2) {
                    assert!(placed.contains(&name), "{path} has no field {name}");
                }
            }
        }
        let routed = routes::list().len();
        let documented: usize = document["paths"].as_object().unwrap().values().map(|verbs| verbs.as_object().unwrap().len()).sum();
        assert_eq!(documented, routed);
    }

    /// The unary and streamed methods that are left out, by intent: a new method must be added here or to the routes.
    #[test]
    fn what_has_no_route_is_left_out_by_intent() {
        let service = pool().unwrap().get_service_by_name(SERVICE_NAME).unwrap();
        let routed: Vec<&str> = routes::list().iter().map(|route| route.method).collect();
        let left_out: Vec<String> =
            service.methods().map(|method| method.name().to_owned()).filter(|name| !routed.contains(&name.as_str())).collect();
        assert_eq!(left_out, ["IndexPreprints", "DeletePreprints", "ExportPreprints", "VerifyArchive"]);
    }

    #[test]
    fn every_reference_leads_somewhere_and_names_are_unambiguous() {
        let document = document().unwrap();
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"#/").skip(1) {
            let pointer = format!("/{}", reference.split('"').next().unwrap());
            let target = document.pointer(&pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere"));
            assert!(target.is_object(), "{pointer}");
        }
        // Schemas go by short names: two messages of one name in what the routes reach would share one.
        let mut names = std::collections::BTreeMap::new();
        for message in pool().unwrap().all_messages().filter(|message| !message.full_name().starts_with("google.")) {
            let reachable =
                ["antigravityqa.gateway.", "antigravityqa.type."].iter().any(|package| message.full_name().starts_with(package));
            if reachable && let Some(other) = names.insert(message.name().to_owned(), message.full_name().to_owned()) {
                panic!("{other} and {} have one name", message.full_name());
            }
        }
    }
}
