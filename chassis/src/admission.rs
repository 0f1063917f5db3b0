//! A bound on requests in flight. What is beyond it is refused at once, with the time to come back: a queue would only let it wait until its
//! deadline passes.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use antigravity_proto::types::Reason;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::Semaphore;
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use crate::status::Problem;

/// Probes and reflection are answered however busy the service is.
const ALWAYS_ADMITTED: [&str; 2] = ["/grpc.health.", "/grpc.reflection."];

/// Admits at most so many calls at once. A call is in flight until its response body has ended or was dropped, not merely until its headers.
#[derive(Debug, Clone)]
pub struct AdmissionLayer(Arc<Semaphore>);

impl AdmissionLayer {
    /// A layer that admits `max_in_flight` calls at once.
    pub fn new(max_in_flight: usize) -> Self {
        Self(Arc::new(Semaphore::new(max_in_flight.min(Semaphore::MAX_PERMITS))))
    }
}

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admission<S>;

    fn layer(&self, inner: S) -> Admission<S> {
        Admission { inner, permits: self.0.clone() }
    }
}

/// A service with a bound on calls in flight.
#[derive(Debug, Clone)]
pub struct Admission<S> {
    inner: S,
    permits: Arc<Semaphore>,
}

impl<S, B> Service<Request<B>> for Admission<S>
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

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if ALWAYS_ADMITTED.iter().any(|prefix| request.uri().path().starts_with(prefix)) {
            return Box::pin(self.inner.call(request));
        }
        let Ok(permit) = self.permits.clone().try_acquire_owned() else {
            let status: Status = Problem::new(Reason::Overloaded, "too many calls are in flight; try again shortly")
                .retry_after(std::time::Duration::from_secs(1))
                .into();
            return Box::pin(async move { Ok(status.into_http()) });
        };
        let answer = self.inner.call(request);
        Box::pin(async move { answer.await.map(|response| held(response, permit)) })
    }
}

/// A response that holds a permit until its body has ended or was dropped.
pub(crate) fn held<P: Send + Unpin + 'static>(response: Response<Body>, permit: P) -> Response<Body> {
    response.map(|body| Body::new(Holding { body, _permit: permit }))
}

/// A body that holds its call's permit.
struct Holding<P> {
    body: Body,
    _permit: P,
}

impl<P: Unpin> http_body::Body for Holding<P> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
