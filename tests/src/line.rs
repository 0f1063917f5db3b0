//! A network connection that can be cut, held, and led elsewhere: what stands between two services when something fails.

use std::net::SocketAddr;

use antigravity_chassis::options::Address;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A line to a service, until it is dropped.
pub struct Line {
    address: SocketAddr,
    state: watch::Sender<State>,
    held: watch::Receiver<u64>,
    _serving: JoinSet<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Leads there.
    Open(SocketAddr),
    /// Takes everything and passes nothing on, as a partition or a process that hangs does. Nothing that was taken is lost.
    Held,
    /// Ends every connection.
    Cut,
}

impl Line {
    /// A line that leads to this address.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, states) = watch::channel(State::Open(target));
        let (holding, held) = watch::channel(0);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut lines = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                lines.spawn(join(stream, states.clone(), holding.clone()));
            }
        });
        Self { address, state, held, _serving: serving }
    }

    /// Where it begins.
    pub fn socket(&self) -> SocketAddr {
        self.address
    }

    /// The same as a setting.
    pub fn setting(&self) -> Address {
        self.address.to_string().parse().unwrap()
    }

    /// Ends all connections; new ones end at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// Passes nothing on.
    pub fn hold(&self) {
        self.state.send_replace(State::Held);
    }

    /// Waits until something has been held up since the last time.
    pub async fn has_held(&mut self) {
        self.held.changed().await.unwrap();
    }

    /// Leads to this address from now on. What was held goes on where it was going.
    pub fn open(&self, target: SocketAddr) {
        self.state.send_replace(State::Open(target));
    }
}

/// Joins a caller with whom the line leads to, until either ends or the line is cut.
async fn join(caller: TcpStream, mut states: watch::Receiver<State>, holding: watch::Sender<u64>) {
    let State::Open(target) = *states.wait_for(|state| *state != State::Held).await.unwrap() else { return };
    // Nobody there: the caller's connection ends as well.
    let Ok(service) = TcpStream::connect(target).await else { return };
    for stream in [&caller, &service] {
        stream.set_nodelay(true).unwrap();
    }
    let ((from_caller, to_caller), (from_service, to_service)) = (caller.into_split(), service.into_split());
    let (there, back) = (states.clone(), states.clone());
    tokio::select! {
        _ = states.wait_for(|state| *state == State::Cut) => {}
        () = pass(from_caller, to_service, there, &holding) => {}
        () = pass(from_service, to_caller, back, &holding) => {}
    }
}

/// Passes on what comes, once the line isn't held.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut states: watch::Receiver<State>, holding: &watch::Sender<u64>) {
    let mut piece = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut piece).await {
        if *states.borrow_and_update() == State::Held {
            holding.send_modify(|times| *times += 1);
        }
        if states.wait_for(|state| *state != State::Held).await.is_err() || to.write_all(&piece[..length]).await.is_err() {
            break;
        }
    }
}
