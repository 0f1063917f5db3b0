//! A retriever and an answerer that do what a test tells them, and remember what they were asked.

mod answerer;
mod answers;
mod retriever;
mod samples;
mod served;

use std::sync::{Arc, Mutex};

use antigravity_chassis::status::Problem;
use antigravity_chassis::transport::{Transport, in_process};
use antigravity_gateway::{Gateway, Options};
use antigravity_proto::answerer::v1::answerer_service_server::AnswererServiceServer;
use antigravity_proto::answerer::v1::{AssessCoverageRequest, ComposeRequest};
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::retriever::v1::SearchRequest;
use antigravity_proto::retriever::v1::retriever_service_server::RetrieverServiceServer;
use antigravity_proto::types::Reason;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, future};
use tokio::sync::mpsc;
use tonic::Status;
use tonic::service::Routes;
use tonic_types::StatusExt;

pub use answerer::FakeAnswerer;
pub use answers::Answers;
pub use retriever::FakeRetriever;
pub use samples::*;
pub use served::{Reply, Served, keeping, request};

pub type Client = GatewayServiceClient<Transport>;

/// What a method does with its request.
pub type Script<Q, R> = Box<dyn Fn(Q) -> BoxFuture<'static, Result<R, Status>> + Send + Sync>;

/// A method that makes its reply from the request.
pub fn replies<Q: 'static, R: Send + 'static>(reply: impl Fn(Q) -> R + Send + Sync + 'static) -> Script<Q, R> {
    Box::new(move |request| future::ready(Ok(reply(request))).boxed())
}

/// A method that fails.
pub fn fails<Q: 'static, R: Send + 'static>(problem: Problem) -> Script<Q, R> {
    Box::new(move |_| future::ready(Err(problem.clone().into())).boxed())
}

/// A method that never replies.
pub fn hangs<Q: 'static, R: Send + 'static>() -> Script<Q, R> {
    Box::new(|_| future::pending().boxed())
}

/// What the two were asked, in order.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<SeenSoFar>>);

#[derive(Default)]
struct SeenSoFar {
    methods: Vec<&'static str>,
    searches: Vec<SearchRequest>,
    composes: Vec<ComposeRequest>,
    assessments: Vec<AssessCoverageRequest>,
    request_ids: Vec<String>,
}

impl Seen {
    fn method(&self, name: &'static str) {
        self.0.lock().unwrap().methods.push(name);
    }

    /// A call, by what its caller named it.
    fn named<T>(&self, request: &tonic::Request<T>) {
        let id = request.metadata().get("x-request-id").map(|id| id.to_str().unwrap().to_owned());
        self.0.lock().unwrap().request_ids.extend(id);
    }

    /// The names of the searches and of what was composed.
    pub fn request_ids(&self) -> Vec<String> {
        self.0.lock().unwrap().request_ids.clone()
    }

    pub fn methods(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().methods.clone()
    }

    pub fn searches(&self) -> Vec<SearchRequest> {
        self.0.lock().unwrap().searches.clone()
    }

    pub fn composes(&self) -> Vec<ComposeRequest> {
        self.0.lock().unwrap().composes.clone()
    }

    pub fn assessments(&self) -> Vec<AssessCoverageRequest> {
        self.0.lock().unwrap().assessments.clone()
    }
}

/// Both, before they begin to serve. By default all goes well.
pub struct Peers {
    pub retriever: FakeRetriever,
    pub answerer: FakeAnswerer,
    pub seen: Seen,
}

impl Peers {
    pub fn new() -> Self {
        let seen = Seen::default();
        Self { retriever: FakeRetriever::new(seen.clone()), answerer: FakeAnswerer::new(seen.clone()), seen }
    }

    /// The way into a gateway before them.
    pub fn transport(self) -> Transport {
        self.transport_with(Options::default())
    }

    pub fn transport_with(self, options: Options) -> Transport {
        let retriever = in_process(Routes::new(RetrieverServiceServer::new(self.retriever)));
        let answerer = in_process(Routes::new(AnswererServiceServer::new(self.answerer)));
        in_process(Gateway::build(options, retriever, answerer).routes())
    }

    pub fn client(self) -> Client {
        GatewayServiceClient::new(self.transport())
    }
}

/// Tells when it is dropped: given to what must not outlive its caller.
pub struct Dropped(mpsc::UnboundedSender<&'static str>);

impl Dropped {
    pub fn channel() -> (mpsc::UnboundedSender<&'static str>, mpsc::UnboundedReceiver<&'static str>) {
        mpsc::unbounded_channel()
    }

    pub fn tell(sender: &mpsc::UnboundedSender<&'static str>) -> Self {
        Self(sender.clone())
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send("dropped");
    }
}

pub fn reason(status: &Status) -> Reason {
    antigravity_chassis::status::reason_of(status).unwrap_or_else(|| panic!("no reason: {status}"))
}

/// The paths of the fields that an error blames.
pub fn fields(status: &Status) -> Vec<String> {
    let violations = status.get_details_bad_request().map(|request| request.field_violations).unwrap_or_default();
    violations.into_iter().map(|violation| violation.field).collect()
}

pub fn metadata(status: &Status, key: &str) -> Option<String> {
    status.get_details_error_info()?.metadata.get(key).cloned()
}
