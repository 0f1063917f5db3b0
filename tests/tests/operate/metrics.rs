//! One question, and what the scrapes of the three services then hold.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::SocketAddr;
use std::process::{Command, Stdio};

use antigravity_proto::gateway::v1::index_preprints_request::Message;
use antigravity_proto::gateway::v1::{AskRequest, IndexPreprintsRequest};
use antigravity_proto::types::{HarvestMark, IndexBatch, IndexHeader};
use antigravity_tests::http::get;
use antigravity_tests::model_server::{CACHED_TOKENS, End, INPUT_TOKENS, MODEL, ModelServer, Reply, reply};
use antigravity_tests::stack::{Placement, Setup, Stack};
use antigravity_tests::{archive, paths};
use prost_types::Timestamp;
use tempfile::TempDir;

const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";
const ANSWER: &str =
    "The archive speaks to this. Contrastive training keeps the latent space sensitive to unseen signals [AG-2026.03-1712].";

/// The day up to which the set is harvested, in seconds.
const HARVESTED: i64 = 1_700_000_000;

/// Appears only with TLS: `tests/tests/tls` looks at it.
const ELSEWHERE: [&str; 1] = ["antigravity_certificate_expiry_timestamp_seconds"];

/// Name → (kind, labels, who serves it), of the table in the documentation.
fn documented() -> BTreeMap<String, (String, BTreeSet<String>, String)> {
    let page = std::fs::read_to_string(paths::root().join("docs/operate/metrics.md")).unwrap();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        (cells.len() == 7 && cells[1].starts_with('`')).then_some(cells)
    });
    let rows = rows.flat_map(|cells| {
        let row = (cells[2].to_owned(), names(cells[3]).into_iter().collect::<BTreeSet<_>>(), cells[4].to_owned());
        names(cells[1]).into_iter().map(move |name| (name, row.clone())).collect::<Vec<_>>()
    });
    rows.collect()
}

/// Name → (kind, labels) of a scrape. What stands beside the process metrics that every client has is the client's own.
fn served(scrape: &str) -> BTreeMap<String, (String, BTreeSet<String>)> {
    let mut families = BTreeMap::new();
    for line in scrape.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').unwrap();
        families.insert(name.to_owned(), (kind.to_owned(), BTreeSet::new()));
    }
    for line in scrape.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let family = ["_bucket", "_sum", "_count", ""]
            .iter()
            .find_map(|end| name.strip_suffix(end).filter(|name| families.contains_key(*name)))
            .unwrap();
        let labels = line.split_once('{').map_or("", |(_, rest)| rest.rsplit_once('}').unwrap().0);
        let labels =
            labels.split("\",").filter_map(|label| label.split_once('=')).map(|(label, _)| label.to_owned()).filter(|label| label != "le");
        families.get_mut(family).unwrap().1.extend(labels);
    }
    families
}

