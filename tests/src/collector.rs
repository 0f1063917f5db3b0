//! A collector of traces that keeps what it is sent.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use antigravity_chassis::options::Address;
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::tls::Tls;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

/// A span as it arrived.
#[derive(Clone, Debug)]
pub struct Span {
    /// The service that sent it.
    pub service: String,
    /// Its name.
    pub name: String,
    /// `SERVER`, `CLIENT` or `INTERNAL`.
    pub kind: String,
    /// The trace that it belongs to, in hexadecimal digits.
    pub trace: String,
    /// Its id.
    pub id: String,
    /// The id of its parent; empty for the first one of a trace.
    pub parent: String,
    /// Whether it failed.
    pub failed: bool,
    /// Its attributes, numbers as text.
    pub attributes: BTreeMap<String, String>,
}

/// A collector behind a port of this machine.
pub struct Collector {
    address: SocketAddr,
    spans: watch::Receiver<Vec<Span>>,
    stop: oneshot::Sender<()>,
    serving: JoinSet<()>,
}

impl Collector {
    /// Starts one at a free port.
    pub async fn start() -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into()).await
    }

    /// Starts one where another was.
    pub async fn start_at(address: SocketAddr) -> Self {
        Self::start_over(&Tls::default(), address).await
    }

    /// Starts one that speaks TLS, at a free port.
    pub async fn start_with_tls(tls: &Tls) -> Self {
        Self::start_over(tls, ([127, 0, 0, 1], 0).into()).await
    }

    async fn start_over(tls: &Tls, address: SocketAddr) -> Self {
        let server = Server::bind(&ServerOptions::new(address)).await.unwrap().with_tls(tls);
        let address = server.address();
        let (kept, spans) = watch::channel(Vec::new());
        let mut serving = JoinSet::new();
        let routes = Routes::new(TraceServiceServer::new(Kept(Arc::new(kept))));
        let (stop, stopped) = oneshot::channel::<()>();
        serving.spawn(async move { server.run(routes, &[], async { drop(stopped.await) }).await.unwrap() });
        Self { address, spans, stop, serving }
    }

    /// Goes away, with all its connections.
    pub async fn stop(mut self) {
        self.stop.send(()).unwrap();
        while let Some(ended) = self.serving.join_next().await {
            ended.unwrap();
        }
    }

    /// Where it listens.
    pub fn socket(&self) -> SocketAddr {
        self.address
    }

    /// The same as a setting.
    pub fn address(&self) -> Address {
        self.address.to_string().parse().unwrap()
    }

    /// Waits until the spans that have arrived are enough, and returns them.
    pub async fn wait(&self, enough: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        let mut spans = self.spans.clone();
        spans.wait_for(|spans| enough(spans)).await.unwrap().clone()
    }
}

struct Kept(Arc<watch::Sender<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Kept {
    async fn export(&self, request: Request<ExportTraceServiceRequest>) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let arrived = request.into_inner().resource_spans.into_iter().flat_map(|of_resource| {
            let resource = attributes(&of_resource.resource.unwrap_or_default().attributes);
            let service = resource.get("service.name").cloned().unwrap_or_default();
            let spans = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
            spans.map(move |span| Span {
                service: service.clone(),
                kind: span.kind().as_str_name().trim_start_matches("SPAN_KIND_").to_owned(),
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                failed: span.status.as_ref().is_some_and(|status| status.code == 2),
                attributes: attributes(&span.attributes),
                name: span.name,
            })
        });
        let arrived: Vec<Span> = arrived.collect();
        self.0.send_modify(|spans| spans.extend(arrived));
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attributes(pairs: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |pair: &KeyValue| match pair.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        Value::DoubleValue(number) => Some(number.to_string()),
        Value::BoolValue(yes) => Some(yes.to_string()),
        _ => None,
    };
    pairs.iter().filter_map(|pair| Some((pair.key.clone(), text(pair)?))).collect()
}
