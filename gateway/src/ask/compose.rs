//! Having the answer written, and passing on what is released.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status;
use antigravity_proto::answerer::v1::compose_response::Event as Composing;
use antigravity_proto::answerer::v1::{ComposeRequest, Composition};
use antigravity_proto::gateway::v1::Restarted;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::types::{Block, Claim};
use futures_util::TryStreamExt;
use tonic::Status;

use super::events::Emitter;
use super::search::Found;
use super::validate::Ask;
use crate::peers::Peers;

/// A written answer.
pub(super) struct Composed {
    /// Its text.
    pub(super) released: Released,
    /// All else about it.
    pub(super) composition: Composition,
}

/// What was released since the last restart. This, and nothing that the answerer says otherwise, is the answer.
#[derive(Default)]
pub(super) struct Released {
    pub(super) markdown: String,
    pub(super) claims: Vec<Claim>,
}

impl Released {
    fn add(&mut self, block: &Block) {
        self.markdown.push_str(&block.markdown);
        self.claims.extend_from_slice(&block.claims);
    }

    fn void(&mut self) {
        *self = Self::default();
    }
}

/// An answerer that fails fails the question: nothing is made up in its place.
pub(super) async fn compose(peers: &Peers, context: &CallContext, ask: &Ask, found: &Found, events: &Emitter) -> Result<Composed, Status> {
    let mut composing = peers.compose(context, request(ask, found)).await?;
    let mut released = Released::default();
    let mut composition = None;
    while let Some(event) = composing.try_next().await? {
        match event {
            Composing::Coverage(coverage) => events.send(Event::Coverage(coverage)).await,
            Composing::Block(block) => {
                released.add(&block);
                events.send(Event::Block(block)).await;
            }
            Composing::Restarted(restarted) => {
                released.void();
                events.send(Event::Restarted(Restarted { reason: restarted.reason })).await;
            }
            Composing::Composition(last) => composition = Some(last),
        }
    }
    let composition = composition.ok_or_else(|| status::internal("the answerer's stream ended without a composition"))?;
    Ok(Composed { released, composition })
}

fn request(ask: &Ask, found: &Found) -> ComposeRequest {
    ComposeRequest {
        question: found.question.clone(),
        result: Some(found.result.clone()),
        model: ask.model.clone(),
        length: ask.length.into(),
        unsupported_policy: ask.unsupported_policy.into(),
        previous_turns: ask.previous_turns.clone(),
        standalone_question: ask.standalone.clone().unwrap_or_default(),
    }
}
