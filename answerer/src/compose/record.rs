//! What is kept of the making of an answer, for its last message.

use std::time::Duration;

use antigravity_chassis::duration::to_proto;
use antigravity_proto::answerer::v1::Composition;
use antigravity_proto::types::{Coverage, FollowUp, ModelProvider, Notice, NoticeKind, TokenUsage};

use crate::marks::ANSWERED_BY_ARCHIVE;
use crate::model::{self, Chosen, EXTRACTIVE};

/// Times, counts and notices.
#[derive(Default)]
pub(super) struct Record {
    pub(super) notices: Vec<Notice>,
    pub(super) usage: Option<TokenUsage>,
    pub(super) model_calls: u32,
    pub(super) dropped_sources: Vec<String>,
    pub(super) dropped_turns: u32,
    pub(super) coverage_time: Option<Duration>,
    pub(super) first_token_time: Option<Duration>,
    pub(super) model_time: Option<Duration>,
    pub(super) compose_time: Option<Duration>,
    pub(super) verify_time: Duration,
}

impl Record {
    pub(super) fn note(&mut self, kind: NoticeKind, message: &str) {
        self.notices.push(Notice { kind: kind.into(), message: message.to_owned() });
    }

    /// The last message. `written`: the chosen model's text was released; otherwise the composer wrote.
    pub(super) fn composition(
        &mut self,
        coverage: Coverage,
        follow_up_candidates: Vec<FollowUp>,
        chosen: &Chosen,
        written: bool,
    ) -> Composition {
        let Chosen { name, model, is_default } = chosen;
        let (model, answered_by) = match model.as_deref().filter(|_| written) {
            Some(model) => {
                let provider_model = model.provider_model();
                (model::message(name, model.provider(), provider_model, *is_default), provider_model.to_owned())
            }
            None => {
                let is_default = *is_default && name == EXTRACTIVE;
                (model::message(EXTRACTIVE, ModelProvider::Extractive, "", is_default), ANSWERED_BY_ARCHIVE.to_owned())
            }
        };
        Composition {
            coverage: Some(coverage),
            follow_up_candidates,
            notices: std::mem::take(&mut self.notices),
            answered_by,
            prompt_version: model.prompt_version.clone(),
            model: Some(model),
            usage: self.usage,
            model_calls: self.model_calls,
            dropped_sources: std::mem::take(&mut self.dropped_sources),
            dropped_turns: self.dropped_turns,
            coverage_time: self.coverage_time.map(to_proto),
            first_token_time: self.first_token_time.map(to_proto),
            model_time: self.model_time.map(to_proto),
            compose_time: self.compose_time.map(to_proto),
            verify_time: Some(to_proto(self.verify_time)),
        }
    }
}
