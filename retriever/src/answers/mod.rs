//! Kept answers, in a collection of their own: what the gateway was told to keep, by tenant, until it is too old.
//!
//! A point has no vectors: answers are read by their ids and listed, not searched. Every call names a tenant, and finds nothing of another's.
//! What has expired is not found from that moment on, and removed little by little as others are kept.

mod find;
mod point;
#[cfg(all(test, feature = "embedded"))]
mod tests;

use std::time::Duration;

use self::point::Kept;
use crate::core::writing;
use crate::error::{RetrieverError, argument};
use crate::index::{Fetch, Fields, Index, IndexError, PlainCollection};
use antigravity_chassis::call::CallContext;
use antigravity_chassis::status::Problem;
use antigravity_proto::retriever::v1::get_answer_request::Key;
use antigravity_proto::retriever::v1::{
    DeleteAnswersRequest, GetAnswerRequest, GetAnswerResponse, KeepAnswerRequest, ListAnswersRequest, ListAnswersResponse,
    ShareAnswerRequest,
};
use antigravity_proto::types::Reason;
use jiff::Timestamp;
use prost::Message as _;
use qdrant_client::qdrant as pb;
use tokio::time::timeout;

/// The collection. No archive can be called so: theirs are aliases.
pub(crate) const COLLECTION: &str = "antigravity-answers";

const WHOLE: Fetch<'static> = Fetch { payload: Fields::All, vectors: &[] };
const IDS: Fetch<'static> = Fetch { payload: Fields::None, vectors: &[] };

/// How many answers a page has when the request doesn't say, and at most. An answer has some 100 KiB.
const PAGE_DEFAULT: u32 = 20;
const PAGE_MAX: u32 = 100;
/// A page is cut here, so that any gRPC client takes it: the usual limit is 4 MiB.
const PAGE_BYTES: usize = 3 << 20;
/// How many are deleted with one call to Qdrant.
const DELETED_AT_ONCE: u32 = 256;
/// How many that have expired are removed when another one is kept.
const SWEPT_AT_ONCE: u32 = 64;
/// How long that may take: whoever keeps an answer waits for it.
const SWEEP_TIME: Duration = Duration::from_millis(200);
const SHARE_TOKEN_BYTES: usize = 24;

/// All kept answers.
#[derive(Debug)]
pub(crate) struct Answers {
    index: Index,
}

impl Answers {
    pub(crate) fn new(index: Index) -> Self {
        Self { index }
    }

    /// Keeps an answer. On disk when this returns, as every write.
    pub(crate) async fn keep(&self, call: &CallContext, request: KeepAnswerRequest) -> Result<(), RetrieverError> {
        let kept = Kept::of(request)?;
        let call = writing(call);
        self.index.make_plain(&call, PlainCollection { name: COLLECTION, fields: &find::FIELDS }).await?;
        self.index.upsert(&call, COLLECTION, vec![kept.to_point()]).await?;
        // Whatever comes of it, this answer is kept, and what has expired isn't found: the next one tries again.
        if let Ok(Err(error)) = timeout(SWEEP_TIME, self.remove(&call, find::expired(), SWEPT_AT_ONCE)).await {
            tracing::warn!(%error, "answers that have expired could not be removed");
        }
        Ok(())
    }

    /// An answer with the token of its link, if the tenant has it and it hasn't expired.
    pub(crate) async fn get(&self, call: &CallContext, request: GetAnswerRequest) -> Result<GetAnswerResponse, RetrieverError> {
        let GetAnswerRequest { tenant, key } = request;
        let key = key.ok_or_else(|| argument("key", "is missing"))?;
        let (name, filter) = match key {
            Key::Id(id) => (id.clone(), point::point_id(&id).map(|point| find::by_id(&tenant, point))),
            Key::ShareToken(token) => (token.clone(), given(token).map(find::shared)),
            Key::ReuseKey(key) => (key.clone(), given(key).map(|key| find::by_key(&tenant, key))),
            Key::RequestId(id) => (id.clone(), given(id).map(|id| find::by_request(&tenant, id))),
        };
        let found = match filter {
            Some(filter) => self.first(call, filter).await?,
            None => None,
        };
        let kept = found.ok_or_else(|| not_found(&name))?;
        Ok(GetAnswerResponse { answer: Some(kept.answer), share_token: kept.share_token.unwrap_or_default() })
    }

