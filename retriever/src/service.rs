//! The gRPC face: checks what a request says of itself, finds the archive, and hands over.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status;
use antigravity_proto::retriever::v1::retriever_service_server::RetrieverService;
use antigravity_proto::retriever::v1::{
    DeleteAnswersRequest, DeleteAnswersResponse, DeletePreprintsRequest, DeletePreprintsResponse, DescribeArchiveRequest,
    DescribeArchiveResponse, ExportPreprintsRequest, ExportPreprintsResponse, GetAnswerRequest, GetAnswerResponse, GetPreprintsRequest,
    GetPreprintsResponse, IndexPreprintsRequest, IndexPreprintsResponse, KeepAnswerRequest, KeepAnswerResponse, ListAnswersRequest,
    ListAnswersResponse, ListArchivesRequest, ListArchivesResponse, SearchRequest, SearchResponse, ShareAnswerRequest, ShareAnswerResponse,
    VerifyArchiveRequest, VerifyArchiveResponse,
};
use futures_util::Stream;
use tonic::{Request, Response, Status, Streaming};

use crate::archive::ArchiveName;
use crate::archives::Archive;
use crate::census::Census;
use crate::describe::describe;
use crate::error::{RetrieverError, archive_empty, archive_not_found};
use crate::index::IndexError;
use crate::preprints;
use crate::retriever::Retriever;
use crate::search::{self, CANDIDATES, DENSE_WEIGHT, query};
use crate::stream;

type Reply<T> = Result<Response<T>, Status>;
type ReplyStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl RetrieverService for Retriever {
    type IndexPreprintsStream = ReplyStream<IndexPreprintsResponse>;
    type ExportPreprintsStream = ReplyStream<ExportPreprintsResponse>;

    async fn search(&self, request: Request<SearchRequest>) -> Reply<SearchResponse> {
        let call = CallContext::of(&request);
        let SearchRequest { archive, queries } = request.into_inner();
        let name = self.core.archives.name("archive", &archive)?;
        let queries = query::check(queries)?;
        let search = async {
            let archive = self.archive(&call, &name).await?.ok_or_else(|| archive_empty(&name))?;
            let census = archive.census(&call, &self.core.index).await?;
            if census.preprints() == 0 {
                return Err(archive_empty(&name).into());
            }
            let found = search::search(&self.core, &call, &archive, &census.revision(), queries).await?;
            Ok(SearchResponse {
                results: found.results,
                archive: name.to_string(),
                archive_revision: census.revision(),
                embedding_model: self.core.model.clone(),
                candidates: CANDIDATES,
                dense_weight: DENSE_WEIGHT,
                embed_time: Some(duration(found.embed_time)),
                search_time: Some(duration(found.search_time)),
            })
        };
        self.settle(&name, search.await)
    }

    async fn get_preprints(&self, request: Request<GetPreprintsRequest>) -> Reply<GetPreprintsResponse> {
        let call = CallContext::of(&request);
        let GetPreprintsRequest { archive, ids } = request.into_inner();
        let name = self.core.archives.name("archive", &archive)?;
        let ids = preprints::check(&ids)?;
        let get = async {
            let preprints = match self.archive(&call, &name).await? {
                Some(archive) => preprints::get(&self.core, &call, &archive, ids).await?,
                None => Vec::new(),
            };
            Ok(GetPreprintsResponse { preprints })
        };
        self.settle(&name, get.await)
    }

    async fn index_preprints(&self, request: Request<Streaming<IndexPreprintsRequest>>) -> Reply<Self::IndexPreprintsStream> {
        let call = CallContext::of(&request);
        Ok(Response::new(Box::pin(stream::acknowledgements(self.core.clone(), call, request.into_inner()))))
    }

    async fn describe_archive(&self, request: Request<DescribeArchiveRequest>) -> Reply<DescribeArchiveResponse> {
        let call = CallContext::of(&request);
        let name = self.core.archives.name("archive", &request.into_inner().archive)?;
        let describe = async {
            let census = match self.archive(&call, &name).await? {
                Some(archive) => archive.census(&call, &self.core.index).await?,
                None => Arc::new(Census::default()),
            };
            Ok(DescribeArchiveResponse { archive: Some(describe(&name, &census, &self.core.model)) })
        };
        self.settle(&name, describe.await)
    }

    async fn list_archives(&self, request: Request<ListArchivesRequest>) -> Reply<ListArchivesResponse> {
        let names = self.core.archives.names(&CallContext::of(&request)).await?;
        Ok(Response::new(ListArchivesResponse { archives: names.iter().map(ToString::to_string).collect() }))
    }

    async fn delete_preprints(&self, _: Request<DeletePreprintsRequest>) -> Reply<DeletePreprintsResponse> {
        Err(status::unimplemented("DeletePreprints"))
    }

    async fn export_preprints(&self, _: Request<ExportPreprintsRequest>) -> Reply<Self::ExportPreprintsStream> {
        Err(status::unimplemented("ExportPreprints"))
    }

    async fn verify_archive(&self, _: Request<VerifyArchiveRequest>) -> Reply<VerifyArchiveResponse> {
        Err(status::unimplemented("VerifyArchive"))
    }

    async fn keep_answer(&self, _: Request<KeepAnswerRequest>) -> Reply<KeepAnswerResponse> {
        Err(status::unimplemented("KeepAnswer"))
    }

    async fn get_answer(&self, _: Request<GetAnswerRequest>) -> Reply<GetAnswerResponse> {
        Err(status::unimplemented("GetAnswer"))
    }

    async fn list_answers(&self, _: Request<ListAnswersRequest>) -> Reply<ListAnswersResponse> {
        Err(status::unimplemented("ListAnswers"))
    }

    async fn delete_answers(&self, _: Request<DeleteAnswersRequest>) -> Reply<DeleteAnswersResponse> {
        Err(status::unimplemented("DeleteAnswers"))
    }

    async fn share_answer(&self, _: Request<ShareAnswerRequest>) -> Reply<ShareAnswerResponse> {
        Err(status::unimplemented("ShareAnswer"))
    }
}

impl Retriever {
    /// The archive of a request. `None` for the default archive while nothing was indexed; any other that isn't there is an error.
    async fn archive(&self, call: &CallContext, name: &ArchiveName) -> Result<Option<Arc<Archive>>, RetrieverError> {
        match self.core.archives.find(call, name).await? {
            None if !self.core.archives.is_default(name) => Err(archive_not_found(name).into()),
            archive => Ok(archive),
        }
    }

    /// A result as a reply. A collection that vanished since it was opened is an archive that isn't there.
    fn settle<T>(&self, name: &ArchiveName, result: Result<T, RetrieverError>) -> Reply<T> {
        match result {
            Ok(reply) => Ok(Response::new(reply)),
            Err(RetrieverError::Index(failure)) if matches!(failure.0, IndexError::NoCollection) => {
                self.core.archives.forget(name);
                Err(archive_not_found(name).into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn duration(time: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(time.subsec_nanos()).unwrap_or(0),
    }
}
