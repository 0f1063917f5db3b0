//! When to stop.

use std::io;

/// Waits for SIGTERM or Ctrl-C. They are listened for from the call on, not only when the future is first polled: whoever calls this before it
/// says that it listens is never killed by a signal that came between the two.
pub fn signal() -> impl Future<Output = ()> + Send {
    #[cfg(unix)]
    let told = unix::told();
    #[cfg(not(unix))]
    let told = async { listened(tokio::signal::ctrl_c().await, "Ctrl-C").await };
    told
}

/// What can't be listened for never comes.
async fn listened(came: io::Result<()>, name: &'static str) {
    if let Err(error) = came {
        tracing::warn!(%error, "{name} can't be listened for");
        std::future::pending().await
    }
}

#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::{io, listened};

    pub(super) fn told() -> impl Future<Output = ()> + Send {
        let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        async {
            tokio::select! {
                () = came(terminate, "SIGTERM") => {}
                () = came(interrupt, "Ctrl-C") => {}
            }
        }
    }

    async fn came(signal: io::Result<Signal>, name: &'static str) {
        let came = match signal {
            // `None` says that no more can come, which would be as good as a failure.
            Ok(mut signal) => signal.recv().await.ok_or_else(|| io::Error::other("the listener is closed")),
            Err(error) => Err(error),
        };
        listened(came, name).await;
    }
}
