//! The boxed handle: a service holds one, and can't tell whether what is behind it is in the same process or remote.

mod balance;

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use antigravity_proto::types::Reason;
use http::{Request, Response, header::AUTHORIZATION};
use tonic::{
    Status,
    body::Body,
    service::Routes,
    transport::{Channel, Endpoint},
};
use tower::{
    Layer,
    util::{BoxCloneSyncService, MapErr},
};

use self::balance::{Balanced, Connect, Resolve};
use crate::{
    access::key::Key,
    deadline::layer::{DeadlineLayer, timer_rang},
    metrics::MeasureLayer,
    options::Address,
    program::chain,
    status::Problem,
    tls::{Connector, Tls, Trouble, Whose},
};

/// What a generated client stands on, such as `RetrieverServiceClient<Transport>`. It can't fail: what goes wrong arrives as a status. (With a
/// boxed error, a future that awaits such a client would not be provably `Send`: "implementation of `From` is not general enough".)
pub type Transport = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How often an idle connection is asked whether it still is one: half-open connections are noticed within this time and the next.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a name in use is resolved again, and replicas that are away are looked for: as long as a cluster's DNS lets names live.
const LOOKED_FOR_EVERY: Duration = Duration::from_secs(5);

/// Who is at the other end, which decides the reason that a caller is given when it can't be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Qdrant.
    Index,
    /// The retriever.
    Retriever,
    /// The answerer.
    Answerer,
    /// The gateway, as seen from the program.
    Gateway,
}

impl Peer {
    fn unreachable(self) -> Reason {
        match self {
            Self::Index => Reason::IndexUnavailable,
            Self::Retriever => Reason::RetrieverUnavailable,
            Self::Answerer => Reason::AnswererUnavailable,
            Self::Gateway => Reason::PeerUnavailable,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Index => "the vector database",
            Self::Retriever => "the retriever",
            Self::Answerer => "the answerer",
            Self::Gateway => "the service",
        }
    }

    fn whose(self) -> Whose {
        match self {
            Self::Index => Whose::Others,
            Self::Retriever | Self::Answerer | Self::Gateway => Whose::Ours,
        }
    }

    /// Why a call came to nothing: what is wrong with TLS is told the caller, who can do something about it or tell who can.
    fn failed(self, failure: Status, trouble: &Trouble) -> Status {
        match trouble.told() {
            Some(why) if !timer_rang(&failure) => {
                let reason = self.unreachable();
                tracing::warn!(peer = reason.as_str_name(), why, cause = failure.message(), "a peer could not be reached over TLS");
                Problem::new(reason, format!("{} can't be reached: {why}", self.name())).into()
            }
            _ => failure,
        }
    }
}

/// A service in the same process: no HTTP/2 and no socket between, but the same wire contract, deadlines included.
pub fn in_process(routes: Routes) -> Transport {
    let served = MeasureLayer::inner().layer(DeadlineLayer::server().layer(routes.prepare()));
    boxed(DeadlineLayer::client(Reason::PeerUnavailable).layer(served), None)
}

/// A service behind an address: calls are spread over all the addresses that its name has. Connections are made at the first call, and again when
/// they were lost. Must be called inside a Tokio runtime, which owns them.
pub fn remote(address: &Address, peer: Peer) -> Transport {
    remote_over(&Tls::default(), address, peer)
}

/// The same with certificates of this process's own, for an `https://` address.
pub fn remote_over(tls: &Tls, address: &Address, peer: Peer) -> Transport {
    let (name, port) = (address.host().trim_matches(['[', ']']).to_owned(), address.port());
    let resolve: Resolve = Box::new(move || {
        let name = name.clone();
        Box::pin(async move { Ok(tokio::net::lookup_host((name, port)).await?.collect()) })
    });
    let connector = Connector::new(address, tls, peer.whose(), CONNECT_TIMEOUT);
    let trouble = connector.trouble();
    let to = address.clone();
    let connect: Connect = Box::new(move |replica| Box::pin(connected(connector.clone(), to.clone(), replica)));
    let balanced = Balanced::new(resolve, connect, LOOKED_FOR_EVERY);
    let told = MapErr::new(balanced, move |failure| peer.failed(failure, &trouble));
    boxed(DeadlineLayer::client(peer.unreachable()).layer(told), Some(address.clone()))
}

/// A connection to one of an address's replicas, or why there is none.
async fn connected(connector: Connector, to: Address, replica: SocketAddr) -> Result<Channel, String> {
    let failed = |error: tonic::transport::Error| format!("{replica}: {}", chain(&error));
    // Plain for tonic, as for `Connector::channel`.
    let endpoint = Endpoint::from_shared(format!("http://{replica}")).map_err(failed)?;
    let endpoint = endpoint
        .origin(to.uri().clone())
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT);
    endpoint.connect_with_connector(connector).await.map_err(failed)
}

/// The same, with a key that is shown with every call.
pub fn with_key(transport: Transport, key: &Key) -> Transport {
    let shown = key.bearer();
    BoxCloneSyncService::new(tower::util::MapRequest::new(transport, move |mut request: Request<Body>| {
        request.headers_mut().insert(AUTHORIZATION, shown.clone());
        request
    }))
}

fn boxed<S>(service: S, to: Option<Address>) -> Transport
where
    S: tower::Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    BoxCloneSyncService::new(MeasureLayer::client(to).layer(service))
}
