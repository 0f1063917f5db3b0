//! The gRPC service: each method says where its work is done.

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::gateway_service_server::GatewayService;
use antigravity_proto::gateway::v1::*;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use tonic::{Request, Response, Status, Streaming};

use crate::Gateway;
use crate::request::Fields;
use crate::{answers, archives, ask, grounding, index, models, preprint, search, upkeep};

#[tonic::async_trait]
impl GatewayService for Gateway {
    async fn ask(&self, request: Request<AskRequest>) -> Result<Response<AskResponse>, Status> {
        let context = CallContext::of(&request);
        let answer = ask::whole(ask::events(self.clone(), context, Fields::of_the_request(), request.into_inner())).await?;
        Ok(Response::new(AskResponse { answer: Some(answer) }))
    }

    type AskStreamStream = BoxStream<'static, Result<AskStreamResponse, Status>>;

    async fn ask_stream(&self, request: Request<AskStreamRequest>) -> Result<Response<Self::AskStreamStream>, Status> {
        let context = CallContext::of(&request);
        let asked = Fields::of_the_request().required("ask", request.into_inner().ask)?;
        let events = ask::events(self.clone(), context, Fields::within("ask"), asked);
        Ok(Response::new(events.map_ok(|event| AskStreamResponse { event: Some(event) }).boxed()))
    }

    async fn search(&self, request: Request<SearchRequest>) -> Result<Response<SearchResponse>, Status> {
        let context = CallContext::of(&request);
        search::search(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn get_preprint(&self, request: Request<GetPreprintRequest>) -> Result<Response<GetPreprintResponse>, Status> {
        let context = CallContext::of(&request);
        preprint::get(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn describe_archive(&self, request: Request<DescribeArchiveRequest>) -> Result<Response<DescribeArchiveResponse>, Status> {
        let context = CallContext::of(&request);
        archives::describe(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn list_archives(&self, request: Request<ListArchivesRequest>) -> Result<Response<ListArchivesResponse>, Status> {
        let context = CallContext::of(&request);
        archives::list(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn list_models(&self, request: Request<ListModelsRequest>) -> Result<Response<ListModelsResponse>, Status> {
        models::list(self, CallContext::of(&request)).await.map(Response::new)
    }

    type IndexPreprintsStream = index::Acknowledgements;

    async fn index_preprints(
        &self,
        request: Request<Streaming<IndexPreprintsRequest>>,
    ) -> Result<Response<Self::IndexPreprintsStream>, Status> {
        let context = CallContext::of(&request);
        Ok(Response::new(index::relay(self.clone(), context, request.into_inner())))
    }

    async fn check_grounding(&self, request: Request<CheckGroundingRequest>) -> Result<Response<CheckGroundingResponse>, Status> {
        let context = CallContext::of(&request);
        grounding::check(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn get_answer(&self, request: Request<GetAnswerRequest>) -> Result<Response<GetAnswerResponse>, Status> {
        let context = CallContext::of(&request);
        answers::get(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn list_answers(&self, request: Request<ListAnswersRequest>) -> Result<Response<ListAnswersResponse>, Status> {
        let context = CallContext::of(&request);
        answers::list(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn delete_answer(&self, request: Request<DeleteAnswerRequest>) -> Result<Response<DeleteAnswerResponse>, Status> {
        let context = CallContext::of(&request);
        answers::delete(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn delete_answers(&self, request: Request<DeleteAnswersRequest>) -> Result<Response<DeleteAnswersResponse>, Status> {
        let context = CallContext::of(&request);
        answers::delete_all(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn share_answer(&self, request: Request<ShareAnswerRequest>) -> Result<Response<ShareAnswerResponse>, Status> {
        let context = CallContext::of(&request);
        answers::share(self, context, request.into_inner()).await.map(Response::new)
    }

    async fn delete_preprints(&self, request: Request<DeletePreprintsRequest>) -> Result<Response<DeletePreprintsResponse>, Status> {
        let context = CallContext::of(&request);
        upkeep::delete(self, context, request.into_inner()).await.map(Response::new)
    }

    type ExportPreprintsStream = upkeep::Records;

    async fn export_preprints(&self, request: Request<ExportPreprintsRequest>) -> Result<Response<Self::ExportPreprintsStream>, Status> {
        let context = CallContext::of(&request);
        Ok(Response::new(upkeep::export(self.clone(), context, request.into_inner())))
    }

    async fn verify_archive(&self, request: Request<VerifyArchiveRequest>) -> Result<Response<VerifyArchiveResponse>, Status> {
        let context = CallContext::of(&request);
        upkeep::verify(self, context, request.into_inner()).await.map(Response::new)
    }
}
