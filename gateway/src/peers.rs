//! The two services behind the gateway, as calls that fail with a reason.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::{self, Problem};
use antigravity_chassis::transport::Transport;
use antigravity_proto::answerer::v1 as answerer;
use antigravity_proto::answerer::v1::answerer_service_client::AnswererServiceClient;
use antigravity_proto::retriever::v1 as retriever;
use antigravity_proto::retriever::v1::retriever_service_client::RetrieverServiceClient;
use antigravity_proto::types::{Answer, Reason};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt, future};
use tonic::{Code, Request, Response, Status};

/// Largest message that a peer may send. An abstract has at most 20,000 bytes, 100 preprints some 2 MB of them: several queries at once,
/// with evidence, can exceed gRPC's usual 4 MiB.
const MESSAGE_LIMIT: usize = 16 * 1024 * 1024;

/// The retriever and the answerer.
#[derive(Clone)]
pub(crate) struct Peers {
    retriever: RetrieverServiceClient<Transport>,
    answerer: AnswererServiceClient<Transport>,
}

impl Peers {
    pub(crate) fn new(retriever: Transport, answerer: Transport) -> Self {
        Self {
            retriever: RetrieverServiceClient::new(retriever).max_decoding_message_size(MESSAGE_LIMIT),
            answerer: AnswererServiceClient::new(answerer).max_decoding_message_size(MESSAGE_LIMIT),
        }
    }

    /// Searches for several queries at once. The reply has one result for each.
    pub(crate) async fn search(
        &self,
        context: &CallContext,
        request: retriever::SearchRequest,
    ) -> Result<retriever::SearchResponse, Status> {
        let queries = request.queries.len();
        let reply = read(&self.retriever, context, request, |mut retriever, request| async move { retriever.search(request).await }).await;
        let found = reply.map_err(Stage::SEARCH.failed())?;
        if found.results.len() == queries {
            Ok(found)
        } else {
            Err(status::internal(format!("{queries} queries came back as {} results", found.results.len())))
        }
    }

    pub(crate) async fn get_preprints(
        &self,
        context: &CallContext,
        request: retriever::GetPreprintsRequest,
    ) -> Result<retriever::GetPreprintsResponse, Status> {
        let reply =
            read(&self.retriever, context, request, |mut retriever, request| async move { retriever.get_preprints(request).await }).await;
        reply.map_err(Stage::PREPRINTS.failed())
    }

