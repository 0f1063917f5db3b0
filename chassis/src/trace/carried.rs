//! Spans of calls, and how they are carried from one process to the next: in `traceparent`.

use http::Request;

use super::Span;
use crate::{call::TraceContext, options::Address};

/// In the extensions of a request: its trace begins here, its caller keeps none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Root;

/// The span of a call that came in. What it leads to becomes its child.
pub(crate) fn served<B>(request: &mut Request<B>, method: &'static str) -> Span {
    let root = request.extensions_mut().remove::<Root>().is_some();
    let Some(brought) = TraceContext::brought(request.headers()) else { return Span::none() };
    let span = if root { Span::root(brought, method.into()) } else { Span::serving(&brought, method.into()) };
    carry(span, request, method, None)
}

/// The span of a call that goes out.
pub(crate) fn sent<B>(request: &mut Request<B>, method: &str, to: Option<&Address>) -> Span {
    let Some(parent) = TraceContext::brought(request.headers()) else { return Span::none() };
    carry(Span::asking(&parent, method.to_owned()), request, method, to)
}

fn carry<B>(mut span: Span, request: &mut Request<B>, method: &str, to: Option<&Address>) -> Span {
    // Where nothing is recorded the caller's trace passes as it came.
    if let Some(own) = span.context() {
        own.put(request.headers_mut());
        span.set("rpc.system.name", "grpc");
        span.set("rpc.method", method.to_owned());
        if let Some(to) = to {
            span.set("server.address", to.host().to_owned());
            span.set("server.port", i64::from(to.port()));
        }
    }
    span
}
