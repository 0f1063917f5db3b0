//! Deadlines are kept for unary calls and streams, in process and over TCP, and what was late is dropped.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::time::{Duration, Instant};

use antigravity_chassis::{
    call::CallContext,
    deadline::Deadline,
    server::ServerOptions,
    status::reason_of,
    transport::{self, Peer, Transport},
};
use antigravity_proto::{
    answerer::v1::{
        AssessCoverageRequest, CheckGroundingRequest, ComposeRequest, ListModelsRequest, answerer_service_client::AnswererServiceClient,
    },
    types::Reason,
};
use futures_util::FutureExt as _;
use support::{Endless, FLOODS, Served};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tonic::{Code, Request, Status, transport::Endpoint};

/// Short enough to be waited for.
const SHORT: Duration = Duration::from_millis(150);

/// The deadlines of one call after another, until one of them passes at the service and not on the way there, as the first does on a busy machine.
const TIMES: [Duration; 4] = [SHORT, Duration::from_millis(600), Duration::from_millis(2_400), Duration::from_secs(10)];

/// Far beyond any deadline here.
const LONG: Duration = Duration::from_secs(20);

fn within(time: Duration) -> CallContext {
    CallContext::root().with_deadline(Deadline::within(time))
}

fn assert_late(status: &Status) {
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    assert_eq!(reason_of(status), Some(Reason::DeadlineExceeded));
}

async fn a_late_unary_call_ends_and_is_dropped(service: &Endless, transport: Transport) {
    let mut client = AnswererServiceClient::new(transport);
    for time in TIMES {
        assert_late(&client.check_grounding(within(time).request(CheckGroundingRequest::default())).await.unwrap_err());
        if service.entered.notified().now_or_never().is_some() {
            return service.dropped.notified().await;
        }
    }
    panic!("no call reached the service");
}

async fn a_late_stream_ends_and_its_producer_is_dropped(service: &Endless, transport: Transport) {
    let mut client = AnswererServiceClient::new(transport);
    for time in TIMES {
        let first = async {
            let mut stream = client.compose(within(time).request(ComposeRequest::default())).await?.into_inner();
            assert!(stream.message().await?.is_some());
            Ok(stream)
        };
        match first.await {
            Ok(mut stream) => {
                assert_late(&stream.message().await.unwrap_err());
                return service.dropped.notified().await;
            }
            Err(status) => assert_late(&status),
        }
    }
    panic!("no first message came in time");
}

/// A stream that has always something ready never waits, and ends in time all the same. (Over TCP it waits for its reader's window.)
async fn a_flood_ends_in_time(service: &Endless, transport: Transport) {
    let mut client = AnswererServiceClient::new(transport);
    let request = ComposeRequest { question: FLOODS.into(), ..Default::default() };
    let started = Instant::now();
    let mut stream = client.compose(within(SHORT).request(request)).await.unwrap().into_inner();
    let late = loop {
        match stream.message().await {
            Ok(message) => assert!(message.is_some() && started.elapsed() < LONG, "the flood goes on, or ended as if it were whole"),
            Err(status) => break status,
        }
    };
    assert_late(&late);
    service.dropped.notified().await;
}

async fn a_caller_that_leaves_drops_the_producer(service: &Endless, transport: Transport) {
    let mut client = AnswererServiceClient::new(transport);
    let mut stream = client.compose(ComposeRequest::default()).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().is_some());
    drop(stream);
    service.dropped.notified().await;
}

async fn the_trace_goes_along(transport: Transport) {
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let mut request = Request::new(ListModelsRequest::default());
    request.metadata_mut().insert("traceparent", format!("00-{trace}-b7ad6b7169203331-01").parse().unwrap());
    let models = AnswererServiceClient::new(transport).list_models(request).await.unwrap();
    assert_eq!(models.into_inner().models[0].name, trace);
}

#[tokio::test]
async fn in_process() {
    let service = Endless::default();
    let transport = transport::in_process(service.routes());
    a_late_unary_call_ends_and_is_dropped(&service, transport.clone()).await;
    a_late_stream_ends_and_its_producer_is_dropped(&service, transport.clone()).await;
    a_flood_ends_in_time(&service, transport.clone()).await;
    a_caller_that_leaves_drops_the_producer(&service, transport.clone()).await;
    the_trace_goes_along(transport).await;
}

#[tokio::test]
async fn over_tcp() {
    let service = Endless::default();
    let served = Served::start(&service, 16).await;
    a_late_unary_call_ends_and_is_dropped(&service, served.transport.clone()).await;
    a_late_stream_ends_and_its_producer_is_dropped(&service, served.transport.clone()).await;
    a_caller_that_leaves_drops_the_producer(&service, served.transport.clone()).await;
    the_trace_goes_along(served.transport.clone()).await;
    served.stop().await;
}

#[tokio::test]
async fn a_peer_that_is_not_there_is_unavailable_with_its_reason() {
    // A port that was free a moment ago, and that nothing listens on now.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string().parse().unwrap();
    drop(listener);
    let mut client = AnswererServiceClient::new(transport::remote(&address, Peer::Answerer));
    let status = client.list_models(ListModelsRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(reason_of(&status), Some(Reason::AnswererUnavailable));
    assert!(status.metadata().get("grpc-retry-pushback-ms").is_some());
}

#[tokio::test]
async fn a_method_that_nobody_serves_has_a_reason_too() {
    let service = Endless::default();
    let served = Served::start(&service, 16).await;
    for transport in [transport::in_process(service.routes()), served.transport.clone()] {
        let mut client = antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient::new(transport);
        let status = client.list_archives(antigravity_proto::retriever::v1::ListArchivesRequest {}).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented);
        assert_eq!(reason_of(&status), Some(Reason::NotImplemented));
    }
    served.stop().await;
}

