//! Connections to others, with TLS where their address says so.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_util::{client::legacy::connect::HttpConnector, rt::TokioIo};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};
use tower::{BoxError, Service};

use super::{Tls, Whose, explain, stream::Connection};
use crate::options::Address;

/// Makes the connections to one address, each with the certificates that hold then.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    tcp: HttpConnector,
    /// The name that the other end's certificate must be for: as it was given, whatever it resolves to. `None`: no TLS.
    name: Option<String>,
    tls: Tls,
    whose: Whose,
    trouble: Trouble,
}

/// What is wrong with TLS to an address, in words that say what to do; nothing while it is well. hyper and h2 pass on of an error what fits into
/// their own, which isn't enough to tell a caller what to do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<String>>>);

impl Trouble {
    /// It is this.
    pub(super) fn is(&self, what: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(what.into());
    }

    /// There is none.
    pub(super) fn over(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What it is.
    pub(crate) fn told(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Connector {
    /// `limit`: how long a connection without TLS may take, divided among the addresses of a name.
    pub(crate) fn new(address: &Address, tls: &Tls, whose: Whose, limit: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(limit));
        let name = address.is_tls().then(|| address.host().trim_matches(['[', ']']).to_owned());
        Self { tcp, name, tls: tls.clone(), whose, trouble: Trouble::default() }
    }

    /// The channel over these connections. tonic is told that the address is a plain one: for another it would want to do TLS by itself. What is
    /// sent says the true scheme.
    pub(crate) fn channel(self, address: &Address, settings: impl FnOnce(Endpoint) -> Endpoint) -> Channel {
        let plain = format!("http://{}:{}", address.host(), address.port()).parse().unwrap_or_else(|_| address.uri().clone());
        settings(Channel::builder(plain).origin(address.uri().clone())).connect_with_connector_lazy(self)
    }

    /// What will be wrong with its connections.
    pub(crate) fn trouble(&self) -> Trouble {
        self.trouble.clone()
    }

    async fn connect(self, tcp: TcpStream) -> Result<Connection, BoxError> {
        let Self { name, tls, whose, trouble, .. } = self;
        let Some(name) = name else { return Ok(Connection::plain(tcp).telling(trouble)) };
        let unfinished = Unfinished(&trouble);
        let ended = handshake(name, &tls, whose, tcp).await;
        std::mem::forget(unfinished);
        match ended {
            Ok(connection) => Ok(connection.telling(trouble)),
            Err(error) => {
                trouble.is(explain::failed(&error));
                Err(error.into())
            }
        }
    }
}

/// A handshake under way: the time for the connection may end before it does.
struct Unfinished<'trouble>(&'trouble Trouble);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.is("it takes connections, and ends no TLS handshake");
    }
}

async fn handshake(name: String, tls: &Tls, whose: Whose, tcp: TcpStream) -> io::Result<Connection> {
    let name = ServerName::try_from(name).map_err(io::Error::other)?;
    let config = tls.client(whose).await.map_err(io::Error::other)?;
    let stream = TlsConnector::from(config).connect(name, tcp).await?;
    if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return Err(io::Error::other("it doesn't speak HTTP/2"));
    }
    Ok(Connection::tls(stream))
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Connection>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (tcp, this) = (self.tcp.call(uri), self.clone());
        Box::pin(async move {
            // What was wrong is told until something else is known: calls that it failed may look while this attempt is under way.
            let tcp = tcp.await.inspect_err(|_| this.trouble.over())?;
            Ok(TokioIo::new(this.connect(tcp.into_inner()).await?))
        })
    }
}
