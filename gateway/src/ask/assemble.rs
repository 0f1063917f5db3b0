//! Question, answer, sources and follow-ups as one response. Pure, apart from the id and the clock.

use std::time::{Duration, SystemTime};

use antigravity_chassis::duration::to_proto;
use antigravity_proto::answerer::v1::Composition;
use antigravity_proto::retriever::v1::SearchResponse;
use antigravity_proto::types::{Answer, Provenance, RetrievalParameters, Timings};
use uuid::Uuid;

use super::compose::Composed;
use super::follow_ups::FollowUps;
use super::search::Found;
use super::validate::Ask;

/// The sentence under every answer.
const DISCLAIMER: &str = "This is a research aid — not a peer review. Verify sources before citing.";

/// `elapsed` is the time from the request's arrival until now.
pub(super) fn assemble(ask: Ask, found: Found, composed: Composed, follow_ups: FollowUps, elapsed: Duration) -> Answer {
    let Composed { released, composition } = composed;
    let timings = timings(&found.search, &composition, follow_ups.time, elapsed);
    let retrieval = RetrievalParameters {
        sources: ask.sources,
        filter: ask.filter_given,
        near: ask.near.map(|id| id.to_string()).unwrap_or_default(),
        standalone_question: ask.standalone.unwrap_or_default(),
        candidates: found.search.candidates,
        dense_weight: found.search.dense_weight,
        words_weight: found.search.words_weight,
        sentences_weight: found.search.sentences_weight,
    };
    let provenance = Provenance {
        model: composition.model,
        prompt_version: composition.prompt_version,
        embedding_model: found.search.embedding_model,
        archive: found.search.archive,
        archive_revision: found.search.archive_revision,
        retrieval: Some(retrieval),
        usage: composition.usage,
        model_calls: composition.model_calls,
        timings: Some(timings),
        software_version: env!("CARGO_PKG_VERSION").into(),
        served_from: String::new(),
        dropped_sources: composition.dropped_sources,
        dropped_turns: composition.dropped_turns,
    };
    Answer {
        id: Uuid::now_v7().to_string(),
        question: ask.question,
        markdown: released.markdown,
        coverage: composition.coverage,
        claims: released.claims,
        sources: found.sources,
        follow_ups: follow_ups.offered,
        follow_up_shortfall: follow_ups.shortfall,
        disclaimer: DISCLAIMER.into(),
        notices: composition.notices.into_iter().chain(follow_ups.notice).collect(),
        answered_by: composition.answered_by,
        create_time: Some(SystemTime::now().into()),
        provenance: Some(provenance),
    }
}

fn timings(search: &SearchResponse, composition: &Composition, follow_ups: Option<Duration>, total: Duration) -> Timings {
    let model = composition.model_time.and_then(|time| Duration::try_from(time).ok()).unwrap_or_default();
    Timings {
        embed: search.embed_time,
        search: search.search_time,
        coverage: composition.coverage_time,
        first_token: composition.first_token_time,
        model: composition.model_time,
        compose: composition.compose_time,
        verify: composition.verify_time,
        follow_ups: follow_ups.map(to_proto),
        total: Some(to_proto(total)),
        overhead: Some(to_proto(total.saturating_sub(model))),
    }
}
