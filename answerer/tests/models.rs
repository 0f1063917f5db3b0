//! Model servers that fail, in both dialects: what is made good, what is told, what is never repeated, and that nothing waits for ever.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::time::{Duration, Instant};

use antigravity_answerer::{ANSWERED_BY_ARCHIVE, ModelOptions};
use antigravity_chassis::transport::Transport;
use antigravity_proto::answerer::v1::answerer_service_client::AnswererServiceClient;
use antigravity_proto::types::{ModelProvider, NoticeKind};
use support::client::{Answered, MODEL, ask, model, request, with, with_model};
use support::scripted::{Act, Scripted};
use support::wire::{DIALECTS, Dialect, Ends, TOKENS};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

const QUESTION: &str = "Do autoencoders with spherical latent spaces improve anomaly separation?";

const REPLY: &str = "Your question asks whether spherical latent spaces help; the archive has direct research on this. Autoencoders with spherical latent \
                     spaces significantly improve anomaly separation [AG-2025.02-9001]. The area under the curve is 0.87 — much better [AG-2025.02-9001].";

async fn answer(client: &mut AnswererServiceClient<Transport>) -> Answered {
    ask(client, request(QUESTION)).await
}

/// The archive answered in the model's place; how many restarts there were, and the reason as a reader is told it.
fn fallen_back(answered: &Answered) -> (usize, &str) {
    let composition = &answered.composition;
    assert_eq!((composition.answered_by.as_str(), answered.notices()), (ANSWERED_BY_ARCHIVE, vec![NoticeKind::ModelFailed]));
    assert_eq!(composition.model.as_ref().unwrap().provider(), ModelProvider::Extractive);
    assert!(answered.markdown.starts_with("Your question asks about *autoencoders*"), "{}", answered.markdown);
    assert!(!composition.follow_up_candidates.is_empty());
    let told = composition.notices[0].message.as_str();
    assert!(!told.contains("SECRET") && !told.contains("antigravity-answerer") && !told.contains('\u{1b}'), "{told}");
    (answered.restarts.len(), told)
}

/// The model answered.
fn written(answered: &Answered) {
    assert_eq!((answered.composition.answered_by.as_str(), answered.notices()), (MODEL, vec![]));
    assert!(answered.markdown.ends_with("much better [AG-2025.02-9001]."), "{}", answered.markdown);
}

#[tokio::test]
async fn a_failure_before_the_first_sentence_needs_no_restart() {
    for dialect in DIALECTS {
        for (act, told) in [
            (Act::Refuse(401, None, dialect.refusal("authentication_error")), "answered 401 (authentication_error)"),
            (Act::Refuse(400, None, dialect.refusal("context_length_exceeded")), "answered 400 (context_length_exceeded)"),
            (Act::Refuse(400, None, "SECRET words".into()), "answered 400 (no class given)"),
            (Act::Refuse(404, None, "<html>SECRET</html>".into()), "answered 404 (no class given)"),
            (Act::Stream(dialect.error("overloaded_error"), 9), "broke off: overloaded_error"),
            (Act::AtOnce(dialect.refusal("overloaded_error")), "broke off: overloaded_error"),
            (Act::AtOnce("SECRET".into()), "can't be read"),
            (Act::Stream(dialect.whole("", 1, Ends::Done), 9), "the model sent no text"),
            (Act::Stream(String::new(), 9), "ended before it was complete"),
            (Act::Stream(format!("data: {}", "x".repeat(9 << 20)), 1 << 20), "is too long"),
            (Act::AtOnce("x".repeat(9 << 20)), "is too long"),
            (Act::Reset(String::new()), "broke off"),
        ] {
            let server = Scripted::start(vec![act]).await;
            let answered = answer(&mut with_model(dialect, &server.base_url).await).await;
            let (restarts, reason) = fallen_back(&answered);
            assert!(restarts == 0 && reason.contains(told), "{dialect:?} {told}: {restarts} {reason}");
            assert_eq!(server.seen().len(), 1, "{dialect:?} {told}: it is not asked again");
        }
    }
}

