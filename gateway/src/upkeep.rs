//! Calls about an archive as a whole, passed on to the retriever: preprints removed, everything exported, everything verified.

use antigravity_chassis::call::CallContext;
use antigravity_proto::gateway::v1::*;
use antigravity_proto::retriever::v1 as retriever;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use tonic::Status;

use crate::Gateway;
use crate::deadlines;

/// The stream of an export.
pub(crate) type Records = BoxStream<'static, Result<ExportPreprintsResponse, Status>>;

pub(crate) async fn delete(
    gateway: &Gateway,
    context: CallContext,
    request: DeletePreprintsRequest,
) -> Result<DeletePreprintsResponse, Status> {
    let request = retriever::DeletePreprintsRequest { archive: gateway.archive(request.archive), ids: request.ids };
    let deleted = gateway.peers.delete_preprints(&deadlines::for_peers(context), request).await?.deleted;
    Ok(DeletePreprintsResponse { deleted })
}

/// Records are read from the retriever when the caller reads them. The call is a part of the stream, so that it goes with the caller.
pub(crate) fn export(gateway: Gateway, context: CallContext, request: ExportPreprintsRequest) -> Records {
    let request = retriever::ExportPreprintsRequest { archive: gateway.archive(request.archive) };
    let context = deadlines::for_peers(context);
    let call = async move { gateway.peers.export_preprints(&context, request).await };
    stream::once(call).try_flatten().map_ok(|reply| ExportPreprintsResponse { records: reply.records }).boxed()
}

pub(crate) async fn verify(
    gateway: &Gateway,
    context: CallContext,
    request: VerifyArchiveRequest,
) -> Result<VerifyArchiveResponse, Status> {
    let request = retriever::VerifyArchiveRequest { archive: gateway.archive(request.archive) };
    let retriever::VerifyArchiveResponse { archive, faults } =
        gateway.peers.verify_archive(&deadlines::for_peers(context), request).await?;
    Ok(VerifyArchiveResponse { archive, faults })
}
