//! A question through three processes with certificates on all sides, and certificates that expire under way.

use std::fs;
use std::process::{Command, Output};

use antigravity_chassis::options::Address;
use antigravity_chassis::status::reason_of;
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::json::from_json;
use antigravity_proto::types::{Answer, Reason};
use antigravity_tests::authority::{Authority, END, Files, Valid};
use antigravity_tests::http::get;
use antigravity_tests::stack::{Placement, Setup, Stack};
use antigravity_tests::{archive, process};
use tempfile::TempDir;

const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";

/// The program `antigravity` at a gateway, with these variables.
fn program(gateway: &Address, variables: &[(&str, std::path::PathBuf)]) -> Output {
    let mut command = process::program("antigravity");
    command.args(["ask", "--json", QUESTION, "--server", &gateway.to_string()]).envs(variables.iter().cloned());
    command.output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Puts the files of one folder in the place of another's, as an editor would: one after another.
fn put(from: &Files, to: &Files) {
    for (from, to) in [(from.cert(), to.cert()), (from.key(), to.key())] {
        fs::copy(from, to).unwrap();
    }
}

async fn ask(stack: &Stack) -> Result<Answer, tonic::Status> {
    let asked = stack.gateway().ask(AskRequest { question: QUESTION.into(), ..Default::default() }).await;
    asked.map(|reply| reply.into_inner().answer.unwrap())
}

#[tokio::test]
async fn a_question_goes_the_whole_way_over_tls_and_an_expired_certificate_is_replaced_under_way() {
    let (data, folder) = (archive::sample().await, TempDir::new().unwrap());
    let authority = Authority::new("ours");
    let issue = |name: &str, valid| authority.issue(&folder.path().join(name), &["localhost"], valid);
    let services = ["gateway", "retriever", "answerer"].map(|name| issue(name, Valid::Now));
    let (valid, expired) = (issue("valid", Valid::Now), issue("expired", Valid::Expired));
    let [gateway_files, retriever_files, _] = services.clone();
    let setup = Setup { tls: Some(services), ..Setup::over(data.path()) };
    let stack = setup.start(Placement::ThreeProcesses).await;
    let [gateway, retriever, _] = stack.addresses().unwrap().map(|address| setup.named(&address));
    let answer = ask(&stack).await.unwrap();
    assert!(!answer.sources.is_empty());

    // Whoever calls the gateway needs its authority and no certificate; whoever calls what is behind it needs one.
    let trusting = [("ANTIGRAVITY_TLS_CA", valid.ca())];
    let printed = program(&gateway, &trusting);
    assert!(printed.status.success(), "{}", err(&printed));
    let by_program: Answer = from_json(&String::from_utf8(printed.stdout).unwrap()).unwrap();
    assert_eq!(by_program.markdown, answer.markdown);
    let by_curl = curl(&gateway, &valid);
    assert_eq!(by_curl.markdown, answer.markdown);
    for (address, variables, told) in [
        (&gateway, &[][..], "authority that isn't trusted here"),
        (&retriever, &trusting[..], "set tls_cert and tls_key"),
        (&format!("http://localhost:{}", gateway.port()).parse().unwrap(), &trusting, "it speaks TLS: use https://"),
    ] {
        let printed = program(address, variables);
        assert_eq!(printed.status.code(), Some(69), "{}", err(&printed));
        assert!(err(&printed).contains(told) && err(&printed).contains("[PEER_UNAVAILABLE]"), "{}", err(&printed));
        assert_eq!(err(&printed).lines().count(), 1, "{}", err(&printed));
    }

    let [admin, retriever_admin, _] = stack.admin_ports();
    assert_eq!(ends(admin).await, [("tls_ca".to_owned(), END), ("tls_cert".to_owned(), END)]);

    // The gateway's certificate expires, and another one is put there.
    put(&expired, &gateway_files);
    let refused = loop {
        let printed = program(&gateway, &trusting);
        if !printed.status.success() {
            break printed;
        }
    };
    assert_eq!(refused.status.code(), Some(69));
    assert!(err(&refused).contains("its certificate has expired [PEER_UNAVAILABLE]"), "{}", err(&refused));
    put(&valid, &gateway_files);
    while !program(&gateway, &trusting).status.success() {}
    stack.stop().await;

    // The same behind the gateway. It starts with the expired one, says so, and needs no restart.
    put(&expired, &retriever_files);
    let stack = setup.start(Placement::ThreeProcesses).await;
    let [_, retriever_admin_now, _] = stack.admin_ports();
    assert_ne!(retriever_admin, retriever_admin_now);
    let refused = ask(&stack).await.unwrap_err();
    assert_eq!(reason_of(&refused), Some(Reason::RetrieverUnavailable));
    assert!(refused.message().contains("its certificate has expired"), "{refused:?}");
    assert!(ends(retriever_admin_now).await[1].1 < END && stack.logs().contains("the certificate has ended"));
    put(&valid, &retriever_files);
    let answered = loop {
        if let Ok(answer) = ask(&stack).await {
            break answer;
        }
    };
    assert_eq!(answered.markdown, answer.markdown);
    while ends(retriever_admin_now).await[1].1 != END {}
    stack.stop().await;
}

/// Asks over HTTP with curl, which trusts the authority of these files.
fn curl(gateway: &Address, files: &Files) -> Answer {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail-with-body", "--cacert"]).arg(files.ca());
    command.args(["--json", &serde_json::json!({ "question": QUESTION }).to_string(), &format!("{gateway}/v1/ask")]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), err(&output));
    let reply: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    from_json(&reply["answer"].to_string()).unwrap()
}

/// When the certificates of a service end, by setting.
async fn ends(admin: std::net::SocketAddr) -> Vec<(String, u64)> {
    let (_, scrape) = get(admin, "/metrics").await;
    let lines = scrape.lines().filter_map(|line| line.strip_prefix("antigravity_certificate_expiry_timestamp_seconds{setting=\""));
    lines
        .map(|line| {
            let (setting, end) = line.split_once("\"} ").unwrap();
            (setting.to_owned(), end.parse().unwrap())
        })
        .collect()
}
