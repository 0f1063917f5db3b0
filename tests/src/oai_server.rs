//! An OAI-PMH server over a list of records that a test may change: `Identify`, and `ListRecords` by days, in pages with resumption tokens. It
//! keeps what it was asked, and can leave a request without an answer. How a client gets over a server that errs is tested where the client is.

use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The server's day.
pub const TODAY: &str = "2026-11-24";
/// Records of a page.
const PAGE: usize = 3;

/// A record as the server has it.
#[derive(Clone, Debug)]
pub struct OaiRecord {
    /// `2026-11-02`, when it changed last.
    pub day: &'static str,
    /// `2611.00001`.
    pub id: String,
    /// Title and abstract; `None` for a record that was deleted.
    pub text: Option<(String, String)>,
}

/// The server, until it is dropped.
pub struct OaiServer {
    endpoint: String,
    shared: Arc<Shared>,
    _serving: JoinSet<()>,
}

struct Shared {
    records: Mutex<Vec<OaiRecord>>,
    /// What lists were asked for: `2026-11-01/2026-11-24`, and `… +3` for the page from the fourth record on.
    asked: Mutex<Vec<String>>,
    /// How many more lists are answered; `None` for all.
    answers: Mutex<Option<usize>>,
    stalled: Semaphore,
}

impl OaiServer {
    /// Serves these records on a free port of this machine.
    pub async fn start(records: Vec<OaiRecord>) -> Self {
        let shared = Arc::new(Shared {
            records: Mutex::new(records),
            asked: Mutex::default(),
            answers: Mutex::default(),
            stalled: Semaphore::new(0),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/oai", listener.local_addr().unwrap());
        let routes = axum::Router::new().route("/oai", get(answer)).with_state(shared.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { endpoint, shared, _serving: serving }
    }

    /// Its base URL.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Answers so many lists more, and none after them; `None`: all.
    pub fn answers(&self, pages: Option<usize>) {
        *self.shared.answers.lock().unwrap() = pages;
    }

    /// Waits until a request is left without an answer.
    pub async fn stalled(&self) {
        self.shared.stalled.acquire().await.unwrap().forget();
    }

    /// Puts a record in the place of the one of the same id.
    pub fn change(&self, record: OaiRecord) {
        let mut records = self.shared.records.lock().unwrap();
        records.retain(|known| known.id != record.id);
        records.push(record);
    }

    /// What lists were asked for since this was called last.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.asked.lock().unwrap())
    }
}

async fn answer(State(shared): State<Arc<Shared>>, Query(query): Query<Value>) -> Response {
    let parameter = |name: &str| query.get(name).and_then(Value::as_str);
    let content = if parameter("verb") == Some("Identify") {
        "<Identify><protocolVersion>2.0</protocolVersion><earliestDatestamp>1991-08-01</earliestDatestamp></Identify>".to_owned()
    } else {
        // A token says everything: days and place.
        let days = |name| parameter(name).unwrap_or_default();
        let asked = parameter("resumptionToken").map_or_else(|| format!("{}/{}", days("from"), days("until")), str::to_owned);
        shared.asked.lock().unwrap().push(asked.clone());
        if !shared.answered() {
            shared.stalled.add_permits(1);
            std::future::pending::<()>().await;
        }
        shared.page(&asked)
    };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OAI-PMH xmlns=\"http://www.openarchives.org/OAI/2.0/\">\
         <responseDate>{TODAY}T10:00:00Z</responseDate><request>x</request>{content}</OAI-PMH>"
    );
    ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], xml).into_response()
}

impl Shared {
    fn answered(&self) -> bool {
        match &mut *self.answers.lock().unwrap() {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }

    fn page(&self, asked: &str) -> String {
        let (days, offset) = asked.split_once(" +").unwrap_or((asked, "0"));
        let (from, until) = days.split_once('/').unwrap();
        let offset: usize = offset.parse().unwrap();
        let records = self.records.lock().unwrap();
        let found: Vec<&OaiRecord> = records.iter().filter(|record| (from..=until).contains(&record.day)).collect();
        if found.is_empty() {
            return "<error code=\"noRecordsMatch\">none</error>".to_owned();
        }
        let page: String = found.iter().skip(offset).take(PAGE).map(|record| record.xml()).collect();
        let next = offset + PAGE;
        let token = if next < found.len() { format!("{days} +{next}") } else { String::new() };
        format!("<ListRecords>{page}<resumptionToken>{token}</resumptionToken></ListRecords>")
    }
}

impl OaiRecord {
    fn xml(&self) -> String {
        let Self { day, id, text } = self;
        let header = format!("<identifier>oai:arXiv.org:{id}</identifier><datestamp>{day}</datestamp><setSpec>physics:hep-ph</setSpec>");
        let Some((title, abstract_text)) = text else {
            return format!("<record><header status=\"deleted\">{header}</header></record>");
        };
        format!(
            "<record><header>{header}</header><metadata><arXiv xmlns=\"http://arxiv.org/OAI/arXiv/\"><id>{id}</id><created>2026-01-05</created>\
             <authors><author><keyname>Name</keyname></author></authors><title>{title}</title><categories>hep-ph</categories>\
             <abstract>{abstract_text}</abstract></arXiv></metadata></record>"
        )
    }
}
