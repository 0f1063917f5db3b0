//! Replicas behind a name: each is a health service that tells by its status which one it is.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};
use tonic::{
    Code, Streaming,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_health::{
    ServingStatus,
    pb::{
        HealthCheckRequest, HealthCheckResponse, health_check_response::ServingStatus as Told, health_client::HealthClient,
        health_server::HealthServer,
    },
    server::{HealthReporter, HealthService},
};

use super::*;

/// Often, so that no test waits.
const EVERY: Duration = Duration::from_millis(10);

struct Replica {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinSet<()>,
}

impl Replica {
    async fn start(who: ServingStatus) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), who).await
    }

    async fn start_at(address: SocketAddr, who: ServingStatus) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let reporter = HealthReporter::new();
        reporter.set_service_status("", who).await;
        let health = HealthServer::new(HealthService::from_health_reporter(reporter));
        let (stop, stopped) = oneshot::channel::<()>();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let stopped = async { drop(stopped.await) };
            Server::builder().add_service(health).serve_with_incoming_shutdown(TcpIncoming::from(listener), stopped).await.unwrap();
        });
        Self { address, stop, serving }
    }

    /// Ends it as SIGTERM does, once its calls have ended.
    async fn drain(mut self) {
        self.stop.send(()).unwrap();
        self.serving.join_next().await.unwrap().unwrap();
    }
}

/// The addresses of a name, and how often it was asked for them.
#[derive(Clone, Default)]
struct Name(Arc<(Mutex<BTreeSet<SocketAddr>>, AtomicUsize)>);

impl Name {
    fn of<'a>(replicas: impl IntoIterator<Item = &'a Replica>) -> Self {
        let name = Self::default();
        name.is(replicas);
        name
    }

    /// From now on the name has these addresses.
    fn is<'a>(&self, replicas: impl IntoIterator<Item = &'a Replica>) {
        *self.0.0.lock().unwrap() = replicas.into_iter().map(|replica| replica.address).collect();
    }

    fn client(&self) -> HealthClient<Balanced> {
        let name = self.clone();
        let resolve: Resolve = Box::new(move || {
            name.0.1.fetch_add(1, Ordering::Relaxed);
            let found = name.0.0.lock().unwrap().clone();
            Box::pin(std::future::ready(Ok(found)))
        });
        let connect: Connect = Box::new(|address| {
            Box::pin(async move { Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.map_err(|e| e.to_string()) })
        });
        HealthClient::new(Balanced::new(resolve, connect, EVERY))
    }
}

async fn asked(client: &mut HealthClient<Balanced>) -> Result<Told, Status> {
    client.check(HealthCheckRequest::default()).await.map(|reply| reply.into_inner().status())
}

/// A call that stays in flight.
async fn watched(client: &mut HealthClient<Balanced>) -> (Told, Streaming<HealthCheckResponse>) {
    let mut told = client.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    let who = told.message().await.unwrap().unwrap().status();
    (who, told)
}

/// Calls until both have answered.
async fn both_answer(client: &mut HealthClient<Balanced>) {
    for who in [Told::Serving, Told::NotServing] {
        while asked(client).await.unwrap() != who {}
    }
}

#[tokio::test]
async fn calls_go_to_all_addresses_of_a_name() {
    let replicas = [Replica::start(ServingStatus::Serving).await, Replica::start(ServingStatus::NotServing).await];
    both_answer(&mut Name::of(&replicas).client()).await;
}

#[tokio::test]
async fn a_replica_with_calls_in_flight_is_spared() {
    let replicas = [Replica::start(ServingStatus::Serving).await, Replica::start(ServingStatus::NotServing).await];
    let mut client = Name::of(&replicas).client();
    both_answer(&mut client).await;
    let (busy, _in_flight) = watched(&mut client).await;
    for _ in 0..10 {
        assert_ne!(asked(&mut client).await.unwrap(), busy);
    }
}

#[tokio::test]
async fn a_replica_that_drains_ends_its_calls_and_loses_none() {
    let [first, second] = [Replica::start(ServingStatus::Serving).await, Replica::start(ServingStatus::NotServing).await];
    let mut client = Name::of([&first, &second]).client();
    both_answer(&mut client).await;
    let (leaving, staying) = ((first, Told::Serving), Told::NotServing);
    let in_flight = loop {
        let (who, told) = watched(&mut client).await;
        if who == leaving.1 {
            break told;
        }
    };
    let address = leaving.0.address;
    let mut draining = JoinSet::new();
    draining.spawn(leaving.0.drain());
    for _ in 0..50 {
        asked(&mut client).await.unwrap();
    }
    while tokio::net::TcpStream::connect(address).await.is_ok() {}
    for _ in 0..50 {
        assert_eq!(asked(&mut client).await.unwrap(), staying);
    }
    assert!(draining.try_join_next().is_none(), "the call in flight goes on");
    drop(in_flight);
    draining.join_next().await.unwrap().unwrap();

    let _back = Replica::start_at(address, ServingStatus::Serving).await;
    both_answer(&mut client).await;
}

#[tokio::test]
async fn a_name_that_gets_another_address_leads_there_without_a_failed_call() {
    let [old, new] = [Replica::start(ServingStatus::Serving).await, Replica::start(ServingStatus::NotServing).await];
    let name = Name::of([&old]);
    let mut client = name.client();
    assert_eq!(asked(&mut client).await.unwrap(), Told::Serving);
    name.is([&new]);
    while asked(&mut client).await.unwrap() != Told::NotServing {}
    old.drain().await;
    assert_eq!(asked(&mut client).await.unwrap(), Told::NotServing);
}

#[tokio::test]
async fn a_name_that_is_no_longer_found_keeps_its_connections() {
    let replica = Replica::start(ServingStatus::Serving).await;
    let name = Name::of([&replica]);
    let mut client = name.client();
    asked(&mut client).await.unwrap();
    name.is([]);
    let asked_before = name.0.1.load(Ordering::Relaxed);
    while name.0.1.load(Ordering::Relaxed) < asked_before + 3 {
        assert_eq!(asked(&mut client).await.unwrap(), Told::Serving);
    }
}

#[tokio::test]
async fn where_nobody_is_the_call_fails_at_once_and_a_later_one_finds_who_came() {
    let mut nowhere = Name::default().client();
    let failed = asked(&mut nowhere).await.unwrap_err();
    assert_eq!((failed.code(), failed.message()), (Code::Unavailable, "the name has no address"));

    let gone = Replica::start(ServingStatus::Serving).await;
    let (name, address) = (Name::of([&gone]), gone.address);
    gone.drain().await;
    let mut client = name.client();
    let failed = asked(&mut client).await.unwrap_err();
    assert_eq!(failed.code(), Code::Unavailable, "{failed}");
    let _back = Replica::start_at(address, ServingStatus::Serving).await;
    assert_eq!(asked(&mut client).await.unwrap(), Told::Serving);
}
