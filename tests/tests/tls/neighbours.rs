//! Qdrant and the collector of traces, which speak TLS and let in only who shows a certificate. The embedded engine behind a port stands for Qdrant.

use antigravity_chassis::options::Address;
use antigravity_chassis::status::reason_of;
use antigravity_chassis::tls::{Callers, TlsOptions};
use antigravity_chassis::transport::in_process;
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::retriever::v1::ListArchivesRequest;
use antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient;
use antigravity_proto::types::Reason;
use antigravity_retriever::{Options, Prepared};
use antigravity_tests::authority::{Authority, Files, Valid};
use antigravity_tests::collector::Collector;
use antigravity_tests::engine::ServedEngine;
use antigravity_tests::stack::{Placement, Setup};
use antigravity_tests::{archive, paths};
use tempfile::TempDir;
use tonic::Code;

const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";

fn over_tls(port: u16) -> Address {
    format!("https://localhost:{port}").parse().unwrap()
}

#[tokio::test]
async fn each_service_shows_them_its_certificate() {
    let (data, folder) = (archive::sample().await, TempDir::new().unwrap());
    let authority = Authority::new("ours");
    let issue = |name: &str| authority.issue(&folder.path().join(name), &["localhost"], Valid::Now);
    let engine = ServedEngine::start_with_tls(&data.path().join("index"), &issue("qdrant").open()).await;
    let collector = Collector::start_with_tls(&issue("collector").open()).await;
    let setup = Setup {
        qdrant: Some(over_tls(engine.address.port())),
        collector: Some(over_tls(collector.socket().port())),
        tls: Some(["gateway", "retriever", "answerer"].map(issue)),
        ..Setup::over(data.path())
    };
    let stack = setup.start(Placement::ThreeProcesses).await;
    let request = AskRequest { question: QUESTION.into(), ..Default::default() };
    let answer = stack.gateway().ask(request).await.unwrap().into_inner().answer.unwrap();
    assert!(!answer.sources.is_empty());

    let services = ["antigravity-gateway", "antigravity-retriever", "antigravity-answerer"];
    let spans = collector.wait(|spans| services.iter().all(|service| spans.iter().any(|span| span.service == *service))).await;
    assert!(spans.iter().any(|span| span.name == "qdrant.Points/QueryBatch" && !span.failed));
    stack.stop().await;
    collector.stop().await;
    engine.stop().await;
}

/// What is told where the certificate is forgotten or has expired, where another authority is trusted, or where encryption is left out.
#[tokio::test]
async fn who_asks_a_retriever_that_qdrant_does_not_let_in_is_told_why() {
    let (data, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (ours, foreign) = (Authority::new("ours"), Authority::new("foreign"));
    let issue = |by: &Authority, name: &str, valid| by.issue(&folder.path().join(name), &["localhost"], valid);
    let qdrant = issue(&ours, "qdrant", Valid::Now);
    let engine = ServedEngine::start_with_tls(data.path(), &qdrant.open()).await;
    let port = engine.address.port();
    let (foreign, expired) = (issue(&foreign, "foreign", Valid::Now), issue(&ours, "expired", Valid::Expired));
    let only = |files: &Files| TlsOptions { tls_ca: Some(files.ca()), ..TlsOptions::default() };
    for (address, options, told) in [
        (over_tls(port), only(&foreign), "authority that isn't trusted here"),
        (over_tls(port), only(&qdrant), "it demands a certificate: set tls_cert and tls_key"),
        (over_tls(port), expired.options(), "is shown, which has expired"),
        (format!("http://localhost:{port}").parse().unwrap(), only(&qdrant), "it speaks TLS: use https://"),
    ] {
        let options =
            (Options { qdrant: Some(address), model_dir: paths::weights(), ..Options::default() }, options.open(Callers::Services));
        let retriever = Prepared::new(options.0).await.unwrap().build(&options.1.unwrap()).await.unwrap();
        let mut client = RetrieverServiceClient::new(in_process(retriever.routes()));
        let refused = client.list_archives(ListArchivesRequest {}).await.unwrap_err();
        assert_eq!((refused.code(), reason_of(&refused)), (Code::Unavailable, Some(Reason::IndexUnavailable)), "{refused:?}");
        assert!(refused.message().contains(told), "{told}: {refused:?}");
        retriever.close().await;
    }
    engine.stop().await;
}
