//! The index's disk: full while preprints are taken in and while an answer is kept. Searching goes on, and with room all else does.

use antigravity_chassis::status::reason_of;
use antigravity_embedded::EngineOptions;
use antigravity_proto::gateway::v1::GetAnswerRequest;
use antigravity_proto::gateway::v1::index_preprints_request::Message;
use antigravity_proto::gateway::v1::{IndexPreprintsRequest, get_answer_request::Key};
use antigravity_proto::types::{IndexBatch, IndexHeader, NoticeKind, Reason};
use antigravity_tests::indexing::{Tally, index};
use antigravity_tests::records;
use tonic::{Code, Status};

use crate::chain::{Chain, SHORT, counted, notices};

#[tokio::test]
async fn full() {
    let chain = Chain::with(&["--keep-answers-days", "30"], None).await;
    assert_eq!(notices(&chain.answer().await), []);
    let chain = chain.on_a_disk(EngineOptions { free_bytes: u64::MAX, ..Default::default() }).await;

    let failed = indexed(&chain).await.unwrap_err();
    assert_eq!((failed.code(), reason_of(&failed)), (Code::ResourceExhausted, Some(Reason::StorageFull)), "{failed:?}");
    assert!(counted(&chain.gateway, "RetrieverService/IndexPreprints", "RESOURCE_EXHAUSTED").await >= 1.0);
    assert!(!chain.search(SHORT * 20).await.unwrap().sources.is_empty(), "searching goes on");
    assert_eq!(notices(&chain.answer().await), [NoticeKind::NotKept], "the answer is given, and says that it is not kept");
    assert!(counted(&chain.gateway, "RetrieverService/KeepAnswer", "RESOURCE_EXHAUSTED").await >= 1.0);

    let chain = chain.on_a_disk(EngineOptions::default()).await;
    let answer = chain.answer().await;
    assert_eq!(notices(&answer), []);
    let kept = chain.client().get_answer(GetAnswerRequest { key: Some(Key::Id(answer.id.clone())) }).await.unwrap().into_inner().answer;
    assert_eq!(kept.unwrap().id, answer.id);
    assert_eq!(index(&mut chain.client(), &records::generated(5)).await, Tally::new(5));
    chain.stop().await;
}

/// Has a batch taken in.
async fn indexed(chain: &Chain) -> Result<(), Status> {
    let batch = IndexBatch { sequence: 1, records: records::generated(3), ..Default::default() };
    let messages = [Message::Header(IndexHeader::default()), Message::Batch(batch)];
    let messages = messages.map(|message| IndexPreprintsRequest { message: Some(message) });
    let mut replies = chain.client().index_preprints(tokio_stream::iter(messages)).await?.into_inner();
    while replies.message().await?.is_some() {}
    Ok(())
}
