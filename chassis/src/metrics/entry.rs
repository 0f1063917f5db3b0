//! What the log says of a call once it has ended: one line for each that came in by the port, whatever came of it.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::Request;

use crate::{
    access::Caller,
    call::{RequestId, TraceContext},
};

/// A call's line.
#[derive(Debug)]
pub(super) struct Entry {
    method: Logged,
    request_id: Option<RequestId>,
    trace_id: String,
    who: Who,
}

/// What a call is called in the log: its method of the contract. Of what is none the path's first part alone stands there: the rest may be
/// somebody's link.
#[derive(Debug, Clone)]
pub(crate) struct Logged(Arc<str>);

/// Who turned out to call. The guard, which finds out, stands further inside than the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who(Arc<OnceLock<Caller>>);

impl Entry {
    /// Begins the line of a call, and tells those further inside by what name it goes, and to whom they may say who calls.
    pub(super) fn begin<B>(request: &mut Request<B>, method: Option<&str>) -> Self {
        let method = method.map_or_else(|| Logged::outside(request.uri().path()), |method| Logged(method.into()));
        let entry = Self {
            method,
            request_id: RequestId::of_headers(request.headers()),
            trace_id: TraceContext::of_headers(request.headers()).trace_id(),
            who: Who::default(),
        };
        request.extensions_mut().insert(entry.method.clone());
        request.extensions_mut().insert(entry.who.clone());
        entry
    }

    pub(super) fn end(&self, code: &'static str, took: Duration) {
        let Self { method, request_id, trace_id, who } = self;
        let (request_id, caller) = (request_id.as_ref().map(RequestId::as_str), who.0.get());
        let (tenant, key) = (caller.map(|caller| caller.tenant().as_str()), caller.and_then(Caller::key));
        let ms = (took.as_secs_f64() * 1e4).round() / 10.0;
        tracing::info!(%method, code, ms, request_id, trace_id, tenant, key, "a call has ended");
    }
}

impl Logged {
    /// Of a gRPC path.
    pub(crate) fn method(path: &str) -> Self {
        Self(path.trim_start_matches('/').into())
    }

    fn outside(path: &str) -> Self {
        let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        Self(format!("/{first}").into())
    }
}

impl fmt::Display for Logged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Who {
    /// It is this one. Said once.
    pub(crate) fn is(&self, caller: &Caller) {
        // Nobody says it twice: a call passes one guard.
        let _ = self.0.set(caller.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_path_outside_the_contract_only_the_first_part_is_logged() {
        for (path, logged) in [("/", "/"), ("/shared/0123456789abcdef", "/shared"), ("/openapi.json", "/openapi.json"), ("", "/")] {
            assert_eq!(Logged::outside(path).to_string(), logged);
        }
    }
}
