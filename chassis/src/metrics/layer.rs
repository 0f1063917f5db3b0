//! The layer that counts calls and keeps their spans, on the server's side of a port and on the client's side of every hop.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body::{Body as _, Frame, SizeHint};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use super::{
    call::{Call, Methods},
    entry::Entry,
};
use crate::{
    options::Address,
    server::is_of_every_port,
    trace::{self, Span},
};

/// What stands for the method of a call that has none: a page, a document, a path that nobody serves.
const OTHER: &str = "_OTHER";

/// Which method of the contract an HTTP request is for, by its verb and path.
pub(crate) type MethodOf = fn(&Method, &str) -> Option<&'static str>;

/// Which calls pass.
#[derive(Debug, Clone)]
enum Side {
    /// gRPC calls that come in by the port.
    Grpc(Methods),
    /// HTTP calls that come in by the port.
    Http(MethodOf),
    /// Calls within the process, counted as served if the contract has them: the embedded engine's are not.
    Inner(Methods),
    /// Calls that go out, to this address if it is another process's.
    Client(Option<Arc<Address>>),
}

/// Counts every call that passes, and keeps its span.
#[derive(Debug, Clone)]
pub(crate) struct MeasureLayer(Side);

impl MeasureLayer {
    pub(crate) fn grpc() -> Self {
        Self(Side::Grpc(Methods::of_the_contract()))
    }

    pub(crate) fn http(method: MethodOf) -> Self {
        Self(Side::Http(method))
    }

    pub(crate) fn inner() -> Self {
        Self(Side::Inner(Methods::of_the_contract()))
    }

    pub(crate) fn client(to: Option<Address>) -> Self {
        Self(Side::Client(to.map(Arc::new)))
    }

    fn call<B>(&self, request: &mut Request<B>) -> Option<Call> {
        let path = request.uri().path();
        let (method, by_port) = match &self.0 {
            // They say nothing of what the service is for, and would hide how it fares.
            _ if is_of_every_port(path) => return None,
            Side::Grpc(methods) => (methods.of_path(path), true),
            Side::Http(method) => (method(request.method(), path), true),
            Side::Inner(methods) => (Some(methods.of_path(path)?), false),
            Side::Client(to) => {
                let method = path.trim_start_matches('/').to_owned();
                let span = trace::sent(request, &method, to.as_deref());
                return Some(Call::sent(method, span));
            }
        };
        let entry = by_port.then(|| Entry::begin(request, method));
        // Pages and documents that are read are no work.
        let span = match method {
            None if request.method() != Method::POST => Span::none(),
            _ => trace::served(request, method.unwrap_or(OTHER)),
        };
        Some(Call::served(method.unwrap_or(OTHER), span, entry))
    }
}

impl<S> Layer<S> for MeasureLayer {
    type Service = Measured<S>;

    fn layer(&self, inner: S) -> Measured<S> {
        Measured { inner, layer: self.clone() }
    }
}

/// A service whose calls are counted.
#[derive(Debug, Clone)]
pub(crate) struct Measured<S> {
    inner: S,
    layer: MeasureLayer,
}

impl<S, B> Service<Request<B>> for Measured<S>
where
    S: Service<Request<B>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let call = self.layer.call(&mut request);
        let answer = self.inner.call(request);
        match call {
            Some(call) => Box::pin(async move { answer.await.map(|response| measured(response, call)) }),
            None => Box::pin(answer),
        }
    }
}

fn measured(response: Response<Body>, mut call: Call) -> Response<Body> {
    // A status in the headers, of a gRPC call or of an HTTP call that was refused, is the end.
    if call.end_of(response.headers()) {
        return response;
    }
    let code = code_of(response.status());
    if response.body().is_end_stream() {
        call.end(code);
    }
    response.map(|body| Body::new(MeasuredBody { body, code, call }))
}

/// How an HTTP response without a gRPC status counts.
fn code_of(status: StatusCode) -> Code {
    match status {
        status if status.is_server_error() => Code::Unknown,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Code::Unimplemented,
        status if status.is_client_error() => Code::InvalidArgument,
        _ => Code::Ok,
    }
}

/// A body that ends its call: by its trailers, by its end, or by being left.
struct MeasuredBody {
    body: Body,
    /// What a body without trailers ends in.
    code: Code,
    call: Call,
}

impl http_body::Body for MeasuredBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        match &frame {
            None => this.call.end(this.code),
            Some(Err(status)) => {
                // What is polled for once more ends as it failed.
                this.code = status.code();
                this.call.end(this.code);
            }
            Some(Ok(frame)) => match frame.trailers_ref() {
                Some(trailers) => {
                    this.call.end_of(trailers);
                    // What follows the trailers is the end, which doesn't change it.
                    this.code = this.call.code();
                }
                // Whoever sends it needs not ask for more.
                None if this.body.is_end_stream() => this.call.end(this.code),
                None => {}
            },
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
