//! Liveness, readiness and startup, told apart: on the admin port and by gRPC.

use std::net::SocketAddr;

use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::status::reason_of;
use antigravity_chassis::transport::{Peer, remote};
use antigravity_embedded::{Engine, EngineOptions};
use antigravity_proto::gateway::v1::{AskRequest, DescribeArchiveRequest};
use antigravity_proto::types::{NoticeKind, Reason};
use antigravity_tests::archive;
use antigravity_tests::http::get;
use antigravity_tests::model_server::{ModelServer, Reply};
use antigravity_tests::process::{Service, program};
use antigravity_tests::stack::{Placement, Setup, Stack};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

const RETRIEVER: &str = "antigravityqa.retriever.v1.RetrieverService";
const GATEWAY: &str = "antigravityqa.gateway.v1.GatewayService";

async fn probes(admin: SocketAddr) -> [u16; 3] {
    [get(admin, "/livez").await.0, get(admin, "/readyz").await.0, get(admin, "/startupz").await.0]
}

/// Waits until the health service of a part of the stack says so.
async fn becomes(stack: &Stack, part: usize, service: &str, wanted: ServingStatus) {
    let address = stack.addresses().unwrap()[part].clone();
    let mut health = HealthClient::new(remote(&address, Peer::Retriever));
    let mut told = health.watch(HealthCheckRequest { service: service.into() }).await.unwrap().into_inner();
    while told.message().await.unwrap().unwrap().status() != wanted {}
}

#[tokio::test]
async fn without_qdrant_the_retriever_is_not_serving_and_the_gateway_says_so_in_time() {
    let (data, engine_data) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let qdrant: SocketAddr = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap()
    };
    let setup = Setup { qdrant: Some(qdrant.to_string().parse().unwrap()), ..Setup::over(data.path()) };
    let stack = setup.start(Placement::ThreeProcesses).await;
    let [gateway, retriever, answerer] = stack.admin_ports();

    becomes(&stack, 1, RETRIEVER, ServingStatus::NotServing).await;
    becomes(&stack, 1, "", ServingStatus::Serving).await;
    assert_eq!(probes(retriever).await, [200, 503, 200], "alive, not ready, started");
    assert_eq!(probes(answerer).await, [200; 3]);
    becomes(&stack, 0, GATEWAY, ServingStatus::Serving).await;
    assert_eq!(probes(gateway).await, [200; 3]);
    let refused = stack.gateway().ask(AskRequest { question: "Anything?".into(), ..Default::default() }).await.unwrap_err();
    assert_eq!((refused.code(), reason_of(&refused)), (Code::Unavailable, Some(Reason::IndexUnavailable)));
    assert!(refused.get_details_retry_info().is_some_and(|info| info.retry_delay.is_some()));

    // The engine of this project stands for Qdrant: it speaks the same protocol.
    let engine = Engine::open(&engine_data.path().join("index"), EngineOptions::default()).await.unwrap();
    let server = Server::bind(&ServerOptions::new(qdrant)).await.unwrap();
    let mut serving = JoinSet::new();
    let routes = engine.routes();
    serving.spawn(async move { server.run(routes, &[], std::future::pending()).await.unwrap() });
    becomes(&stack, 1, RETRIEVER, ServingStatus::Serving).await;
    assert_eq!(probes(retriever).await, [200; 3], "without a restart");
    assert!(stack.gateway().describe_archive(DescribeArchiveRequest::default()).await.is_ok());

    drop(serving);
    stack.stop().await;
    engine.close().await;
}

#[tokio::test]
async fn a_failing_model_degrades_answers_and_no_readiness() {
    let (data, models) = (archive::sample().await, TempDir::new().unwrap());
    let server = ModelServer::start([Reply::Refuses(500, "api_error")]).await;
    let setup = Setup { config: Some(server.config(models.path(), "")), ..Setup::over(data.path()) };
    let stack = setup.start(Placement::ThreeProcesses).await;
    let question = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";
    let answer =
        stack.gateway().ask(AskRequest { question: question.into(), ..Default::default() }).await.unwrap().into_inner().answer.unwrap();
    assert!(answer.notices.iter().any(|notice| notice.kind() == NoticeKind::ModelFailed));
    for port in stack.admin_ports() {
        assert_eq!(probes(port).await, [200; 3]);
    }
    stack.stop().await;
}

#[tokio::test]
async fn a_service_that_drains_lives_and_takes_no_calls_until_those_in_flight_have_ended() {
    let (data, models) = (archive::sample().await, TempDir::new().unwrap());
    let server = ModelServer::start([Reply::Silent]).await;
    let setup = Setup { config: Some(server.config(models.path(), "")), ..Setup::over(data.path()) };
    let stack = setup.start(Placement::ThreeProcesses).await;
    let [gateway, ..] = stack.admin_ports();
    let (mut asking, mut client) = (JoinSet::new(), stack.gateway());
    asking.spawn(async move {
        client.ask(AskRequest { question: "How do contrastive spaces find signals?".into(), ..Default::default() }).await
    });
    server.has_arrived().await;

    stack.drain_gateway();
    while get(gateway, "/readyz").await.0 == 200 {}
    assert_eq!(probes(gateway).await, [200, 503, 200], "alive, not ready, started");
    assert!(asking.try_join_next().is_none(), "the call in flight goes on");

    // The caller leaves, and that ends it.
    asking.shutdown().await;
    server.caller_has_left().await;
    stack.stop().await;
}

#[tokio::test]
async fn a_signal_in_the_moment_in_which_a_service_says_that_it_listens_is_heard() {
    for name in ["antigravity-answerer", "antigravity-gateway"] {
        for _ in 0..5 {
            let mut command = program(name);
            command.args(["--listen", "127.0.0.1:0"]);
            let ended = Service::start(command).stop().await;
            assert!(ended.status.success() && ended.log.contains("stopping"), "{name}: {}\n{}", ended.status, ended.log);
        }
    }
}
