//! A service whose calls go on until they are dropped, and the two places it can be put.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "shared by several test programs, each of which uses a part; a test fails by panicking"
)]

use std::{pin::Pin, sync::Arc};

use antigravity_chassis::{
    call::CallContext,
    server::{Server, ServerOptions},
    transport::{self, Peer, Transport},
};
use antigravity_proto::answerer::v1::{
    AssessCoverageRequest, AssessCoverageResponse, CheckGroundingRequest, CheckGroundingResponse, ComposeRequest, ComposeResponse,
    ListModelsRequest, ListModelsResponse,
    answerer_service_server::{AnswererService, AnswererServiceServer},
};
use tokio::{
    sync::{Notify, oneshot},
    task::JoinSet,
};
use tokio_stream::Stream;
use tonic::{Request, Response, Status, service::Routes};

pub(crate) const SERVICE: &str = "antigravityqa.answerer.v1.AnswererService";

/// The question that makes `Compose` fail after its first message, with a status that has no reason.
pub(crate) const FAILS: &str = "fail";

/// The question that makes `Compose` send as fast as it is read, without end.
pub(crate) const FLOODS: &str = "flood";

/// `ListModels` answers at once; `CheckGrounding` never does; `Compose` sends one message and then nothing more; `AssessCoverage` waits to be let
/// go. `dropped` tells when a call that was under way is given up.
#[derive(Clone, Default)]
pub(crate) struct Endless {
    pub(crate) entered: Arc<Notify>,
    pub(crate) dropped: Arc<Notify>,
    pub(crate) let_go: Arc<Notify>,
}

/// Tells when it is dropped.
struct Guard(Arc<Notify>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tonic::async_trait]
impl AnswererService for Endless {
    type ComposeStream = Pin<Box<dyn Stream<Item = Result<ComposeResponse, Status>> + Send>>;

    async fn compose(&self, request: Request<ComposeRequest>) -> Result<Response<Self::ComposeStream>, Status> {
        if request.get_ref().question == FAILS {
            let events = [Ok(ComposeResponse::default()), Err(Status::internal("bare"))];
            return Ok(Response::new(Box::pin(futures_util::stream::iter(events))));
        }
        let guard = Guard(self.dropped.clone());
        if request.get_ref().question == FLOODS {
            let flood = futures_util::stream::repeat_with(move || {
                let _held = &guard;
                Ok(ComposeResponse::default())
            });
            return Ok(Response::new(Box::pin(flood)));
        }
        let mut first = Some(ComposeResponse::default());
        let stream = futures_util::stream::poll_fn(move |_| {
            let _held = &guard;
            first.take().map_or(std::task::Poll::Pending, |message| std::task::Poll::Ready(Some(Ok(message))))
        });
        Ok(Response::new(Box::pin(stream)))
    }

    async fn assess_coverage(&self, _: Request<AssessCoverageRequest>) -> Result<Response<AssessCoverageResponse>, Status> {
        self.entered.notify_one();
        self.let_go.notified().await;
        Ok(Response::new(AssessCoverageResponse::default()))
    }

    async fn check_grounding(&self, _: Request<CheckGroundingRequest>) -> Result<Response<CheckGroundingResponse>, Status> {
        let _guard = Guard(self.dropped.clone());
        self.entered.notify_one();
        std::future::pending().await
    }

    async fn list_models(&self, request: Request<ListModelsRequest>) -> Result<Response<ListModelsResponse>, Status> {
        // The trace of the caller, told back as a model's name.
        let trace = CallContext::of(&request).trace.trace_id();
        let model = antigravity_proto::types::Model { name: trace, ..Default::default() };
        Ok(Response::new(ListModelsResponse { models: vec![model] }))
    }
}

impl Endless {
    pub(crate) fn routes(&self) -> Routes {
        Routes::new(AnswererServiceServer::new(self.clone()))
    }
}

/// A service behind a TCP port, until it is stopped.
pub(crate) struct Served {
    pub(crate) transport: Transport,
    pub(crate) address: String,
    stop: oneshot::Sender<()>,
    tasks: JoinSet<()>,
}

impl Served {
    pub(crate) async fn start(service: &Endless, max_in_flight: usize) -> Self {
        Self::start_with(service, ServerOptions { max_in_flight, ..Self::options() }).await
    }

    /// As a service has them, on a free port.
    pub(crate) fn options() -> ServerOptions {
        ServerOptions::new(([127, 0, 0, 1], 0).into())
    }

    pub(crate) async fn start_with(service: &Endless, options: ServerOptions) -> Self {
        let server = Server::bind(&options).await.unwrap();
        let address = server.address().to_string();
        let (stop, stopped) = oneshot::channel();
        let mut tasks = JoinSet::new();
        let routes = service.routes();
        tasks.spawn(async move {
            server
                .run(routes, &[SERVICE], async {
                    let _ = stopped.await;
                })
                .await
                .unwrap();
        });
        Self { transport: transport::remote(&address.parse().unwrap(), Peer::Answerer), address, stop, tasks }
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.stop.send(()).unwrap();
        self.tasks.join_next().await.unwrap().unwrap();
    }

    /// Tells the server to stop.
    pub(crate) fn begin_stop(self) -> JoinSet<()> {
        self.stop.send(()).unwrap();
        self.tasks
    }
}
