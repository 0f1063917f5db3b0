//! A stream that owns what feeds it.

use std::pin::Pin;
use std::task::{Context, Poll};

use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::types::Answer;
use futures_util::Stream;
use tokio::sync::mpsc;
use tonic::Status;

/// The events of one answer: those that its producer sends, then what it returns.
///
/// The producer runs whenever the stream is polled and never otherwise, and is dropped with it: a caller that goes away ends the search or
/// the model's call that is under way. A task of its own would have to be told so, and could be forgotten.
pub(crate) struct Events {
    sent: mpsc::Receiver<Event>,
    producer: Option<Producer>,
    /// What the producer returned, until it is handed on.
    last: Option<Result<Event, Status>>,
}

type Producer = Pin<Box<dyn Future<Output = Result<Answer, Status>> + Send>>;

/// How a producer sends events. It waits until the one before is taken, so a slow reader slows the model's reading down.
pub(crate) struct Emitter(mpsc::Sender<Event>);

impl Emitter {
    pub(crate) async fn send(&self, event: Event) {
        // The receiver can't be gone: it is dropped together with the future that calls this.
        let _ = self.0.send(event).await;
    }
}

impl Events {
    pub(crate) fn of<F>(producer: impl FnOnce(Emitter) -> F) -> Self
    where
        F: Future<Output = Result<Answer, Status>> + Send + 'static,
    {
        let (sender, sent) = mpsc::channel(1);
        Self { sent, producer: Some(Box::pin(producer(Emitter(sender)))), last: None }
    }
}

impl Stream for Events {
    type Item = Result<Event, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match (self.sent.poll_recv(context), self.producer.as_mut()) {
                (Poll::Ready(Some(event)), _) => return Poll::Ready(Some(Ok(event))),
                (_, Some(producer)) => match producer.as_mut().poll(context) {
                    Poll::Ready(returned) => {
                        self.last = Some(returned.map(Event::Answer));
                        self.producer = None;
                    }
                    // It may have sent before it began to wait.
                    Poll::Pending => match self.sent.poll_recv(context) {
                        Poll::Ready(Some(event)) => return Poll::Ready(Some(Ok(event))),
                        _ => return Poll::Pending,
                    },
                },
                (Poll::Pending, None) => return Poll::Pending,
                (Poll::Ready(None), None) => return Poll::Ready(self.last.take()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use antigravity_proto::gateway::v1::Restarted;
    use futures_util::{FutureExt, StreamExt, TryStreamExt, future};

    fn restarted(reason: &str) -> Event {
        Event::Restarted(Restarted { reason: reason.into() })
    }

    #[tokio::test]
    async fn all_that_was_sent_comes_before_what_was_returned() {
        let events = Events::of(|emitter| async move {
            for number in 0..300 {
                emitter.send(restarted(&number.to_string())).await;
            }
            Ok(Answer { id: "last".into(), ..Default::default() })
        });
        let events: Vec<Event> = events.try_collect().await.unwrap();
        let mut expected: Vec<Event> = (0..300).map(|number| restarted(&number.to_string())).collect();
        expected.push(Event::Answer(Answer { id: "last".into(), ..Default::default() }));
        assert_eq!(events, expected);
    }

    #[tokio::test]
    async fn a_failure_is_the_last_item() {
        let mut events = Events::of(|emitter| async move {
            emitter.send(restarted("once")).await;
            Err(Status::internal("no"))
        });
        assert!(events.next().await.unwrap().is_ok());
        assert!(events.next().await.unwrap().is_err());
        assert!(events.next().await.is_none());
    }

    #[tokio::test]
    async fn the_producer_runs_no_further_than_one_event_ahead_and_ends_with_the_stream() {
        let (mark, mut reached) = mpsc::unbounded_channel();
        let mut events = Events::of(|emitter| async move {
            for number in 0.. {
                let _ = mark.send(number);
                emitter.send(restarted("again")).await;
            }
            future::pending().await
        });
        assert!(reached.try_recv().is_err(), "nothing runs before the first poll");
        events.next().await;
        let mut furthest = 0;
        while let Ok(number) = reached.try_recv() {
            furthest = number;
        }
        assert!(furthest <= 2, "{furthest}");
        drop(events);
        assert_eq!(reached.recv().now_or_never(), Some(None), "dropped, so the sender is gone");
    }
}
