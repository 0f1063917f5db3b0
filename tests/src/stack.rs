//! The three services, joined in memory or by TCP.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use antigravity_answerer::Answerer;
use antigravity_chassis::options::{Address, Settings};
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::tls::Tls;
use antigravity_chassis::transport::{Peer, Transport, in_process, remote_over};
use antigravity_gateway::Gateway;
use antigravity_proto::answerer::v1::answerer_service_client::AnswererServiceClient;
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient;
use antigravity_retriever::Retriever;
use tokio::task::JoinSet;
use tonic::service::Routes;

use crate::authority::Files;
use crate::paths;
use crate::process::{Service, program};
use crate::stall::Stall;

/// Where the services are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In this process: no socket between them.
    OneProcess,
    /// The three programs, joined by TCP.
    ThreeProcesses,
}

/// A free port for the service, and one for its metrics and probes.
const LISTEN: [&str; 4] = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];

/// Both placements.
pub const PLACEMENTS: [Placement; 2] = [Placement::OneProcess, Placement::ThreeProcesses];

/// What the services are started with.
#[derive(Clone, Default)]
pub struct Setup {
    /// Where the archive is kept.
    pub data_dir: PathBuf,
    /// The configuration file that names models.
    pub config: Option<PathBuf>,
    /// A Qdrant server instead of the embedded engine.
    pub qdrant: Option<Address>,
    /// Makes the retriever stop answering. It then runs in this process in both placements, in the second one behind a port.
    pub stall: Option<Stall>,
    /// The collector that processes send their traces to.
    pub collector: Option<Address>,
    /// Whether prompts and answers stand in them.
    pub collector_text: bool,
    /// How many days answers are kept. `None`: they aren't.
    pub keep_answers_days: Option<u32>,
    /// The certificates of gateway, retriever and answerer, for `localhost`. `None`: no TLS. This process shows the gateway's.
    pub tls: Option<[Files; 3]>,
    /// Variables that the answerer's process gets.
    pub variables: Vec<(&'static str, &'static str)>,
}

/// The running services.
pub struct Stack {
    retriever: Transport,
    answerer: Transport,
    gateway: Transport,
    parts: Parts,
}

enum Parts {
    One(Retriever, Answerer, Gateway),
    Three { retriever: Remote, answerer: Service, gateway: Service },
}

/// A retriever behind a port.
enum Remote {
    Process(Service),
    Served(Address, Retriever, JoinSet<()>),
}

impl Setup {
    /// An archive in this folder, and nothing else.
    pub fn over(data_dir: &Path) -> Self {
        Self { data_dir: data_dir.to_owned(), ..Self::default() }
    }

    /// Starts the services. They are ready when this returns.
    pub async fn start(&self, placement: Placement) -> Stack {
        match placement {
            Placement::OneProcess => self.one_process().await,
            Placement::ThreeProcesses => self.three_processes().await,
        }
    }

    async fn one_process(&self) -> Stack {
        let retriever = self.retriever().await;
        let nothing = serde_json::json!({});
        let answerer = Answerer::build(Settings::read(&nothing, self.config.as_deref()).unwrap().load().unwrap()).await.unwrap();
        let (to_retriever, to_answerer) = (in_process(self.retriever_routes(&retriever)), in_process(answerer.routes()));
        let options = antigravity_gateway::Options { keep_answers_days: self.keep_answers_days, ..Default::default() };
        let gateway = Gateway::build(options, to_retriever.clone(), to_answerer.clone());
        Stack {
            retriever: to_retriever,
            answerer: to_answerer,
            gateway: in_process(gateway.routes()),
            parts: Parts::One(retriever, answerer, gateway),
        }
    }

    async fn three_processes(&self) -> Stack {
        let retriever = match &self.stall {
            Some(_) => self.served_retriever().await,
            None => Remote::Process(self.retriever_process()),
        };
        let answerer = self.answerer_process();
        let mut command = program("antigravity-gateway");
        self.serve(&mut command, 0);
        let [to_retriever, to_answerer] = [retriever.address(), answerer.address()].map(|address| self.named(&address));
        command.args(["--retriever", &to_retriever.to_string(), "--answerer", &to_answerer.to_string()]);
        if let Some(days) = self.keep_answers_days {
            command.args(["--keep-answers-days", &days.to_string()]);
        }
        let gateway = Service::start(command);
        let tls = self.tls.as_ref().map_or_else(Tls::default, |[own, ..]| own.open());
        Stack {
            retriever: remote_over(&tls, &to_retriever, Peer::Retriever),
            answerer: remote_over(&tls, &to_answerer, Peer::Answerer),
            gateway: remote_over(&tls, &self.named(&gateway.address()), Peer::Gateway),
            parts: Parts::Three { retriever, answerer, gateway },
        }
    }

    /// The program `antigravity-retriever` over the archive.
    pub fn retriever_process(&self) -> Service {
        let mut command = program("antigravity-retriever");
        self.serve(&mut command, 1).arg("--data-dir").arg(&self.data_dir).arg("--model-dir").arg(paths::weights());
        if let Some(qdrant) = &self.qdrant {
            command.args(["--qdrant", &qdrant.to_string()]);
        }
        Service::start(command)
    }

