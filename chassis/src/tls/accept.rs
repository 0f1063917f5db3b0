//! The connections of a port: each once its handshake is done, if the port speaks TLS.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{net::TcpStream, task::JoinSet, time::timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::Stream;
use tonic::transport::server::TcpIncoming;

use super::{Tls, explain, plaintext, stream::Connection};

/// How many handshakes may be under way. Each takes some 50 KiB at most; more of them are an attack, or a fault of a caller.
const MOST_HANDSHAKES: usize = 1_024;

/// The connections of a port. A handshake has a time limit, and holds up neither others nor the port.
#[derive(Debug)]
pub(crate) struct Incoming {
    listener: TcpIncoming,
    tls: Tls,
    /// How long a handshake may take.
    limit: Duration,
    /// How long a caller may leave untaken what it asked for.
    stall: Duration,
    handshakes: JoinSet<Option<Connection>>,
}

impl Incoming {
    pub(crate) fn new(listener: TcpIncoming, tls: Tls, limit: Duration, stall: Duration) -> Self {
        Self { listener, tls, limit, stall, handshakes: JoinSet::new() }
    }

    fn begin(&mut self, tcp: TcpStream) {
        if self.handshakes.len() >= MOST_HANDSHAKES {
            tracing::debug!(handshakes = MOST_HANDSHAKES, "a connection is refused: too many TLS handshakes are under way");
            return;
        }
        let (tls, limit) = (self.tls.clone(), self.limit);
        self.handshakes.spawn(async move {
            let peer = tcp.peer_addr().ok();
            match timeout(limit, handshake(&tls, tcp, peer)).await {
                Ok(Ok(connection)) => connection,
                Ok(Err(error)) => {
                    tracing::debug!(?peer, %error, "a connection ended before it became a TLS connection");
                    None
                }
                Err(_) => {
                    tracing::info!(?peer, seconds = limit.as_secs(), "a TLS handshake took too long");
                    None
                }
            }
        });
    }
}

impl Stream for Incoming {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Connection>>> {
        let this = &mut *self;
        loop {
            match Pin::new(&mut this.listener).poll_next(context) {
                Poll::Ready(Some(Ok(tcp))) if this.tls.serves() => this.begin(tcp),
                Poll::Ready(accepted) => {
                    let watched = |tcp| Connection::plain(tcp).watched(this.stall);
                    return Poll::Ready(accepted.map(|accepted| accepted.map(watched)));
                }
                Poll::Pending => match this.handshakes.poll_join_next(context) {
                    Poll::Ready(Some(Ok(Some(connection)))) => return Poll::Ready(Some(Ok(connection.watched(this.stall)))),
                    // One that failed, which has said so.
                    Poll::Ready(Some(_)) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                },
            }
        }
    }
}

/// Makes a connection a TLS connection. `None` for one that was told why it can't be.
async fn handshake(tls: &Tls, tcp: TcpStream, peer: Option<SocketAddr>) -> io::Result<Option<Connection>> {
    let mut first = [0];
    if tcp.peek(&mut first).await? == 0 {
        // Whoever only looks whether the port is open.
        return Ok(None);
    }
    if !first.into_iter().all(plaintext::is_tls) {
        tracing::debug!(?peer, "plain text came to a port that speaks TLS");
        return plaintext::answer(tcp).await.map(|()| None);
    }
    let config = tls.server().await.map_err(io::Error::other)?;
    let config = config.ok_or_else(|| io::Error::other("there is no certificate"))?;
    match TlsAcceptor::from(config).accept(tcp).into_fallible().await {
        Ok(stream) => Ok(Some(Connection::tls(stream))),
        Err((error, tcp)) => {
            tracing::info!(?peer, why = explain::failed(&error), "a caller's TLS handshake failed");
            plaintext::end(tcp).await.map(|()| None)
        }
    }
}
