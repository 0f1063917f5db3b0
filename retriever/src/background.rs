//! Tasks of the retriever's own, which go on when whoever wanted them goes away, and end with it.

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::error::RetrieverError;

/// Where such tasks run: what must not stop halfway, waited for at the end, and what only reads, given up then.
#[derive(Debug, Clone, Default)]
pub(crate) struct Background {
    tasks: TaskTracker,
    closing: CancellationToken,
}

impl Background {
    /// Runs work that must not stop halfway. Gives its result to who still waits.
    pub(crate) fn see_through<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, RetrieverError>> {
        let task = self.tasks.spawn(work.instrument(tracing::Span::current()));
        Box::pin(async move { task.await.map_err(|error| RetrieverError::Task(error.to_string())) })
    }

    /// Runs work that may be given up when the retriever closes.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, RetrieverError>> {
        let closing = self.closing.clone();
        let result = self.see_through(async move { closing.run_until_cancelled(work).await });
        Box::pin(async move { result.await?.ok_or_else(|| RetrieverError::Task("the retriever is closing".to_owned())) })
    }

    /// Ends what can be given up, and waits for the rest.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_when_nobody_waits_and_closing_waits_for_what_must_not_stop() {
        let background = Background::default();
        let (go, gone) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        drop(background.see_through(async move {
            gone.await.unwrap();
            done.send(()).unwrap();
        }));
        tokio::join!(background.close(), async { go.send(()).unwrap() });
        assert!(is_done.await.is_ok());
    }

    #[tokio::test]
    async fn closing_gives_up_what_only_reads() {
        let background = Background::default();
        let endless = background.run(std::future::pending::<()>());
        background.close().await;
        assert!(matches!(endless.await, Err(RetrieverError::Task(_))));
    }
}