#[tokio::test]
async fn a_service_that_health_does_not_know_is_the_arguments_fault() {
    let served = Served::start(&Endless::default(), 16).await;
    let mut health = tonic_health::pb::health_client::HealthClient::new(served.transport.clone());
    let check = tonic_health::pb::HealthCheckRequest { service: "nobody.v1.Nothing".into() };
    let status = health.check(check).await.unwrap_err();
    assert_eq!((status.code(), reason_of(&status)), (Code::NotFound, Some(Reason::ArgumentInvalid)));
    served.stop().await;
}

#[tokio::test]
async fn a_stream_that_fails_half_way_has_a_reason_too() {
    let service = Endless::default();
    let served = Served::start(&service, 16).await;
    for transport in [transport::in_process(service.routes()), served.transport.clone()] {
        let request = ComposeRequest { question: support::FAILS.into(), ..Default::default() };
        let mut stream = AnswererServiceClient::new(transport).compose(request).await.unwrap().into_inner();
        assert!(stream.message().await.unwrap().is_some());
        let status = stream.message().await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Internal, "bare"));
        assert_eq!(reason_of(&status), Some(Reason::Internal));
    }
    served.stop().await;
}

#[tokio::test]
async fn beyond_the_bound_calls_are_refused_soon_and_health_is_not() {
    let service = Endless::default();
    let served = Served::start(&service, 1).await;
    let mut client = AnswererServiceClient::new(served.transport.clone());
    let mut held = client.clone();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move { held.assess_coverage(AssessCoverageRequest::default()).await });
    service.entered.notified().await;

    let status = client.list_models(ListModelsRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert_eq!(reason_of(&status), Some(Reason::Overloaded));
    let mut health = tonic_health::pb::health_client::HealthClient::new(served.transport.clone());
    let check = tonic_health::pb::HealthCheckRequest { service: support::SERVICE.into() };
    assert_eq!(health.check(check).await.unwrap().into_inner().status, i32::from(tonic_health::ServingStatus::Serving as u8));

    service.let_go.notify_one();
    tasks.join_next().await.unwrap().unwrap().unwrap();
    client.list_models(ListModelsRequest::default()).await.unwrap();
    served.stop().await;
}

#[tokio::test]
async fn stopping_lets_calls_in_flight_end() {
    let service = Endless::default();
    let served = Served::start(&service, 16).await;
    let mut client = AnswererServiceClient::new(served.transport.clone());
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { client.assess_coverage(AssessCoverageRequest::default()).await });
    service.entered.notified().await;
    let mut server = served.begin_stop();
    service.let_go.notify_one();
    calls.join_next().await.unwrap().unwrap().unwrap();
    server.join_next().await.unwrap().unwrap();
}

#[tokio::test]
async fn an_old_connection_is_asked_to_go_and_the_call_on_it_ends_as_ever() {
    let service = Endless::default();
    let served = Served::start_with(&service, ServerOptions { max_connection_age: SHORT, ..Served::options() }).await;
    let mut client = AnswererServiceClient::new(served.transport.clone());
    let mut held = client.clone();
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { held.assess_coverage(AssessCoverageRequest::default()).await });
    service.entered.notified().await;

    // A younger connection without a call is closed when it is old; the call's was asked to go before.
    let mut younger = tokio::net::TcpStream::connect(&served.address).await.unwrap();
    younger.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    younger.read_to_end(&mut Vec::new()).await.unwrap();

    client.list_models(ListModelsRequest::default()).await.unwrap();
    service.let_go.notify_one();
    calls.join_next().await.unwrap().unwrap().unwrap();
    served.stop().await;
}

#[tokio::test]
async fn a_caller_that_opens_no_window_is_cut_and_its_place_is_free() {
    let service = Endless::default();
    let options = ServerOptions { stall: SHORT, max_in_flight: 1, ..Served::options() };
    let served = Served::start_with(&service, options).await;
    let narrow = Endpoint::try_from(format!("http://{}", served.address)).unwrap().initial_stream_window_size(1024);
    let mut client = AnswererServiceClient::new(narrow.connect().await.unwrap());
    let flood = ComposeRequest { question: FLOODS.into(), ..Default::default() };
    let untaken = client.compose(flood).await.unwrap().into_inner();
    tokio::time::timeout(LONG, service.dropped.notified()).await.unwrap();

    // The one place is free, for a caller of another connection.
    AnswererServiceClient::new(served.transport.clone()).list_models(ListModelsRequest::default()).await.unwrap();
    drop(untaken);
    served.stop().await;
}

#[tokio::test]
async fn stopping_ends_watches_of_health() {
    let served = Served::start(&Endless::default(), 16).await;
    let channel = Endpoint::try_from(format!("http://{}", served.address)).unwrap().connect().await.unwrap();
    let mut health = tonic_health::pb::health_client::HealthClient::new(channel);
    let request = tonic_health::pb::HealthCheckRequest { service: support::SERVICE.into() };
    let mut watch = health.watch(request).await.unwrap().into_inner();
    let serving = |told: Option<tonic_health::pb::HealthCheckResponse>| told.map(|told| told.status);
    assert_eq!(serving(watch.message().await.unwrap()), Some(tonic_health::ServingStatus::Serving as i32));
    let mut server = served.begin_stop();
    assert_eq!(serving(watch.message().await.unwrap()), Some(tonic_health::ServingStatus::NotServing as i32));
    assert_eq!(serving(watch.message().await.unwrap()), None);
    // Long before the drain time is over.
    tokio::time::timeout(LONG, server.join_next()).await.unwrap().unwrap().unwrap();
}
