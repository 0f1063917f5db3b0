//! Cuts connections whose other end doesn't take what it asked for.
//!
//! A deadline can't: it is kept when a body is asked for more, and a body is not asked while nothing of it is taken. Over HTTP/2 that comes about
//! without the system noticing: the caller reads its connection and opens no window for one of its streams.

use std::{
    collections::HashMap,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tonic::{Status, body::Body};

/// Who takes less than so many bytes a second of a large piece is taken for one who takes nothing: what was taken of a piece can't be seen.
const SLOWEST: usize = 16 << 10;

/// The responses of one connection of which something waits to be taken, each with the time by when it should be. Cheap to clone; all clones are
/// the same.
#[derive(Debug, Clone)]
pub(crate) struct Untaken(Arc<Waiting>);

#[derive(Debug)]
struct Waiting {
    stall: Duration,
    responses: AtomicU64,
    until: Mutex<HashMap<u64, Instant>>,
}

impl Untaken {
    fn new(stall: Duration) -> Self {
        Self(Arc::new(Waiting { stall, responses: AtomicU64::new(0), until: Mutex::default() }))
    }

    /// Has the body of a response say what is taken of it.
    pub(super) fn watch(&self, response: Response<Body>) -> Response<Body> {
        let number = self.0.responses.fetch_add(1, Ordering::Relaxed);
        response.map(|body| Body::new(Watched { body, number, untaken: self.clone() }))
    }

    /// So many bytes were handed out.
    fn waits(&self, number: u64, bytes: usize) {
        let time = self.0.stall + Duration::from_secs((bytes / SLOWEST) as u64);
        self.until().insert(number, Instant::now() + time);
    }

    fn taken(&self, number: u64) {
        self.until().remove(&number);
    }

    fn waits_too_long(&self) -> bool {
        let now = Instant::now();
        self.until().values().any(|until| *until < now)
    }

    fn until(&self) -> MutexGuard<'_, HashMap<u64, Instant>> {
        self.0.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body that is watched: it waits from handing out data until it is asked for more or dropped.
struct Watched {
    body: Body,
    number: u64,
    untaken: Untaken,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.untaken.taken(self.number);
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            self.untaken.waits(self.number, frame.data_ref().map_or(0, Bytes::len));
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.untaken.taken(self.number);
    }
}

/// Looks, for one connection, whether something of it waits too long.
#[derive(Debug)]
pub(crate) struct Watch {
    untaken: Untaken,
    next: Interval,
}

impl Watch {
    pub(crate) fn new(stall: Duration) -> Self {
        let often = (stall / 2).max(Duration::from_millis(1));
        let mut next = interval_at(Instant::now() + often, often);
        next.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { untaken: Untaken::new(stall), next }
    }

    /// What it looks at.
    pub(crate) fn untaken(&self) -> &Untaken {
        &self.untaken
    }

    /// Ready with the error by which the connection ends, once something waits too long.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        while self.next.poll_tick(context).is_ready() {
            if self.untaken.waits_too_long() {
                tracing::info!("a caller takes nothing of what it asked for: its connection is cut");
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
        }
        Poll::Pending
    }
}
