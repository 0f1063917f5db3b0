//! The trace of a question: one, through all three services, at a collector.

use antigravity_proto::gateway::v1::AskRequest;
use antigravity_tests::archive;
use antigravity_tests::collector::{Collector, Span};
use antigravity_tests::model_server::{CACHED_TOKENS, End, INPUT_TOKENS, MODEL, ModelServer, OUTPUT_TOKENS, Reply, reply};
use antigravity_tests::stack::{Placement, Setup, Stack};
use tempfile::TempDir;
use tonic::Request;

const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";
const ANSWER: &str =
    "The archive speaks to this. Contrastive training keeps the latent space sensitive to unseen signals [AG-2026.03-1712].";

const ASK: &str = "antigravityqa.gateway.v1.GatewayService/Ask";
const SEARCH: &str = "antigravityqa.retriever.v1.RetrieverService/Search";
const COMPOSE: &str = "antigravityqa.answerer.v1.AnswererService/Compose";

/// The caller's own span.
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// Three processes that send their traces to this collector, and a model; with what they need as long as they run.
async fn stack(collector: &Collector, replies: impl IntoIterator<Item = Reply>, text: bool) -> (Stack, ModelServer, [TempDir; 2]) {
    let (data, models) = (archive::sample().await, TempDir::new().unwrap());
    let server = ModelServer::start(replies).await;
    let setup = Setup {
        config: Some(server.config(models.path(), "")),
        collector: Some(collector.address()),
        collector_text: text,
        ..Setup::over(data.path())
    };
    (setup.start(Placement::ThreeProcesses).await, server, [data, models])
}

fn answers() -> Reply {
    Reply::Streams(reply(ANSWER, &[] as &[&str]), End::Stop("end_turn"))
}

/// Asks as a caller who keeps a trace of that number, or none.
async fn ask(stack: &Stack, trace: Option<&str>) -> String {
    let mut request = Request::new(AskRequest { question: QUESTION.into(), ..Default::default() });
    if let Some(trace) = trace {
        request.metadata_mut().insert("traceparent", format!("00-{trace}-{CALLER}-01").parse().unwrap());
    }
    let answered = stack.gateway().ask(request).await.unwrap();
    let told = answered.metadata().get("traceparent").unwrap().to_str().unwrap();
    told.split('-').nth(1).unwrap().to_owned()
}

/// The spans of a trace, once that of the question, which ends last in the gateway, and those of both other services are there.
async fn trace(collector: &Collector, id: &str) -> Vec<Span> {
    let of = |spans: &[Span]| spans.iter().filter(|span| span.trace == id).cloned().collect::<Vec<_>>();
    let ended = |spans: &[Span], name: &str| of(spans).iter().any(|span| span.kind == "SERVER" && span.name == name);
    of(&collector.wait(|spans| [ASK, SEARCH, COMPOSE].iter().all(|name| ended(spans, name))).await)
}

fn the<'a>(spans: &'a [Span], kind: &str, name: &str) -> &'a Span {
    let found = spans.iter().find(|span| span.kind == kind && span.name == name);
    found.unwrap_or_else(|| panic!("no {kind} {name} among {spans:#?}"))
}

