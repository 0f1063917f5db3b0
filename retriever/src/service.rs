//! The gRPC face: checks what a request says of itself, finds the archive, and hands over.

use std::pin::Pin;
use std::sync::Arc;

use antigravity_chassis::call::CallContext;
use antigravity_chassis::duration::to_proto;
use antigravity_proto::retriever::v1::retriever_service_server::RetrieverService;
use antigravity_proto::retriever::v1::{
    DeleteAnswersRequest, DeleteAnswersResponse, DeletePreprintsRequest, DeletePreprintsResponse, DescribeArchiveRequest,
    DescribeArchiveResponse, ExportPreprintsRequest, ExportPreprintsResponse, GetAnswerRequest, GetAnswerResponse, GetPreprintsRequest,
    GetPreprintsResponse, IndexPreprintsRequest, IndexPreprintsResponse, KeepAnswerRequest, KeepAnswerResponse, ListAnswersRequest,
    ListAnswersResponse, ListArchivesRequest, ListArchivesResponse, SearchRequest, SearchResponse, ShareAnswerRequest, ShareAnswerResponse,
    VerifyArchiveRequest, VerifyArchiveResponse,
};
use antigravity_text::ArchiveName;
use futures_util::Stream;
use tonic::{Request, Response, Status, Streaming};

use crate::archives::Archive;
use crate::census::Census;
use crate::delete;
use crate::describe::describe;
use crate::error::{RetrieverError, archive_empty, archive_not_found};
use crate::export;
use crate::index::IndexError;
use crate::marks;
use crate::measured;
use crate::preprints;
use crate::retriever::Retriever;
use crate::search::{self, CANDIDATES, DENSE_WEIGHT, SENTENCES_WEIGHT, WORDS_WEIGHT, query};
use crate::stream;
use crate::verify;