    fn answerer_process(&self) -> Service {
        let mut command = program("antigravity-answerer");
        self.serve(&mut command, 2).envs(self.variables.iter().copied());
        if let Some(config) = &self.config {
            command.arg("--config").arg(config);
        }
        Service::start(command)
    }

    /// An address as others call it: with TLS by the name on the certificate.
    pub fn named(&self, address: &Address) -> Address {
        if self.tls.is_none() {
            return address.clone();
        }
        format!("https://localhost:{}", address.port()).parse().unwrap()
    }

    /// What every process is given, and which of the certificates.
    fn serve<'a>(&self, command: &'a mut Command, part: usize) -> &'a mut Command {
        command.args(LISTEN);
        if let Some(tls) = &self.tls {
            command.envs(tls[part].variables());
        }
        if let Some(collector) = &self.collector {
            command.args(["--otlp-endpoint", &collector.to_string(), &format!("--otlp-text={}", self.collector_text)]);
            // At once, instead of every five seconds.
            command.env("OTEL_BSP_SCHEDULE_DELAY", "20");
        }
        command
    }

    async fn retriever(&self) -> Retriever {
        let options = antigravity_retriever::Options {
            data_dir: self.data_dir.clone(),
            model_dir: paths::weights(),
            qdrant: self.qdrant.clone(),
            ..Default::default()
        };
        Retriever::build(options).await.unwrap()
    }

    fn retriever_routes(&self, retriever: &Retriever) -> Routes {
        match &self.stall {
            Some(stall) => stall.routes(retriever.routes()),
            None => retriever.routes(),
        }
    }

    async fn served_retriever(&self) -> Remote {
        let retriever = self.retriever().await;
        let server = Server::bind(&ServerOptions::new(([127, 0, 0, 1], 0).into())).await.unwrap();
        let address = server.address().to_string().parse().unwrap();
        let routes = self.retriever_routes(&retriever);
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.run(routes, &[], std::future::pending()).await.unwrap() });
        Remote::Served(address, retriever, serving)
    }
}

impl Remote {
    fn address(&self) -> Address {
        match self {
            Self::Process(service) => service.address(),
            Self::Served(address, ..) => address.clone(),
        }
    }
}

impl Stack {
    /// A client of the gateway.
    pub fn gateway(&self) -> GatewayServiceClient<Transport> {
        GatewayServiceClient::new(self.gateway_transport()).max_decoding_message_size(16 << 20)
    }

    /// What a client of the gateway stands on.
    pub fn gateway_transport(&self) -> Transport {
        self.gateway.clone()
    }

    /// A client of the retriever.
    pub fn retriever(&self) -> RetrieverServiceClient<Transport> {
        RetrieverServiceClient::new(self.retriever.clone()).max_decoding_message_size(16 << 20)
    }

    /// A client of the answerer.
    pub fn answerer(&self) -> AnswererServiceClient<Transport> {
        AnswererServiceClient::new(self.answerer.clone())
    }

    /// The addresses of gateway, retriever and answerer, where they have any.
    pub fn addresses(&self) -> Option<[Address; 3]> {
        match &self.parts {
            Parts::One(..) => None,
            Parts::Three { retriever, answerer, gateway } => Some([gateway.address(), retriever.address(), answerer.address()]),
        }
    }

    /// The admin ports of gateway, retriever and answerer. Only where they are three processes.
    pub fn admin_ports(&self) -> [SocketAddr; 3] {
        match &self.parts {
            Parts::Three { retriever: Remote::Process(retriever), answerer, gateway } => {
                [gateway, retriever, answerer].map(Service::admin_port)
            }
            _ => panic!("these are not three processes"),
        }
    }

    /// Asks the gateway's process to stop, and doesn't wait. Only where they are three processes.
    pub fn drain_gateway(&self) {
        match &self.parts {
            Parts::Three { gateway, .. } => gateway.drain(),
            Parts::One(..) => panic!("these are not three processes"),
        }
    }

    /// What the three processes have logged so far. Empty in one process.
    pub fn logs(&self) -> String {
        match &self.parts {
            Parts::One(..) => String::new(),
            Parts::Three { retriever, answerer, gateway } => {
                let retriever = match retriever {
                    Remote::Process(service) => service.log(),
                    Remote::Served(..) => String::new(),
                };
                [gateway.log(), answerer.log(), retriever].concat()
            }
        }
    }

    /// Stops the services from the top down. The data directory is free afterwards.
    pub async fn stop(self) {
        let Self { retriever, answerer, gateway, parts } = self;
        drop((retriever, answerer, gateway));
        match parts {
            Parts::One(retriever, answerer, gateway) => {
                gateway.close().await;
                answerer.close().await;
                retriever.close().await;
            }
            Parts::Three { retriever, answerer, gateway } => {
                for service in [gateway, answerer] {
                    stopped_well(service).await;
                }
                match retriever {
                    Remote::Process(service) => stopped_well(service).await,
                    Remote::Served(_, retriever, serving) => {
                        drop(serving);
                        retriever.close().await;
                    }
                }
            }
        }
    }
}

async fn stopped_well(service: Service) {
    let ended = service.stop().await;
    assert!(ended.status.success(), "{}\n{}", ended.status, ended.log);
}
