//! A bound on calls in flight, and a short queue before it ([`Places`]). What is beyond both is refused with the time to come back.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use antigravity_proto::types::Reason;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::OwnedSemaphorePermit;
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use crate::{
    deadline::Deadline,
    metrics::{Counters, Gauges, family::Held},
    places::Places,
    server::is_of_every_port,
    status::Problem,
};

/// When a refused caller may come back: a search is over by then, and of answers some are.
const COME_BACK: Duration = Duration::from_secs(1);

/// One call waits for so many in flight, at least one: with 256 in flight 64 wait, which is some tens of milliseconds of searches.
const IN_FLIGHT_PER_WAITING: usize = 4;

static IN_FLIGHT: Gauges<0> = Gauges::new("antigravity_calls_in_flight", "Calls admitted and not ended.", []);
static QUEUED: Gauges<0> = Gauges::new("antigravity_calls_queued", "Calls that wait to be admitted.", []);
static LIMIT: Gauges<0> = Gauges::new("antigravity_calls_limit", "How many calls may be in flight.", []);
static REFUSED: Counters<1> = Counters::new("antigravity_calls_refused_total", "Calls not admitted.", ["reason"]);

const OVERLOADED: &str = "overloaded";
/// What a tenant's quota refuses.
pub(crate) const QUOTA: &str = "quota";

/// Admits at most so many calls at once. A call is in flight until its response body has ended or was dropped, not merely until its headers.
#[derive(Debug, Clone)]
pub struct AdmissionLayer {
    places: Places,
}

impl AdmissionLayer {
    /// A layer that admits `max_in_flight` calls at once, and lets a quarter as many wait for a moment.
    pub fn new(max_in_flight: usize) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "a limit beyond 2^53 calls is none")]
        LIMIT.set([], max_in_flight as f64);
        drop((IN_FLIGHT.hold([], 0.0), QUEUED.hold([], 0.0)));
        for reason in [OVERLOADED, QUOTA] {
            REFUSED.add([reason], 0);
        }
        Self { places: Places::new(max_in_flight, max_in_flight / IN_FLIGHT_PER_WAITING) }
    }

    /// A place for a call, at once or after a short wait; `None` when there is none in time.
    async fn place(self, deadline: Deadline) -> Option<Place> {
        if let Some(permit) = self.places.at_once() {
            return Some(Place::of(permit));
        }
        let _queued = QUEUED.hold([], 1.0);
        self.places.take(deadline).await.map(Place::of)
    }
}

/// Counts a call that is not admitted, by what refuses it.
pub(crate) fn count_refused(reason: &'static str) {
    REFUSED.add([reason], 1);
}

/// The place of a call in flight.
struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: Held,
}

impl Place {
    fn of(permit: OwnedSemaphorePermit) -> Self {
        Self { _permit: permit, _counted: IN_FLIGHT.hold([], 1.0) }
    }
}

impl<S> Layer<S> for AdmissionLayer {
    type Service = Admission<S>;

    fn layer(&self, inner: S) -> Admission<S> {
        Admission { inner, layer: self.clone() }
    }
}

/// A service with a bound on calls in flight.
#[derive(Debug, Clone)]
pub struct Admission<S> {
    inner: S,
    layer: AdmissionLayer,
}

impl<S, B> Service<Request<B>> for Admission<S>
where
    S: Service<Request<B>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // Probes and reflection are answered however busy the service is.
        if is_of_every_port(request.uri().path()) {
            return Box::pin(self.inner.call(request));
        }
        let deadline = Deadline::of_headers(request.headers());
        let place = self.layer.clone().place(deadline);
        // The one that is ready goes along, as tower has it.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            let Some(place) = place.await else {
                return Ok(Status::from(overloaded("too many calls are in flight; try again shortly")).into_http());
            };
            inner.call(request).await.map(|response| held(response, place))
        })
    }
}

/// Too much is going on; counts the call as refused.
pub fn overloaded(message: &str) -> Problem {
    count_refused(OVERLOADED);
    Problem::new(Reason::Overloaded, message).retry_after(COME_BACK)
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_quarter_as_many_wait_as_are_in_flight() {
        let layer = AdmissionLayer::new(4);
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(layer.clone().place(Deadline::none()).await.unwrap());
        }
        let mut waiting = Box::pin(layer.clone().place(Deadline::none()));
        assert!(waiting.as_mut().now_or_never().is_none(), "one of four waits");
        assert!(layer.place(Deadline::none()).now_or_never().unwrap().is_none(), "a second is refused at once");
        held.pop();
        assert!(waiting.await.is_some(), "the place that became free is its own");
    }
}
