//! What the archives hold.

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::{DescribeArchiveRequest, DescribeArchiveResponse, ListArchivesRequest, ListArchivesResponse};
use antigravity_proto::retriever::v1 as retriever;
use tonic::Status;

use crate::Gateway;
use crate::deadlines;
use crate::request::Page;

pub(crate) async fn describe(
    gateway: &Gateway,
    context: CallContext,
    request: DescribeArchiveRequest,
) -> Result<DescribeArchiveResponse, Status> {
    let request = retriever::DescribeArchiveRequest { archive: gateway.archive(request.archive) };
    let archive = gateway.peers.describe_archive(&deadlines::for_peers(context), request).await?.archive;
    Ok(DescribeArchiveResponse { archive })
}

/// A page of names. The retriever sends all of them at once: a lab has a handful.
pub(crate) async fn list(gateway: &Gateway, context: CallContext, request: ListArchivesRequest) -> Result<ListArchivesResponse, Status> {
    let page = Page::read(request.page_size, &request.page_token)?;
    let names = gateway.peers.list_archives(&deadlines::for_peers(context)).await?;
    let (archives, next_page_token) = page.cut(names);
    Ok(ListArchivesResponse { archives, next_page_token })
}
