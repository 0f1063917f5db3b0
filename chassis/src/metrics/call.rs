//! One call, counted when it ends, however it ends.

use std::{borrow::Cow, collections::HashSet, sync::LazyLock, time::Instant};

use http::HeaderMap;
use tonic::{Code, Status};

use super::{Histograms, SECONDS, entry::Entry};
use crate::trace::Span;

const LABELS: [&str; 3] = ["rpc_system_name", "rpc_method", "rpc_response_status_code"];

static SERVER: Histograms<3> =
    Histograms::new("rpc_server_call_duration_seconds", "Calls served, from their headers to the end of their response.", LABELS, SECONDS);
static CLIENT: Histograms<3> = Histograms::new(
    "rpc_client_call_duration_seconds",
    "Calls to another service or to Qdrant, to the end of their response.",
    LABELS,
    SECONDS,
);

/// A call that is under way. Counted when it is dropped; who was never told an end has left, which counts as CANCELLED.
pub(super) struct Call {
    family: &'static Histograms<3>,
    method: Cow<'static, str>,
    began: Instant,
    code: Code,
    span: Span,
    /// Whether the span failed.
    fault: fn(Code) -> bool,
    /// Its line in the log, if it gets one.
    entry: Option<Entry>,
}

impl Call {
    pub(super) fn served(method: &'static str, span: Span, entry: Option<Entry>) -> Self {
        Self { family: &SERVER, method: method.into(), began: Instant::now(), code: Code::Cancelled, span, fault: is_fault, entry }
    }

    pub(super) fn sent(method: String, span: Span) -> Self {
        Self {
            family: &CLIENT,
            method: method.into(),
            began: Instant::now(),
            code: Code::Cancelled,
            span,
            fault: |code| code != Code::Ok,
            entry: None,
        }
    }

    /// The call has ended so.
    pub(super) fn end(&mut self, code: Code) {
        self.code = code;
    }

    /// What the call would count as now.
    pub(super) fn code(&self) -> Code {
        self.code
    }

    /// The call has ended as these headers or trailers say, if they do.
    pub(super) fn end_of(&mut self, headers: &HeaderMap) -> bool {
        let status = Status::from_header_map(headers);
        if let Some(status) = &status {
            self.end(status.code());
        }
        status.is_some()
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let (code, took) = (code_name(self.code), self.began.elapsed());
        self.family.observe(["grpc", &self.method, code], took.as_secs_f64());
        if let Some(entry) = &self.entry {
            entry.end(code, took);
        }
        self.span.set("rpc.response.status_code", code);
        if (self.fault)(self.code) {
            self.span.fail(code);
        }
    }
}

/// The methods that may stand in a label: a caller can put anything into a path, and each text would be a series for ever.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Methods(&'static HashSet<String>);

impl Methods {
    /// Those of the contract.
    pub(crate) fn of_the_contract() -> Self {
        static METHODS: LazyLock<HashSet<String>> = LazyLock::new(|| {
            let services = antigravity_proto::json::pool().into_iter().flat_map(prost_reflect::DescriptorPool::services);
            let names = |service: prost_reflect::ServiceDescriptor| {
                service.methods().map(|method| format!("{}/{}", service.full_name(), method.name())).collect::<Vec<_>>()
            };
            services.flat_map(names).collect()
        });
        Self(&METHODS)
    }

    /// `antigravityqa.gateway.v1.GatewayService/Ask`, of the path of a gRPC call.
    pub(crate) fn of_path(self, path: &str) -> Option<&'static str> {
        self.0.get(path.strip_prefix('/')?).map(String::as_str)
    }
}

/// The full name of a method, if the contract has it: what [`HttpFace::method`](crate::server::HttpFace::method) returns.
pub fn method_named(service: &str, name: &str) -> Option<&'static str> {
    Methods::of_the_contract().of_path(&format!("/{service}/{name}"))
}

/// Whether a status is the fault of whoever served the call, and not of who made it, by OpenTelemetry's conventions.
fn is_fault(code: Code) -> bool {
    matches!(code, Code::Unknown | Code::DeadlineExceeded | Code::Unimplemented | Code::Internal | Code::Unavailable | Code::DataLoss)
}

/// The code as OpenTelemetry's conventions write it.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_of_the_contract_become_labels() {
        let methods = Methods::of_the_contract();
        assert_eq!(methods.of_path("/antigravityqa.gateway.v1.GatewayService/Ask"), Some("antigravityqa.gateway.v1.GatewayService/Ask"));
        for path in ["/antigravityqa.gateway.v1.GatewayService/Anything", "/", "", "/grpc.health.v1.Health/Check"] {
            assert_eq!(methods.of_path(path), None, "{path}");
        }
    }
}