#[tokio::test]
async fn a_failure_in_the_middle_starts_again_without_the_model() {
    for dialect in DIALECTS {
        let begun = dialect.begun(REPLY, 9);
        for (what, act) in [
            ("an error under HTTP 200", Act::Stream(format!("{begun}{}", dialect.error("overloaded_error")), 40)),
            ("an error without a type", Act::Stream(format!("{begun}data: {{\"error\": {{\"message\": \"gone\"}}}}\n\n"), 40)),
            ("an end without a reason", Act::Stream(begun.clone(), 40)),
            ("broken JSON", Act::Stream(format!("{begun}event: content_block_delta\ndata: {{\"choices\": \n\n"), 40)),
            ("a connection that breaks", Act::Reset(begun.clone())),
        ] {
            let server = Scripted::start(vec![act]).await;
            let answered = answer(&mut with_model(dialect, &server.base_url).await).await;
            assert_eq!(fallen_back(&answered).0, 1, "{dialect:?}: {what}");
            assert_eq!(server.seen().len(), 1, "{dialect:?}: {what}: a reply that has begun is paid for and never asked for again");
        }
    }
}

#[tokio::test]
async fn a_reply_that_told_its_end_is_whole_whatever_becomes_of_the_line() {
    for dialect in DIALECTS {
        let told = dialect.begun(REPLY, 9) + &dialect.ending(Ends::Done);
        let (hung_up, gone) = oneshot::channel();
        let acts = vec![Act::Stream(told.clone(), 40), Act::Reset(told.clone()), Act::Hang(told, hung_up)];
        let server = Scripted::start(acts).await;
        let mut client = with_model(dialect, &server.base_url).await;
        for _ in 0..3 {
            let answered = answer(&mut client).await;
            written(&answered);
            let usage = answered.composition.usage.unwrap();
            assert_eq!((usage.input_tokens, usage.cached_input_tokens, usage.output_tokens), TOKENS, "{dialect:?}");
        }
        assert!(gone.await.is_err(), "and the socket is closed");
    }
}

#[tokio::test]
async fn a_busy_server_is_asked_again_before_the_first_token() {
    for dialect in DIALECTS {
        let refuse = |status| Act::Refuse(status, Some("0"), dialect.refusal("rate_limit_error"));
        let write = || Act::Stream(dialect.whole(REPLY, 30, Ends::Done), 1_000);
        for status in [408, 429, 502, 503, 504, 529] {
            let server = Scripted::start(vec![refuse(status), refuse(status), refuse(status), write()]).await;
            written(&answer(&mut with_model(dialect, &server.base_url).await).await);
            assert_eq!(server.seen().len(), 4, "{dialect:?} {status}");
        }
        for (statuses, requests) in [(&[429; 5][..], 4), (&[500, 500, 500], 2), (&[500, 429, 500], 3), (&[501], 1)] {
            let acts = statuses.iter().map(|status| refuse(*status)).chain([write()]).collect();
            let server = Scripted::start(acts).await;
            fallen_back(&answer(&mut with_model(dialect, &server.base_url).await).await);
            assert_eq!(server.seen().len(), requests, "{dialect:?} {statuses:?}");
        }
    }
}

#[tokio::test]
async fn retry_after_is_waited_for_unless_it_is_too_long() {
    let dialect = Dialect::OpenAi;
    let refuse = |wait| Act::Refuse(429, Some(wait), dialect.refusal("rate_limit_error"));
    let write = || Act::Stream(dialect.whole(REPLY, 30, Ends::Done), 1_000);
    let server = Scripted::start(vec![refuse("1"), write(), refuse("600"), write()]).await;
    let mut client = with_model(dialect, &server.base_url).await;
    let began = Instant::now();
    written(&answer(&mut client).await);
    assert!(began.elapsed() >= Duration::from_secs(1));
    fallen_back(&answer(&mut client).await);
    assert_eq!(server.seen().len(), 3, "ten minutes are nothing to wait for");
}

