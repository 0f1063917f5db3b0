//! Calls to a service behind a name, spread over all the addresses that the name has.
//!
//! tonic's own balancer chooses blindly, never resolves a name again, and fails calls on a replica that is gone while another one is there.

mod lent;
mod replicas;

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::{Request, Response};
use tonic::{Status, body::Body};
use tower::Service;

use self::{lent::Lent, replicas::Replicas};
use crate::deadline::layer::timer_rang;

pub(super) use self::replicas::{Connect, Resolve};

/// How many replicas are tried for a call that none of them began.
const ATTEMPTS: usize = 5;

/// Sends each call to the connected replica with the fewest calls in flight: one that hangs soon has more than the others, and is left alone.
/// A call that a replica never began goes to the next one; one that may have begun fails, for its caller to decide.
#[derive(Clone)]
pub(super) struct Balanced(Arc<Replicas>);

impl Balanced {
    /// A service at the addresses that `resolve` finds, now and, while it is in use, again and again. Nothing is resolved or connected before the
    /// first call. Must be called inside a Tokio runtime.
    pub(super) fn new(resolve: Resolve, connect: Connect, every: Duration) -> Self {
        Self(Arc::new(Replicas::new(resolve, connect, every)))
    }
}

impl Service<Request<Body>> for Balanced {
    type Response = Response<Body>;
    type Error = Status;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Status>> + Send>>;

    /// Always ready: a connection is waited for inside the call, under its deadline.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let replicas = self.0.clone();
        Box::pin(async move { call(&replicas, request).await })
    }
}

async fn call(replicas: &Replicas, request: Request<Body>) -> Result<Response<Body>, Status> {
    let (head, body) = request.into_parts();
    let lent = Lent::new(body);
    let mut attempt = 1;
    loop {
        let replica = replicas.next().await?;
        let failure = match replica.call(Request::from_parts(head.clone(), Body::new(lent.clone()))).await {
            Err(failure) if !timer_rang(&failure) => failure,
            answered => return answered,
        };
        replicas.lose(&replica);
        if attempt == ATTEMPTS || !lent.is_whole() {
            // Whatever the transport calls it: that a connection is closed is no cancellation, and no fault of a program.
            return Err(Status::unavailable(failure.message()));
        }
        attempt += 1;
    }
}

#[cfg(test)]
mod tests;
