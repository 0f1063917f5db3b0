//! A stream from a future that sends. The stream owns the future and runs it as it is read, so that dropping the stream drops all that the
//! future holds, sockets included: no task is spawned, none can be left behind.

use std::future::ready;

use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// How far the producer may run ahead of the reader.
const AHEAD: usize = 16;

/// Runs `produce` with the sending half, and gives what it sends.
pub(crate) fn produced<T, F: Future<Output = ()>>(produce: impl FnOnce(mpsc::Sender<T>) -> F) -> impl Stream<Item = T> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let run = stream::once(produce(sender)).filter_map(|()| ready(None));
    stream::select(ReceiverStream::new(receiver), run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn everything_sent_arrives_in_order() {
        let numbers = produced(|out| async move {
            for number in 0..100 {
                out.send(number).await.unwrap();
            }
        });
        assert_eq!(Box::pin(numbers).collect::<Vec<_>>().await, (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn dropping_the_stream_drops_the_producer() {
        let (alive, dropped) = tokio::sync::oneshot::channel::<()>();
        let mut numbers = Box::pin(produced(|out| async move {
            let _alive = alive;
            loop {
                out.send(1).await.unwrap();
            }
        }));
        assert_eq!(numbers.next().await, Some(1));
        drop(numbers);
        assert!(dropped.await.is_err());
    }
}
