//! One call over one protocol, and what came of it.

use antigravity_proto::gateway::v1::*;
use serde_json::{Value, json};
use tonic::Code;

use crate::fakes::*;

/// What came of a call, as far as access goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Whatever the method then said.
    Allowed,
    Unauthenticated,
    Denied,
}

impl Outcome {
    pub fn cell(self) -> &'static str {
        match self {
            Self::Allowed => "ok",
            Self::Unauthenticated => "401",
            Self::Denied => "403",
        }
    }

    fn of_code(code: Code) -> Self {
        match code {
            Code::Unauthenticated => Self::Unauthenticated,
            Code::PermissionDenied => Self::Denied,
            _ => Self::Allowed,
        }
    }

    fn of_http(code: u16) -> Self {
        match code {
            401 => Self::Unauthenticated,
            403 => Self::Denied,
            _ => Self::Allowed,
        }
    }
}

pub type Header<'a> = Option<&'a (&'static str, String)>;

/// Over gRPC, by the generated client.
pub async fn grpc(served: &Served, method: &str, header: Header<'_>) -> Outcome {
    Outcome::of_code(grpc_code(served, method, header).await)
}

/// The code that a call over gRPC ends in.
pub async fn grpc_code(served: &Served, method: &str, header: Header<'_>) -> Code {
    let mut client = antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient::new(served.transport());
    macro_rules! call {
        ($method:ident, $message:expr) => {{
            let mut request = tonic::Request::new($message);
            if let Some((name, value)) = header {
                request.metadata_mut().insert(*name, value.parse().unwrap());
            }
            client.$method(request).await.err()
        }};
    }
    let failed = match method {
        "Ask" => call!(ask, asking()),
        "AskStream" => call!(ask_stream, AskStreamRequest { ask: Some(asking()) }),
        "CheckGrounding" => call!(check_grounding, CheckGroundingRequest::default()),
        "GetAnswer" => call!(get_answer, GetAnswerRequest::default()),
        "ListAnswers" => call!(list_answers, ListAnswersRequest::default()),
        "DeleteAnswer" => call!(delete_answer, DeleteAnswerRequest::default()),
        "DeleteAnswers" => call!(delete_answers, DeleteAnswersRequest::default()),
        "ShareAnswer" => call!(share_answer, ShareAnswerRequest::default()),
        "Search" => call!(search, SearchRequest::default()),
        "GetPreprint" => call!(get_preprint, GetPreprintRequest::default()),
        "DescribeArchive" => call!(describe_archive, DescribeArchiveRequest::default()),
        "ListArchives" => call!(list_archives, ListArchivesRequest::default()),
        "ListModels" => call!(list_models, ListModelsRequest::default()),
        "IndexPreprints" => call!(index_preprints, futures_util::stream::empty()),
        "DeletePreprints" => call!(delete_preprints, DeletePreprintsRequest::default()),
        "ExportPreprints" => call!(export_preprints, ExportPreprintsRequest::default()),
        "VerifyArchive" => call!(verify_archive, VerifyArchiveRequest::default()),
        other => panic!("no method {other}"),
    };
    failed.map_or(Code::Ok, |status| status.code())
}

/// Over gRPC-Web, as a browser writes it. An empty message is a frame of five zeros.
pub async fn grpc_web(served: &Served, method: &str, header: Header<'_>) -> Outcome {
    let kind = "application/grpc-web-text";
    let head = [("content-type", kind), ("accept", kind)];
    let reply = served.raw(request(&format!("/antigravityqa.gateway.v1.GatewayService/{method}"), &with(&head, header), b"AAAAAAA=")).await;
    let code = reply.headers.get("grpc-status").map_or(Code::Ok, |code| Code::from_bytes(code.as_bytes()));
    Outcome::of_code(code)
}

/// A plain HTTP request, and its whole reply.
pub async fn http(served: &Served, verb: &str, path: &str, header: Header<'_>) -> Reply {
    http_to(served, "localhost", verb, path, header).await
}

/// The same, to a host of this name.
pub async fn http_to(served: &Served, host: &str, verb: &str, path: &str, header: Header<'_>) -> Reply {
    let body = if verb == "POST" { json!({"question": QUESTION}).to_string() } else { String::new() };
    let head = [("content-type", "application/json"), ("accept", "application/json, text/event-stream")];
    let written = String::from_utf8(request(path, &with(&head, header), body.as_bytes())).unwrap();
    served.raw(written.replacen("POST", verb, 1).replacen("host: localhost", &format!("host: {host}"), 1)).await
}

pub fn outcome(reply: &Reply) -> Outcome {
    Outcome::of_http(reply.code)
}

/// A tool of the Model Context Protocol. What its key doesn't allow is told in its result, which the model reads.
pub async fn tool(served: &Served, name: &str, header: Header<'_>) -> Outcome {
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": {}}});
    let reply = served.raw(mcp(&call, header)).await;
    match outcome(&reply) {
        Outcome::Allowed if reply.body.contains("PERMISSION_DENIED") => Outcome::Denied,
        other => other,
    }
}

pub fn mcp(call: &Value, header: Header<'_>) -> Vec<u8> {
    let accept = ("accept", "application/json, text/event-stream");
    let head = [accept, ("content-type", "application/json"), ("mcp-protocol-version", "2025-06-18")];
    request("/mcp", &with(&head, header), call.to_string().as_bytes())
}

fn with<'a>(head: &[(&'a str, &'a str)], header: Header<'a>) -> Vec<(&'a str, &'a str)> {
    head.iter().copied().chain(header.map(|(name, value)| (*name, value.as_str()))).collect()
}
