//! The replicas behind a name: which there are, and which of them are connected.

use std::{
    collections::BTreeSet,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{Request, Response};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};
use tonic::{Status, body::Body, transport::Channel};
use tower::ServiceExt as _;

use crate::admission::held;

/// How long resolving may take. Addresses that are known stay in use when it fails.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(3);

type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// The addresses behind a name.
pub(crate) type SocketAddrs = BTreeSet<SocketAddr>;
/// Finds them.
pub(crate) type Resolve = Box<dyn Fn() -> Task<io::Result<SocketAddrs>> + Send + Sync>;
/// Connects one, or says why it can't be reached.
pub(crate) type Connect = Box<dyn Fn(SocketAddr) -> Task<Result<Channel, String>> + Send + Sync>;

/// All replicas of a service, and the task that keeps them connected, which ends with its last user.
pub(super) struct Replicas {
    known: watch::Receiver<Known>,
    wanted: Arc<Notify>,
    in_use: Arc<AtomicBool>,
    turn: AtomicUsize,
    _keeper: JoinSet<()>,
}

/// What the keeper knows.
#[derive(Default)]
struct Known {
    connected: Vec<Arc<Replica>>,
    /// How many times all addresses have been tried.
    rounds: u64,
    /// Why the last round connected nobody.
    failure: String,
}

impl Replicas {
    pub(super) fn new(resolve: Resolve, connect: Connect, every: Duration) -> Self {
        let (publish, known) = watch::channel(Known::default());
        let (wanted, in_use) = (Arc::<Notify>::default(), Arc::<AtomicBool>::default());
        let keeper = Keeper {
            resolve,
            connect,
            wanted: wanted.clone(),
            in_use: in_use.clone(),
            publish,
            addresses: SocketAddrs::new(),
            connecting: SocketAddrs::new(),
            attempts: JoinSet::new(),
        };
        let mut owner = JoinSet::new();
        owner.spawn(keeper.keep(every));
        Self { known, wanted, in_use, turn: AtomicUsize::new(0), _keeper: owner }
    }

    /// The replica for the next call. Where none is connected, all are tried once.
    pub(super) async fn next(&self) -> Result<Arc<Replica>, Status> {
        self.in_use.store(true, Ordering::Relaxed);
        let mut known = self.known.clone();
        let mut seen = known.borrow_and_update().rounds;
        if let Some(replica) = self.least_busy() {
            return Ok(replica);
        }
        self.wanted.notify_one();
        loop {
            // The keeper lives as long as this.
            known.changed().await.map_err(|_| Status::unavailable("nobody keeps the connection"))?;
            if let Some(replica) = self.least_busy() {
                return Ok(replica);
            }
            let known = known.borrow_and_update();
            if known.rounds > seen {
                if !known.failure.is_empty() {
                    return Err(Status::unavailable(known.failure.clone()));
                }
                // That round had begun when a replica was not yet lost that is now.
                seen = known.rounds;
                self.wanted.notify_one();
            }
        }
    }

    /// Of those with equally few calls each has its turn.
    fn least_busy(&self) -> Option<Arc<Replica>> {
        let known = self.known.borrow();
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % known.connected.len().max(1);
        let (before, from) = known.connected.split_at_checked(turn)?;
        let present = from.iter().chain(before).filter(|replica| !replica.is_lost());
        present.min_by_key(|replica| replica.in_flight.load(Ordering::Relaxed)).cloned()
    }

    /// Takes a replica out until it is connected anew.
    pub(super) fn lose(&self, replica: &Replica) {
        replica.lost.store(true, Ordering::Relaxed);
        self.wanted.notify_one();
    }
}

/// One address of the service, connected.
pub(super) struct Replica {
    address: SocketAddr,
    channel: Channel,
    in_flight: Arc<AtomicUsize>,
    lost: AtomicBool,
}

impl Replica {
    fn new(address: SocketAddr, channel: Channel) -> Self {
        Self { address, channel, in_flight: Arc::default(), lost: AtomicBool::new(false) }
    }

    fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Calls it. The call is in flight until its response has ended.
    pub(super) async fn call(&self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let in_flight = InFlight::of(&self.in_flight);
        let response = self.channel.clone().oneshot(request).await;
        response.map(|response| held(response, in_flight)).map_err(|error| Status::from_error(error.into()))
    }
}

/// Counts a call for as long as it lives.
struct InFlight(Arc<AtomicUsize>);

impl InFlight {
    fn of(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Keeps every address that the name has connected.
struct Keeper {
    resolve: Resolve,
    connect: Connect,
    wanted: Arc<Notify>,
    in_use: Arc<AtomicBool>,
    publish: watch::Sender<Known>,
    addresses: SocketAddrs,
    connecting: SocketAddrs,
    attempts: JoinSet<(SocketAddr, Result<Channel, String>)>,
}

impl Keeper {
    async fn keep(mut self, every: Duration) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.wanted.notified() => self.look().await,
                _ = ticks.tick() => {
                    // A service that nobody calls is not looked for.
                    if self.in_use.swap(false, Ordering::Relaxed) {
                        self.look().await;
                    }
                }
                Some(Ok((address, connected))) = self.attempts.join_next() => self.tried(address, connected),
            }
        }
    }

    /// Resolves the name, lets go of what it no longer has, and begins to connect what isn't connected.
    async fn look(&mut self) {
        let failure = match timeout(RESOLVE_TIMEOUT, (self.resolve)()).await {
            Ok(Ok(found)) if !found.is_empty() => {
                self.addresses = found;
                None
            }
            Ok(Ok(_)) => Some("the name has no address".to_owned()),
            Ok(Err(error)) => Some(format!("the name can't be resolved: {error}")),
            Err(_) => Some("the name can't be resolved in time".to_owned()),
        };
        let mut missing = &self.addresses - &self.connecting;
        self.publish.send_modify(|known| {
            known.connected.retain(|replica| self.addresses.contains(&replica.address) && !replica.is_lost());
            known.failure = failure.unwrap_or_default();
            for replica in &known.connected {
                missing.remove(&replica.address);
            }
        });
        for address in missing {
            self.connecting.insert(address);
            let connecting = (self.connect)(address);
            self.attempts.spawn(async move { (address, connecting.await) });
        }
        self.end_round();
    }

    fn tried(&mut self, address: SocketAddr, connected: Result<Channel, String>) {
        self.connecting.remove(&address);
        self.publish.send_modify(|known| match connected {
            Ok(channel) if self.addresses.contains(&address) => known.connected.push(Arc::new(Replica::new(address, channel))),
            Ok(_) => {}
            Err(failure) => known.failure = failure,
        });
        self.end_round();
    }

    fn end_round(&self) {
        if self.connecting.is_empty() {
            self.publish.send_modify(|known| known.rounds += 1);
        }
    }
}
