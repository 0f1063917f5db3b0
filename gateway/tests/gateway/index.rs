//! The relay of batches: order, back-pressure, and what a caller that breaks off does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::{IndexPreprintsRequest, index_preprints_request::Message};
use antigravity_proto::retriever::v1 as retriever;
use antigravity_proto::types::{IndexAcknowledgement, IndexBatch, IndexEnd, IndexHeader, PreprintRecord, Reason};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use prost::Message as _;
use tokio::sync::mpsc;
use tonic::{Code, Status, Streaming};
use tower::ServiceExt;

use crate::fakes::*;

fn header(archive: &str) -> IndexPreprintsRequest {
    IndexPreprintsRequest { message: Some(Message::Header(IndexHeader { archive: archive.into(), rebuild: true, ..Default::default() })) }
}

/// A batch of 64 KiB, more than one frame of the wire, so that buffers between can't hold many.
fn batch(sequence: u64) -> IndexPreprintsRequest {
    let records = vec![PreprintRecord { abstract_text: "x".repeat(64 * 1024), ..Default::default() }];
    IndexPreprintsRequest { message: Some(Message::Batch(IndexBatch { sequence, records, ..Default::default() })) }
}

fn end() -> IndexPreprintsRequest {
    IndexPreprintsRequest { message: Some(Message::End(IndexEnd {})) }
}

fn acknowledgement(sequence: u64) -> retriever::IndexPreprintsResponse {
    retriever::IndexPreprintsResponse { acknowledgement: Some(IndexAcknowledgement { sequence, ..Default::default() }) }
}

/// Acknowledges each batch when it is asked for the next acknowledgement, and tells what it read: the archive, and how the stream ended.
fn acknowledging(
    batches: Streaming<retriever::IndexPreprintsRequest>,
    told: mpsc::UnboundedSender<&'static str>,
) -> BoxStream<'static, Result<retriever::IndexPreprintsResponse, Status>> {
    use retriever::index_preprints_request::Message;
    let guard = Dropped::tell(&told);
    stream::try_unfold((batches, told, guard), |(mut batches, told, guard)| async move {
        loop {
            match batches.message().await?.map(|message| message.message.unwrap()) {
                Some(Message::Header(header)) => {
                    let _ = told.send(if header.rebuild && header.archive == "lab" { "header" } else { "wrong header" });
                }
                Some(Message::Batch(batch)) => return Ok(Some((acknowledgement(batch.sequence), (batches, told, guard)))),
                Some(Message::End(_)) => {
                    let _ = told.send("end message");
                }
                None => {
                    let _ = told.send("end");
                    return Ok(None);
                }
            }
        }
    })
    .boxed()
}

fn acknowledging_peers() -> (Peers, mpsc::UnboundedReceiver<&'static str>) {
    let (sender, told) = Dropped::channel();
    let mut peers = Peers::new();
    peers.retriever.index_preprints = replies(move |batches| acknowledging(batches, sender.clone()));
    (peers, told)
}

#[tokio::test]
async fn each_batch_is_acknowledged_and_the_end_passes_on() {
    let (peers, mut told) = acknowledging_peers();
    let batches = stream::iter([header("lab"), batch(1), batch(2), batch(3), end()]);
    let acknowledgements = peers.client().index_preprints(batches).await.unwrap().into_inner();
    let sequences: Vec<u64> = acknowledgements.map_ok(|reply| reply.acknowledgement.unwrap().sequence).try_collect().await.unwrap();
    assert_eq!(sequences, [1, 2, 3]);
    assert_eq!((told.recv().await, told.recv().await, told.recv().await), (Some("header"), Some("end message"), Some("end")));
}

#[tokio::test]
async fn the_relay_holds_no_more_than_the_batches_under_way() {
    let (given, taken) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let most = Arc::new(AtomicU64::new(0));
    let mut peers = Peers::new();
    let taking = taken.clone();
    peers.retriever.index_preprints = replies(move |batches: Streaming<retriever::IndexPreprintsRequest>| {
        let taking = taking.clone();
        // One at a time with a pause after each, as a retriever that works makes.
        let one_by_one = batches.then(move |batch| {
            let sequence = taking.fetch_add(1, Ordering::Relaxed);
            async move {
                tokio::task::yield_now().await;
                batch.map(|_| acknowledgement(sequence))
            }
        });
        one_by_one.boxed()
    });
    // Without end: a relay that read ahead would never come to rest.
    let (giving, seen_taken, ahead) = (given.clone(), taken.clone(), most.clone());
    let batches = stream::iter(0_u64..).map(batch).inspect(move |_| {
        let given = giving.fetch_add(1, Ordering::Relaxed) + 1;
        ahead.fetch_max(given - seen_taken.load(Ordering::Relaxed), Ordering::Relaxed);
    });
    let mut acknowledgements = peers.client().index_preprints(batches).await.unwrap().into_inner();
    for sequence in 0..100 {
        let reply = acknowledgements.message().await.unwrap().unwrap();
        assert_eq!(reply.acknowledgement.unwrap().sequence, sequence);
    }
    assert!(most.load(Ordering::Relaxed) <= 4, "{} batches were held between caller and retriever", most.load(Ordering::Relaxed));
}

#[tokio::test]
async fn a_refusal_of_the_retriever_ends_the_stream() {
    let mut peers = Peers::new();
    peers.retriever.index_preprints = fails(Problem::new(Reason::IndexIncompatible, "another embedding model"));
    let batches = stream::iter([header("lab")]).chain(stream::pending());
    let acknowledgements = peers.client().index_preprints(batches).await.unwrap().into_inner();
    let status = acknowledgements.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::FailedPrecondition, Reason::IndexIncompatible));
}

/// A generated client can't break off in the middle of a stream, so this one is made by hand.
#[tokio::test]
async fn a_caller_that_breaks_off_is_no_end_for_the_retriever() {
    let (peers, mut told) = acknowledging_peers();
    let frames =
        [Ok(Frame::data(framed(&header("lab")))), Ok(Frame::data(framed(&batch(1)))), Err(Status::unavailable("the connection went away"))];
    let body = tonic::body::Body::new(StreamBody::new(stream::iter(frames).chain(stream::pending())));
    let request = http::Request::post("/antigravityqa.gateway.v1.GatewayService/IndexPreprints")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body)
        .unwrap();
    let response = peers.transport().oneshot(request).await.unwrap();
    let collected = response.into_body().collect().await.unwrap();
    let status = Status::from_header_map(collected.trailers().unwrap()).unwrap();
    assert_ne!(status.code(), Code::Ok);
    assert_eq!((told.recv().await, told.recv().await), (Some("header"), Some("dropped")), "a rebuild must not switch to half an archive");
}

/// A message in the frame of gRPC: not compressed, then its length.
fn framed(message: &IndexPreprintsRequest) -> Bytes {
    let mut frame = BytesMut::new();
    frame.put_u8(0);
    frame.put_u32(u32::try_from(message.encoded_len()).unwrap());
    message.encode(&mut frame).unwrap();
    frame.freeze()
}
