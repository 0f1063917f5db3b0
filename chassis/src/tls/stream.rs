//! A connection of ours, on either side, with or without TLS.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::TlsStream;
use tonic::transport::server::Connected;

use super::{connect::Trouble, explain};
use crate::server::{Untaken, Watch};

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    io: Io,
    /// Who is told what the other end does wrong. On the server's side: nobody.
    told: Option<Trouble>,
    /// Whether the other end has said something.
    heard: bool,
    /// Whether the other end takes what it asked for. On the client's side: nobody looks.
    watch: Option<Watch>,
}

#[derive(Debug)]
enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection {
    pub(super) fn plain(tcp: TcpStream) -> Self {
        Self::over(Io::Plain(tcp))
    }

    pub(super) fn tls(stream: impl Into<TlsStream<TcpStream>>) -> Self {
        Self::over(Io::Tls(Box::new(stream.into())))
    }

    fn over(io: Io) -> Self {
        Self { io, told: None, heard: false, watch: None }
    }

    /// Ends in an error when the other end leaves what it asked for untaken for so long.
    pub(super) fn watched(self, stall: Duration) -> Self {
        Self { watch: Some(Watch::new(stall)), ..self }
    }

    pub(super) fn telling(self, trouble: Trouble) -> Self {
        Self { told: Some(trouble), ..self }
    }

    fn tcp(&self) -> &TcpStream {
        match &self.io {
            Io::Plain(tcp) => tcp,
            Io::Tls(stream) => stream.get_ref().0,
        }
    }

    /// What was just read, if it says what is wrong with this connection.
    fn hear(&mut self, read: &Poll<io::Result<()>>, bytes: &[u8]) {
        let Some(trouble) = &self.told else { return };
        match (read, &self.io) {
            // With TLS 1.3 a refused certificate is told after the handshake.
            (Poll::Ready(Err(error)), Io::Tls(_)) if !self.heard => trouble.is(explain::failed(error)),
            (Poll::Ready(Ok(())), Io::Plain(_)) if !self.heard && explain::is_of_tls_port(bytes) => trouble.is(explain::SPEAKS_TLS),
            (Poll::Ready(Ok(())), _) if !self.heard && !bytes.is_empty() => trouble.over(),
            _ => {}
        }
        self.heard |= !bytes.is_empty();
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_read(context, buffer),
            Io::Tls(stream) => Pin::new(stream.as_mut()).poll_read(context, buffer),
        };
        self.hear(&read, buffer.filled().get(before..).unwrap_or_default());
        match self.watch.as_mut().filter(|_| read.is_pending()) {
            Some(watch) => watch.poll(context).map(Err),
            None => read,
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_write(context, bytes),
            Io::Tls(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_flush(context),
            Io::Tls(stream) => Pin::new(stream.as_mut()).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_shutdown(context),
            Io::Tls(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
        }
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Plain(tcp) => Pin::new(tcp).poll_write_vectored(context, parts),
            Io::Tls(stream) => Pin::new(stream.as_mut()).poll_write_vectored(context, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(tcp) => tcp.is_write_vectored(),
            Io::Tls(stream) => stream.is_write_vectored(),
        }
    }
}

/// What the requests of a connection know of it, with TLS as without.
#[derive(Debug, Clone)]
pub(crate) struct ConnectInfo {
    /// Who is at the other end, which access by a proxy asks for.
    pub(crate) peer: Option<SocketAddr>,
    /// What it asked for and doesn't take. `None` where nobody looks.
    pub(crate) untaken: Option<Untaken>,
}

impl Connected for Connection {
    type ConnectInfo = ConnectInfo;

    fn connect_info(&self) -> ConnectInfo {
        ConnectInfo { peer: self.tcp().peer_addr().ok(), untaken: self.watch.as_ref().map(|watch| watch.untaken().clone()) }
    }
}
