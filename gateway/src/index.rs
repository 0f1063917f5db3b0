//! Passing batches of preprints on to the retriever, and its acknowledgements back.
//!
//! A relay, not a queue: a batch is read from the caller when the retriever reads it, and an acknowledgement from the retriever when the
//! caller reads it. So a slow side slows the other down, and no more than the message under way is held.

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::{IndexPreprintsRequest, IndexPreprintsResponse, index_preprints_request as from_caller};
use antigravity_proto::retriever::v1::{self as retriever, index_preprints_request as to_retriever};
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt, TryStreamExt, future};
use tokio::sync::mpsc;
use tonic::{Status, Streaming};

use crate::Gateway;
use crate::deadlines;

/// The stream of acknowledgements.
pub(crate) type Acknowledgements = BoxStream<'static, Result<IndexPreprintsResponse, Status>>;

/// Relays a stream of batches. The call to the retriever is a part of the stream that is returned: a caller who waits for the response's
/// head before it sends its first batch gets one, and a caller who goes away takes the call with it.
pub(crate) fn relay(gateway: Gateway, context: CallContext, batches: Streaming<IndexPreprintsRequest>) -> Acknowledgements {
    let (broken, broke) = mpsc::channel(1);
    let batches = until_broken(batches, broken, gateway.archive(String::new()));
    let context = deadlines::for_peers(context);
    let call = async move { gateway.peers.index_preprints(&context, batches).await };
    let acknowledgements = stream::once(call).try_flatten();
    ended_by(acknowledgements, broke).map_ok(|reply| IndexPreprintsResponse { acknowledgement: reply.acknowledgement }).boxed()
}

/// The caller's batches as the retriever takes them.
///
/// When the caller breaks off, this stream doesn't end: an end would tell the retriever that all is in, and a rebuild would switch to half
/// an archive. It stalls, and the failure goes to `broken`, which makes [`ended_by`] drop the whole call.
///
/// A caller that resets its HTTP/2 stream with CANCEL can't be told here from one that ended: hyper and tonic turn the reset into an end.
/// That is what the contract's `end` message is for.
fn until_broken(
    batches: Streaming<IndexPreprintsRequest>,
    broken: mpsc::Sender<Status>,
    default_archive: String,
) -> impl Stream<Item = retriever::IndexPreprintsRequest> + Send + 'static {
    stream::unfold((batches, broken, default_archive), |(mut batches, broken, archive)| async move {
        match batches.message().await {
            Ok(Some(message)) => {
                let message = converted(message, &archive);
                Some((message, (batches, broken, archive)))
            }
            Ok(None) => None,
            Err(status) => {
                // The receiver can only be gone when the call is being dropped already.
                let _ = broken.try_send(status);
                future::pending().await
            }
        }
    })
}

/// The acknowledgements until they end or the caller's side broke.
fn ended_by<T: Send + 'static>(
    acknowledgements: impl Stream<Item = Result<T, Status>> + Send + 'static,
    broke: mpsc::Receiver<Status>,
) -> impl Stream<Item = Result<T, Status>> + Send {
    let state = Some((Box::pin(acknowledgements), broke));
    stream::unfold(state, |state| async move {
        let (mut acknowledgements, mut broke) = state?;
        tokio::select! {
            biased;
            Some(status) = broke.recv() => Some((Err(status), None)),
            item = acknowledgements.next() => match item? {
                Ok(acknowledgement) => Some((Ok(acknowledgement), Some((acknowledgements, broke)))),
                Err(status) => Some((Err(status), None)),
            },
        }
    })
}

fn converted(message: IndexPreprintsRequest, default_archive: &str) -> retriever::IndexPreprintsRequest {
    let message = message.message.map(|message| match message {
        from_caller::Message::Header(mut header) => {
            if header.archive.is_empty() {
                default_archive.clone_into(&mut header.archive);
            }
            to_retriever::Message::Header(header)
        }
        from_caller::Message::Batch(batch) => to_retriever::Message::Batch(batch),
        from_caller::Message::End(end) => to_retriever::Message::End(end),
    });
    retriever::IndexPreprintsRequest { message }
}
