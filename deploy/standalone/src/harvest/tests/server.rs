//! An OAI-PMH server that sends what a test has written down, byte by byte if need be.

use std::{
    collections::VecDeque,
    io::Write as _,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// What the server does with a request.
#[derive(Clone)]
pub(super) enum Act {
    /// Sends this and closes.
    Send(Vec<u8>),
    /// Sends this and then nothing, until the client has had enough.
    Stall(Vec<u8>),
}

/// A server. It stops with the test.
pub(super) struct Server {
    pub(super) endpoint: String,
    requests: Arc<Mutex<Vec<String>>>,
    script: Arc<Mutex<VecDeque<Act>>>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// A server that answers `Identify` and then acts by the script; beyond its end the last act is repeated.
    pub(super) async fn start(script: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/oai", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let script = Arc::new(Mutex::new(VecDeque::from(script)));
        let mut tasks = JoinSet::new();
        let (heard, acts) = (requests.clone(), script.clone());
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let head = head(&mut stream).await;
                let act = if head.contains("verb=Identify") { identify() } else { next(&acts) };
                heard.lock().unwrap().push(head);
                match act {
                    Act::Send(bytes) => drop(stream.write_all(&bytes).await),
                    Act::Stall(bytes) => {
                        let _ = stream.write_all(&bytes).await;
                        // Ends when the client hangs up.
                        let _ = stream.read(&mut [0]).await;
                    }
                }
                let _ = stream.shutdown().await;
            }
        });
        Self { endpoint, requests, script, _tasks: tasks }
    }

    /// Acts otherwise from now on.
    pub(super) fn rewrite(&self, script: Vec<Act>) {
        *self.script.lock().unwrap() = script.into();
    }

    /// The heads of all requests so far.
    pub(super) fn heads(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The queries of all requests but `Identify`, without what is always in them.
    pub(super) fn queries(&self) -> Vec<String> {
        let query = |head: &String| {
            let target = head.split(' ').nth(1)?.split_once('?')?.1.strip_prefix("verb=ListRecords&")?;
            Some(target.replace("metadataPrefix=arXiv&", ""))
        };
        self.heads().iter().filter_map(query).collect()
    }
}

fn next(script: &Mutex<VecDeque<Act>>) -> Act {
    let mut script = script.lock().unwrap();
    if script.len() > 1 { script.pop_front().unwrap() } else { script.front().cloned().unwrap() }
}

async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A reply with any status, headers and body.
pub(super) fn http(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Act {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Act::Send(bytes)
}

const XML: &str = "content-type: text/xml; charset=utf-8\r\n";

/// The document around an answer.
pub(super) fn document(content: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\
         <responseDate>2026-11-24T10:00:00Z</responseDate><request>x</request>{content}</OAI-PMH>"
    )
}

/// Any answer as a reply.
pub(super) fn xml(content: &str) -> Act {
    http("200 OK", XML, document(content))
}

fn identify() -> Act {
    xml("<Identify><protocolVersion>2.0</protocolVersion><earliestDatestamp>2026-10-01</earliestDatestamp></Identify>")
}

/// A page of a list.
pub(super) fn page(records: &[String], token: Option<&str>) -> Act {
    xml(&list(records, token, ""))
}

/// The content of a page, with attributes for its token.
pub(super) fn list(records: &[String], token: Option<&str>, attributes: &str) -> String {
    let token = token.map(|token| format!("<resumptionToken {attributes}>{token}</resumptionToken>")).unwrap_or_default();
    format!("<ListRecords>{}{token}</ListRecords>", records.concat())
}

/// The same, packed.
pub(super) fn packed(content: &str) -> Act {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(document(content).as_bytes()).unwrap();
    http("200 OK", &format!("{XML}content-encoding: gzip\r\n"), encoder.finish().unwrap())
}

/// A record of this number.
pub(super) fn record(number: u32, title: &str, comments: &str) -> String {
    format!(
        "<record><header><identifier>oai:arXiv.org:2611.{number:05}</identifier><datestamp>2026-11-02</datestamp><setSpec>physics:hep-ph</setSpec></header>\
         <metadata><arXiv xmlns=\"http://arxiv.org/OAI/arXiv/\"><id>2611.{number:05}</id><created>2026-11-01</created><authors><author><keyname>Name</keyname>\
         </author></authors><title>{title}</title><categories>hep-ph</categories><comments>{comments}</comments><abstract>A.</abstract></arXiv></metadata></record>"
    )
}

/// Records of these numbers, titled T.
pub(super) fn records(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(|number| record(number, "T", "")).collect()
}

/// A record that was deleted.
pub(super) fn deleted(number: u32) -> String {
    format!(
        "<record><header status=\"deleted\"><identifier>oai:arXiv.org:2611.{number:05}</identifier><datestamp>2026-11-02</datestamp></header></record>"
    )
}

/// An error of the protocol.
pub(super) fn error(code: &str) -> Act {
    xml(&format!("<error code=\"{code}\">because</error>"))
}

/// A server that is busy.
pub(super) fn busy(retry_after: &str) -> Act {
    http("503 Service Unavailable", &format!("retry-after: {retry_after}\r\n"), "")
}
