//! What an answer is made of, and in which order it comes.

use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest};
use antigravity_proto::types::{Answer, CoverageLevel, Filter, NoticeKind};
use futures_util::TryStreamExt;

use crate::fakes::*;

async fn streamed(client: &mut Client, ask: AskRequest) -> Vec<Event> {
    let events = client.ask_stream(AskStreamRequest { ask: Some(ask) }).await.unwrap().into_inner();
    events.map_ok(|message| message.event.unwrap()).try_collect().await.unwrap()
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Sources(_) => "sources",
        Event::Coverage(_) => "coverage",
        Event::Block(_) => "block",
        Event::Restarted(_) => "restarted",
        Event::Answer(_) => "answer",
    }
}

fn last(events: Vec<Event>) -> Answer {
    match events.into_iter().last() {
        Some(Event::Answer(answer)) => answer,
        other => panic!("the last event is {other:?}"),
    }
}

/// The answer without what no two answers share.
fn comparable(mut answer: Answer) -> Answer {
    answer.id.clear();
    answer.create_time = None;
    answer.provenance.as_mut().unwrap().timings = None;
    answer
}

#[tokio::test]
async fn sources_then_coverage_then_blocks_then_the_answer() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let events = streamed(&mut peers.client(), asking()).await;
    assert_eq!(events.iter().map(name).collect::<Vec<_>>(), ["sources", "coverage", "block", "block", "answer"]);
    assert_eq!(seen.methods(), ["Search", "Compose", "Search", "AssessCoverage"], "one way, one search for all follow-ups");
    let Some(Event::Sources(sources)) = events.first() else { panic!("sources come first") };
    let Some(Event::Answer(answer)) = events.last() else { panic!("the answer comes last") };
    assert_eq!(sources.sources, answer.sources);
}

#[tokio::test]
async fn unary_and_stream_end_in_the_same_answer() {
    let mut client = Peers::new().client();
    let unary = client.ask(asking()).await.unwrap().into_inner().answer.unwrap();
    let streamed = last(streamed(&mut client, asking()).await);
    assert_ne!(unary.id, streamed.id);
    assert_eq!(comparable(unary), comparable(streamed));
}

#[tokio::test]
async fn the_answer_holds_all_that_a_lab_needs() {
    let filter = Filter { categories: vec!["hep-*".into()], exclude_ids: vec!["ag-2020.01-100".into()], ..Default::default() };
    let request = AskRequest { sources: 3, filter: Some(filter.clone()), near: "ag-2024.07-1501".into(), ..asking() };
    let answer = Peers::new().client().ask(request).await.unwrap().into_inner().answer.unwrap();

    assert_eq!(uuid::Uuid::parse_str(&answer.id).unwrap().get_version_num(), 7);
    assert_eq!(answer.question, QUESTION);
    assert_eq!(answer.markdown, "The archive has direct research on this. Networks help [AG-2026.03-1712].");
    assert_eq!(answer.coverage.unwrap().level(), CoverageLevel::Partial, "that of the end, which the model may have lowered");
    assert_eq!(answer.claims.len(), 2);
    let sources: Vec<(&str, f64)> = answer.sources.iter().map(|source| (source.id.as_str(), source.similarity)).collect();
    assert_eq!(sources, [("AG-2025.05-1524", 0.61), ("AG-2025.02-1258", 0.55), ("AG-2026.03-1712", 0.40)], "similarity, not rank score");
    assert_eq!((answer.follow_ups.len(), answer.follow_up_shortfall.as_str()), (3, ""));
    assert_eq!(answer.disclaimer, "This is a research aid — not a peer review. Verify sources before citing.");
    assert_eq!(answer.notices.iter().map(|notice| notice.kind()).collect::<Vec<_>>(), [NoticeKind::ReplyCut]);
    assert_eq!(answer.answered_by, "claude-haiku-4-5");
    assert!(answer.create_time.is_some());

    let provenance = answer.provenance.unwrap();
    assert_eq!((provenance.model.unwrap().name.as_str(), provenance.prompt_version.as_str(), provenance.model_calls), ("haiku", "p1", 1));
    assert_eq!((provenance.archive.as_str(), provenance.archive_revision.as_str()), ("papers", "r1"));
    assert_eq!((provenance.embedding_model.as_str(), provenance.software_version.as_str()), ("mini", env!("CARGO_PKG_VERSION")));
    assert_eq!(
        (provenance.usage.unwrap().output_tokens, provenance.dropped_sources, provenance.dropped_turns),
        (300, vec!["AG-2025.02-1258".to_owned()], 2)
    );
    let retrieval = provenance.retrieval.unwrap();
    assert_eq!((retrieval.sources, retrieval.candidates, retrieval.dense_weight), (3, 64, 0.6));
    assert_eq!((retrieval.words_weight, retrieval.sentences_weight), (0.3, 0.1));
    assert_eq!((retrieval.filter, retrieval.near.as_str()), (Some(filter), "AG-2024.07-1501"), "the filter as it was given");
    let timings = provenance.timings.unwrap();
    assert_eq!((timings.embed, timings.search, timings.coverage), (Some(millis(5)), Some(millis(7)), Some(millis(1))));
    assert_eq!(
        (timings.first_token, timings.model, timings.compose, timings.verify),
        (Some(millis(2)), Some(millis(3)), None, Some(millis(4)))
    );
    let [follow_ups, total, overhead] =
        [timings.follow_ups, timings.total, timings.overhead].map(|time| std::time::Duration::try_from(time.unwrap()).unwrap());
    assert!(follow_ups <= total);
    assert_eq!(overhead, total.saturating_sub(std::time::Duration::from_millis(3)), "all but the model's time");
}

