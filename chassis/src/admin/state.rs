//! How a service fares, as probes ask for it.

use axum::{extract, http::StatusCode};
use tokio::sync::watch;

/// How a service fares. Liveness is none of it: a process that answers lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It opens what it needs and takes no calls yet.
    Starting,
    /// It takes calls.
    Ready,
    /// It takes calls, and can answer none: what it can't do without is away.
    NotServing,
    /// It was told to stop.
    Draining,
}

impl State {
    /// Whether calls should be sent here; and what to say of it.
    fn readiness(self) -> (StatusCode, &'static str) {
        match self {
            Self::Ready => (StatusCode::OK, "ready\n"),
            Self::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
            Self::NotServing => (StatusCode::SERVICE_UNAVAILABLE, "not serving: what this service depends on doesn't answer\n"),
            Self::Draining => (StatusCode::SERVICE_UNAVAILABLE, "draining\n"),
        }
    }

    /// Whether the start is over. What fails later doesn't undo it, or a service would be restarted for its neighbour's fault.
    fn start(self) -> (StatusCode, &'static str) {
        match self {
            Self::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting\n"),
            Self::Ready | Self::NotServing | Self::Draining => (StatusCode::OK, "started\n"),
        }
    }
}

pub(super) async fn ready(extract::State(state): extract::State<watch::Receiver<State>>) -> (StatusCode, &'static str) {
    state.borrow().readiness()
}

pub(super) async fn started(extract::State(state): extract::State<watch::Receiver<State>>) -> (StatusCode, &'static str) {
    state.borrow().start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn startup_and_readiness_are_told_apart() {
        for (state, ready, started) in
            [(State::Starting, false, false), (State::Ready, true, true), (State::NotServing, false, true), (State::Draining, false, true)]
        {
            assert_eq!((state.readiness().0 == StatusCode::OK, state.start().0 == StatusCode::OK), (ready, started), "{state:?}");
        }
    }
}
