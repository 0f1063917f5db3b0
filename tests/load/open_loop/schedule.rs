//! Calls at a fixed rate, whether or not earlier ones have been answered.

use std::future::Future;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// How a call went.
#[derive(Serialize)]
pub(crate) struct Outcome {
    /// When it was due, in seconds after the first.
    pub(crate) due: f64,
    /// From when it was due until its end, so that a generator that is late makes nothing look fast.
    pub(crate) ms: f64,
    /// How it ended: `Ok`, or a gRPC code.
    pub(crate) code: String,
}

/// Makes so many calls a second for so long, none at a rate of 0, and waits for the last one. `call` gets its number.
pub(crate) async fn at_rate<F>(per_second: f64, seconds: f64, call: impl Fn(usize) -> F) -> Vec<Outcome>
where
    F: Future<Output = Result<(), tonic::Status>> + Send + 'static,
{
    let mut due = paced(per_second, seconds);
    let (start, mut calls, mut number) = (Instant::now(), JoinSet::new(), 0);
    while let Some(due) = due.recv().await {
        let called = call(number);
        number += 1;
        calls.spawn(async move {
            let code = called.await.map_or_else(|status| format!("{:?}", status.code()), |()| "Ok".into());
            Outcome { due: due.saturating_duration_since(start).as_secs_f64(), ms: due.elapsed().as_secs_f64() * 1e3, code }
        });
    }
    calls.join_all().await
}

/// The moments of the calls, each sent when it has come. From a thread that sleeps: the runtime's own timer counts whole milliseconds.
#[allow(clippy::disallowed_methods, reason = "it is a clock, on a thread of its own")]
fn paced(per_second: f64, seconds: f64) -> mpsc::UnboundedReceiver<Instant> {
    let (come, due) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let start = Instant::now();
        let times = (0_u32..).map(|number| f64::from(number) / per_second).take_while(|after| *after < seconds);
        for at in times.map(|after| start + Duration::from_secs_f64(after)) {
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if come.send(at).is_err() {
                break;
            }
        }
    });
    due
}
