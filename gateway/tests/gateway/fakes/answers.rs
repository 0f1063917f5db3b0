//! Kept answers in memory, and a disk that can be full.

use std::sync::{Arc, Mutex, MutexGuard};

use antigravity_chassis::status::Problem;
use antigravity_proto::retriever::v1::get_answer_request::Key;
use antigravity_proto::retriever::v1::*;
use antigravity_proto::types::Reason;
use tonic::Status;

/// All that was kept. Clones are the same.
#[derive(Clone, Default)]
pub struct Answers(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    kept: Vec<Kept>,
    failure: Option<Problem>,
    hangs: bool,
}

struct Kept {
    request: KeepAnswerRequest,
    share_token: String,
}

impl Answers {
    /// From now on nothing is kept or found, for this reason.
    pub fn fail(&self, problem: Problem) {
        self.state().failure = Some(problem);
    }

    /// From now on nothing ends.
    pub fn hang(&self) {
        self.state().hangs = true;
    }

    /// What the gateway asked to keep, oldest first.
    pub fn asked(&self) -> Vec<KeepAnswerRequest> {
        self.state().kept.iter().map(|kept| kept.request.clone()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) async fn check(&self) -> Result<(), Status> {
        let (hangs, failure) = {
            let state = self.state();
            (state.hangs, state.failure.clone())
        };
        if hangs {
            std::future::pending::<()>().await;
        }
        failure.map_or(Ok(()), |problem| Err(problem.into()))
    }

    pub(super) fn keep(&self, request: KeepAnswerRequest) {
        self.state().kept.push(Kept { request, share_token: String::new() });
    }

    pub(super) fn get(&self, request: GetAnswerRequest) -> Result<GetAnswerResponse, Status> {
        let GetAnswerRequest { tenant, key } = request;
        let state = self.state();
        let found = state.kept.iter().rev().find(|kept| {
            let ours = kept.request.tenant == tenant;
            match key.as_ref().unwrap() {
                Key::Id(id) => ours && kept.request.answer.as_ref().unwrap().id == *id,
                Key::ShareToken(token) => kept.share_token == *token && !token.is_empty(),
                Key::ReuseKey(key) => ours && kept.request.reuse_key == *key && !key.is_empty(),
                Key::RequestId(id) => ours && kept.request.request_id == *id && !id.is_empty(),
            }
        });
        let Kept { request, share_token } = found.ok_or_else(missing)?;
        Ok(GetAnswerResponse { answer: request.answer.clone(), share_token: share_token.clone() })
    }

    pub(super) fn list(&self, request: ListAnswersRequest) -> ListAnswersResponse {
        let state = self.state();
        let ours = state.kept.iter().rev().filter(|kept| kept.request.tenant == request.tenant);
        ListAnswersResponse { answers: ours.map(|kept| kept.request.answer.clone().unwrap()).collect(), ..Default::default() }
    }

    pub(super) fn delete(&self, request: DeleteAnswersRequest) -> u64 {
        let DeleteAnswersRequest { tenant, ids, before: _ } = request;
        let mut state = self.state();
        let before = state.kept.len();
        state
            .kept
            .retain(|kept| kept.request.tenant != tenant || !(ids.is_empty() || ids.contains(&kept.request.answer.as_ref().unwrap().id)));
        (before - state.kept.len()) as u64
    }

    pub(super) fn share(&self, request: ShareAnswerRequest) -> Result<String, Status> {
        let ShareAnswerRequest { tenant, id, revoke } = request;
        let mut state = self.state();
        let mut ours = state.kept.iter_mut().filter(|kept| kept.request.tenant == tenant);
        let kept = ours.find(|kept| kept.request.answer.as_ref().unwrap().id == id).ok_or_else(missing)?;
        kept.share_token = if revoke { String::new() } else { format!("token-{id}") };
        Ok(kept.share_token.clone())
    }
}

fn missing() -> Status {
    Problem::new(Reason::AnswerNotFound, "there is no such answer").resource("answer", "it").into()
}
