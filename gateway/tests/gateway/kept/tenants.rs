//! One tenant's answers, seen from another's side.

use antigravity_proto::gateway::v1::get_answer_request::Key;
use antigravity_proto::gateway::v1::*;
use antigravity_proto::types::Reason;
use serde_json::json;

use super::*;
use crate::access::credentials::Keyring;
use crate::access::protocols::{http, mcp};

/// Two tenants, each with a key that allows everything.
struct Two {
    served: Served,
    a: (&'static str, String),
    b: (&'static str, String),
    answers: Answers,
    seen: Seen,
    _keys: Keyring,
}

impl Two {
    async fn serve() -> Self {
        let keys = Keyring::new();
        let (a, b) = (keys.bearer("lab-a"), keys.bearer("lab-b"));
        let peers = steady();
        let (answers, seen) = (peers.retriever.answers.clone(), peers.seen.clone());
        Self { served: peers.served_keeping(keys.access()).await, a, b, answers, seen, _keys: keys }
    }

    fn client(&self) -> Client {
        Client::new(self.served.transport())
    }

    /// An answer of the first tenant's.
    async fn kept(&self) -> String {
        self.client().ask(with(&self.a, asking())).await.unwrap().into_inner().answer.unwrap().id
    }
}

fn with<T>(key: &(&'static str, String), message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.metadata_mut().insert(key.0, key.1.parse().unwrap());
    request
}

#[tokio::test]
async fn another_tenants_answer_is_not_there_over_any_protocol() {
    let two = Two::serve().await;
    let id = two.kept().await;
    let mut client = two.client();
    let key = || Some(Key::Id(id.clone()));
    assert!(client.get_answer(with(&two.a, GetAnswerRequest { key: key() })).await.is_ok());
    let statuses = [
        client.get_answer(with(&two.b, GetAnswerRequest { key: key() })).await.unwrap_err(),
        client.share_answer(with(&two.b, ShareAnswerRequest { id: id.clone(), revoke: false })).await.unwrap_err(),
    ];
    assert!(statuses.iter().all(|status| reason(status) == Reason::AnswerNotFound), "{statuses:?}");
    let listed = client.list_answers(with(&two.b, ListAnswersRequest::default())).await.unwrap().into_inner();
    assert_eq!(listed, ListAnswersResponse::default());
    let path = format!("/v1/answers/{id}");
    for (key, code) in [(&two.a, 200), (&two.b, 404)] {
        assert_eq!(http(&two.served, "GET", &path, Some(key)).await.code, code);
    }
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_answer", "arguments": {"id": id}}});
    let reply = two.served.raw(mcp(&call, Some(&two.b))).await;
    assert!(reply.body.contains("ANSWER_NOT_FOUND") && !reply.body.contains(QUESTION), "{reply:?}");
}

#[tokio::test]
async fn nobody_deletes_what_is_not_theirs() {
    let two = Two::serve().await;
    let id = two.kept().await;
    let mut client = two.client();
    client.delete_answer(with(&two.b, DeleteAnswerRequest { id: id.clone() })).await.unwrap();
    let deleted = client.delete_answers(with(&two.b, DeleteAnswersRequest::default())).await.unwrap().into_inner().deleted;
    assert_eq!((deleted, http(&two.served, "DELETE", &format!("/v1/answers/{id}"), Some(&two.b)).await.code), (0, 200));
    assert_eq!(two.answers.asked().len(), 1);
    let deleted = client.delete_answers(with(&two.a, DeleteAnswersRequest::default())).await.unwrap().into_inner().deleted;
    assert_eq!(deleted, 1);
}

#[tokio::test]
async fn neither_the_same_question_nor_the_same_request_id_reaches_across() {
    let two = Two::serve().await;
    let request = || AskRequest { reuse_kept_answer: true, request_id: "0190163d-8694-739b-aea5-966c26f8ad91".into(), ..asking() };
    let mut client = two.client();
    let a = client.ask(with(&two.a, request())).await.unwrap().into_inner().answer.unwrap();
    let b = client.ask(with(&two.b, request())).await.unwrap().into_inner().answer.unwrap();
    assert!(a.id != b.id && b.provenance.unwrap().served_from.is_empty());
    assert_eq!(composes(&two.seen), 2);
}

#[tokio::test]
async fn a_shared_answer_is_read_by_its_link_alone_until_that_is_taken_back() {
    let two = Two::serve().await;
    let id = two.kept().await;
    let mut client = two.client();
    let token =
        client.share_answer(with(&two.a, ShareAnswerRequest { id: id.clone(), revoke: false })).await.unwrap().into_inner().share_token;
    let path = format!("/v1/shared-answers/{token}");
    let reply = http(&two.served, "GET", &path, None).await;
    assert_eq!((reply.code, &reply.json()["answer"]["id"]), (200, &json!(id)));
    let key = Some(Key::ShareToken(token.clone()));
    assert!(client.get_answer(with(&two.b, GetAnswerRequest { key })).await.is_ok());
    // The link opens this answer, and nothing else.
    for (method, path) in [
        ("GET", format!("/v1/answers/{id}")),
        ("GET", "/v1/answers".into()),
        ("DELETE", format!("/v1/answers/{token}")),
        ("GET", format!("/v1/shared-answers/{token}/x")),
    ] {
        assert_eq!(http(&two.served, method, &path, None).await.code, 401, "{method} {path}");
    }
    let reply = http(&two.served, "GET", &format!("{path}?id={id}"), None).await;
    assert_eq!(reply.code, 400, "an id beside the token is refused: {reply:?}");
    assert_eq!(http(&two.served, "GET", &format!("/v1/shared-answers/{id}"), None).await.code, 404, "an id is no token");
    assert_eq!(http(&two.served, "DELETE", &path, None).await.code, 405);

    client.share_answer(with(&two.a, ShareAnswerRequest { id, revoke: true })).await.unwrap();
    assert_eq!(http(&two.served, "GET", &path, None).await.code, 404);
}
