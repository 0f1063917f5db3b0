//! OpenAI's chat completions.

use antigravity_chassis::status::Problem;
use antigravity_proto::types::{Reason, Turn};
use serde_json::{Value, json};

use crate::fakes::*;

fn chat(model: &str, rest: &Value) -> Value {
    let mut body = json!({"model": model, "messages": [{"role": "user", "content": QUESTION}]});
    body.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    body
}

const TEXT: &str = "The archive has direct research on this. Networks help [AG-2026.03-1712].";

#[tokio::test]
async fn models_go_by_the_names_that_clients_use() {
    let served = Peers::new().served().await;
    let listed = served.get("/openai/v1/models").await.json();
    let ids: Vec<&str> = listed["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["antigravity", "antigravity/extractive", "antigravity/haiku"]);
    assert_eq!(served.get("/openai/v1/models/antigravity/haiku").await.json()["id"], "antigravity/haiku");
    for (code, reply) in [
        (404, served.get("/openai/v1/models/gpt-4").await),
        (404, served.post("/openai/v1/chat/completions", &chat("antigravity/gpt", &json!({}))).await),
        (404, served.post("/openai/v1/chat/completions", &chat("haiku", &json!({"stream": true}))).await),
    ] {
        let error = reply.json()["error"].clone();
        assert_eq!((reply.code, error["code"].as_str(), error["param"].as_str()), (code, Some("model_not_found"), Some("model")));
        assert!(error["message"].as_str().unwrap().contains("antigravity, antigravity/extractive, antigravity/haiku"), "{error}");
    }
}

#[tokio::test]
async fn a_completion_is_the_answer_with_its_citations() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let served = peers.served().await;
    let mut body =
        chat("antigravity/haiku", &json!({"temperature": 0, "antigravity": {"sources": 4, "filter": {"categories": ["hep-*"]}}}));
    body["messages"] = json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Before?"},
        {"role": "assistant", "content": "That."}, {"role": "user", "content": QUESTION}]);
    let completion = served.post("/openai/v1/chat/completions", &body).await.json();
    assert_eq!((&completion["object"], &completion["model"]), (&json!("chat.completion"), &json!("antigravity/haiku")));
    assert_eq!(completion["choices"][0]["message"]["content"], TEXT);
    assert_eq!(completion["choices"][0]["finish_reason"], "stop");
    assert_eq!((&completion["usage"]["prompt_tokens"], &completion["usage"]["total_tokens"]), (&json!(900), &json!(1200)));
    assert_eq!(completion["antigravity"]["answer"]["question"], QUESTION);
    let composed = seen.composes().pop().unwrap();
    assert_eq!(
        (composed.model.as_str(), composed.previous_turns),
        ("haiku", vec![Turn { question: "Before?".into(), answer: "That.".into() }])
    );
    let query = seen.searches()[0].queries[0].clone();
    assert_eq!((query.limit, query.filter.unwrap().categories), (4, vec!["hep-*".to_owned()]));
}

#[tokio::test]
async fn a_named_model_is_looked_up_once() {
    for (stream, model, times) in
        [(false, "antigravity", 0), (false, "antigravity/haiku", 1), (true, "antigravity/haiku", 1), (true, "antigravity/gpt", 1)]
    {
        let peers = Peers::new();
        let seen = peers.seen.clone();
        peers.served().await.post("/openai/v1/chat/completions", &chat(model, &json!({"stream": stream}))).await;
        assert_eq!(seen.methods().iter().filter(|method| **method == "ListModels").count(), times, "{model}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_as_the_chat_has_it() {
    let served = Peers::new().served().await;
    let long = "x".repeat(2_001);
    let user = |text: &str| json!({"role": "user", "content": text});
    for (messages, rest, param) in [
        (json!([{"role": "system", "content": "s"}, user(&long)]), json!({}), "messages[1].content"),
        (json!([user(&long), user(QUESTION)]), json!({}), "messages[0].content"),
        (json!([user(QUESTION)]), json!({"filter": {"fromDate": "yesterday"}}), "antigravity.filter.from_date"),
        (json!([user(QUESTION)]), json!({"sources": 99}), "antigravity.sources"),
        (json!([user(QUESTION)]), json!({"sources": "many"}), "antigravity.sources"),
        (json!([user(QUESTION)]), json!({"qestion": "?"}), "antigravity.qestion"),
    ] {
        for stream in [false, true] {
            let body = json!({"model": "antigravity", "messages": messages, "antigravity": rest, "stream": stream});
            let reply = served.post("/openai/v1/chat/completions", &body).await;
            assert_eq!((reply.code, reply.json()["error"]["param"].as_str()), (400, Some(param)), "{reply:?}");
        }
    }
}

#[tokio::test]
async fn a_streamed_completion_ends_with_the_answer_the_usage_and_done() {
    let served = Peers::new().served().await;
    let body = chat("antigravity", &json!({"stream": true, "stream_options": {"include_usage": true}}));
    let reply = served.post("/openai/v1/chat/completions", &body).await;
    let mut data: Vec<String> = reply.events().into_iter().map(|(_, data)| data).collect();
    assert_eq!(data.pop().as_deref(), Some("[DONE]"));
    let chunks: Vec<Value> = data.iter().map(|data| serde_json::from_str(data).unwrap()).collect();
    assert!(chunks.iter().all(|chunk| chunk["id"] == chunks[0]["id"] && chunk["object"] == "chat.completion.chunk"));
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    let text: String = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!(text, TEXT);
    let [.., closing, usage] = chunks.as_slice() else { panic!("{chunks:?}") };
    assert_eq!((&closing["choices"][0]["finish_reason"], &closing["antigravity"]["answer"]["markdown"]), (&json!("stop"), &json!(TEXT)));
    assert_eq!((&usage["choices"], &usage["usage"]["completion_tokens"]), (&json!([]), &json!(300)));
}

#[tokio::test]
async fn failures_have_openais_form() {
    let mut peers = Peers::new();
    peers.retriever.search = fails(Problem::new(Reason::Overloaded, "later").retry_after(std::time::Duration::from_secs(3)));
    let served = peers.served().await;
    let path = "/openai/v1/chat/completions";
    for (body, code, kind) in [
        (chat("antigravity", &json!({})), 429, "rate_limit_error"),
        (chat("antigravity", &json!({"stream": true})), 429, "rate_limit_error"),
        (chat("antigravity", &json!({"n": 2})), 400, "invalid_request_error"),
        (json!({"model": "antigravity", "messages": []}), 400, "invalid_request_error"),
        (json!({"messages": []}), 400, "invalid_request_error"),
    ] {
        let reply = served.post(path, &body).await;
        assert_eq!((reply.code, reply.json()["error"]["type"].as_str()), (code, Some(kind)), "{body}: {reply:?}");
        assert_eq!(reply.headers.get("retry-after").map(String::as_str), (code == 429).then_some("3"));
    }
    assert_eq!(served.get("/openai/v1/nothing").await.json()["error"]["type"], "invalid_request_error");
}
