//! scratch
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout, reason = "scratch")]
use antigravity_answerer::{Answerer, Options};
use antigravity_proto::answerer::v1::{ComposeRequest, compose_response::Event, answerer_service_client::AnswererServiceClient};
use antigravity_proto::types::QueryResult;
use futures_util::StreamExt;
#[tokio::test]
async fn dev() {
    let answerer = Answerer::build(Options::default()).await.unwrap();
    let mut client = AnswererServiceClient::new(antigravity_chassis::transport::in_process(answerer.routes()));
    let mut files: Vec<_> = std::fs::read_dir("/tmp/answerer_dev/hits").unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (question, json) = text.split_once('\n').unwrap();
        let result: QueryResult = antigravity_proto::json::from_json(json).unwrap();
        println!("\n################ {question}");
        let request = ComposeRequest { question: question.to_owned(), result: Some(result), ..Default::default() };
        let mut stream = client.compose(request).await.unwrap().into_inner();
        let mut md = String::new();
        while let Some(e) = stream.next().await {
            match e.unwrap().event.unwrap() {
                Event::Coverage(c) => println!("{:?} {:?} missing {:?} covered {:?}\n", c.level(), c.reason(), c.missing_aspects, c.covered_aspects),
                Event::Block(b) => { for c in &b.claims { if !matches!(c.verdict(), antigravity_proto::types::Verdict::Supported | antigravity_proto::types::Verdict::NoCitationNeeded) { println!("!!!! {:?} {:?} {}", c.verdict(), c.reason(), c.text) } } md += &b.markdown }
                Event::Restarted(r) => println!("RESTARTED {}", r.reason),
                Event::Composition(c) => { println!("{md}\n[{} words]", md.split_whitespace().count()); for f in c.follow_up_candidates.iter().take(12) { println!("  > {:?} {}", f.kind(), f.question) } println!("{:?} {:?} {:?}", c.coverage_time, c.compose_time, c.verify_time) }
            }
        }
    }
}
