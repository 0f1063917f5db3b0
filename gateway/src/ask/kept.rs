//! Answers that are kept, and given again: to a request that comes again, and to the same question where the request allows it.

use std::time::{Duration, Instant, SystemTime};

use antigravity_chassis::call::CallContext;
use antigravity_chassis::duration::to_proto;
use antigravity_chassis::status::{Problem, reason_of};
use antigravity_proto::gateway::v1::Sources;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::retriever::v1::get_answer_request::Key;
use antigravity_proto::retriever::v1::{DescribeArchiveRequest, KeepAnswerRequest};
use antigravity_proto::types::{Answer, Block, Notice, NoticeKind, Reason, Timings};
use tonic::Status;

use super::events::Emitter;
use super::same::{Made, SameQuestion};
use super::validate::Ask;
use crate::peers::Peers;
use crate::request::Fields;
use crate::{Gateway, deadlines, measured};

/// How this question's answer is kept and found again. Only where answers are kept.
pub(super) struct Keeping {
    age: Duration,
    question: SameQuestion,
    request_id: Option<String>,
    reuse: bool,
    /// The archive and the model as the request names them.
    archive: String,
    model: String,
}

impl Keeping {
    pub(super) fn of(gateway: &Gateway, ask: &Ask) -> Option<Self> {
        let age = gateway.options.keep_answers()?;
        Some(Self {
            age,
            question: SameQuestion::of(ask),
            request_id: ask.request_id.clone(),
            reuse: ask.reuse_kept_answer,
            archive: ask.archive.clone(),
            model: ask.model.clone(),
        })
    }

    /// The id by which a repeated request is known.
    pub(super) fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The answer of the request that this one repeats. When it can't be looked up the call fails: what it guards against is to pay twice.
    pub(super) async fn repeated(&self, peers: &Peers, context: &CallContext, fields: Fields) -> Result<Option<Answer>, Status> {
        let Some(id) = &self.request_id else { return Ok(None) };
        let Some(answer) = found(peers.get_answer(context, Key::RequestId(id.clone())).await)? else { return Ok(None) };
        if self.question.is_of(&answer) { Ok(Some(answer)) } else { Err(another_question(fields, id).into()) }
    }

    /// The newest kept answer to the same question of the archive as it is now. One that can't be looked up is made anew.
    pub(super) async fn reusable(&self, peers: &Peers, context: &CallContext) -> Option<Answer> {
        if !self.reuse {
            return None;
        }
        let looked_up = async {
            let key = self.question.key(&self.made_now(peers, context).await?);
            found(peers.get_answer(context, Key::ReuseKey(key)).await)
        };
        looked_up.await.unwrap_or_else(|status: Status| {
            tracing::warn!(code = ?status.code(), cause = status.message(), "a kept answer could not be looked up");
            None
        })
    }

    /// What an answer would be made with now.
    async fn made_now(&self, peers: &Peers, context: &CallContext) -> Result<Made, Status> {
        let describe = DescribeArchiveRequest { archive: self.archive.clone() };
        let (archive, models) = tokio::try_join!(peers.describe_archive(context, describe), peers.list_models(context))?;
        let named = |model: &antigravity_proto::types::Model| if self.model.is_empty() { model.default } else { model.name == self.model };
        Ok(Made::now(archive.archive.unwrap_or_default(), models.models.into_iter().find(named).unwrap_or_default()))
    }

    /// Keeps an answer, before it leaves. A failure is told in the answer, which is given all the same.
    pub(super) async fn keep(self, peers: &Peers, context: &CallContext, answer: &mut Answer) {
        let request = KeepAnswerRequest {
            tenant: context.caller.tenant().to_string(),
            answer: Some(answer.clone()),
            reuse_key: Made::of(answer).map(|made| self.question.key(&made)).unwrap_or_default(),
            expire_time: SystemTime::now().checked_add(self.age).map(Into::into),
            request_id: self.request_id.unwrap_or_default(),
        };
        if let Err(status) = peers.keep_answer(&deadlines::for_keeping(context), request).await {
            tracing::warn!(code = ?status.code(), cause = status.message(), "an answer could not be kept");
            answer.notices.push(not_kept(&status));
        }
    }
}

/// A kept answer as the reply to another request: the events of its making, and the answer with what this request took.
pub(super) async fn served(mut answer: Answer, started: Instant, events: &Emitter) -> Answer {
    events.send(Event::Sources(Sources { sources: answer.sources.clone() })).await;
    if let Some(coverage) = &answer.coverage {
        events.send(Event::Coverage(coverage.clone())).await;
    }
    events.send(Event::Block(Block { markdown: answer.markdown.clone(), claims: answer.claims.clone() })).await;
    let id = answer.id.clone();
    let provenance = answer.provenance.get_or_insert_default();
    provenance.served_from = id;
    (provenance.usage, provenance.model_calls) = (None, 0);
    let total = Some(to_proto(started.elapsed()));
    provenance.timings = Some(Timings { total, overhead: total, ..Default::default() });
    let message = "This answer was kept from an earlier request; its date says when it was made.";
    answer.notices.push(Notice { kind: NoticeKind::ServedFromKept.into(), message: message.into() });
    measured::kept(&answer);
    answer
}

/// What was looked up, if it was there.
fn found(looked_up: Result<(Answer, String), Status>) -> Result<Option<Answer>, Status> {
    match looked_up {
        Ok((answer, _)) => Ok(Some(answer)),
        Err(status) if reason_of(&status) == Some(Reason::AnswerNotFound) => Ok(None),
        Err(status) => Err(status),
    }
}

fn another_question(fields: Fields, id: &str) -> Problem {
    let message = format!("another question was asked under the request id {id}: each question takes an id of its own");
    fields.refuse(Reason::ArgumentInvalid, "request_id", message).with("request_id", id)
}

fn not_kept(status: &Status) -> Notice {
    let why = match reason_of(status) {
        Some(Reason::StorageFull) => ": there is no room where answers are kept",
        Some(Reason::DeadlineExceeded) => " in the time that was left",
        _ => "",
    };
    Notice { kind: NoticeKind::NotKept.into(), message: format!("The answer could not be kept{why}.") }
}