/// The value of the series that begins so.
fn value(scrape: &str, series: &str) -> f64 {
    let line = scrape.lines().find(|line| line.starts_with(series)).unwrap_or_else(|| panic!("no {series} in\n{scrape}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn each_service_serves_what_the_documentation_says_and_nothing_else() {
    let (data, models) = (archive::sample().await, TempDir::new().unwrap());
    let server = ModelServer::start([Reply::Streams(reply(ANSWER, &[] as &[&str]), End::Stop("end_turn"))]).await;
    let setup = Setup { config: Some(server.config(models.path(), "")), ..Setup::over(data.path()) };
    let stack = setup.start(Placement::ThreeProcesses).await;
    stack.gateway().ask(AskRequest { question: QUESTION.into(), ..Default::default() }).await.unwrap();
    harvest(&stack, "physics:hep-ph", HARVESTED).await;

    let mut scrapes = Vec::new();
    for (service, port) in ["gateway", "retriever", "answerer"].into_iter().zip(stack.admin_ports()) {
        scrapes.push((service, scrape(port).await));
    }
    let table = documented();
    for (service, scrape) in &scrapes {
        let served = served(scrape);
        let expected =
            table.iter().filter(|(name, (_, _, by))| (by == "all" || by.contains(service)) && !ELSEWHERE.contains(&name.as_str()));
        for (name, (kind, labels, _)) in expected {
            let (found, with) = served.get(name).unwrap_or_else(|| panic!("the {service} doesn't serve {name}"));
            assert!(kind.is_empty() || (kind, labels) == (found, with), "{service}: {name} is a {found} with {with:?}");
        }
        for name in served.keys().filter(|name| !name.starts_with("process_")) {
            let (_, _, by) = table.get(name).unwrap_or_else(|| panic!("{name} isn't documented"));
            assert!(by == "all" || by.contains(service), "the {service} serves {name}, which the documentation gives to {by}");
        }
        assert!(!scrape.contains("contrastive") && !scrape.contains("AG-"), "no text and no id of anybody's");
        accepted_by_promtool(scrape);
    }

    let [gateway, retriever, answerer] = [0, 1, 2].map(|at: usize| scrapes[at].1.as_str());
    let call =
        "rpc_server_call_duration_seconds_count{rpc_method=\"antigravityqa.gateway.v1.GatewayService/Ask\",rpc_response_status_code=\"OK\"";
    assert_eq!(value(gateway, call), 1.0);
    assert_eq!(
        value(gateway, "antigravity_answers_total{answered_by=\"model\",coverage=\"full\"}")
            + value(gateway, "antigravity_answers_total{answered_by=\"model\",coverage=\"partial\"}"),
        1.0
    );
    assert_eq!(value(gateway, "antigravity_own_duration_seconds_count"), 1.0);
    assert_eq!(value(gateway, "antigravity_calls_in_flight"), 0.0);
    assert_eq!(value(gateway, "antigravity_calls_limit"), 256.0);
    assert!(value(retriever, "rpc_client_call_duration_seconds_count{rpc_method=\"qdrant.Points/QueryBatch\"") >= 1.0);
    assert!(value(retriever, "antigravity_archive_preprints{archive=\"preprints\"}") > 10.0);
    let mark = "antigravity_harvest_mark_timestamp_seconds{archive=\"preprints\",set=\"physics:hep-ph\"}";
    assert_eq!(value(retriever, mark), HARVESTED as f64);
    assert!(value(retriever, "antigravity_embedding_duration_seconds_count{work=\"query\"}") >= 1.0);
    assert_eq!(value(answerer, "antigravity_citations_total{result=\"supported\"}"), 1.0);
    let tokens = format!("gen_ai_client_token_usage_sum{{gen_ai_request_model=\"{MODEL}\",gen_ai_token_type=\"input\"}}");
    assert_eq!(value(answerer, &tokens), f64::from(INPUT_TOKENS + CACHED_TOKENS), "as the contract counts: with those that were cached");
    stack.stop().await;
}

/// Ends a harvest of a set that had nothing new.
async fn harvest(stack: &Stack, set: &str, seconds: i64) {
    let mark =
        HarvestMark { endpoint: "https://oai.example.org".into(), set: set.into(), datestamp: Some(Timestamp { seconds, nanos: 0 }) };
    let batch = IndexBatch { sequence: 1, harvest_mark: Some(mark), ..Default::default() };
    let messages = [Message::Header(IndexHeader::default()), Message::Batch(batch)];
    let messages = messages.map(|message| IndexPreprintsRequest { message: Some(message) });
    let mut replies = stack.gateway().index_preprints(tokio_stream::iter(messages)).await.unwrap().into_inner();
    while replies.message().await.unwrap().is_some() {}
}

async fn scrape(port: SocketAddr) -> String {
    let (status, text) = get(port, "/metrics").await;
    assert_eq!(status, 200);
    text
}

/// promtool comes with Debian's package `prometheus`; where it isn't, that is said.
#[allow(clippy::print_stdout, reason = "what could not be checked is told in a line of the test's output")]
fn accepted_by_promtool(scrape: &str) {
    let spawned =
        Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let Ok(mut checking) = spawned else {
        println!("SKIPPED promtool check metrics: no promtool here (Debian: apt-get install --no-install-recommends prometheus)");
        return;
    };
    checking.stdin.take().unwrap().write_all(scrape.as_bytes()).unwrap();
    let checked = checking.wait_with_output().unwrap();
    assert!(checked.status.success(), "{}{}", String::from_utf8_lossy(&checked.stdout), String::from_utf8_lossy(&checked.stderr));
}
