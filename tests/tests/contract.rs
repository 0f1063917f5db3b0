//! The contract as callers have it: what ships with it can be read, every method is answered, and every refusal says why.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use antigravity_chassis::status::reason_of;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest, GetPreprintRequest, SearchRequest};
use antigravity_proto::types::{Filter, Reason};
use antigravity_tests::archive;
use antigravity_tests::stack::{PLACEMENTS, Setup, Stack};
use bytes::{Buf as _, BufMut as _};
use prost::Message as _;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};
use serde_json::Value;
use tempfile::TempDir;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

const GATEWAY: &str = "antigravityqa.gateway.v1.GatewayService";

fn methods() -> Vec<MethodDescriptorProto> {
    let set = FileDescriptorSet::decode(antigravity_proto::FILE_DESCRIPTOR_SET).unwrap();
    let gateway = set.file.iter().find(|file| file.package() == "antigravityqa.gateway.v1").unwrap();
    gateway.service.iter().find(|service| service.name() == "GatewayService").unwrap().method.clone()
}

#[test]
fn the_descriptor_set_holds_every_file_after_those_that_it_imports_with_its_comments() {
    let set = FileDescriptorSet::decode(antigravity_proto::FILE_DESCRIPTOR_SET).unwrap();
    let mut seen = BTreeSet::new();
    for file in &set.file {
        assert!(file.dependency.iter().all(|import| seen.contains(import.as_str())), "{}: {:?}", file.name(), file.dependency);
        seen.insert(file.name());
        if file.package().starts_with("antigravityqa.") {
            let comments = file.source_code_info.as_ref().unwrap().location.iter().filter(|place| place.leading_comments.is_some()).count();
            assert!(comments > 0, "{} has no comments", file.name());
        }
    }
    for package in ["gateway", "retriever", "answerer", "type"] {
        assert!(set.file.iter().any(|file| file.package() == format!("antigravityqa.{package}.v1")), "{package}");
    }
}

#[test]
fn the_service_config_names_methods_that_exist_and_retries_only_what_may_be_retried() {
    let config: Value = serde_json::from_str(antigravity_proto::SERVICE_CONFIG).unwrap();
    let known: BTreeSet<String> = methods().iter().map(|method| method.name().to_owned()).collect();
    assert_eq!(config["healthCheckConfig"]["serviceName"], GATEWAY);
    for method_config in config["methodConfig"].as_array().unwrap() {
        for name in method_config["name"].as_array().unwrap() {
            assert_eq!(name["service"], GATEWAY);
            assert!(name.get("method").is_none_or(|method| known.contains(method.as_str().unwrap())), "{name}");
        }
        let seconds = method_config["timeout"].as_str().unwrap().strip_suffix('s').unwrap();
        assert!(seconds.parse::<f64>().unwrap() > 0.0);
        if let Some(retry) = method_config.get("retryPolicy") {
            assert_eq!(retry["retryableStatusCodes"], serde_json::json!(["UNAVAILABLE"]));
        }
    }
}

#[tokio::test]
async fn every_method_is_served() {
    let data = TempDir::new().unwrap();
    for placement in PLACEMENTS {
        let stack = Setup::over(data.path()).start(placement).await;
        for method in methods() {
            let Err(status) = call_with_nothing(&stack, method.name()).await else { continue };
            let reason = reason_of(&status).unwrap_or_else(|| panic!("{}: {status:?} has no reason", method.name()));
            assert!(!matches!(reason, Reason::NotImplemented | Reason::Internal), "{}: {status:?}", method.name());
        }
        stack.stop().await;
    }
}

/// Calls a method with an empty message and reads what comes, whatever it is.
async fn call_with_nothing(stack: &Stack, method: &str) -> Result<(), Status> {
    let path = format!("/{GATEWAY}/{method}").parse().unwrap();
    let mut client = tonic::client::Grpc::new(stack.gateway_transport());
    client.ready().await.unwrap();
    let request = tonic::Request::new(tokio_stream::once(Vec::new()));
    let mut replies = client.streaming(request, path, Bytes).await?.into_inner();
    while replies.message().await?.is_some() {}
    Ok(())
}

/// Messages as they are on the wire.
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, out: &mut EncodeBuf<'_>) -> Result<(), Status> {
        out.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, bytes: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        Ok(Some(bytes.copy_to_bytes(bytes.remaining()).to_vec()))
    }
}

