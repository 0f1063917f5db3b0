//! Kept answers: read, listed, deleted, shared. Whose they are follows from the credential, never from the request.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::gateway::v1::get_answer_request::Key;
use antigravity_proto::gateway::v1::*;
use antigravity_proto::retriever::v1 as retriever;
use antigravity_proto::types::Reason;
use antigravity_text::excerpt;
use tonic::Status;
use uuid::Uuid;

use crate::Gateway;
use crate::deadlines;
use crate::request::Fields;

pub(crate) async fn get(gateway: &Gateway, context: CallContext, request: GetAnswerRequest) -> Result<GetAnswerResponse, Status> {
    let key = match Fields::of_the_request().required("id", request.key)? {
        Key::Id(id) => retriever::get_answer_request::Key::Id(answer_id(&id)?),
        Key::ShareToken(token) => retriever::get_answer_request::Key::ShareToken(token),
    };
    let (answer, share_token) = gateway.peers.get_answer(&deadlines::for_peers(context), key).await?;
    Ok(GetAnswerResponse { answer: Some(answer), share_token })
}

pub(crate) async fn list(gateway: &Gateway, context: CallContext, request: ListAnswersRequest) -> Result<ListAnswersResponse, Status> {
    let ListAnswersRequest { page_size, page_token } = request;
    let request = retriever::ListAnswersRequest { tenant: tenant(&context), page_size, page_token };
    let retriever::ListAnswersResponse { answers, next_page_token } =
        gateway.peers.list_answers(&deadlines::for_peers(context), request).await?;
    Ok(ListAnswersResponse { answers, next_page_token })
}

pub(crate) async fn delete(gateway: &Gateway, context: CallContext, request: DeleteAnswerRequest) -> Result<DeleteAnswerResponse, Status> {
    let id = answer_id(&request.id)?;
    // One that isn't there is gone as well: a repeated call succeeds.
    let request = retriever::DeleteAnswersRequest { tenant: tenant(&context), ids: vec![id], before: None };
    gateway.peers.delete_answers(&deadlines::for_peers(context), request).await?;
    Ok(DeleteAnswerResponse {})
}

/// All of the tenant's, or those from before a time.
pub(crate) async fn delete_all(
    gateway: &Gateway,
    context: CallContext,
    request: DeleteAnswersRequest,
) -> Result<DeleteAnswersResponse, Status> {
    let request = retriever::DeleteAnswersRequest { tenant: tenant(&context), ids: Vec::new(), before: request.before };
    let deleted = gateway.peers.delete_answers(&deadlines::for_peers(context), request).await?;
    Ok(DeleteAnswersResponse { deleted })
}

pub(crate) async fn share(gateway: &Gateway, context: CallContext, request: ShareAnswerRequest) -> Result<ShareAnswerResponse, Status> {
    let ShareAnswerRequest { id, revoke } = request;
    let request = retriever::ShareAnswerRequest { tenant: tenant(&context), id: answer_id(&id)?, revoke };
    let share_token = gateway.peers.share_answer(&deadlines::for_peers(context), request).await?;
    Ok(ShareAnswerResponse { share_token })
}

fn tenant(context: &CallContext) -> String {
    context.caller.tenant().to_string()
}

fn answer_id(id: &str) -> Result<String, Problem> {
    id.parse::<Uuid>().map(|id| id.to_string()).map_err(|_| {
        let message = format!("`{}` is no answer's id: write it as 0190163d-8694-739b-aea5-966c26f8ad91", excerpt(id));
        Fields::of_the_request().refuse(Reason::ArgumentInvalid, "id", message)
    })
}
