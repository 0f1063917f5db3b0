//! The answerer as a gRPC service.

use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::options::Check as _;
use antigravity_chassis::status::Problem;
use antigravity_proto::QUESTION_MAX;
use antigravity_proto::answerer::v1::answerer_service_server::{AnswererService, AnswererServiceServer};
use antigravity_proto::answerer::v1::{
    AssessCoverageRequest, AssessCoverageResponse, CheckGroundingRequest, CheckGroundingResponse, ComposeRequest, ComposeResponse,
    ListModelsRequest, ListModelsResponse,
};
use antigravity_proto::types::{QueryResult, Reason};
use futures_util::stream::BoxStream;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use crate::compose::{Job, compose};
use crate::error::AnswererError;
use crate::model::Models;
use crate::options::Options;
use crate::sources::Sources;
use crate::verify::{Predict, SecondJudge};
use crate::{check, coverage, measured};

/// The name that health checks and reflection know.
pub use antigravity_proto::answerer::v1::answerer_service_server::SERVICE_NAME;

/// The contract's limit: questions of one call.
const QUESTIONS: usize = 16;

/// Sixteen questions with eight hits of 10 kB each are 1.3 MB; answers are far smaller.
const MESSAGE_BYTES: usize = 8 << 20;

/// The answerer: a cheap handle, to be cloned freely.
#[derive(Clone)]
pub struct Answerer {
    models: Arc<Models>,
    second_judge: Option<Arc<dyn SecondJudge>>,
    /// The same, when it has a say in answers as well.
    judge_of_answers: Option<Arc<dyn SecondJudge>>,
}

impl Answerer {
    /// Prepares the configured models. Sends nothing.
    ///
    /// # Errors
    /// [`AnswererError`] when a model is configured wrongly or its key is missing.
    #[allow(clippy::unused_async, reason = "every service is built by an async function; this one happens to wait for nothing")]
    pub async fn build(options: Options) -> Result<Self, AnswererError> {
        options.check()?;
        measured::nothing_yet();
        let models = Models::new(&options)?;
        let second_judge = match &options.second_judge {
            Some(judge) => Some(Arc::new(Predict::new(judge)?) as Arc<dyn SecondJudge>),
            None => None,
        };
        let in_answers = options.second_judge.is_some_and(|judge| judge.answers);
        let judge_of_answers = second_judge.clone().filter(|_| in_answers);
        Ok(Self { models: Arc::new(models), second_judge, judge_of_answers })
    }

    /// The gRPC service.
    pub fn routes(&self) -> Routes {
        let service = AnswererServiceServer::new(self.clone());
        Routes::new(service.max_decoding_message_size(MESSAGE_BYTES).max_encoding_message_size(MESSAGE_BYTES))
    }

    /// Ends the service. Answers in the making belong to their streams and end with them, so nothing is left to wait for.
    #[allow(clippy::unused_async, reason = "every service is closed by an async function; this one happens to wait for nothing")]
    pub async fn close(&self) {}
}

#[tonic::async_trait]
impl AnswererService for Answerer {
    type ComposeStream = BoxStream<'static, Result<ComposeResponse, Status>>;

    async fn compose(&self, request: Request<ComposeRequest>) -> Result<Response<Self::ComposeStream>, Status> {
        let call = CallContext::of(&request);
        let request = request.into_inner();
        let asked = question(&request.question, "question")?;
        let question = standalone(&request.standalone_question, &asked)?;
        let result = result(request.result.as_ref(), "result")?;
        let job = Job {
            question,
            asked,
            sources: Sources::new(result),
            chosen: self.models.choose(&request.model)?,
            length: request.length(),
            policy: request.unsupported_policy(),
            previous_turns: request.previous_turns,
            second_judge: self.judge_of_answers.clone(),
            call,
        };
        Ok(Response::new(Box::pin(compose(job))))
    }

    async fn assess_coverage(&self, request: Request<AssessCoverageRequest>) -> Result<Response<AssessCoverageResponse>, Status> {
        let questions = request.into_inner().questions;
        if questions.len() > QUESTIONS {
            let problem = Problem::new(
                Reason::ArgumentInvalid,
                format!("{} questions in one call: at most {QUESTIONS} are accepted", questions.len()),
            );
            return Err(problem.field("questions", format!("at most {QUESTIONS}")).into());
        }
        for (at, asked) in questions.iter().enumerate() {
            question(&asked.question, &format!("questions[{at}].question"))?;
            result(asked.result.as_ref(), &format!("questions[{at}].result"))?;
        }
        let judged = move || {
            let judge = |asked: &antigravity_proto::answerer::v1::CoverageQuestion| {
                let sources = Sources::new(asked.result.as_ref().unwrap_or(&QueryResult::default()));
                coverage::assess(asked.question.trim(), &sources)
            };
            questions.iter().map(judge).collect()
        };
        let coverages = tokio::task::spawn_blocking(judged).await.map_err(antigravity_chassis::status::internal)?;
        Ok(Response::new(AssessCoverageResponse { coverages }))
    }

    async fn check_grounding(&self, request: Request<CheckGroundingRequest>) -> Result<Response<CheckGroundingResponse>, Status> {
        let CheckGroundingRequest { markdown, preprints } = request.into_inner();
        let judge = self.second_judge.as_deref();
        let claims = check::check_twice(markdown, preprints, judge).await.map_err(antigravity_chassis::status::internal)?;
        Ok(Response::new(CheckGroundingResponse { claims }))
    }

    async fn list_models(&self, _: Request<ListModelsRequest>) -> Result<Response<ListModelsResponse>, Status> {
        Ok(Response::new(ListModelsResponse { models: self.models.list() }))
    }
}

fn question(text: &str, field: &str) -> Result<String, Problem> {
    let question = text.trim();
    if question.is_empty() {
        return Err(Problem::new(Reason::QuestionEmpty, "the question is empty: ask something").field(field, "must not be empty"));
    }
    if question.chars().count() > QUESTION_MAX {
        let message = format!("the question has more than {QUESTION_MAX} characters: shorten it");
        return Err(Problem::new(Reason::QuestionTooLong, message).field(field, format!("at most {QUESTION_MAX} characters")));
    }
    Ok(question.to_owned())
}

/// The question as it was searched for: the one that was asked, unless it leans on the conversation.
fn standalone(text: &str, asked: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Ok(asked.to_owned());
    }
    let field = "standalone_question";
    let standalone = question(text, field)?;
    if !standalone.ends_with(asked) {
        let message = format!("`{field}` doesn't end in the question: put what the question leans on before it");
        return Err(Problem::new(Reason::ArgumentInvalid, message).field(field, "must end in the question"));
    }
    Ok(standalone)
}

fn result<'a>(result: Option<&'a QueryResult>, field: &str) -> Result<&'a QueryResult, Problem> {
    result.ok_or_else(|| {
        Problem::new(Reason::ArgumentInvalid, format!("`{field}` is missing: give what the search found")).field(field, "is required")
    })
}
