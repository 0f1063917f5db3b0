//! What `tests/load/gateway/run.py` measures with.
//!
//!     scripted_peers serve
//!         serves a scripted retriever and answerer and a collector of traces, prints their addresses as JSON, and goes on until its input ends
//!     scripted_peers in-process PER_SECOND SECONDS [COLLECTOR]
//!         asks a gateway in this process before such peers in this process, and prints what became of each question as JSON
//!     scripted_peers direct PER_SECOND SECONDS RETRIEVER ANSWERER
//!         asks the peers themselves what a gateway asks them for each question, without a gateway: what of a question's time is theirs
#![allow(
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "its replies are its result, and a fault of the script may end it"
)]

mod peers;
#[path = "../open_loop/schedule.rs"]
mod schedule;

use std::error::Error;

use antigravity_chassis::options::ServiceOptions;
use antigravity_chassis::tls::Tls;
use antigravity_chassis::transport::{Peer, Transport, in_process, remote};
use antigravity_gateway::{Gateway, Options};
use antigravity_proto::answerer::v1::answerer_service_client::AnswererServiceClient;
use antigravity_proto::answerer::v1::compose_response::Event;
use antigravity_proto::answerer::v1::{AssessCoverageRequest, ComposeRequest, ComposeResponse, CoverageQuestion};
use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest};
use antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient;
use antigravity_proto::retriever::v1::{Query, SearchRequest};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tonic::Status;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;

/// As long as questions are.
const QUESTION: &str = "How do neural networks that learn from unlabelled collisions find rare signals at the LHC?";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => serve().await,
        ["in-process", rate, seconds] => ask(rate.parse()?, seconds.parse()?, None).await,
        ["in-process", rate, seconds, collector] => ask(rate.parse()?, seconds.parse()?, Some(collector)).await,
        ["direct", rate, seconds, retriever, answerer] => direct(rate.parse()?, seconds.parse()?, retriever, answerer).await,
        _ => {
            Err("usage: scripted_peers serve | in-process PER_SECOND SECONDS [COLLECTOR] | direct PER_SECOND SECONDS RETRIEVER ANSWERER"
                .into())
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let (mut serving, mut addresses) = (JoinSet::new(), serde_json::Map::new());
    for (name, routes) in [("retriever", peers::retriever()), ("answerer", peers::answerer()), ("collector", peers::collector())] {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        addresses.insert(name.into(), listener.local_addr()?.to_string().into());
        serving.spawn(served(listener, routes));
    }
    println!("{}", serde_json::Value::Object(addresses));
    let ended = tokio::task::spawn_blocking(|| std::io::read_to_string(std::io::stdin()));
    tokio::select! {
        input = ended => drop(input?),
        Some(failed) = serving.join_next() => failed??,
    }
    Ok(())
}

async fn served(listener: TcpListener, routes: Routes) -> Result<(), tonic::transport::Error> {
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder().add_routes(routes).serve_with_incoming(incoming).await
}

async fn ask(per_second: f64, seconds: f64, collector: Option<&str>) -> Result<(), Box<dyn Error>> {
    let otlp_endpoint = collector.map(str::parse).transpose()?;
    ServiceOptions { otlp_endpoint, ..Default::default() }.start_telemetry("antigravity-gateway", &Tls::default())?;
    let gateway = Gateway::build(Options::default(), in_process(peers::retriever()), in_process(peers::answerer()));
    let client = GatewayServiceClient::new(in_process(gateway.routes())).max_decoding_message_size(16 << 20);
    let asked = schedule::at_rate(per_second, seconds, |_| question(client.clone())).await;
    println!("{}", serde_json::json!({"asks": asked, "searches": []}));
    gateway.close().await;
    Ok(())
}

async fn question(mut client: GatewayServiceClient<Transport>) -> Result<(), Status> {
    let ask = AskRequest { question: QUESTION.into(), ..Default::default() };
    let mut events = client.ask_stream(AskStreamRequest { ask: Some(ask) }).await?.into_inner();
    while events.message().await?.is_some() {}
    Ok(())
}

async fn direct(per_second: f64, seconds: f64, retriever: &str, answerer: &str) -> Result<(), Box<dyn Error>> {
    let retriever = RetrieverServiceClient::new(remote(&retriever.parse()?, Peer::Retriever)).max_decoding_message_size(16 << 20);
    let answerer = AnswererServiceClient::new(remote(&answerer.parse()?, Peer::Answerer)).max_decoding_message_size(16 << 20);
    let asked = schedule::at_rate(per_second, seconds, |_| peers_calls(retriever.clone(), answerer.clone())).await;
    println!("{}", serde_json::json!({"asks": asked, "searches": []}));
    Ok(())
}

/// What a gateway asks its peers for one question, one call after the other as it does.
async fn peers_calls(
    mut retriever: RetrieverServiceClient<Transport>,
    mut answerer: AnswererServiceClient<Transport>,
) -> Result<(), Status> {
    let query = |text: &str| Query { text: text.into(), limit: 8, ..Default::default() };
    let found = retriever.search(SearchRequest { queries: vec![query(QUESTION)], ..Default::default() }).await?.into_inner();
    let compose = ComposeRequest { question: QUESTION.into(), result: found.results.into_iter().next(), ..Default::default() };
    let (mut events, mut candidates) = (answerer.compose(compose).await?.into_inner(), Vec::new());
    while let Some(ComposeResponse { event }) = events.message().await? {
        if let Some(Event::Composition(composition)) = event {
            candidates = composition.follow_up_candidates;
        }
    }
    let queries = candidates.iter().map(|candidate| query(&candidate.question)).collect();
    let found = retriever.search(SearchRequest { queries, ..Default::default() }).await?.into_inner();
    let questions = candidates.into_iter().zip(found.results);
    let questions = questions.map(|(candidate, result)| CoverageQuestion { question: candidate.question, result: Some(result) }).collect();
    answerer.assess_coverage(AssessCoverageRequest { questions }).await.map(drop)
}