    /// Passes a stream of batches on. Acknowledgements come as they are read: nothing is buffered here.
    pub(crate) async fn index_preprints(
        &self,
        context: &CallContext,
        batches: impl Stream<Item = retriever::IndexPreprintsRequest> + Send + 'static,
    ) -> Result<BoxStream<'static, Result<retriever::IndexPreprintsResponse, Status>>, Status> {
        let reply = self.retriever.clone().index_preprints(context.request(batches)).await;
        Ok(reply.map_err(Stage::INDEX.failed())?.into_inner().map_err(Stage::INDEX.failed()).boxed())
    }

    pub(crate) async fn delete_preprints(
        &self,
        context: &CallContext,
        request: retriever::DeletePreprintsRequest,
    ) -> Result<retriever::DeletePreprintsResponse, Status> {
        let reply = self.retriever.clone().delete_preprints(context.request(request)).await;
        reply.map(Response::into_inner).map_err(Stage::PREPRINTS.failed())
    }

    /// Every record of an archive. They come as they are read; dropping the stream ends the export.
    pub(crate) async fn export_preprints(
        &self,
        context: &CallContext,
        request: retriever::ExportPreprintsRequest,
    ) -> Result<BoxStream<'static, Result<retriever::ExportPreprintsResponse, Status>>, Status> {
        let reply = self.retriever.clone().export_preprints(context.request(request)).await;
        Ok(reply.map_err(Stage::ARCHIVE.failed())?.into_inner().map_err(Stage::ARCHIVE.failed()).boxed())
    }

    pub(crate) async fn verify_archive(
        &self,
        context: &CallContext,
        request: retriever::VerifyArchiveRequest,
    ) -> Result<retriever::VerifyArchiveResponse, Status> {
        let reply = self.retriever.clone().verify_archive(context.request(request)).await;
        reply.map(Response::into_inner).map_err(Stage::ARCHIVE.failed())
    }

    pub(crate) async fn describe_archive(
        &self,
        context: &CallContext,
        request: retriever::DescribeArchiveRequest,
    ) -> Result<retriever::DescribeArchiveResponse, Status> {
        let reply =
            read(&self.retriever, context, request, |mut retriever, request| async move { retriever.describe_archive(request).await })
                .await;
        reply.map_err(Stage::ARCHIVE.failed())
    }

    pub(crate) async fn list_archives(&self, context: &CallContext) -> Result<Vec<String>, Status> {
        let reply = read(&self.retriever, context, retriever::ListArchivesRequest {}, |mut retriever, request| async move {
            retriever.list_archives(request).await
        })
        .await;
        reply.map(|reply| reply.archives).map_err(Stage::ARCHIVE.failed())
    }

    pub(crate) async fn keep_answer(&self, context: &CallContext, request: retriever::KeepAnswerRequest) -> Result<(), Status> {
        let reply = self.retriever.clone().keep_answer(context.request(request)).await;
        reply.map(drop).map_err(Stage::ANSWERS.failed())
    }

    /// A kept answer of the caller's tenant, and the token of its link; a share token's is anybody's.
    pub(crate) async fn get_answer(
        &self,
        context: &CallContext,
        key: retriever::get_answer_request::Key,
    ) -> Result<(Answer, String), Status> {
        let request = retriever::GetAnswerRequest { tenant: context.caller.tenant().to_string(), key: Some(key) };
        let reply =
            read(&self.retriever, context, request, |mut retriever, request| async move { retriever.get_answer(request).await }).await;
        let retriever::GetAnswerResponse { answer, share_token } = reply.map_err(Stage::ANSWERS.failed())?;
        Ok((answer.ok_or_else(|| status::internal("there is no answer in the reply"))?, share_token))
    }

    pub(crate) async fn list_answers(
        &self,
        context: &CallContext,
        request: retriever::ListAnswersRequest,
    ) -> Result<retriever::ListAnswersResponse, Status> {
        let reply =
            read(&self.retriever, context, request, |mut retriever, request| async move { retriever.list_answers(request).await }).await;
        reply.map_err(Stage::ANSWERS.failed())
    }

    pub(crate) async fn delete_answers(&self, context: &CallContext, request: retriever::DeleteAnswersRequest) -> Result<u64, Status> {
        let reply = self.retriever.clone().delete_answers(context.request(request)).await;
        reply.map(|reply| reply.into_inner().deleted).map_err(Stage::ANSWERS.failed())
    }

    pub(crate) async fn share_answer(&self, context: &CallContext, request: retriever::ShareAnswerRequest) -> Result<String, Status> {
        let reply = self.retriever.clone().share_answer(context.request(request)).await;
        reply.map(|reply| reply.into_inner().share_token).map_err(Stage::ANSWERS.failed())
    }

    /// Has an answer written. Its events come as they are read; dropping the stream ends the writing.
    pub(crate) async fn compose(
        &self,
        context: &CallContext,
        request: answerer::ComposeRequest,
    ) -> Result<BoxStream<'static, Result<answerer::compose_response::Event, Status>>, Status> {
        let reply = self.answerer.clone().compose(context.request(request)).await;
        let events = reply.map_err(Stage::COMPOSE.failed())?.into_inner();
        Ok(events.map_err(Stage::COMPOSE.failed()).try_filter_map(|message| future::ok(message.event)).boxed())
    }

    /// Judges several questions at once. The reply has one coverage for each.
    pub(crate) async fn assess_coverage(
        &self,
        context: &CallContext,
        request: answerer::AssessCoverageRequest,
    ) -> Result<answerer::AssessCoverageResponse, Status> {
        let questions = request.questions.len();
        let reply =
            read(&self.answerer, context, request, |mut answerer, request| async move { answerer.assess_coverage(request).await }).await;
        let assessed = reply.map_err(Stage::COVERAGE.failed())?;
        if assessed.coverages.len() == questions {
            Ok(assessed)
        } else {
            Err(status::internal(format!("{questions} questions came back as {} coverages", assessed.coverages.len())))
        }
    }

    /// Judges the claims of a text by the preprints that it cites.
    pub(crate) async fn check_grounding(
        &self,
        context: &CallContext,
        request: answerer::CheckGroundingRequest,
    ) -> Result<answerer::CheckGroundingResponse, Status> {
        let reply = self.answerer.clone().check_grounding(context.request(request)).await;
        reply.map(Response::into_inner).map_err(Stage::GROUNDING.failed())
    }

    pub(crate) async fn list_models(&self, context: &CallContext) -> Result<answerer::ListModelsResponse, Status> {
        let reply = read(&self.answerer, context, answerer::ListModelsRequest {}, |mut answerer, request| async move {
            answerer.list_models(request).await
        })
        .await;
        reply.map_err(Stage::MODELS.failed())
    }
}

/// Makes a call that only reads, and costs nothing but time: once more where it was lost with its replica, for another one may answer at once. What
/// the caller would have to make again after a second is answered so. (What writes, and what asks a model, may have been done all the same.)
async fn read<C: Clone, Q: Clone, R, F: Future<Output = Result<Response<R>, Status>>>(
    peer: &C,
    context: &CallContext,
    request: Q,
    call: impl Fn(C, Request<Q>) -> F,
) -> Result<R, Status> {
    let is_lost = |status: &Status| {
        status.code() == Code::Unavailable
            && matches!(status::reason_of(status), Some(Reason::RetrieverUnavailable | Reason::AnswererUnavailable))
    };
    let reply = match call(peer.clone(), context.request(request.clone())).await {
        Err(status) if is_lost(&status) => call(peer.clone(), context.request(request)).await,
        reply => reply,
    };
    reply.map(Response::into_inner)
}

/// What was asked of a peer: the value of `stage` in the metadata of DEADLINE_EXCEEDED.
#[derive(Clone, Copy)]
struct Stage(&'static str);

impl Stage {
    const SEARCH: Self = Self("search");
    const PREPRINTS: Self = Self("preprints");
    const INDEX: Self = Self("index");
    const ARCHIVE: Self = Self("archive");
    const ANSWERS: Self = Self("answers");
    const COMPOSE: Self = Self("compose");
    const COVERAGE: Self = Self("coverage");
    const GROUNDING: Self = Self("grounding");
    const MODELS: Self = Self("models");

    /// Tells a peer's failure to the caller. What a peer said, and what the transport made of a peer that can't be reached, has its reason
    /// and passes through, except that a deadline gets the stage that it passed in. Without a reason is only what this side couldn't read.
    fn failed(self) -> impl Fn(Status) -> Status + Send + use<> {
        move |status| match (status.code(), status::reason_of(&status)) {
            (Code::DeadlineExceeded, _) => {
                Problem::new(Reason::DeadlineExceeded, format!("the deadline passed in the stage {}", self.0)).with("stage", self.0).into()
            }
            (_, Some(_)) => status,
            (_, None) => status::internal(format!("the stage {} failed without a reason: {status}", self.0)),
        }
    }
}
