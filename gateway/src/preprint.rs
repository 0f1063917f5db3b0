//! Reading one preprint.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::{GetPreprintRequest, GetPreprintResponse};
use antigravity_proto::retriever::v1::GetPreprintsRequest;
use antigravity_proto::types::{Preprint, Reason};
use antigravity_text::PreprintId;
use tonic::Status;

use crate::Gateway;
use crate::deadlines;
use crate::peers::Peers;
use crate::request::Fields;

pub(crate) async fn get(gateway: &Gateway, context: CallContext, request: GetPreprintRequest) -> Result<GetPreprintResponse, Status> {
    Fields::of_the_request().archive(&request.archive)?;
    let id = Fields::of_the_request().preprint_id("id", &request.id)?;
    let preprint = read(&gateway.peers, &deadlines::for_peers(context), gateway.archive(request.archive), &id).await?;
    Ok(GetPreprintResponse { preprint: Some(preprint) })
}

/// Reads the preprint of an id, or says that the archive has none.
pub(crate) async fn read(peers: &Peers, context: &CallContext, archive: String, id: &PreprintId) -> Result<Preprint, Status> {
    let request = GetPreprintsRequest { archive, ids: vec![id.to_string()] };
    let preprint = peers.get_preprints(context, request).await?.preprints.into_iter().next();
    preprint.ok_or_else(|| {
        Problem::new(Reason::PreprintNotFound, format!("the archive has no preprint {id}")).resource("preprint", id.as_str()).into()
    })
}
