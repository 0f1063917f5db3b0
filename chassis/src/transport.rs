//! The boxed handle: a service holds one, and can't tell whether what is behind it is in the same process or remote.

use std::{convert::Infallible, time::Duration};

use antigravity_proto::types::Reason;
use http::{Request, Response, header::AUTHORIZATION};
use tonic::{Status, body::Body, service::Routes};
use tower::{
    BoxError, Layer,
    util::{BoxCloneSyncService, MapErr},
};

use crate::{
    access::key::Key,
    deadline::layer::DeadlineLayer,
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
    fn failed(self, error: tonic::transport::Error, trouble: &Trouble) -> BoxError {
        match trouble.told() {
            None => error.into(),
            Some(why) => {
                let reason = self.unreachable();
                tracing::warn!(peer = reason.as_str_name(), why, cause = chain(&error), "a peer could not be reached over TLS");
                Status::from(Problem::new(reason, format!("{} can't be reached: {why}", self.name()))).into()
            }
        }
    }
}

/// A service in the same process: no HTTP/2 and no socket between, but the same wire contract, deadlines included.
pub fn in_process(routes: Routes) -> Transport {
    let served = MeasureLayer::inner().layer(DeadlineLayer::server().layer(routes.prepare()));
    boxed(DeadlineLayer::client(Reason::PeerUnavailable).layer(served), None)
}

/// A service behind an address. The connection is made at the first call, and again when it was lost. Must be called inside a Tokio runtime,
/// which owns the connection.
pub fn remote(address: &Address, peer: Peer) -> Transport {
    remote_over(&Tls::default(), address, peer)
}

/// The same with certificates of this process's own, for an `https://` address.
pub fn remote_over(tls: &Tls, address: &Address, peer: Peer) -> Transport {
    let connector = Connector::new(address, tls, peer.whose(), CONNECT_TIMEOUT);
    let trouble = connector.trouble();
    let channel = connector.channel(address, |endpoint| {
        endpoint.connect_timeout(CONNECT_TIMEOUT).http2_keep_alive_interval(KEEP_ALIVE_INTERVAL).keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
    });
    let told = MapErr::new(channel, move |error| peer.failed(error, &trouble));
    boxed(DeadlineLayer::client(peer.unreachable()).layer(told), Some(address.clone()))
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
