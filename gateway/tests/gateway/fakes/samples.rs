//! Messages for the fakes to send. The preprints are made up.

use antigravity_proto::answerer::v1::{ComposeResponse, Composition, Restarted, compose_response::Event};
use antigravity_proto::gateway::v1::AskRequest;
use antigravity_proto::retriever::v1::{SearchRequest, SearchResponse};
use antigravity_proto::types::*;
use prost_types::Duration;
use tonic::Status;

pub const QUESTION: &str = "How do neural networks find rare signals?";

pub fn asking() -> AskRequest {
    AskRequest { question: QUESTION.into(), ..Default::default() }
}

pub fn preprint(id: &str) -> Preprint {
    Preprint {
        id: id.into(),
        source_id: "arXiv:2603.01712".into(),
        title: format!("The title of {id}"),
        primary_category: "hep-ph".into(),
        text_origin: TextOrigin::Authors.into(),
        ..Default::default()
    }
}

/// For each query three hits, whose fused order differs from that of their similarities.
pub fn search_response(request: &SearchRequest) -> SearchResponse {
    let hit =
        |(id, similarity, rank_score): (&str, f64, f64)| Hit { preprint: Some(preprint(id)), similarity, rank_score, ..Default::default() };
    let result = || QueryResult {
        hits: [("AG-2026.03-1712", 0.40, 0.9), ("AG-2025.05-1524", 0.61, 0.8), ("AG-2025.02-1258", 0.55, 0.7)].map(hit).into(),
        term_weights: vec![TermWeight { stem: "neural".into(), surface: "neural".into(), weight: 2.0 }],
    };
    SearchResponse {
        results: request.queries.iter().map(|_| result()).collect(),
        archive: "papers".into(),
        archive_revision: "r1".into(),
        embedding_model: "mini".into(),
        candidates: 64,
        dense_weight: 0.6,
        words_weight: 0.3,
        sentences_weight: 0.1,
        embed_time: Some(millis(5)),
        search_time: Some(millis(7)),
    }
}

pub fn millis(count: i32) -> Duration {
    Duration { seconds: 0, nanos: count * 1_000_000 }
}

pub fn coverage(level: CoverageLevel) -> Coverage {
    Coverage { level: level.into(), ..Default::default() }
}

pub fn block(markdown: &str) -> Block {
    let claim = Claim { text: markdown.trim().into(), verdict: Verdict::Supported.into(), ..Default::default() };
    Block { markdown: markdown.into(), claims: vec![claim] }
}

pub fn restarted(reason: &str) -> Event {
    Event::Restarted(Restarted { reason: reason.into() })
}

pub fn follow_up(kind: FollowUpKind, question: &str) -> FollowUp {
    FollowUp { question: question.into(), kind: kind.into() }
}

/// Three follow-ups of three kinds.
pub fn candidates() -> Vec<FollowUp> {
    vec![
        follow_up(FollowUpKind::Mechanism, "Why does the topology of the data matter?"),
        follow_up(FollowUpKind::Limit, "Where does background estimation break down?"),
        follow_up(FollowUpKind::Test, "Can anomaly scores be calibrated reliably?"),
    ]
}

pub fn composition() -> Composition {
    Composition {
        coverage: Some(coverage(CoverageLevel::Partial)),
        follow_up_candidates: candidates(),
        notices: vec![Notice { kind: NoticeKind::ReplyCut.into(), message: "The reply was cut off.".into() }],
        model: Some(Model { name: "haiku".into(), ..Default::default() }),
        answered_by: "claude-haiku-4-5".into(),
        prompt_version: "p1".into(),
        usage: Some(TokenUsage { input_tokens: 900, output_tokens: 300, cached_input_tokens: 0 }),
        model_calls: 1,
        dropped_sources: vec!["AG-2025.02-1258".into()],
        dropped_turns: 2,
        coverage_time: Some(millis(1)),
        first_token_time: Some(millis(2)),
        model_time: Some(millis(3)),
        compose_time: None,
        verify_time: Some(millis(4)),
    }
}

/// An answer of two blocks.
pub fn composing() -> Vec<ComposeResponse> {
    let events = [
        Event::Coverage(coverage(CoverageLevel::Full)),
        Event::Block(block("The archive has direct research on this. ")),
        Event::Block(block("Networks help [AG-2026.03-1712].")),
        Event::Composition(composition()),
    ];
    events.map(|event| ComposeResponse { event: Some(event) }).into()
}

pub fn said(event: Event) -> Result<ComposeResponse, Status> {
    Ok(ComposeResponse { event: Some(event) })
}
