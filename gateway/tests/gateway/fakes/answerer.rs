//! The scripted answerer.

use antigravity_proto::answerer::v1::answerer_service_server::AnswererService;
use antigravity_proto::answerer::v1::*;
use antigravity_proto::types::{Claim, Coverage, CoverageLevel, Model, Verdict};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tonic::{Request, Response, Status};

use super::{Script, Seen, composing, replies};

pub type Composing = BoxStream<'static, Result<ComposeResponse, Status>>;

pub struct FakeAnswerer {
    pub compose: Script<ComposeRequest, Composing>,
    pub assess_coverage: Script<AssessCoverageRequest, AssessCoverageResponse>,
    pub check_grounding: Script<CheckGroundingRequest, CheckGroundingResponse>,
    pub list_models: Script<ListModelsRequest, ListModelsResponse>,
    seen: Seen,
}

impl FakeAnswerer {
    pub(super) fn new(seen: Seen) -> Self {
        Self {
            compose: replies(|_| stream::iter(composing().into_iter().map(Ok)).boxed()),
            assess_coverage: replies(|request: AssessCoverageRequest| AssessCoverageResponse {
                coverages: request.questions.iter().map(|_| Coverage { level: CoverageLevel::Full.into(), ..Default::default() }).collect(),
            }),
            // Supports the text as a whole when it got every preprint that the text names.
            check_grounding: replies(|CheckGroundingRequest { markdown, preprints }| {
                let all = preprints.iter().all(|preprint| markdown.contains(&preprint.id));
                let verdict = if all { Verdict::Supported } else { Verdict::Unsupported };
                let cited_ids = preprints.into_iter().map(|preprint| preprint.id).collect();
                CheckGroundingResponse { claims: vec![Claim { text: markdown, verdict: verdict.into(), cited_ids, ..Claim::default() }] }
            }),
            list_models: replies(|_| ListModelsResponse {
                models: ["extractive", "haiku"].map(|name| Model { name: name.into(), ..Default::default() }).into(),
            }),
            seen,
        }
    }

    /// Composes with these events, whatever is asked.
    pub fn composes(&mut self, events: impl IntoIterator<Item = compose_response::Event>) {
        let events: Vec<_> = events.into_iter().collect();
        self.compose = replies(move |_| stream::iter(events.clone().into_iter().map(super::said)).boxed());
    }
}

#[tonic::async_trait]
impl AnswererService for FakeAnswerer {
    type ComposeStream = Composing;

    async fn compose(&self, request: Request<ComposeRequest>) -> Result<Response<Self::ComposeStream>, Status> {
        self.seen.method("Compose");
        self.seen.named(&request);
        self.seen.0.lock().unwrap().composes.push(request.get_ref().clone());
        (self.compose)(request.into_inner()).await.map(Response::new)
    }

    async fn assess_coverage(&self, request: Request<AssessCoverageRequest>) -> Result<Response<AssessCoverageResponse>, Status> {
        self.seen.method("AssessCoverage");
        self.seen.0.lock().unwrap().assessments.push(request.get_ref().clone());
        (self.assess_coverage)(request.into_inner()).await.map(Response::new)
    }

    async fn check_grounding(&self, request: Request<CheckGroundingRequest>) -> Result<Response<CheckGroundingResponse>, Status> {
        self.seen.method("CheckGrounding");
        (self.check_grounding)(request.into_inner()).await.map(Response::new)
    }

    async fn list_models(&self, request: Request<ListModelsRequest>) -> Result<Response<ListModelsResponse>, Status> {
        self.seen.method("ListModels");
        (self.list_models)(request.into_inner()).await.map(Response::new)
    }
}