    /// The tenant's answers, newest first: that is the order of the points' ids.
    pub(crate) async fn list(&self, call: &CallContext, request: ListAnswersRequest) -> Result<ListAnswersResponse, RetrieverError> {
        let ListAnswersRequest { tenant, page_size, page_token } = request;
        let size = match u32::try_from(page_size) {
            Ok(0) => PAGE_DEFAULT,
            Ok(size) => size.min(PAGE_MAX),
            Err(_) => return Err(argument("page_size", "a page can't have fewer than 0 entries").into()),
        };
        let offset = match page_token.as_str() {
            "" => None,
            token => Some(point::of_token(token).ok_or_else(|| argument("page_token", "no page has this token"))?),
        };
        let (points, mut next) = self.page(call, find::of_tenant(&tenant), WHOLE, (size, offset)).await?;
        let (mut answers, mut bytes) = (Vec::new(), 0);
        for point in points {
            let id = point.id.clone();
            let answer = Kept::read(point)?.answer;
            bytes += answer.encoded_len();
            if bytes > PAGE_BYTES && !answers.is_empty() {
                next = id;
                break;
            }
            answers.push(answer);
        }
        Ok(ListAnswersResponse { answers, next_page_token: next.map(point::to_token).unwrap_or_default() })
    }

    /// Removes the tenant's answers, all of them or some. Returns how many there were.
    pub(crate) async fn delete(&self, call: &CallContext, request: DeleteAnswersRequest) -> Result<u64, RetrieverError> {
        let DeleteAnswersRequest { tenant, ids, before } = request;
        let filter = if ids.is_empty() {
            find::all_of(&tenant, before)
        } else {
            find::these(&tenant, ids.iter().filter_map(|id| point::point_id(id)).collect(), before)
        };
        let call = writing(call);
        let mut deleted = 0;
        loop {
            let removed = self.remove(&call, filter.clone(), DELETED_AT_ONCE).await?;
            deleted += removed;
            if removed < u64::from(DELETED_AT_ONCE) {
                return Ok(deleted);
            }
        }
    }

    /// Makes an unlisted link to an answer (the one that there is, if there is), or takes it back. Returns its token.
    ///
    /// Both change what is there when they are applied, whichever replica asks: of two who share at once both get the link of the first, and
    /// an answer that is deleted meanwhile doesn't come back.
    pub(crate) async fn share(&self, call: &CallContext, request: ShareAnswerRequest) -> Result<String, RetrieverError> {
        let ShareAnswerRequest { tenant, id, revoke } = request;
        let answer = find::by_id(&tenant, point::point_id(&id).ok_or_else(|| not_found(&id))?);
        // Nothing can be changed in a collection that isn't there.
        self.first(call, answer.clone()).await?.ok_or_else(|| not_found(&id))?;
        let writing = writing(call);
        if revoke {
            self.index.remove_fields(&writing, COLLECTION, answer, &[find::SHARE_TOKEN]).await?;
            return Ok(String::new());
        }
        let token = [(find::SHARE_TOKEN, share_token()?.into())];
        self.index.set_fields(&writing, COLLECTION, find::unshared(answer.clone()), token).await?;
        let shared = self.first(call, answer).await?.and_then(|kept| kept.share_token);
        Ok(shared.ok_or_else(|| not_found(&id))?)
    }

    async fn remove(&self, call: &CallContext, filter: pb::Filter, most: u32) -> Result<u64, RetrieverError> {
        let (points, _) = self.page(call, filter, IDS, (most, None)).await?;
        let ids = points.into_iter().map(|point| crate::index::point::uuid_text(point.id)).collect::<Result<Vec<_>, _>>()?;
        if !ids.is_empty() {
            self.index.delete(call, COLLECTION, &ids).await?;
        }
        Ok(ids.len() as u64)
    }

    async fn first(&self, call: &CallContext, filter: pb::Filter) -> Result<Option<Kept>, RetrieverError> {
        let (mut points, _) = self.page(call, filter, WHOLE, (1, None)).await?;
        Ok(points.pop().map(Kept::read).transpose()?)
    }

    /// Nothing where nothing was ever kept.
    async fn page(
        &self,
        call: &CallContext,
        filter: pb::Filter,
        fetch: Fetch<'_>,
        page: (u32, Option<pb::PointId>),
    ) -> Result<(Vec<pb::RetrievedPoint>, Option<pb::PointId>), RetrieverError> {
        match self.index.scroll(call, COLLECTION, Some(filter), fetch, page).await {
            Err(IndexError::NoCollection) => Ok((Vec::new(), None)),
            Err(error) => Err(error.into()),
            Ok(found) => Ok(found),
        }
    }
}

/// Which of never kept, expired, deleted and another tenant's it is, isn't told apart: ids can't be probed.
fn not_found(name: &str) -> Problem {
    let message = "there is no such answer: it was never kept, has expired, was deleted, or is another tenant's";
    Problem::new(Reason::AnswerNotFound, message).resource("answer", name)
}

/// An empty key is nobody's.
fn given(key: String) -> Option<String> {
    (!key.is_empty()).then_some(key)
}

fn share_token() -> Result<String, RetrieverError> {
    let mut random = [0; SHARE_TOKEN_BYTES];
    getrandom::fill(&mut random).map_err(|error| RetrieverError::Task(format!("the system gives no random bytes, {error}")))?;
    Ok(hex::encode(random))
}

fn now() -> i64 {
    Timestamp::now().as_second()
}
