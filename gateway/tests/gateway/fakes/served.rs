//! The gateway behind a real port, and a caller that writes bytes: what no client library would send, it can.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use antigravity_chassis::access::{AccessOptions, Limits, QuotaOptions};
use antigravity_chassis::server::{Server, ServerOptions};
use antigravity_chassis::transport::{Peer, Transport, in_process, remote};
use antigravity_gateway::access::guard;
use antigravity_gateway::{Gateway, Options, SERVICE_NAME};
use antigravity_proto::answerer::v1::answerer_service_server::AnswererServiceServer;
use antigravity_proto::retriever::v1::retriever_service_server::RetrieverServiceServer;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tonic::service::Routes;

use super::Peers;

/// Nothing here may take longer, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(60);

/// A gateway that listens, until it is dropped.
pub struct Served {
    pub address: SocketAddr,
    _serving: JoinSet<()>,
}

impl Peers {
    /// Serves a gateway before these peers.
    pub async fn served(self) -> Served {
        self.served_with(Options::default(), |_| {}).await
    }

    /// The same, with options of the gateway's and of the server's own.
    pub async fn served_with(self, options: Options, server: impl FnOnce(&mut ServerOptions)) -> Served {
        self.serve(options, AccessOptions::default(), Limits::default(), server).await
    }

    /// The same, to those who may call.
    pub async fn served_to(self, access: AccessOptions) -> Served {
        self.serve(Options::default(), access, Limits::default(), |_| {}).await
    }

    /// A gateway that keeps answers, for those who may call.
    pub async fn served_keeping(self, access: AccessOptions) -> Served {
        self.serve(keeping(), access, Limits::default(), |_| {}).await
    }

    /// The same, who may do so much.
    pub async fn served_within(self, access: AccessOptions, limits: Limits) -> Served {
        self.serve(Options::default(), access, limits, |_| {}).await
    }

    async fn serve(self, options: Options, access: AccessOptions, quota: Limits, server: impl FnOnce(&mut ServerOptions)) -> Served {
        let retriever = in_process(Routes::new(RetrieverServiceServer::new(self.retriever)));
        let answerer = in_process(Routes::new(AnswererServiceServer::new(self.answerer)));
        let mut served = ServerOptions::new(([127, 0, 0, 1], 0).into());
        server(&mut served);
        let guard = guard(&access, QuotaOptions { quota }, &options, served.listen).unwrap();
        let gateway = Gateway::build(options, retriever, answerer);
        let server = Server::bind(&served).await.unwrap().with_http(gateway.http()).with_guard(guard);
        let address = server.address();
        let mut serving = JoinSet::new();
        serving.spawn(async move { server.run(gateway.routes(), &[SERVICE_NAME], std::future::pending()).await.unwrap() });
        Served { address, _serving: serving }
    }
}

impl Served {
    /// What a gRPC client stands on.
    pub fn transport(&self) -> Transport {
        remote(&self.address.to_string().parse().unwrap(), Peer::Gateway)
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends a request as it is written, and reads the response to its end.
    pub async fn raw(&self, request: impl AsRef<[u8]>) -> Reply {
        let mut stream = self.connect().await;
        stream.write_all(request.as_ref()).await.unwrap();
        Reply::read(&mut stream).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.raw(format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.raw(request(path, &[("content-type", "application/json")], body.to_string().as_bytes())).await
    }
}

/// Options with which answers are kept.
pub fn keeping() -> Options {
    Options { keep_answers_days: Some(30), ..Default::default() }
}

/// A request whose connection is closed after it.
pub fn request(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

/// A response.
#[derive(Debug)]
pub struct Reply {
    pub code: u16,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Reply {
    pub async fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        tokio::time::timeout(LIMIT, stream.read_to_end(&mut bytes)).await.expect("the response has an end").unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no response: {text:?}"));
        let mut lines = head.lines();
        let code = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: HashMap<String, String> =
            lines.map(|line| line.split_once(": ").unwrap()).map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let chunked = headers.get("transfer-encoding").is_some_and(|encoding| encoding == "chunked");
        Self { code, headers, body: if chunked { joined(body) } else { body.to_owned() } }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The name and the data of each event.
    pub fn events(&self) -> Vec<(String, String)> {
        let of = |event: &str, field: &str| event.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default().to_owned();
        let events = self.body.split("\n\n").filter(|event| !event.trim().is_empty() && !event.starts_with(':'));
        events.map(|event| (of(event, "event: "), of(event, "data: "))).collect()
    }

    /// The detail of this kind in an error.
    pub fn detail(&self, kind: &str) -> Value {
        let name = format!("type.googleapis.com/google.rpc.{kind}");
        let details = self.json()["details"].as_array().cloned().unwrap_or_default();
        details.into_iter().find(|detail| detail["@type"] == name).unwrap_or(Value::Null)
    }
}

/// The body of a chunked message.
fn joined(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        body.push_str(&after[..size]);
        rest = after[size..].trim_start_matches("\r\n");
    }
    body
}