type Reply<T> = Result<Response<T>, Status>;
type ReplyStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl RetrieverService for Retriever {
    type IndexPreprintsStream = ReplyStream<IndexPreprintsResponse>;
    type ExportPreprintsStream = ReplyStream<ExportPreprintsResponse>;

    async fn search(&self, request: Request<SearchRequest>) -> Reply<SearchResponse> {
        let call = CallContext::of(&request);
        let SearchRequest { archive, queries, tenant } = request.into_inner();
        let name = self.core.archives.name("archive", &archive)?;
        let queries = query::check(queries)?;
        let search = async {
            let archive = self.archive(&call, &name).await?.ok_or_else(|| archive_empty(&name))?;
            let census = self.core.archives.census(&call, &archive).await?;
            if census.preprints() == 0 {
                return Err(archive_empty(&name).into());
            }
            // Not before the census: the first one after a start takes seconds, and those who wait for it calculate nothing.
            let _place = self.core.place_for_search(&call).await?;
            let found = search::search(&self.core, &call, &tenant, (&archive, &census.revision()), queries).await?;
            Ok(SearchResponse {
                results: found.results,
                archive: name.to_string(),
                archive_revision: census.revision(),
                embedding_model: self.core.model.clone(),
                candidates: CANDIDATES,
                dense_weight: DENSE_WEIGHT,
                words_weight: WORDS_WEIGHT,
                sentences_weight: SENTENCES_WEIGHT,
                embed_time: Some(to_proto(found.embed_time)),
                search_time: Some(to_proto(found.search_time)),
            })
        };
        self.settle(&call, &name, search.await).await
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
        self.settle(&call, &name, get.await).await
    }

    async fn index_preprints(&self, request: Request<Streaming<IndexPreprintsRequest>>) -> Reply<Self::IndexPreprintsStream> {
        let call = CallContext::of(&request);
        Ok(Response::new(Box::pin(stream::acknowledgements(self.core.clone(), call, request.into_inner()))))
    }

    async fn describe_archive(&self, request: Request<DescribeArchiveRequest>) -> Reply<DescribeArchiveResponse> {
        let call = CallContext::of(&request);
        let name = self.core.archives.name("archive", &request.into_inner().archive)?;
        let describe = async {
            let archive = match self.archive(&call, &name).await? {
                Some(archive) => self.describe(&call, &archive).await?,
                None => describe(&name, &Census::default(), &self.core.model, Vec::new()),
            };
            Ok(DescribeArchiveResponse { archive: Some(archive) })
        };
        self.settle(&call, &name, describe.await).await
    }

    async fn list_archives(&self, request: Request<ListArchivesRequest>) -> Reply<ListArchivesResponse> {
        let names = self.core.archives.names(&CallContext::of(&request)).await?;
        Ok(Response::new(ListArchivesResponse { archives: names.iter().map(ToString::to_string).collect() }))
    }

    async fn delete_preprints(&self, request: Request<DeletePreprintsRequest>) -> Reply<DeletePreprintsResponse> {
        let call = CallContext::of(&request);
        let DeletePreprintsRequest { archive, ids } = request.into_inner();
        let name = self.core.archives.name("archive", &archive)?;
        let ids = delete::check(&ids)?;
        let delete = async {
            let deleted = match self.archive(&call, &name).await? {
                Some(archive) => delete::delete(&self.core, &call, &archive, ids).await?,
                None => 0,
            };
            Ok(DeletePreprintsResponse { deleted })
        };
        self.settle(&call, &name, delete.await).await
    }

    async fn export_preprints(&self, request: Request<ExportPreprintsRequest>) -> Reply<Self::ExportPreprintsStream> {
        let call = CallContext::of(&request);
        let name = self.core.archives.name("archive", &request.into_inner().archive)?;
        let archive = self.archive(&call, &name).await;
        let exported = archive.map(|archive| Box::pin(export::records(self.core.clone(), call.clone(), archive)) as _);
        self.settle(&call, &name, exported).await
    }

    async fn verify_archive(&self, request: Request<VerifyArchiveRequest>) -> Reply<VerifyArchiveResponse> {
        let call = CallContext::of(&request);
        let name = self.core.archives.name("archive", &request.into_inner().archive)?;
        let verify = async {
            let Some(archive) = self.archive(&call, &name).await? else {
                let archive = Some(describe(&name, &Census::default(), &self.core.model, Vec::new()));
                return Ok(VerifyArchiveResponse { archive, faults: Vec::new() });
            };
            let faults = verify::verify(&self.core, &call, &archive).await?;
            // One that can't be counted has its fault already.
            let described =
                if faults.is_empty() { Some(self.describe(&call, &archive).await?) } else { self.describe(&call, &archive).await.ok() };
            Ok(VerifyArchiveResponse { archive: described, faults })
        };
        self.settle(&call, &name, verify.await).await
    }

    async fn keep_answer(&self, request: Request<KeepAnswerRequest>) -> Reply<KeepAnswerResponse> {
        let call = CallContext::of(&request);
        self.core.answers.keep(&call, request.into_inner()).await?;
        Ok(Response::new(KeepAnswerResponse {}))
    }

    async fn get_answer(&self, request: Request<GetAnswerRequest>) -> Reply<GetAnswerResponse> {
        let call = CallContext::of(&request);
        Ok(Response::new(self.core.answers.get(&call, request.into_inner()).await?))
    }

    async fn list_answers(&self, request: Request<ListAnswersRequest>) -> Reply<ListAnswersResponse> {
        let call = CallContext::of(&request);
        Ok(Response::new(self.core.answers.list(&call, request.into_inner()).await?))
    }

    async fn delete_answers(&self, request: Request<DeleteAnswersRequest>) -> Reply<DeleteAnswersResponse> {
        let call = CallContext::of(&request);
        let deleted = self.core.answers.delete(&call, request.into_inner()).await?;
        Ok(Response::new(DeleteAnswersResponse { deleted }))
    }

    async fn share_answer(&self, request: Request<ShareAnswerRequest>) -> Reply<ShareAnswerResponse> {
        let call = CallContext::of(&request);
        let share_token = self.core.answers.share(&call, request.into_inner()).await?;
        Ok(Response::new(ShareAnswerResponse { share_token }))
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

    async fn describe(&self, call: &CallContext, archive: &Arc<Archive>) -> Result<antigravity_proto::types::Archive, RetrieverError> {
        let census = self.core.archives.census(call, archive).await?;
        let info = self.core.index.collection(call, &archive.collection).await?;
        let marks = info.map(|info| marks::of(&info)).unwrap_or_default();
        marks.iter().for_each(|mark| measured::mark(&archive.name, mark));
        Ok(describe(&archive.name, &census, &self.core.model, marks))
    }

    /// A result as a reply. A collection that vanished since it was opened is an archive that isn't there.
    async fn settle<T>(&self, call: &CallContext, name: &ArchiveName, result: Result<T, RetrieverError>) -> Reply<T> {
        match result {
            Ok(reply) => Ok(Response::new(reply)),
            Err(RetrieverError::Index(failure)) if matches!(failure.0, IndexError::NoCollection) => {
                self.core.archives.forget(name);
                Err(archive_not_found(name).into())
            }
            Err(error) => Err(self.core.archives.explained(call, name, error).await.into()),
        }
    }
}
