//! Asks and searches a gateway at fixed rates: `open_loop ADDRESS ASKS_PER_SECOND SEARCHES_PER_SECOND SECONDS DEADLINE_SECONDS QUESTIONS.json`.
//!
//! Answers are streamed. Every call has the deadline. What became of each is printed as JSON: `{"asks": […], "searches": […]}`.
#![allow(clippy::print_stdout, reason = "its replies are its result")]

mod schedule;

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use antigravity_proto::gateway::v1::gateway_service_client::GatewayServiceClient;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest, SearchRequest};
use schedule::at_rate;
use tonic::transport::Endpoint;
use tonic::{Request, Status};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, asks, searches, seconds, deadline, questions] = arguments.as_slice() else {
        return Err("usage: open_loop ADDRESS ASKS_PER_SECOND SEARCHES_PER_SECOND SECONDS DEADLINE_SECONDS QUESTIONS.json".into());
    };
    let (asks, searches, seconds): (f64, f64, f64) = (asks.parse()?, searches.parse()?, seconds.parse()?);
    let deadline = Duration::from_secs_f64(deadline.parse()?);
    let questions: Arc<[String]> = serde_json::from_str::<Vec<String>>(&std::fs::read_to_string(questions)?)?.into();
    let channel = Endpoint::from_shared(format!("http://{address}"))?.tcp_nodelay(true).connect().await?;
    let gateway = GatewayServiceClient::new(channel).max_decoding_message_size(16 << 20);
    let question = |number: usize| questions.get(number % questions.len()).cloned().unwrap_or_default();
    let (asked, searched) = tokio::join!(
        at_rate(asks, seconds, |number| ask(gateway.clone(), question(number), deadline)),
        at_rate(searches, seconds, |number| search(gateway.clone(), question(number), deadline)),
    );
    println!("{}", serde_json::json!({"asks": asked, "searches": searched}));
    Ok(())
}

type Client = GatewayServiceClient<tonic::transport::Channel>;

async fn ask(mut gateway: Client, question: String, deadline: Duration) -> Result<(), Status> {
    let mut request = Request::new(AskStreamRequest { ask: Some(AskRequest { question, ..Default::default() }) });
    request.set_timeout(deadline);
    let mut events = gateway.ask_stream(request).await?.into_inner();
    while events.message().await?.is_some() {}
    Ok(())
}

async fn search(mut gateway: Client, query: String, deadline: Duration) -> Result<(), Status> {
    let mut request = Request::new(SearchRequest { query, limit: 8, ..Default::default() });
    request.set_timeout(deadline);
    gateway.search(request).await.map(drop)
}
