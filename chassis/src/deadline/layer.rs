//! The layer that stands on both sides of every hop: it keeps deadlines, carries the trace, and gives every error its reason.

use std::{
    borrow::Cow,
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use antigravity_proto::types::Reason;
use http::{Request, Response, StatusCode};
use tonic::{Status, body::Body};
use tower::{BoxError, Layer, Service};
use tracing::{Instrument as _, Span};

use super::{Deadline, body::TimedBody};
use crate::{
    call::{CallContext, RequestId},
    metrics::Logged,
    status::{Problem, with_reason},
};

/// The server side gives up this much earlier, so that its own, better informed reply arrives before the caller's timer rings.
const SERVER_MARGIN: Duration = Duration::from_millis(2);

/// Which side of a hop a layer stands on.
#[derive(Debug, Clone, Copy)]
enum Side {
    Server,
    /// With the reason for a peer that can't be reached.
    Client(Reason),
}

/// Keeps the deadline of every call that passes, unary or stream: a late call is dropped and ends as DEADLINE_EXCEEDED. On the server side it
/// also puts the [`CallContext`] into the request's extensions; on the client side it turns what the transport fails at into UNAVAILABLE.
#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer(Side);

impl DeadlineLayer {
    /// The layer in front of a service.
    pub fn server() -> Self {
        Self(Side::Server)
    }

    /// The layer behind a client. `unreachable` is the reason for a peer that doesn't answer.
    pub fn client(unreachable: Reason) -> Self {
        Self(Side::Client(unreachable))
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed { inner, side: self.0 }
    }
}

/// A service whose calls end in time.
#[derive(Debug, Clone)]
pub struct Timed<S> {
    inner: S,
    side: Side,
}

impl<S, B> Service<Request<B>> for Timed<S>
where
    S: Service<Request<B>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    /// Always ready: readiness is awaited inside the call, under its deadline. A peer that can't be reached would otherwise fail here,
    /// where no status can be given.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let side = self.side;
        let mut context = CallContext::of_parts(request.headers(), request.extensions());
        let span = match side {
            Side::Server => {
                context.deadline = context.deadline.earlier_by(SERVER_MARGIN);
                let request_id = context.request_id.as_ref().map(RequestId::as_str);
                let caller = &context.caller;
                // Within a process a path is always a method's.
                let method = request.extensions().get::<Logged>().cloned().unwrap_or_else(|| Logged::method(request.uri().path()));
                let (trace_id, key) = (context.trace.trace_id(), caller.key());
                // At a level that no filter leaves out: even of warnings alone each line belongs to its call.
                let span = tracing::error_span!("call", %method, trace_id, request_id, tenant = caller.tenant().as_str(), key);
                request.extensions_mut().insert(context.clone());
                span
            }
            Side::Client(_) => Span::none(),
        };
        let mut inner = self.inner.clone();
        let answer = async move {
            std::future::poll_fn(|context| inner.poll_ready(context)).await.map_err(Into::into)?;
            inner.call(request).await.map_err(Into::into)
        };
        Box::pin(finish(answer.instrument(span.clone()), context.deadline, side, span))
    }
}

async fn finish(
    answer: impl Future<Output = Result<Response<Body>, BoxError>>,
    deadline: Deadline,
    side: Side,
    span: Span,
) -> Result<Response<Body>, Infallible> {
    let answer = match deadline.instant() {
        Some(at) => tokio::time::timeout_at(at, answer).await,
        None => Ok(answer.await),
    };
    Ok(match answer {
        Err(_) => late().into_http(),
        Ok(Err(error)) => broken(side, Status::from_error(error)).into_http(),
        Ok(Ok(response)) => complete(response, deadline, side, span),
    })
}

/// Puts the body under the deadline, and a reason into an error that came without one.
fn complete(response: Response<Body>, deadline: Deadline, side: Side, span: Span) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    match Status::from_header_map(&parts.headers) {
        // The status stands in the headers: there is no body to come.
        Some(status) if status.code() != tonic::Code::Ok => {
            let status = match side {
                Side::Server => with_reason(status),
                Side::Client(_) => broken(side, status),
            };
            if status.add_header(&mut parts.headers).is_err() {
                return status.into_http();
            }
            Response::from_parts(parts, body)
        }
        _ if side_is_client(side) && parts.status != StatusCode::OK => {
            broken(side, Status::unavailable(format!("the peer answered HTTP {}", parts.status))).into_http()
        }
        _ => Response::from_parts(parts, TimedBody::wrap(body, deadline, span, late, move |status| broken(side, status))),
    }
}

fn side_is_client(side: Side) -> bool {
    matches!(side, Side::Client(_))
}

fn late() -> Status {
    Problem::new(Reason::DeadlineExceeded, "the deadline passed before the call was done").into()
}

/// The status for a call that the transport failed at. tonic reports a connection that went away as UNKNOWN "transport error" or "h2
/// protocol error", and its own timers as CANCELLED.
fn broken(side: Side, status: Status) -> Status {
    let Side::Client(unreachable) = side else {
        return with_reason(status);
    };
    if crate::status::reason_of(&status).is_some() {
        return status;
    }
    match status.code() {
        tonic::Code::Unavailable | tonic::Code::Unknown => {
            tracing::warn!(peer = unreachable.as_str_name(), cause = %status.message(), "a peer could not be reached");
            Problem::new(unreachable, unreachable_message(unreachable, status.message())).into()
        }
        _ if timer_rang(&status) => late(),
        _ => with_reason(status),
    }
}

/// Whether a status is how tonic tells that a call's time was over.
pub(crate) fn timer_rang(status: &Status) -> bool {
    status.code() == tonic::Code::Cancelled && status.message() == "Timeout expired"
}

/// Of the project's own services a caller learns which, and the log why; who calls a service by its address learns why, too.
fn unreachable_message(reason: Reason, cause: &str) -> Cow<'static, str> {
    match reason {
        Reason::IndexUnavailable => "the vector database doesn't answer; try again shortly".into(),
        Reason::RetrieverUnavailable => "the retriever doesn't answer; try again shortly".into(),
        Reason::AnswererUnavailable => "the answerer doesn't answer; try again shortly".into(),
        _ if cause.is_empty() => "the service doesn't answer; check its address and whether it runs".into(),
        _ => format!("the service doesn't answer ({cause}); check its address and whether it runs").into(),
    }
}
