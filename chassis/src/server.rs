//! The one server loop: gRPC, gRPC-Web and a service's HTTP routes over HTTP/1 and HTTP/2 on one port, with health, reflection, admission,
//! deadlines and drain.

mod face;
mod health;
mod stall;

use std::{io, net::SocketAddr, time::Duration};

use tokio::{net::TcpListener, sync::oneshot};
use tonic::{
    service::Routes,
    transport::{Server as TonicServer, server::TcpIncoming},
};

use self::{
    face::{FacesLayer, Gate},
    health::Health,
};
use crate::{
    admin::AdminPort,
    admission::AdmissionLayer,
    tls::{Incoming, Tls},
};

pub(crate) use self::stall::{Untaken, Watch};
pub use self::{
    face::{Guard, HttpFace},
    health::Dependency,
};

/// How often a connection is asked whether it still is one.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// How a service is served.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address of the admin port; port 0 takes a free one. `None`: there is none.
    pub admin_listen: Option<SocketAddr>,
    /// How many calls may be in flight.
    pub max_in_flight: usize,
    /// How long calls in flight may take to end after the signal to stop.
    pub drain: Duration,
    /// How old a connection may become. An older one is asked to go: calls in flight on it end as ever, the next one takes another connection.
    pub max_connection_age: Duration,
    /// How long a caller may leave what it was sent unread before its connection is cut.
    pub stall: Duration,
    /// How long a caller's TLS handshake may take.
    pub handshake: Duration,
}

impl ServerOptions {
    /// What is good for a service: 256 calls in flight, 25 seconds to drain (Kubernetes kills after 30 unless told otherwise), half an hour
    /// until callers behind a balancer of connections are spread anew over replicas that came since, a minute for a caller to read on, 10
    /// seconds for two round trips and a signature.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            admin_listen: None,
            max_in_flight: 256,
            drain: Duration::from_secs(25),
            max_connection_age: Duration::from_secs(1800),
            stall: Duration::from_secs(60),
            handshake: Duration::from_secs(10),
        }
    }
}

/// A bound port, ready to serve.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    options: ServerOptions,
    http: Option<HttpFace>,
    admin: Option<AdminPort>,
    dependency: Option<Dependency>,
    guard: Option<Guard>,
    tls: Tls,
}