#[tokio::test]
async fn a_server_that_fails_again_and_again_is_left_alone() {
    for dialect in DIALECTS {
        let server = Scripted::start((0..8).map(|_| Act::Stream(dialect.error("overloaded_error"), 40)).collect()).await;
        let mut client = with_model(dialect, &server.base_url).await;
        for _ in 0..4 {
            assert_eq!(answer(&mut client).await.composition.model_calls, 1);
        }
        let answered = answer(&mut client).await;
        assert!(fallen_back(&answered).1.contains("is left alone for"), "{}", fallen_back(&answered).1);
        assert_eq!((answered.composition.model_calls, server.seen().len()), (0, 4), "nothing is sent");
    }
}

#[tokio::test]
async fn what_a_server_refuses_for_its_own_sake_never_pauses_it() {
    let dialect = Dialect::Anthropic;
    let wrong_key = || Act::Refuse(401, None, dialect.refusal("authentication_error"));
    let acts = (0..9).map(|_| wrong_key()).chain([Act::Stream(dialect.whole(REPLY, 30, Ends::Done), 1_000)]);
    let server = Scripted::start(acts.collect()).await;
    let mut client = with_model(dialect, &server.base_url).await;
    for _ in 0..9 {
        fallen_back(&answer(&mut client).await);
    }
    written(&answer(&mut client).await);
}

#[tokio::test]
async fn nothing_is_waited_for_longer_than_was_set() {
    for dialect in DIALECTS {
        let in_time = |model: ModelOptions| ModelOptions { connect_seconds: 1, first_token_seconds: 1, gap_seconds: 1, ..model };
        let pings = if dialect == Dialect::Anthropic { "event: ping\ndata: {\"type\": \"ping\"}\n\n" } else { ": ping\n\n" };
        let (senders, gone): (Vec<_>, Vec<_>) = (0..4).map(|_| oneshot::channel()).unzip();
        let [status, headers, first_token, gap] = senders.try_into().ok().unwrap();
        let acts = vec![
            Act::Silent(status),
            Act::Hang(String::new(), headers),
            Act::Hang(pings.repeat(3), first_token),
            Act::Hang(dialect.begun(REPLY, 9), gap),
        ];
        let server = Scripted::start(acts).await;
        let mut client = with(in_time(model(dialect, &server.base_url))).await;
        for told in ["no answer came in time", "no first word came in time", "no first word came in time", "its reply stood still"] {
            let answered = answer(&mut client).await;
            let (restarts, reason) = fallen_back(&answered);
            assert!(reason.contains(told), "{dialect:?} {told}: {reason}");
            assert_eq!(restarts, usize::from(told.contains("stood still")), "{dialect:?} {told}");
        }
        for gone in gone {
            assert!(gone.await.is_err(), "{dialect:?}: the socket is closed");
        }

        let (hung_up, _gone) = oneshot::channel();
        let server = Scripted::start(vec![Act::Hang(dialect.begun(REPLY, 9), hung_up)]).await;
        let answered = answer(&mut with(ModelOptions { total_seconds: 1, ..model(dialect, &server.base_url) }).await).await;
        assert!(fallen_back(&answered).1.contains("the time for a reply is over"));
    }
}

#[tokio::test]
async fn nobody_there_is_told_and_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for dialect in DIALECTS {
        let began = Instant::now();
        let answered = answer(&mut with_model(dialect, &nobody).await).await;
        let (_, told) = fallen_back(&answered);
        assert!(told.contains("can't be reached") && !told.contains(&nobody), "{told}");
        assert!(began.elapsed() >= Duration::from_millis(125 + 250 + 500), "three delays lie between four tries");
    }
}

