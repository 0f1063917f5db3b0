//! When to stop.

use std::io;

/// Waits for SIGTERM or Ctrl-C.
pub async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate: io::Result<_> = signal(SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt() => {}
                }
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM can't be listened for; only Ctrl-C stops the program");
                interrupt().await;
            }
        }
    }
    #[cfg(not(unix))]
    interrupt().await;
}

async fn interrupt() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C can't be listened for");
        std::future::pending::<()>().await;
    }
}
