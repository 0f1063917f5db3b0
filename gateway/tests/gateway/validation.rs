//! What a caller is told about a wrong request: code, reason and field. No peer is called for it.

use antigravity_proto::gateway::v1::*;
use antigravity_proto::types::{Filter, Reason, Turn};
use futures_util::TryStreamExt;
use tonic::{Code, Status};

use crate::fakes::*;

fn with_filter(filter: Filter) -> AskRequest {
    AskRequest { filter: Some(filter), ..asking() }
}

/// Each wrong request with the reason and the field that it is refused with.
fn wrong() -> Vec<(AskRequest, Reason, &'static str)> {
    use Reason::*;
    let text = |text: &str| AskRequest { question: text.into(), ..Default::default() };
    let categories = ["hep-ph", "hep ph"].map(Into::into).to_vec();
    let turn = |question: &str, answer: &str| Turn { question: question.into(), answer: answer.into() };
    vec![
        (text(""), QuestionEmpty, "question"),
        (text(" \t\n"), QuestionEmpty, "question"),
        (text(&"Ω".repeat(2_001)), QuestionTooLong, "question"),
        (with_filter(Filter { categories, ..Default::default() }), FilterInvalid, "filter.categories[1]"),
        (with_filter(Filter { categories: vec!["*".into()], ..Default::default() }), FilterInvalid, "filter.categories[0]"),
        (with_filter(Filter { from_date: "2024-13".into(), ..Default::default() }), FilterInvalid, "filter.from_date"),
        (with_filter(Filter { to_date: "yesterday".into(), ..Default::default() }), FilterInvalid, "filter.to_date"),
        (
            with_filter(Filter { from_date: "2024-03".into(), to_date: "2024-02".into(), ..Default::default() }),
            FilterInvalid,
            "filter.from_date",
        ),
        (with_filter(Filter { authors: vec!["Noether".into(), " ".into()], ..Default::default() }), FilterInvalid, "filter.authors[1]"),
        (with_filter(Filter { exclude_ids: vec!["2603.01712".into()], ..Default::default() }), FilterInvalid, "filter.exclude_ids[0]"),
        (with_filter(Filter { categories: vec!["hep-ph".into(); 1_001], ..Default::default() }), FilterInvalid, "filter.categories"),
        (AskRequest { archive: "../x".into(), ..asking() }, ArgumentInvalid, "archive"),
        (AskRequest { sources: 33, ..asking() }, ArgumentInvalid, "sources"),
        (AskRequest { near: "1712".into(), ..asking() }, ArgumentInvalid, "near"),
        (AskRequest { length: 9, ..asking() }, ArgumentInvalid, "length"),
        (AskRequest { unsupported_policy: -1, ..asking() }, ArgumentInvalid, "unsupported_policy"),
        (AskRequest { request_id: "42".into(), ..asking() }, ArgumentInvalid, "request_id"),
        (AskRequest { previous_turns: vec![Turn::default(); 21], ..asking() }, ArgumentInvalid, "previous_turns"),
        (
            AskRequest { previous_turns: vec![turn("", ""), turn(&"x".repeat(2_001), "")], ..asking() },
            ArgumentInvalid,
            "previous_turns[1].question",
        ),
        (AskRequest { previous_turns: vec![turn("", &"x".repeat(20_001))], ..asking() }, ArgumentInvalid, "previous_turns[0].answer"),
    ]
}

fn refused(status: &Status, reason: Reason, field: &str) {
    assert_eq!((status.code(), crate::fakes::reason(status)), (Code::InvalidArgument, reason), "{field}: {status}");
    assert_eq!(fields(status), [field], "{status}");
}

#[tokio::test]
async fn a_wrong_question_is_refused_with_reason_and_field_and_reaches_no_peer() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let mut client = peers.client();
    for (request, reason, field) in wrong() {
        refused(&client.ask(request.clone()).await.unwrap_err(), reason, field);

        // As a stream, the field is named as it stands in that request.
        let events = client.ask_stream(AskStreamRequest { ask: Some(request) }).await.unwrap().into_inner();
        refused(&events.try_collect::<Vec<_>>().await.unwrap_err(), reason, &format!("ask.{field}"));
    }
    refused(&client.ask_stream(AskStreamRequest { ask: None }).await.unwrap_err(), Reason::ArgumentInvalid, "ask");
    assert!(seen.methods().is_empty(), "{:?}", seen.methods());
}

#[tokio::test]
async fn a_question_that_is_too_long_is_told_both_figures() {
    let question = "Ω".repeat(2_345);
    let status = Peers::new().client().ask(AskRequest { question, ..Default::default() }).await.unwrap_err();
    assert!(status.message().contains("2345") && status.message().contains("2000"), "{status}");
    assert_eq!((metadata(&status, "characters").unwrap().as_str(), metadata(&status, "limit").unwrap().as_str()), ("2345", "2000"));
}

#[tokio::test]
async fn a_wrong_date_is_told_the_accepted_forms() {
    let filter = Filter { from_date: "03/2024".into(), ..Default::default() };
    let status = Peers::new().client().ask(with_filter(filter)).await.unwrap_err();
    for part in ["03/2024", "YYYY", "YYYY-MM", "YYYY-MM-DD"] {
        assert!(status.message().contains(part), "{status}");
    }
}

#[tokio::test]
async fn an_unknown_model_is_told_the_known_ones_before_anything_is_searched() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let status = peers.client().ask(AskRequest { model: "opus".into(), ..asking() }).await.unwrap_err();
    refused(&status, Reason::UnknownModel, "model");
    assert_eq!(metadata(&status, "models").unwrap(), "extractive, haiku");
    assert_eq!(seen.methods(), ["ListModels"]);
}

#[tokio::test]
async fn the_other_methods_refuse_alike() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let mut client = peers.client();
    let query = |query: &str| SearchRequest { query: query.into(), ..Default::default() };
    for (request, reason, field) in [
        (query(""), Reason::QuestionEmpty, "query"),
        (query(&"x".repeat(2_001)), Reason::QuestionTooLong, "query"),
        (SearchRequest { archive: "a b".into(), ..query("x") }, Reason::ArgumentInvalid, "archive"),
        (SearchRequest { limit: 101, ..query("x") }, Reason::ArgumentInvalid, "limit"),
        (SearchRequest { near: "x".into(), ..query("x") }, Reason::ArgumentInvalid, "near"),
    ] {
        refused(&client.search(request).await.unwrap_err(), reason, field);
    }
    let request = GetPreprintRequest { id: "2603.01712".into(), ..Default::default() };
    refused(&client.get_preprint(request).await.unwrap_err(), Reason::ArgumentInvalid, "id");
    let many: String = (1..=65).map(|number| format!("[AG-2025.01-{number}] ")).collect();
    for (archive, markdown, field) in
        [("", String::new(), "markdown"), ("", "x".repeat(20_001), "markdown"), ("", many, "markdown"), ("a b", "x".into(), "archive")]
    {
        let request = CheckGroundingRequest { archive: archive.into(), markdown };
        refused(&client.check_grounding(request).await.unwrap_err(), Reason::ArgumentInvalid, field);
    }
    let request = ListArchivesRequest { page_size: -1, ..Default::default() };
    refused(&client.list_archives(request).await.unwrap_err(), Reason::ArgumentInvalid, "page_size");
    let request = ListArchivesRequest { page_token: "x".into(), ..Default::default() };
    refused(&client.list_archives(request).await.unwrap_err(), Reason::ArgumentInvalid, "page_token");
    assert!(seen.methods().is_empty());
}