/// A server whose queue of connections is full: whoever comes next gets no answer, not even that nobody is there.
async fn full() -> (String, TcpListener, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(connected) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        queue.push(connected.unwrap());
    }
    (format!("http://{address}"), listener, queue)
}

#[tokio::test]
async fn a_connection_that_never_comes_is_given_up_in_its_own_time() {
    let (address, _listener, _queue) = full().await;
    let options = ModelOptions { connect_seconds: 1, ..model(Dialect::OpenAi, &address) };
    let began = Instant::now();
    let answered = answer(&mut with(options).await).await;
    let (restarts, told) = fallen_back(&answered);
    assert!(restarts == 0 && told.contains("can't be reached") && !told.contains(&address), "{told}");
    let took = began.elapsed();
    assert!((4..15).contains(&took.as_secs()), "four tries of a second, far below the 30 s for a first token: {took:?}");
}

#[tokio::test]
async fn who_leaves_closes_the_socket() {
    for dialect in DIALECTS {
        let (hung_up, gone) = oneshot::channel();
        let server = Scripted::start(vec![Act::Hang(dialect.begun(REPLY, 50), hung_up)]).await;
        let mut stream = with_model(dialect, &server.base_url).await.compose(request(QUESTION)).await.unwrap().into_inner();
        for _ in 0..2 {
            stream.message().await.unwrap().unwrap();
        }
        drop(stream);
        assert!(gone.await.is_err(), "{dialect:?}: in the middle of the reply");

        let (hung_up, gone) = oneshot::channel();
        let server = Scripted::start(vec![Act::Silent(hung_up)]).await;
        let mut stream = with_model(dialect, &server.base_url).await.compose(request(QUESTION)).await.unwrap().into_inner();
        stream.message().await.unwrap().unwrap();
        // The second message never comes; what is polled while it is waited for sends the request.
        while server.seen().is_empty() {
            let _ = tokio::time::timeout(Duration::from_millis(5), stream.message()).await;
        }
        drop(stream);
        assert!(gone.await.is_err(), "{dialect:?}: before the first byte of it");
    }
}

#[tokio::test]
async fn a_key_is_sent_to_no_other_host() {
    for dialect in DIALECTS {
        let other = Scripted::start(vec![Act::Stream(dialect.whole(REPLY, 9, Ends::Done), 40)]).await;
        let path = if dialect == Dialect::Anthropic { "/v1/messages" } else { "/v1/chat/completions" };
        let server = Scripted::start(vec![Act::Redirect(format!("{}{path}", other.base_url))]).await;
        let answered = answer(&mut with_model(dialect, &server.base_url).await).await;
        assert!(fallen_back(&answered).1.contains("answered 307"), "{dialect:?}");
        assert!(other.seen().is_empty());

        let keyless = ModelOptions { api_key_env: None, ..model(dialect, &other.base_url) };
        written(&answer(&mut with(keyless).await).await);
        assert!(
            !other.seen()[0].headers.contains_key(dialect.key("").0),
            "{dialect:?}: a server of one's own gets a key only when one is named"
        );
    }
}

#[tokio::test]
async fn a_request_says_what_was_set() {
    for dialect in DIALECTS {
        let server = Scripted::start(vec![Act::AtOnce(dialect.at_once(REPLY, Ends::Done))]).await;
        let options = ModelOptions { stream: false, temperature: Some(0.5), max_tokens: 99, ..model(dialect, &server.base_url) };
        written(&answer(&mut with(options).await).await);
        let body = &server.seen()[0].body;
        assert_eq!((&body["stream"], &body["temperature"], &body["max_tokens"]), (&false.into(), &0.5.into(), &99.into()), "{dialect:?}");
        let cached = &body["system"][0]["cache_control"]["type"];
        assert_eq!(cached == "ephemeral", dialect == Dialect::Anthropic, "the fixed part of the prompt is marked for the cache: {body}");
    }
}
