//! Two faces on one port: gRPC and gRPC-Web for who sends `application/grpc…`, and a service's HTTP routes, if it has any, for everybody else.
//!
//! Both stand behind the same admission and the same deadlines, and share one bound on calls in flight. What those refuse is a gRPC status
//! in the response's headers; the HTTP face tells it in its own form (`told`). A [`Guard`] guards every protocol alike.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderName, HeaderValue, Method, Request, Response, header};
use tonic::{body::Body, service::Routes};
use tonic_web::GrpcWebLayer;
use tower::{Layer, Service, ServiceExt as _, util::BoxCloneSyncService};
use tower_http::cors::{AllowHeaders, CorsLayer};

use crate::{
    admission::AdmissionLayer,
    call::{REQUEST_ID, RequestId, TRACEPARENT, TraceContext},
    deadline::layer::DeadlineLayer,
    metrics::MeasureLayer,
    tls::ConnectInfo,
    trace::Root,
    transport::Transport,
};

/// How long a browser may remember that it may call: two hours, the most that Chromium takes.
const PREFLIGHT_AGE: Duration = Duration::from_secs(7200);

/// What a service says to callers that don't speak gRPC.
#[derive(Debug, Clone)]
pub struct HttpFace {
    /// The routes.
    pub routes: axum::Router,
    /// The contract's method, by its full name without the slash before it, that an HTTP request is for: by its verb and path.
    pub method: fn(&Method, &str) -> Option<&'static str>,
    /// Stands outermost: turns a refusal, which comes as a gRPC status in the headers, into what an HTTP caller understands.
    pub told: fn(Transport) -> Transport,
    /// The origins whose pages may read what either face answers, as browsers write them: `https://chat.lab.org`.
    pub origins: Vec<HeaderValue>,
}

/// Splits the calls of one port between the two faces.
#[derive(Debug, Clone)]
pub(super) struct FacesLayer {
    pub(super) http: Option<HttpFace>,
    pub(super) gate: Gate,
}

impl Layer<Routes> for FacesLayer {
    type Service = Transport;

    fn layer(&self, routes: Routes) -> Transport {
        let origins = self.http.as_ref().map(|face| face.origins.clone()).unwrap_or_default();
        let http = self.http.clone().map(|face| {
            let routes = self.gate.before(Routes::from(face.routes).prepare());
            (face.told)(BoxCloneSyncService::new(MeasureLayer::http(face.method).layer(routes)))
        });
        let grpc = MeasureLayer::grpc().layer(self.gate.before(routes));
        let faces = Faces { grpc: BoxCloneSyncService::new(GrpcWebLayer::new().layer(grpc)), http };
        if origins.is_empty() { BoxCloneSyncService::new(faces) } else { BoxCloneSyncService::new(cors(origins).layer(faces)) }
    }
}

/// Lets pages of other origins in. A gRPC-Web client reads its status from headers when there is no message, and those must be exposed.
fn cors(origins: Vec<HeaderValue>) -> CorsLayer {
    let exposed = [
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "retry-after",
        "ratelimit-limit",
        "ratelimit-policy",
        "ratelimit-remaining",
        "ratelimit-reset",
        "www-authenticate",
        REQUEST_ID,
        TRACEPARENT,
    ];
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(PREFLIGHT_AGE)
}

/// Wraps what it guards. What it refuses is a gRPC status in the response's headers, as of all that stands in front of a service.
#[derive(Clone)]
pub struct Guard(Arc<dyn Fn(Transport) -> Transport + Send + Sync>);

impl Guard {
    /// A guard that wraps by this function.
    pub fn new(wrap: impl Fn(Transport) -> Transport + Send + Sync + 'static) -> Self {
        Self(Arc::new(wrap))
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Guard")
    }
}

/// What stands before both faces.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) admission: AdmissionLayer,
    pub(super) guard: Option<Guard>,
}

impl Gate {
    /// Every call, of whatever protocol, passes here: the bound on calls in flight, then the guard (which knows who calls before the call's
    /// span begins, and holds a place for no longer than it takes to refuse), then the deadline.
    fn before(&self, routes: Routes) -> Transport {
        let timed = BoxCloneSyncService::new(DeadlineLayer::server().layer(routes));
        let guarded = self.guard.as_ref().map_or(timed.clone(), |guard| (guard.0)(timed));
        BoxCloneSyncService::new(self.admission.layer(guarded))
    }
}

/// Both faces.
#[derive(Clone)]
struct Faces {
    grpc: Transport,
    http: Option<Transport>,
}

impl Service<Request<Body>> for Faces {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let face = match &self.http {
            Some(http) if !is_grpc(&request) => http,
            _ => &self.grpc,
        };
        let echoed = identified(&mut request);
        let untaken = request.extensions().get::<ConnectInfo>().and_then(|connection| connection.untaken.clone());
        let answer = face.clone().oneshot(request);
        Box::pin(async move {
            let mut response = answer.await?;
            if let Some(untaken) = untaken {
                response = untaken.watch(response);
            }
            for (name, value) in echoed {
                response.headers_mut().insert(name, value);
            }
            Ok(response)
        })
    }
}

fn is_grpc(request: &Request<Body>) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.get(..16).is_some_and(|start| start.eq_ignore_ascii_case("application/grpc")))
}

/// Sees to it that a call has a request id and a trace, the caller's own where they can be read, and returns both as response headers: a
/// caller that brought none learns what to look for in the logs.
fn identified(request: &mut Request<Body>) -> [(&'static str, HeaderValue); 2] {
    if TraceContext::brought(request.headers()).is_none() {
        request.extensions_mut().insert(Root);
    }
    let headers = request.headers_mut();
    let name = RequestId::of_headers(headers).unwrap_or_else(RequestId::fresh).header();
    let trace = HeaderValue::try_from(TraceContext::of_headers(headers).to_string()).unwrap_or(HeaderValue::from_static(""));
    [(REQUEST_ID, name), (TRACEPARENT, trace)].map(|(header, value)| {
        headers.insert(header, value.clone());
        (header, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callers_id_is_kept_and_another_one_replaced() {
        for (brought, kept) in [(Some("run-7"), true), (Some(""), false), (Some("two words"), false), (None, false)] {
            let mut request = Request::new(Body::empty());
            if let Some(brought) = brought {
                request.headers_mut().insert(REQUEST_ID, HeaderValue::from_static(brought));
            }
            let [(_, echoed), (_, trace)] = identified(&mut request);
            assert_eq!(request.headers()[REQUEST_ID], echoed);
            assert_eq!(request.headers()[TRACEPARENT], trace);
            assert_eq!(brought.is_some_and(|brought| brought == echoed), kept, "{brought:?}");
            assert!(!echoed.is_empty());
        }
    }

    #[test]
    fn grpc_is_told_by_its_content_type() {
        for (kind, grpc) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("Application/GRPC-Web", true),
            ("application/json", false),
            ("application/gé", false),
        ] {
            let request = Request::builder().header(header::CONTENT_TYPE, kind).body(Body::empty()).unwrap();
            assert_eq!(is_grpc(&request), grpc, "{kind}");
        }
        assert!(!is_grpc(&Request::new(Body::empty())));
    }
}