#[tokio::test]
async fn a_restart_voids_what_was_released_before() {
    let mut peers = Peers::new();
    peers.answerer.composes([
        Composing::Coverage(coverage(CoverageLevel::Full)),
        Composing::Block(block("Something that will not stand. ")),
        restarted("the model failed"),
        Composing::Block(block("What stands.")),
        Composing::Composition(composition()),
    ]);
    let events = streamed(&mut peers.client(), asking()).await;
    assert_eq!(events.iter().map(name).collect::<Vec<_>>(), ["sources", "coverage", "block", "restarted", "block", "answer"]);
    let answer = last(events);
    assert_eq!(answer.markdown, "What stands.");
    assert_eq!(answer.claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>(), ["What stands."]);
}

#[tokio::test]
async fn neighbours_alone_are_written_about_under_the_title_they_are_near_to() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let request = AskRequest { near: "AG-2024.07-1501".into(), ..Default::default() };
    let answer = peers.client().ask(request).await.unwrap().into_inner().answer.unwrap();
    assert_eq!(seen.searches()[0].queries[0].text, "");
    assert_eq!(seen.searches()[0].queries[0].near, "AG-2024.07-1501");
    assert_eq!(seen.composes()[0].question, "The title of AG-2024.07-1501");
    assert_eq!(answer.question, "", "as it was asked");
}

#[tokio::test]
async fn what_was_asked_reaches_the_peers() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let filter = Filter { from_date: "2024-01".into(), exclude_ids: vec!["ag-2020.01-100".into()], ..Default::default() };
    let request = AskRequest { archive: "lab".into(), filter: Some(filter), sources: 12, model: "haiku".into(), length: 1, ..asking() };
    peers.client().ask(request).await.unwrap();
    assert_eq!(seen.methods().first(), Some(&"ListModels"), "only because a model was named");
    let search = &seen.searches()[0];
    assert_eq!((search.archive.as_str(), search.queries[0].limit, search.queries[0].text.as_str()), ("lab", 12, QUESTION));
    assert_eq!(search.queries[0].filter.as_ref().unwrap().exclude_ids, ["AG-2020.01-100"]);
    let compose = &seen.composes()[0];
    assert_eq!((compose.question.as_str(), compose.model.as_str(), compose.length), (QUESTION, "haiku", 1));
    assert_eq!(compose.result.as_ref().unwrap().hits[0].preprint.as_ref().unwrap().id, "AG-2026.03-1712", "in the order of the fusion");
    assert_eq!(compose.result.as_ref().unwrap().term_weights.len(), 1);
}
