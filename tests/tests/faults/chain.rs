//! All services as processes of their own, with a line before each that can fail: gateway ─ retriever ─ engine, gateway ─ answerer ─ model.

use std::path::Path;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::options::Address;
use antigravity_chassis::status::reason_of;
use antigravity_chassis::transport::{Peer, Transport, remote};
use antigravity_embedded::EngineOptions;
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::gateway::v1::{AskRequest, SearchRequest, SearchResponse};
use antigravity_proto::types::{Answer, NoticeKind, Reason};
use antigravity_tests::answer::assert_presentable;
use antigravity_tests::engine::ServedEngine;
use antigravity_tests::http::get;
use antigravity_tests::line::Line;
use antigravity_tests::process::{Service, program};
use antigravity_tests::{archive, paths};
use tempfile::TempDir;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

pub(crate) const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";

/// Enough for a question on a busy machine in a debug build.
const AMPLE: Duration = Duration::from_secs(60);
/// What never answers needs no more than to be reached.
pub(crate) const SHORT: Duration = Duration::from_millis(500);

pub(crate) struct Chain {
    pub(crate) data: TempDir,
    pub(crate) engine: ServedEngine,
    pub(crate) retriever: Service,
    pub(crate) answerer: Service,
    pub(crate) gateway: Service,
    pub(crate) to_engine: Line,
    pub(crate) to_retriever: Line,
    pub(crate) to_answerer: Line,
}

impl Chain {
    /// Over the sample, without a model.
    pub(crate) async fn start() -> Self {
        Self::with(&[], None).await
    }

    /// The same, with more options for the gateway, and a file that configures the answerer.
    pub(crate) async fn with(gateway: &[&str], models: Option<&Path>) -> Self {
        let data = archive::sample().await;
        let engine = ServedEngine::start(&data.path().join("index"), free()).await;
        let to_engine = Line::to(engine.address).await;
        let retriever = retriever(data.path(), &to_engine.setting());
        let answerer = answerer(models);
        let (to_retriever, to_answerer) = (Line::to(retriever.socket()).await, Line::to(answerer.socket()).await);
        let mut command = service("antigravity-gateway");
        command.args(["--retriever", &to_retriever.setting().to_string(), "--answerer", &to_answerer.setting().to_string()]).args(gateway);
        let gateway = Service::start(command);
        Self { data, engine, retriever, answerer, gateway, to_engine, to_retriever, to_answerer }
    }

    /// The same, its engine opened anew: on a disk without room, or with it.
    pub(crate) async fn on_a_disk(self, options: EngineOptions) -> Self {
        self.engine.stop().await;
        let engine = ServedEngine::start_with(&self.data.path().join("index"), free(), options).await;
        self.to_engine.open(engine.address);
        Self { engine, ..self }
    }

    pub(crate) fn client(&self) -> GatewayServiceClient<Transport> {
        GatewayServiceClient::new(remote(&self.gateway.address(), Peer::Gateway)).max_decoding_message_size(16 << 20)
    }

    /// The answer to the question.
    pub(crate) async fn answer(&self) -> Answer {
        let answer = self.ask(AMPLE).await.unwrap();
        assert_presentable(&answer);
        answer
    }

    /// The answer within this time, or why there is none.
    pub(crate) async fn ask(&self, time: Duration) -> Result<Answer, Status> {
        let request = AskRequest { question: QUESTION.into(), ..Default::default() };
        let reply = self.client().ask(within(time, request)).await?;
        Ok(reply.into_inner().answer.unwrap())
    }

    pub(crate) async fn search(&self, time: Duration) -> Result<SearchResponse, Status> {
        let request = SearchRequest { query: QUESTION.into(), ..Default::default() };
        Ok(self.client().search(within(time, request)).await?.into_inner())
    }

    /// Ends the processes, which must end well.
    pub(crate) async fn stop(self) {
        let Self { data: _data, engine, retriever, answerer, gateway, to_engine, to_retriever, to_answerer } = self;
        for service in [gateway, answerer, retriever] {
            let ended = service.stop().await;
            assert!(ended.status.success(), "{}\n{}", ended.status, ended.log);
        }
        drop((to_engine, to_retriever, to_answerer));
        engine.stop().await;
    }
}

pub(crate) fn free() -> std::net::SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// A service on a free port, and its metrics on another.
fn service(name: &str) -> std::process::Command {
    let mut command = program(name);
    command.args(["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
    command
}

pub(crate) fn retriever(data: &Path, engine: &Address) -> Service {
    let mut command = service("antigravity-retriever");
    command.arg("--data-dir").arg(data).arg("--model-dir").arg(paths::weights()).args(["--qdrant", &engine.to_string()]);
    Service::start(command)
}

pub(crate) fn answerer(models: Option<&Path>) -> Service {
    let mut command = service("antigravity-answerer");
    if let Some(models) = models {
        command.arg("--config").arg(models);
    }
    Service::start(command)
}

pub(crate) fn within<T>(time: Duration, message: T) -> tonic::Request<T> {
    CallContext::root().with_deadline(Deadline::within(time)).request(message)
}

/// The caller is told who is away and when to come back.
pub(crate) fn assert_away(failed: &Status, reason: Reason) {
    assert_eq!((failed.code(), reason_of(failed)), (Code::Unavailable, Some(reason)), "{failed:?}");
    assert!(failed.get_details_retry_info().is_some_and(|info| info.retry_delay.is_some()), "{failed:?}");
}

/// The caller is told that it was late. On a busy machine its own clock says so, which knows no stage.
pub(crate) fn assert_late(failed: &Status) {
    assert_eq!((failed.code(), reason_of(failed)), (Code::DeadlineExceeded, Some(Reason::DeadlineExceeded)), "{failed:?}");
}

/// How many calls to somebody else, of methods that this is a part of, ended so, as a service counts them.
pub(crate) async fn counted(service: &Service, method: &str, code: &str) -> f64 {
    let (status, scrape) = get(service.admin_port(), "/metrics").await;
    assert_eq!(status, 200);
    let of_series = |line: &&str| {
        line.starts_with("rpc_client_call_duration_seconds_count{") && line.contains(method) && line.contains(&format!("\"{code}\""))
    };
    scrape.lines().filter(of_series).map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

pub(crate) fn notices(answer: &Answer) -> Vec<NoticeKind> {
    answer.notices.iter().map(|notice| notice.kind()).collect()
}