#[tokio::test]
async fn one_question_is_one_trace_through_all_three_services() {
    let collector = Collector::start().await;
    let (stack, _server, _folders) = stack(&collector, [answers()], false).await;
    assert_eq!(ask(&stack, Some(TRACE)).await, TRACE);
    let spans = trace(&collector, TRACE).await;

    let asked = the(&spans, "SERVER", ASK);
    assert_eq!((asked.service.as_str(), asked.parent.as_str()), ("antigravity-gateway", CALLER));
    assert_eq!(asked.attributes["rpc.system.name"], "grpc");
    assert_eq!((asked.attributes["rpc.method"].as_str(), asked.attributes["rpc.response.status_code"].as_str()), (ASK, "OK"));
    for (service, method) in [("antigravity-retriever", SEARCH), ("antigravity-answerer", COMPOSE)] {
        let served = spans.iter().find(|span| span.kind == "SERVER" && span.name == method).unwrap();
        assert_eq!(served.service, service);
        let sent = spans.iter().find(|span| span.id == served.parent).unwrap();
        assert_eq!((sent.kind.as_str(), sent.service.as_str(), sent.parent.as_str()), ("CLIENT", "antigravity-gateway", asked.id.as_str()));
        assert_eq!(sent.attributes["server.address"], "127.0.0.1");
    }
    let searched = the(&spans, "SERVER", SEARCH);
    let embedded = the(&spans, "INTERNAL", "embeddings sentence-transformers/all-MiniLM-L6-v2");
    assert_eq!(embedded.attributes["gen_ai.operation.name"], "embeddings");
    assert_eq!(the(&spans, "CLIENT", "qdrant.Points/QueryBatch").service, searched.service);
    let chat = the(&spans, "CLIENT", &format!("chat {MODEL}"));
    assert_eq!(chat.parent, the(&spans, "SERVER", COMPOSE).id);
    for (name, value) in [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "anthropic"),
        ("gen_ai.request.model", MODEL),
        ("gen_ai.usage.input_tokens", &(INPUT_TOKENS + CACHED_TOKENS).to_string()),
        ("gen_ai.usage.output_tokens", &OUTPUT_TOKENS.to_string()),
    ] {
        assert_eq!(chat.attributes.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(spans.iter().all(|span| !span.failed));
    for span in spans.iter().filter(|span| span.id != asked.id) {
        assert!(spans.iter().any(|parent| parent.id == span.parent), "{span:?} has a parent that isn't there");
    }
    let everything = format!("{spans:?}");
    assert!(!everything.contains("contrastive") && !everything.contains("1712"), "nothing that anybody wrote");
    stack.stop().await;
}

#[tokio::test]
async fn who_keeps_no_trace_is_given_one_in_which_a_failing_model_is_seen() {
    let collector = Collector::start().await;
    let (stack, _server, _folders) = stack(&collector, [Reply::Refuses(400, "invalid_request_error")], false).await;
    let id = ask(&stack, None).await;
    let spans = trace(&collector, &id).await;
    let asked = the(&spans, "SERVER", ASK);
    assert_eq!((asked.parent.as_str(), asked.failed), ("", false), "it was answered all the same");
    let chat = the(&spans, "CLIENT", &format!("chat {MODEL}"));
    assert_eq!((chat.failed, chat.attributes["error.type"].as_str()), (true, "refused"));
    let logs = stack.logs();
    let line = logs.lines().find(|line| line.contains("the extractive composer writes the answer")).unwrap();
    assert!(line.contains(&format!("\"trace_id\":\"{id}\"")), "{line}");
    stack.stop().await;
}

#[tokio::test]
async fn prompts_and_answers_stand_in_a_trace_only_when_asked_for() {
    let collector = Collector::start().await;
    let (stack, _server, _folders) = stack(&collector, [answers()], true).await;
    ask(&stack, Some(TRACE)).await;
    let spans = trace(&collector, TRACE).await;
    let chat = &the(&spans, "CLIENT", &format!("chat {MODEL}")).attributes;
    assert!(chat["gen_ai.input.messages"].contains(QUESTION));
    assert!(chat["gen_ai.output.messages"].contains("sensitive to unseen signals"));
    stack.stop().await;
}

#[tokio::test]
async fn a_collector_that_goes_harms_nobody_and_is_found_again() {
    let collector = Collector::start().await;
    let (stack, _server, _folders) = stack(&collector, [answers(), answers(), answers()], false).await;
    ask(&stack, Some(TRACE)).await;
    trace(&collector, TRACE).await;

    let address = collector.socket();
    collector.stop().await;
    let lost = ask(&stack, None).await;
    let collector = Collector::start_at(address).await;
    // What was sent meanwhile may be lost, or come late. What is sent from now on comes.
    let id = ask(&stack, None).await;
    assert_ne!(id, lost);
    trace(&collector, &id).await;
    stack.stop().await;
}
