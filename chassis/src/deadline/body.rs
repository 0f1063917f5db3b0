//! A response body that ends in time, and always in a gRPC status.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};
use tonic::{Status, body::Body};
use tracing::Span;

use super::Deadline;

/// Wraps a response body. When the deadline passes, or the transport breaks, the producer is dropped and the body ends in trailers that say
/// so.
pub(super) struct TimedBody {
    /// `None` once the body has ended.
    inner: Option<Body>,
    timer: Option<Pin<Box<Sleep>>>,
    late: Box<dyn Fn() -> Status + Send>,
    broken: Box<dyn Fn(Status) -> Status + Send>,
    span: Span,
}

impl TimedBody {
    /// `late` makes the status for a passed deadline, `broken` the one for a body that fails.
    pub(super) fn wrap(
        inner: Body,
        deadline: Deadline,
        span: Span,
        late: impl Fn() -> Status + Send + 'static,
        broken: impl Fn(Status) -> Status + Send + 'static,
    ) -> Body {
        let timer = deadline.instant().map(|at| Box::pin(tokio::time::sleep_until(at)));
        Body::new(Self { inner: Some(inner), timer, late: Box::new(late), broken: Box::new(broken), span })
    }

    /// Drops the producer and ends the body in this status.
    fn end(&mut self, status: Status) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.inner = None;
        let mut trailers = HeaderMap::new();
        Poll::Ready(Some(status.add_header(&mut trailers).map(|()| Frame::trailers(trailers))))
    }
}

impl http_body::Body for TimedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let _entered = this.span.enter();
        let Some(inner) = this.inner.as_mut() else {
            return Poll::Ready(None);
        };
        // By the clock and not by the timer: a body that always has a frame ready lets no timer ring, since on its thread nothing else runs.
        if this.timer.as_ref().is_some_and(|timer| timer.deadline() <= Instant::now()) {
            drop(_entered);
            let status = (this.late)();
            return this.end(status);
        }
        match Pin::new(inner).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => match frame.trailers_ref().and_then(Status::from_header_map) {
                // A stream that failed half way has its status here, and no error of ours goes without a reason.
                Some(status) if status.code() != tonic::Code::Ok => {
                    drop(_entered);
                    let status = (this.broken)(status);
                    this.end(status)
                }
                _ => Poll::Ready(Some(Ok(frame))),
            },
            Poll::Ready(Some(Err(status))) => {
                drop(_entered);
                let status = (this.broken)(status);
                this.end(status)
            }
            Poll::Ready(None) => {
                this.inner = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                let Some(timer) = this.timer.as_mut() else { return Poll::Pending };
                ready!(timer.as_mut().poll(context));
                drop(_entered);
                let status = (this.late)();
                this.end(status)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), http_body::Body::size_hint)
    }
}
