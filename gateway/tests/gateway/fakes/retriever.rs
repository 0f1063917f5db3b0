//! The scripted retriever.

use antigravity_chassis::status;
use antigravity_proto::retriever::v1::retriever_service_server::RetrieverService;
use antigravity_proto::retriever::v1::*;
use antigravity_proto::types::{Archive, ArchiveFault, PreprintRecord};
use futures_util::stream::{self, BoxStream};
use tonic::{Request, Response, Status, Streaming};

use super::{Answers, Script, Seen, preprint, replies, search_response};

pub struct FakeRetriever {
    pub search: Script<SearchRequest, SearchResponse>,
    pub get_preprints: Script<GetPreprintsRequest, GetPreprintsResponse>,
    pub index_preprints: Script<Streaming<IndexPreprintsRequest>, BoxStream<'static, Result<IndexPreprintsResponse, Status>>>,
    pub describe_archive: Script<DescribeArchiveRequest, DescribeArchiveResponse>,
    pub list_archives: Script<ListArchivesRequest, ListArchivesResponse>,
    pub answers: Answers,
    seen: Seen,
}

impl FakeRetriever {
    pub(super) fn new(seen: Seen) -> Self {
        Self {
            search: replies(|request: SearchRequest| search_response(&request)),
            get_preprints: replies(|request: GetPreprintsRequest| GetPreprintsResponse {
                preprints: request.ids.iter().map(|id| preprint(id)).collect(),
            }),
            index_preprints: Box::new(|_| Box::pin(std::future::ready(Err(status::unimplemented("unscripted"))))),
            describe_archive: replies(|request: DescribeArchiveRequest| DescribeArchiveResponse {
                archive: Some(Archive { name: request.archive, preprints: 3, ..Default::default() }),
            }),
            list_archives: replies(|_| ListArchivesResponse { archives: ["alpha", "beta", "gamma"].map(Into::into).into() }),
            answers: Answers::default(),
            seen,
        }
    }
}

#[tonic::async_trait]
impl RetrieverService for FakeRetriever {
    async fn search(&self, request: Request<SearchRequest>) -> Result<Response<SearchResponse>, Status> {
        self.seen.method("Search");
        self.seen.named(&request);
        self.seen.0.lock().unwrap().searches.push(request.get_ref().clone());
        (self.search)(request.into_inner()).await.map(Response::new)
    }

    async fn get_preprints(&self, request: Request<GetPreprintsRequest>) -> Result<Response<GetPreprintsResponse>, Status> {
        self.seen.method("GetPreprints");
        (self.get_preprints)(request.into_inner()).await.map(Response::new)
    }

    type IndexPreprintsStream = BoxStream<'static, Result<IndexPreprintsResponse, Status>>;

    async fn index_preprints(
        &self,
        request: Request<Streaming<IndexPreprintsRequest>>,
    ) -> Result<Response<Self::IndexPreprintsStream>, Status> {
        self.seen.method("IndexPreprints");
        (self.index_preprints)(request.into_inner()).await.map(Response::new)
    }

    async fn describe_archive(&self, request: Request<DescribeArchiveRequest>) -> Result<Response<DescribeArchiveResponse>, Status> {
        self.seen.method("DescribeArchive");
        (self.describe_archive)(request.into_inner()).await.map(Response::new)
    }

    async fn list_archives(&self, request: Request<ListArchivesRequest>) -> Result<Response<ListArchivesResponse>, Status> {
        self.seen.method("ListArchives");
        (self.list_archives)(request.into_inner()).await.map(Response::new)
    }

    async fn delete_preprints(&self, request: Request<DeletePreprintsRequest>) -> Result<Response<DeletePreprintsResponse>, Status> {
        self.seen.method("DeletePreprints");
        Ok(Response::new(DeletePreprintsResponse { deleted: request.into_inner().ids.len() as u64 }))
    }

    type ExportPreprintsStream = stream::Iter<std::vec::IntoIter<Result<ExportPreprintsResponse, Status>>>;

    /// One record named for the archive, then a failure.
    async fn export_preprints(&self, request: Request<ExportPreprintsRequest>) -> Result<Response<Self::ExportPreprintsStream>, Status> {
        self.seen.method("ExportPreprints");
        let record = PreprintRecord { title: request.into_inner().archive, ..Default::default() };
        let messages = vec![Ok(ExportPreprintsResponse { records: vec![record] }), Err(status::unimplemented("the rest"))];
        Ok(Response::new(stream::iter(messages)))
    }

    async fn verify_archive(&self, request: Request<VerifyArchiveRequest>) -> Result<Response<VerifyArchiveResponse>, Status> {
        self.seen.method("VerifyArchive");
        let archive = Some(Archive { name: request.into_inner().archive, ..Default::default() });
        let faults = vec![ArchiveFault { id: "AG-2026.03-1712".into(), message: "is broken".into() }];
        Ok(Response::new(VerifyArchiveResponse { archive, faults }))
    }

    async fn keep_answer(&self, request: Request<KeepAnswerRequest>) -> Result<Response<KeepAnswerResponse>, Status> {
        self.seen.method("KeepAnswer");
        self.answers.check().await?;
        self.answers.keep(request.into_inner());
        Ok(Response::new(KeepAnswerResponse {}))
    }

    async fn get_answer(&self, request: Request<GetAnswerRequest>) -> Result<Response<GetAnswerResponse>, Status> {
        self.seen.method("GetAnswer");
        self.answers.check().await?;
        Ok(Response::new(self.answers.get(request.into_inner())?))
    }

    async fn list_answers(&self, request: Request<ListAnswersRequest>) -> Result<Response<ListAnswersResponse>, Status> {
        self.seen.method("ListAnswers");
        Ok(Response::new(self.answers.list(request.into_inner())))
    }

    async fn delete_answers(&self, request: Request<DeleteAnswersRequest>) -> Result<Response<DeleteAnswersResponse>, Status> {
        self.seen.method("DeleteAnswers");
        Ok(Response::new(DeleteAnswersResponse { deleted: self.answers.delete(request.into_inner()) }))
    }

    async fn share_answer(&self, request: Request<ShareAnswerRequest>) -> Result<Response<ShareAnswerResponse>, Status> {
        self.seen.method("ShareAnswer");
        let share_token = self.answers.share(request.into_inner())?;
        Ok(Response::new(ShareAnswerResponse { share_token }))
    }
}
