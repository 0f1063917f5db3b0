//! A second judge behind HTTP, by a scripted server: what it is asked, what becomes of what it says, and what when it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::sync::{Arc, Mutex};

use antigravity_answerer::{Options, SecondJudgeOptions};
use antigravity_chassis::options::Settings;
use antigravity_proto::answerer::v1::CheckGroundingRequest;
use antigravity_proto::types::{Verdict, VerdictReason};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};
use support::archive;
use support::client::client;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Serves `/predict` with this status and body until it is dropped; keeps what it was asked.
async fn judge(status: u16, body: Value) -> (String, Arc<Mutex<Vec<Value>>>, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let asked = Arc::clone(&seen);
    let answer = move |request: String| {
        asked.lock().unwrap().push(serde_json::from_str(&request).unwrap());
        let reply = (StatusCode::from_u16(status).unwrap(), body.to_string());
        async move { reply }
    };
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, Router::new().route("/predict", post(answer))).await.unwrap() });
    (url, seen, server)
}

/// The block that the documentation shows is read as it stands there.
#[test]
fn it_is_configured_as_the_documentation_says() {
    let page = include_str!("../../docs/evaluation-grounding.md");
    let (_, behind) = page.split_once("```toml\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("antigravity.toml");
    std::fs::write(&file, behind.split_once("```").unwrap().0).unwrap();
    let settings = Settings::read(&json!({}), Some(&file)).unwrap();
    let options: Options = settings.load().unwrap();
    let expected = SecondJudgeOptions { url: "http://judge:8080".into(), api_key_env: "JUDGE_TOKEN".into(), seconds: 10 };
    assert_eq!(options.second_judge, Some(expected));
}

async fn checked(url: &str) -> Vec<(Verdict, VerdictReason)> {
    let second_judge = Some(SecondJudgeOptions { url: url.to_owned(), seconds: 5, ..SecondJudgeOptions::default() });
    let preprints = archive::found("", &archive::PREPRINTS).hits.into_iter().filter_map(|hit| hit.preprint).collect();
    let markdown = "Spherical latent spaces improve anomaly separation [AG-2025.02-9001]. The area under the curve rises to 0.97 [AG-2025.02-9001]. \
                    # No heading. Nothing is cited here at all, whatever it says.";
    let mut client = client(Options { second_judge, ..Options::default() }).await;
    let request = CheckGroundingRequest { markdown: markdown.to_owned(), preprints };
    let claims = client.check_grounding(request).await.unwrap().into_inner().claims;
    claims.iter().map(|claim| (claim.verdict(), claim.reason())).collect()
}

const FIRST: (Verdict, VerdictReason) = (Verdict::Supported, VerdictReason::WordsAndNumbersFound);

#[tokio::test]
async fn it_decides_what_words_decided_and_nothing_else() {
    let labels = json!([[{"label": "contradiction", "score": 0.9}, {"label": "neutral", "score": 0.1}]]);
    let (url, seen, _server) = judge(200, labels).await;
    let found = checked(&url).await;
    assert_eq!(found[0], (Verdict::Unsupported, VerdictReason::SecondJudge));
    assert_eq!(found[1], (Verdict::Unsupported, VerdictReason::NumberNotFound));
    let asked = seen.lock().unwrap().clone();
    let inputs = asked[0]["inputs"].as_array().unwrap();
    assert_eq!((asked.len(), inputs.len()), (1, 1), "one claim is open: {asked:?}");
    assert!(inputs[0][0].as_str().unwrap().contains("significantly improve anomaly separation"));
    assert_eq!(inputs[0][1], "Spherical latent spaces improve anomaly separation  .");
}

#[tokio::test]
async fn when_it_fails_the_first_check_stands() {
    for (status, body) in [
        (500, json!({"error": "overloaded"})),
        (200, json!({"not": "a list"})),
        (200, json!([[{"label": "LABEL_0", "score": 1.0}]])),
        (200, json!([])),
    ] {
        let (url, _, _server) = judge(status, body.clone()).await;
        assert_eq!(checked(&url).await[0], FIRST, "{status} {body}");
    }
    assert_eq!(checked("http://127.0.0.1:9").await[0], FIRST, "nobody there");
}

#[tokio::test]
async fn a_wrong_url_is_found_before_serving() {
    let second_judge = Some(SecondJudgeOptions { url: "nowhere".to_owned(), ..SecondJudgeOptions::default() });
    let error = antigravity_answerer::Answerer::build(Options { second_judge, ..Options::default() }).await.err().unwrap();
    assert!(error.to_string().contains("second_judge.url"), "{error}");
}