/// A request that is refused: which one, the code, the reason, and the field that is named, if any.
type Refused = (AskRequest, Code, Reason, Option<&'static str>);

fn refused() -> Vec<Refused> {
    let asking = |question: &str| AskRequest { question: question.into(), ..Default::default() };
    let filtered = |filter: Filter| AskRequest { filter: Some(filter), ..asking("Why?") };
    let invalid = Code::InvalidArgument;
    vec![
        (asking(""), invalid, Reason::QuestionEmpty, Some("question")),
        (asking(" \n\t"), invalid, Reason::QuestionEmpty, Some("question")),
        (asking(&"é".repeat(2_001)), invalid, Reason::QuestionTooLong, Some("question")),
        (
            filtered(Filter { from_date: "yesterday".into(), ..Default::default() }),
            invalid,
            Reason::FilterInvalid,
            Some("filter.from_date"),
        ),
        (filtered(Filter { to_date: "2024-02-30".into(), ..Default::default() }), invalid, Reason::FilterInvalid, Some("filter.to_date")),
        (
            filtered(Filter { categories: vec!["hep-ph".into(), "*".into()], ..Default::default() }),
            invalid,
            Reason::FilterInvalid,
            Some("filter.categories[1]"),
        ),
        (
            filtered(Filter { exclude_ids: vec!["1712".into()], ..Default::default() }),
            invalid,
            Reason::FilterInvalid,
            Some("filter.exclude_ids[0]"),
        ),
        (AskRequest { model: "gpt-2".into(), ..asking("Why?") }, invalid, Reason::UnknownModel, Some("model")),
        (AskRequest { sources: 33, ..asking("Why?") }, invalid, Reason::ArgumentInvalid, Some("sources")),
        (AskRequest { length: 99, ..asking("Why?") }, invalid, Reason::ArgumentInvalid, Some("length")),
        (AskRequest { near: "next to it".into(), ..asking("Why?") }, invalid, Reason::ArgumentInvalid, Some("near")),
        (AskRequest { near: "AG-1999.01-00001".into(), ..asking("Why?") }, Code::NotFound, Reason::PreprintNotFound, None),
        (AskRequest { request_id: "once".into(), ..asking("Why?") }, invalid, Reason::ArgumentInvalid, Some("request_id")),
        (AskRequest { archive: "elsewhere".into(), ..asking("Why?") }, Code::NotFound, Reason::ArchiveNotFound, None),
    ]
}

fn assert_refused(status: &Status, code: Code, reason: Reason, field: Option<&str>) {
    assert_eq!((status.code(), reason_of(status)), (code, Some(reason)), "{status:?}");
    assert!(!status.message().is_empty() && !status.message().contains('\n'), "{status:?}");
    let named: Vec<String> = status
        .get_details_bad_request()
        .map(|request| request.field_violations.into_iter().map(|found| found.field).collect())
        .unwrap_or_default();
    if let Some(field) = field {
        assert_eq!(named, [field], "{status:?}");
    }
    assert_eq!(code == Code::NotFound, status.get_details_resource_info().is_some(), "what is not there is named: {status:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_question_is_told_with_code_reason_and_field() {
    let data = archive::sample().await;
    for placement in PLACEMENTS {
        let stack = Setup::over(data.path()).start(placement).await;
        for (request, code, reason, field) in refused() {
            let status = stack.gateway().ask(request.clone()).await.unwrap_err();
            assert_refused(&status, code, reason, field);
            let within = field.map(|field| format!("ask.{field}"));
            assert_refused(&streamed(&stack, Some(request)).await, code, reason, within.as_deref());
        }
        assert_refused(&streamed(&stack, None).await, Code::InvalidArgument, Reason::ArgumentInvalid, Some("ask"));

        let long = SearchRequest { query: "x".repeat(2_001), ..Default::default() };
        let status = stack.gateway().search(long).await.unwrap_err();
        assert_refused(&status, Code::InvalidArgument, Reason::QuestionTooLong, Some("query"));
        for (id, code, reason, field) in [
            ("AG-1999.01-00001", Code::NotFound, Reason::PreprintNotFound, None),
            ("2603.25794", Code::InvalidArgument, Reason::ArgumentInvalid, Some("id")),
        ] {
            let status = stack.gateway().get_preprint(GetPreprintRequest { id: id.into(), ..Default::default() }).await.unwrap_err();
            assert_refused(&status, code, reason, field);
        }
        stack.stop().await;
    }
}

#[tokio::test]
async fn an_archive_without_preprints_says_so() {
    let data = TempDir::new().unwrap();
    for placement in PLACEMENTS {
        let stack = Setup::over(data.path()).start(placement).await;
        let request = AskRequest { question: "Why?".into(), ..Default::default() };
        for status in [stack.gateway().ask(request.clone()).await.unwrap_err(), streamed(&stack, Some(request)).await] {
            assert_refused(&status, Code::FailedPrecondition, Reason::ArchiveEmpty, None);
        }
        stack.stop().await;
    }
}

/// What the stream of a question fails with, at once or later.
async fn streamed(stack: &Stack, ask: Option<AskRequest>) -> Status {
    match stack.gateway().ask_stream(AskStreamRequest { ask }).await {
        Err(status) => status,
        Ok(events) => {
            let mut events = events.into_inner();
            loop {
                match events.message().await {
                    Ok(message) => assert!(message.is_some(), "the stream did not fail"),
                    Err(status) => break status,
                }
            }
        }
    }
}
