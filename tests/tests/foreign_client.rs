//! Clients of other making: gRPC's C core under Python, which knows the contract by reflection alone, and protobuf's own JSON mapping.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::json::{from_json, to_json};
use antigravity_proto::types::Answer;
use antigravity_tests::model_server::{End, ModelServer, Reply};
use antigravity_tests::stack::{Placement, Setup};
use antigravity_tests::{archive, python};
use prost::Message as _;
use tempfile::TempDir;

/// Asks the three processes everything that a foreign client can trip over; the script says what.
#[tokio::test]
async fn grpcio_by_reflection() {
    let Some(mut client) = python::script("foreign_client.py") else {
        return;
    };
    let data = archive::sample().await;
    let models = TempDir::new().unwrap();
    let stalling = ModelServer::start([Reply::Streams("The archive speaks to this. And ".into(), End::Stalls)]).await;
    let setup = Setup { config: Some(stalling.config(models.path(), "")), ..Setup::over(data.path()) };
    let stack = setup.start(Placement::ThreeProcesses).await;
    // gRPC's C core takes host and port without a scheme.
    client.args(stack.addresses().unwrap().map(|address| address.uri().authority().unwrap().to_string()));
    let said = tokio::task::spawn_blocking(|| python::run(client)).await.unwrap();
    assert!(said.trim_end().ends_with("all is well"), "{said}");
    stalling.caller_has_left().await;
    stack.stop().await;
}

/// An answer as we write it in JSON is one that protobuf's own mapping reads and writes: nothing is lost either way.
#[tokio::test]
async fn the_json_of_an_answer_is_protobufs_own() {
    let Some(mut mapping) = python::script("json_mapping.py") else {
        return;
    };
    let data = archive::sample().await;
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    let request = AskRequest { question: "Do scaling laws hold for jet foundation models?".into(), ..Default::default() };
    let answer = stack.gateway().ask(request).await.unwrap().into_inner().answer.unwrap();
    stack.stop().await;

    let folder = TempDir::new().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    mapping.arg(file("descriptors.binpb", antigravity_proto::FILE_DESCRIPTOR_SET)).arg("antigravityqa.type.v1.Answer");
    mapping.arg(file("answer.json", to_json(&answer).unwrap().to_string().as_bytes()));
    mapping.arg(file("answer.binpb", &answer.encode_to_vec()));
    assert_eq!(from_json::<Answer>(&python::run(mapping)).unwrap(), answer);
}
