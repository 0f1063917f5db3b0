//! A deadline that expires in each stage of a question, in both placements: the caller is told in time, and what was under way is given up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::net::TcpListener;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::deadline::Deadline;
use antigravity_chassis::status::reason_of;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest, SearchRequest};
use antigravity_proto::types::{NoticeKind, Reason};
use antigravity_tests::answer::assert_presentable;
use antigravity_tests::archive;
use antigravity_tests::model_server::{End, ModelServer, Reply, reply};
use antigravity_tests::stack::{PLACEMENTS, Setup, Stack};
use antigravity_tests::stall::Stall;
use tempfile::TempDir;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Long enough for the stages before the one that stalls on a busy machine in a debug build, short enough to be waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// More than the gateway ever spends on follow-ups, so that it is their own limit that passes and not, on a busy machine, the caller's.
const AMPLE: Duration = Duration::from_secs(20);
/// A stage that never answers needs no more than to be reached.
const SHORT: Duration = Duration::from_millis(300);

const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";
const BEGUN: &str =
    "The archive speaks to this. Contrastive training keeps the latent space sensitive to unseen signals [AG-2026.03-1712]. And ";

fn within<T>(time: Duration, message: T) -> tonic::Request<T> {
    CallContext::root().with_deadline(Deadline::within(time)).request(message)
}

fn question() -> AskRequest {
    AskRequest { question: QUESTION.into(), ..Default::default() }
}

/// All are late, and by that stage. The gateway keeps a moment back to say which one it was; a machine too busy for that leaves it to the
/// caller's own clock, which knows no stage: at least one of them says it.
fn assert_late(failures: &[Status], stage: &str) {
    let mut told = 0;
    for status in failures {
        assert_eq!((status.code(), reason_of(status)), (Code::DeadlineExceeded, Some(Reason::DeadlineExceeded)), "{status:?}");
        if let Some(said) = status.get_details_error_info().and_then(|info| info.metadata.get("stage").cloned()) {
            assert_eq!(said, stage);
            told += 1;
        }
    }
    assert!(told > 0, "no failure says which stage was late: {failures:?}");
}

/// What `Ask` and `AskStream` fail with.
async fn failures(stack: &Stack, time: Duration) -> [Status; 2] {
    let unary = stack.gateway().ask(within(time, question())).await.unwrap_err();
    let streamed = match stack.gateway().ask_stream(within(time, AskStreamRequest { ask: Some(question()) })).await {
        Err(status) => status,
        Ok(events) => {
            let mut events = events.into_inner();
            loop {
                match events.message().await {
                    Ok(message) => assert!(message.is_some(), "the stream ended as if nothing had been late"),
                    Err(status) => break status,
                }
            }
        }
    };
    [unary, streamed]
}

#[tokio::test]
async fn a_search_that_never_ends() {
    let data = archive::sample().await;
    for placement in PLACEMENTS {
        let stall = Stall::after(0, "Search");
        let setup = Setup { stall: Some(stall.clone()), ..Setup::over(data.path()) };
        let stack = setup.start(placement).await;
        let mut late = failures(&stack, SHORT).await.to_vec();
        let request = SearchRequest { query: QUESTION.into(), ..Default::default() };
        late.push(stack.gateway().search(within(SHORT, request)).await.unwrap_err());
        for _ in &late {
            stall.given_up().await;
        }
        assert_late(&late, "search");
        stack.stop().await;
    }
}

/// A port that takes connections and never says a word: what a Qdrant that hangs looks like.
#[tokio::test]
async fn a_vector_database_that_never_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string().parse().unwrap();
    let data = TempDir::new().unwrap();
    let setup = Setup { qdrant: Some(address), ..Setup::over(data.path()) };
    for placement in PLACEMENTS {
        let stack = setup.start(placement).await;
        assert_late(&failures(&stack, SHORT).await, "search");
        stack.stop().await;
    }
}

#[tokio::test]
async fn a_model_that_never_begins() {
    the_model_is_late(Reply::Silent).await;
}

#[tokio::test]
async fn a_model_that_stops_in_the_middle() {
    the_model_is_late(Reply::Streams(BEGUN.into(), End::Stalls)).await;
}

async fn the_model_is_late(reply: Reply) {
    let data = archive::sample().await;
    let models = TempDir::new().unwrap();
    let server = ModelServer::start([reply]).await;
    let setup = Setup { config: Some(server.config(models.path(), "")), ..Setup::over(data.path()) };
    for placement in PLACEMENTS {
        let stack = setup.start(placement).await;
        let late = failures(&stack, PATIENCE).await;
        for _ in &late {
            server.caller_has_left().await;
        }
        assert_late(&late, "compose");
        stack.stop().await;
    }
}

/// No deadline at all: the caller goes away in the middle of the answer, and so does the connection to the model.
#[tokio::test]
async fn a_caller_that_goes_away_closes_the_models_socket() {
    let data = archive::sample().await;
    let models = TempDir::new().unwrap();
    let server = ModelServer::start([Reply::Streams(BEGUN.into(), End::Stalls)]).await;
    let setup = Setup { config: Some(server.config(models.path(), "")), ..Setup::over(data.path()) };
    for placement in PLACEMENTS {
        let stack = setup.start(placement).await;
        let mut events = stack.gateway().ask_stream(AskStreamRequest { ask: Some(question()) }).await.unwrap().into_inner();
        loop {
            let message = events.message().await.unwrap().expect("the model has not ended");
            if let Some(Event::Block(_)) = message.event {
                break;
            }
        }
        drop(events);
        server.caller_has_left().await;
        stack.stop().await;
    }
}

/// An answer that is written already isn't lost for its follow-ups.
#[tokio::test]
async fn follow_ups_that_take_too_long_are_given_up_and_the_answer_is_not() {
    let data = archive::sample().await;
    let models = TempDir::new().unwrap();
    let text = reply(BEGUN.trim_end_matches(" And "), &["How does contrastive training shape the latent space of anomaly detection?"]);
    let server = ModelServer::start([Reply::Streams(text, End::Stop("end_turn"))]).await;
    for placement in PLACEMENTS {
        let stall = Stall::after(1, "Search");
        let setup = Setup { stall: Some(stall.clone()), config: Some(server.config(models.path(), "")), ..Setup::over(data.path()) };
        let stack = setup.start(placement).await;
        let answer = stack.gateway().ask(within(AMPLE, question())).await.unwrap().into_inner().answer.unwrap();
        stall.given_up().await;
        assert_presentable(&answer);
        assert_eq!(answer.notices.iter().map(|notice| notice.kind()).collect::<Vec<_>>(), [NoticeKind::FollowUpsGivenUp]);
        assert!(answer.follow_ups.is_empty() && !answer.follow_up_shortfall.is_empty());
        stack.stop().await;
    }
}
