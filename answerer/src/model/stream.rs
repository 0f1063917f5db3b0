//! Reads a reply that comes as server-sent events, in whatever pieces it comes.

use std::pin::pin;
use std::time::Duration;

use eventsource_stream::{EventStreamError, Eventsource as _};
use futures_util::StreamExt as _;
use futures_util::stream::Stream;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::dialect::{Dialect, Progress};
use super::{ModelError, Reply};

/// The whole reply. An answer of 2,000 tokens in events of one token each, 150 bytes around it, has 300 kB.
pub(super) const REPLY_BYTES: usize = 8 << 20;

/// One line of it. Some servers send a whole answer as one event; no answer needs more. The parser reads a line anew with each piece of it that comes, so
/// that a longer one would cost more than it brings.
const LINE_BYTES: usize = 512 << 10;

/// How long counts are waited for after the reason to stop. Servers send them at once; some leave out the end of the stream.
const AFTER_STOP: Duration = Duration::from_secs(2);

/// Until when a reply must have gone on.
pub(super) struct Limits {
    pub(super) first_token: Instant,
    pub(super) gap: Duration,
}

/// Reads the stream to its end and passes on what it says.
pub(super) async fn read<B: AsRef<[u8]>>(
    dialect: &dyn Dialect,
    pieces: impl Stream<Item = Result<B, ModelError>>,
    limits: &Limits,
    out: &mpsc::Sender<Result<Reply, ModelError>>,
) -> Result<(), ModelError> {
    let mut events = pin!(bounded(pieces).eventsource());
    let mut progress = Progress::default();
    loop {
        let limit = match progress {
            Progress { stop: Some(_), .. } => Instant::now() + AFTER_STOP,
            Progress { began: true, .. } => Instant::now() + limits.gap,
            // Pings keep the connection, but they are no first token.
            Progress { began: false, .. } => limits.first_token,
        };
        let event = match (timeout_at(limit, events.next()).await, progress.stop) {
            (Ok(Some(Ok(event))), _) => event,
            // The reply is whole, whatever becomes of the line.
            (_, Some(stop)) => {
                let _ = out.send(Ok(Reply::End(stop))).await;
                return Ok(());
            }
            (Err(_), None) if progress.began => return Err(ModelError::TimedOut("its reply stood still")),
            (Err(_), None) => return Err(ModelError::TimedOut("no first word came in time")),
            (Ok(None), None) => return Err(ModelError::Truncated),
            (Ok(Some(Err(EventStreamError::Transport(error)))), None) => return Err(error),
            (Ok(Some(Err(_))), None) => return Err(ModelError::Unreadable("it is no stream of events".to_owned())),
        };
        for reply in dialect.event(&mut progress, &event.event, &event.data)? {
            let ended = matches!(reply, Reply::End(_));
            // The receiver is gone only when the whole stream is.
            if out.send(Ok(reply)).await.is_err() || ended {
                return Ok(());
            }
        }
    }
}

/// The stream as far as a reply may go; a server that never ends it, or its line, would fill the memory.
fn bounded<B: AsRef<[u8]>>(pieces: impl Stream<Item = Result<B, ModelError>>) -> impl Stream<Item = Result<B, ModelError>> {
    let (mut left, mut line) = (REPLY_BYTES, 0);
    pieces.map(move |piece| {
        let piece = piece?;
        let bytes = piece.as_ref();
        left = left.checked_sub(bytes.len()).ok_or(ModelError::TooLong)?;
        let goes_on = |byte: &&u8| !matches!(byte, b'\n' | b'\r');
        let longest = line + bytes.iter().take_while(goes_on).count();
        let begun = bytes.iter().rev().take_while(goes_on).count();
        line = if begun == bytes.len() { longest } else { begun };
        if longest.max(line) > LINE_BYTES { Err(ModelError::TooLong) } else { Ok(piece) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    /// How many of these pieces come through.
    async fn through(piece: &str, times: usize) -> usize {
        let pieces = stream::iter(std::iter::repeat_n(Ok(piece.to_owned()), times));
        bounded(pieces).take_while(|piece| std::future::ready(piece.is_ok())).count().await
    }

    #[tokio::test]
    async fn neither_a_line_nor_the_whole_grows_without_end() {
        let (kilobyte, line) = ("x".repeat(1 << 10), format!("{}\n", "x".repeat((1 << 10) - 1)));
        assert_eq!(through(&kilobyte, 10_000).await, LINE_BYTES >> 10);
        assert_eq!(through(&line, 10_000).await, REPLY_BYTES >> 10);
        let begun = format!("x\n{}", "x".repeat(LINE_BYTES));
        assert_eq!((through(&begun, 1).await, through(&begun, 2).await), (1, 1));
    }
}
