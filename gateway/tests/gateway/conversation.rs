//! A question that leans on the conversation is searched for with what it leans on, however it was asked.

use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest, ask_stream_response};
use antigravity_proto::types::{Answer, Turn};
use futures_util::TryStreamExt;
use serde_json::json;

use crate::fakes::*;

const EARLIER: &str = "How do flows sample lattice field theory?";
const LEANING: &str = "And in two dimensions?";
const WHOLE: &str = "How do flows sample lattice field theory? And in two dimensions?";

fn turn() -> Turn {
    Turn { question: EARLIER.into(), answer: "By training [AG-2026.03-1712].".into() }
}

fn leaning() -> AskRequest {
    AskRequest { question: LEANING.into(), previous_turns: vec![turn()], ..Default::default() }
}

/// What the peers were asked, and what the answer says that it answers.
fn assert_understood(seen: &Seen, question: &str, standalone: &str) {
    let searched = seen.searches()[0].queries[0].text.clone();
    let composed = seen.composes().pop().unwrap();
    assert_eq!((searched.as_str(), composed.question.as_str(), composed.standalone_question.as_str()), (WHOLE, LEANING, WHOLE));
    assert_eq!(composed.previous_turns, [turn()], "a model reads the conversation as it was");
    assert_eq!(seen.composes().len(), 1);
    assert_eq!((question, standalone), (LEANING, WHOLE));
}

fn told(answer: &Answer) -> (&str, &str) {
    let retrieval = answer.provenance.as_ref().unwrap().retrieval.as_ref().unwrap();
    (&answer.question, &retrieval.standalone_question)
}

#[tokio::test]
async fn over_grpc_whole_and_streamed() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let answer = peers.client().ask(leaning()).await.unwrap().into_inner().answer.unwrap();
    let (question, standalone) = told(&answer);
    assert_understood(&seen, question, standalone);

    let peers = Peers::new();
    let seen = peers.seen.clone();
    let events = peers.client().ask_stream(AskStreamRequest { ask: Some(leaning()) }).await.unwrap().into_inner();
    let last = events.try_collect::<Vec<_>>().await.unwrap().pop().unwrap().event;
    let Some(ask_stream_response::Event::Answer(answer)) = last else { panic!("{last:?}") };
    let (question, standalone) = told(&answer);
    assert_understood(&seen, question, standalone);
}

#[tokio::test]
async fn over_json_whole_and_streamed() {
    let body = json!({"question": LEANING, "previousTurns": [{"question": EARLIER, "answer": turn().answer}]});
    for path in ["/v1/ask", "/v1/ask:stream"] {
        let peers = Peers::new();
        let seen = peers.seen.clone();
        let reply = peers.served().await.post(path, &body).await;
        let answer = match path {
            "/v1/ask" => reply.json()["answer"].clone(),
            _ => serde_json::from_str::<serde_json::Value>(&reply.events().pop().unwrap().1).unwrap(),
        };
        let answer = if answer["answer"].is_object() { answer["answer"].clone() } else { answer };
        let standalone = answer["provenance"]["retrieval"]["standaloneQuestion"].as_str().unwrap_or_default();
        assert_understood(&seen, answer["question"].as_str().unwrap_or_default(), standalone);
    }
}

#[tokio::test]
async fn in_a_chat_whole_and_streamed() {
    for stream in [false, true] {
        let peers = Peers::new();
        let seen = peers.seen.clone();
        let body = json!({"model": "antigravity", "stream": stream, "messages": [{"role": "user", "content": EARLIER},
            {"role": "assistant", "content": turn().answer}, {"role": "user", "content": LEANING}]});
        let reply = peers.served().await.post("/openai/v1/chat/completions", &body).await;
        let last = match stream {
            false => reply.json(),
            // Before the last word comes the chunk with the answer.
            true => serde_json::from_str(&reply.events().iter().rev().nth(1).unwrap().1).unwrap(),
        };
        let answer = &last["antigravity"]["answer"];
        let standalone = answer["provenance"]["retrieval"]["standaloneQuestion"].as_str().unwrap_or_default();
        assert_understood(&seen, answer["question"].as_str().unwrap_or_default(), standalone);
    }
}

#[tokio::test]
async fn what_stands_alone_is_searched_for_as_it_is() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let request = AskRequest { previous_turns: vec![turn()], ..asking() };
    let answer = peers.client().ask(request).await.unwrap().into_inner().answer.unwrap();
    assert_eq!(seen.searches()[0].queries[0].text, QUESTION);
    assert_eq!((seen.composes()[0].standalone_question.as_str(), told(&answer)), ("", (QUESTION, "")));
}