impl Server {
    /// Binds the port, and the admin port, which answers from now on. To be called before anything costly is opened, so that a port in use is
    /// known at once.
    pub async fn bind(options: &ServerOptions) -> Result<Self, ServerError> {
        let bind = |source| ServerError::Bind { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(bind)?;
        cut_when_unread(&listener, options.stall).map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let admin = match options.admin_listen {
            Some(listen) => Some(AdminPort::open(listen).await.map_err(|source| ServerError::Admin { address: listen, source })?),
            None => None,
        };
        Ok(Self { listener, address, options: options.clone(), http: None, admin, dependency: None, guard: None, tls: Tls::default() })
    }

    /// Serves these routes as well, to callers that don't speak gRPC.
    pub fn with_http(self, face: HttpFace) -> Self {
        Self { http: Some(face), ..self }
    }

    /// Reports NOT_SERVING for as long as this doesn't answer. Calls are still taken, and fail with their own reason.
    pub fn with_dependency(self, dependency: Dependency) -> Self {
        Self { dependency: Some(dependency), ..self }
    }

    /// Has every call, of whatever protocol, pass this guard first. Without one everybody may call.
    pub fn with_guard(self, guard: Guard) -> Self {
        Self { guard: Some(guard), ..self }
    }

    /// Speaks TLS on the port, if there is a certificate to serve with. The admin port never does.
    pub fn with_tls(self, tls: &Tls) -> Self {
        Self { tls: tls.clone(), ..self }
    }

    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` resolves; then reports NOT_SERVING, takes no new connection, and waits for calls in flight as long as the
    /// drain time allows. `services` are the names that health and reflection know.
    pub async fn run(self, routes: Routes, services: &[&'static str], shutdown: impl Future<Output = ()>) -> Result<(), ServerError> {
        let reporter = tonic_health::server::HealthReporter::new();
        let health = Health { reporter: reporter.clone(), services, admin: self.admin.as_ref() };
        let routes = routes
            .add_service(tonic_health::pb::health_server::HealthServer::new(tonic_health::server::HealthService::from_health_reporter(
                reporter,
            )))
            .add_service(reflection(services).build_v1().map_err(|error| ServerError::Reflection(error.to_string()))?)
            .add_service(reflection(services).build_v1alpha().map_err(|error| ServerError::Reflection(error.to_string()))?)
            .prepare();

        health.serving(true).await;
        tracing::info!(address = %self.address, tls = self.tls.serves(), "listening");
        let (drain, draining) = oneshot::channel::<()>();
        let incoming = TcpIncoming::from(self.listener).with_nodelay(Some(true)).with_keepalive(Some(KEEP_ALIVE_INTERVAL));
        let faces =
            FacesLayer { http: self.http, gate: Gate { admission: AdmissionLayer::new(self.options.max_in_flight), guard: self.guard } };
        let serving = TonicServer::builder()
            .accept_http1(true)
            .http2_keepalive_interval(Some(KEEP_ALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(KEEP_ALIVE_TIMEOUT))
            // Without a grace: with one, tonic 0.14 cuts the connection after both times and never asks it to go.
            .max_connection_age(self.options.max_connection_age)
            .layer(faces)
            .add_routes(routes)
            .serve_with_incoming_shutdown(Incoming::new(incoming, self.tls.clone(), self.options.handshake, self.options.stall), async {
                // A sender that is gone means that the loop itself has ended.
                let _ = draining.await;
            });
        tokio::pin!(serving);
        tokio::select! {
            ended = &mut serving => return ended.map_err(ServerError::Serve),
            () = health.follow(self.dependency.as_ref()) => {}
            () = self.tls.follow() => {}
            () = shutdown => {}
        }
        tracing::info!(address = %self.address, "stopping: no new calls, those in flight may end");
        health.draining().await;
        let _ = drain.send(());
        match tokio::time::timeout(self.options.drain, serving).await {
            Ok(ended) => ended.map_err(ServerError::Serve),
            Err(_) => {
                tracing::warn!(seconds = self.options.drain.as_secs(), "calls were still in flight when the drain time was over");
                Ok(())
            }
        }
    }
}

/// Has the system cut connections whose other end takes nothing for so long; those that are accepted inherit it. [`stall`] sees to what the
/// system can't see, within a connection that is read. Other systems than Linux have no such option.
fn cut_when_unread(listener: &TcpListener, stall: Duration) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    return socket2::SockRef::from(listener).set_tcp_user_timeout(Some(stall));
    #[cfg(not(target_os = "linux"))]
    return Ok(drop((listener, stall)));
}

fn reflection<'a>(services: &[&'static str]) -> tonic_reflection::server::Builder<'a> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(antigravity_proto::FILE_DESCRIPTOR_SET)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name("grpc.health.v1.Health");
    services.iter().fold(builder, |builder, service| builder.with_service_name(*service))
}

/// Why a service could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port can't be bound.
    #[error("setting `listen`: can't listen on {address}: {source}; choose another address with --listen")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The admin port can't be bound.
    #[error("setting `admin_listen`: can't listen on {address}: {source}; choose another address with --admin-listen")]
    Admin {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The server loop failed.
    #[error("the server loop failed: {0}")]
    Serve(#[source] tonic::transport::Error),
    /// The descriptor set can't be served, which only a fault of the build can bring about.
    #[error("the descriptor set can't be served: {0}")]
    Reflection(String),
}

/// Whether a path is one of health or reflection, which every port serves beside what it is for.
pub(crate) fn is_of_every_port(path: &str) -> bool {
    ["/grpc.health.", "/grpc.reflection."].iter().any(|prefix| path.starts_with(prefix))
}
