//! A request's body that can be sent again for as long as nothing of it was asked for.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use tonic::{Status, body::Body};

/// A body in several hands. Whoever asks for its first frame has begun to send it. A connection asks for it as soon as it has sent the
/// request's head, and a gRPC service does nothing before it has read a message: a call whose body is whole has changed nothing.
#[derive(Clone)]
pub(super) struct Lent(Arc<Mutex<State>>);

struct State {
    body: Body,
    begun: bool,
}

impl Lent {
    pub(super) fn new(body: Body) -> Self {
        // The end of an empty body would be sent with the head, and nobody would ask for it.
        let begun = body.is_end_stream();
        Self(Arc::new(Mutex::new(State { body, begun })))
    }

    /// Whether nothing of it was asked for.
    pub(super) fn is_whole(&self) -> bool {
        !self.state().begun
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for Lent {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let mut state = self.state();
        state.begun = true;
        Pin::new(&mut state.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.state().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.state().body.size_hint()
    }
}
