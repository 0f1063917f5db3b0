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
use support::client::{ask, client, model, request};
use support::scripted::{Act, Scripted};
use support::wire::{Dialect, Ends};
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
    let expected = SecondJudgeOptions { url: "http://judge:8080".into(), api_key_env: "JUDGE_TOKEN".into(), seconds: 10, answers: false };
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

/// What a model writes: one sentence that the words decide, one with a wrong number, one that is left to the first check again.
const REPLY: &str = "The archive has direct research on this. Spherical latent spaces improve anomaly separation [AG-2025.02-9001]. The area under the \
                     curve rises to 0.97 [AG-2025.02-9001]. Autoencoders with spherical latent spaces improve anomaly separation [AG-2025.02-9001].";

/// Verdicts of a model's answer, and how often the judge was asked.
async fn answered(answers: bool, status: u16) -> (Vec<(Verdict, VerdictReason)>, usize) {
    let (url, seen, _judge) = judge(status, json!([[{"label": "contradiction", "score": 0.9}]])).await;
    let server = Scripted::start(vec![Act::Stream(Dialect::OpenAi.whole(REPLY, 9, Ends::Done), 50)]).await;
    let options = Options {
        models: [("m".to_owned(), model(Dialect::OpenAi, &server.base_url))].into(),
        default_model: Some("m".to_owned()),
        second_judge: Some(SecondJudgeOptions { url, answers, ..SecondJudgeOptions::default() }),
    };
    let answered = ask(&mut client(options).await, request("Do spherical latent spaces improve anomaly separation?")).await;
    let verdicts = answered.claims.iter().map(|claim| (claim.verdict(), claim.reason())).collect();
    let asked = seen.lock().unwrap().len();
    (verdicts, asked)
}

#[tokio::test]
async fn in_answers_it_has_a_say_where_that_was_set() {
    const NUMBER: (Verdict, VerdictReason) = (Verdict::Unsupported, VerdictReason::NumberNotFound);
    const SECOND: (Verdict, VerdictReason) = (Verdict::Unsupported, VerdictReason::SecondJudge);
    for (answers, status, expected, asked) in
        [(false, 200, [FIRST, NUMBER, FIRST], 0), (true, 200, [SECOND, NUMBER, SECOND], 2), (true, 500, [FIRST, NUMBER, FIRST], 1)]
    {
        let (found, times) = answered(answers, status).await;
        assert_eq!((&found[1..], times), (&expected[..], asked), "answers = {answers}, {status}");
    }
}

#[tokio::test]
async fn a_wrong_url_is_found_before_serving() {
    let second_judge = Some(SecondJudgeOptions { url: "nowhere".to_owned(), ..SecondJudgeOptions::default() });
    let error = antigravity_answerer::Answerer::build(Options { second_judge, ..Options::default() }).await.err().unwrap();
    assert!(error.to_string().contains("second_judge.url"), "{error}");
}
