//! The calls, with everything said that has a default: what to return, to wait for a write, how long to take. The defaults differ from call
//! to call.

use antigravity_chassis::call::CallContext;
use antigravity_chassis::transport::Transport;
use qdrant_client::qdrant::collections_client::CollectionsClient;
use qdrant_client::qdrant::points_client::PointsClient;
use qdrant_client::qdrant::{self as pb};

use super::point::uuid;
use super::schema::{DENSE, Difference, FIELD_INDEXES, FieldIndex, Identity};
use super::{IndexError, Layout};

/// Largest message in either direction: as the embedded engine allows.
const MESSAGE_BYTES: usize = 64 << 20;

/// The calls to Qdrant that this service makes; those about whole collections are in `upkeep`.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(super) points: PointsClient<Transport>,
    pub(super) collections: CollectionsClient<Transport>,
    /// Of the collections that are made, and searched.
    pub(super) layout: Layout,
}

/// What to return of each point.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fetch<'a> {
    /// Which fields of the payload.
    pub(crate) payload: Fields<'a>,
    /// Which vectors.
    pub(crate) vectors: &'a [&'a str],
}

/// Fields of a payload.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Fields<'a> {
    #[default]
    None,
    These(&'a [&'a str]),
    All,
}

impl Index {
    /// Over a server, a cluster or the embedded engine.
    pub(crate) fn new(transport: Transport, layout: Layout) -> Self {
        let points = PointsClient::new(transport.clone());
        let collections = CollectionsClient::new(transport);
        Self {
            points: points.max_decoding_message_size(MESSAGE_BYTES).max_encoding_message_size(MESSAGE_BYTES),
            collections: collections.max_decoding_message_size(MESSAGE_BYTES).max_encoding_message_size(MESSAGE_BYTES),
            layout,
        }
    }

    /// The names of all collections, foreign ones too.
    pub(crate) async fn collections(&self, call: &CallContext) -> Result<Vec<String>, IndexError> {
        let answer = self.collections.clone().list(call.request(pb::ListCollectionsRequest {})).await?;
        Ok(answer.into_inner().collections.into_iter().map(|collection| collection.name).collect())
    }

    /// What a collection is; `None` if there is none of that name.
    pub(crate) async fn collection(&self, call: &CallContext, name: &str) -> Result<Option<pb::CollectionInfo>, IndexError> {
        let request = call.request(pb::GetCollectionInfoRequest { collection_name: name.to_owned() });
        match self.collections.clone().get(request).await.map_err(IndexError::from) {
            Ok(answer) => answer.into_inner().result.map(Some).ok_or_else(|| IndexError::Unreadable("no collection info".into())),
            Err(IndexError::NoCollection) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a collection. Its payload indexes are [`index_fields`](Self::index_fields)' part.
    pub(crate) async fn create(&self, call: &CallContext, name: &str, identity: &Identity) -> Result<(), IndexError> {
        self.collections.clone().create(call.request(identity.create(name, &self.layout))).await?;
        Ok(())
    }

    /// Makes the payload indexes that `info` lacks. Idempotent, so that a collection whose making was cut short is completed.
    pub(crate) async fn index_fields(&self, call: &CallContext, name: &str, info: &pb::CollectionInfo) -> Result<(), IndexError> {
        self.index_these(call, name, info, &FIELD_INDEXES).await
    }

    pub(super) async fn index_these(
        &self,
        call: &CallContext,
        name: &str,
        info: &pb::CollectionInfo,
        fields: &[FieldIndex],
    ) -> Result<(), IndexError> {
        for (field, kind) in fields.iter().filter(|(field, _)| !info.payload_schema.contains_key(*field)) {
            let request = pb::CreateFieldIndexCollection {
                collection_name: name.to_owned(),
                wait: Some(true),
                field_name: (*field).to_owned(),
                field_type: Some((*kind).into()),
                timeout: seconds(call),
                ..Default::default()
            };
            applied(self.points.clone().create_field_index(call.request(request)).await?.into_inner())?;
        }
        Ok(())
    }

    /// Writes points, each as a whole. Applied when this returns: on disk with the embedded engine, on `write_consistency_factor` replicas
    /// with a server.
    pub(crate) async fn upsert(&self, call: &CallContext, collection: &str, points: Vec<pb::PointStruct>) -> Result<(), IndexError> {
        let request = pb::UpsertPoints {
            collection_name: collection.to_owned(),
            wait: Some(true),
            points,
            timeout: seconds(call),
            ..Default::default()
        };
        applied(self.points.clone().upsert(call.request(request)).await?.into_inner())
    }

    /// Removes the points of these UUIDs; unknown ones are no error.
    pub(crate) async fn delete(&self, call: &CallContext, collection: &str, ids: &[String]) -> Result<(), IndexError> {
        let ids = ids.iter().cloned().map(uuid).collect();
        let selected = pb::points_selector::PointsSelectorOneOf::Points(pb::PointsIdsList { ids });
        let request = pb::DeletePoints {
            collection_name: collection.to_owned(),
            wait: Some(true),
            points: Some(pb::PointsSelector { points_selector_one_of: Some(selected) }),
            timeout: seconds(call),
            ..Default::default()
        };
        applied(self.points.clone().delete(call.request(request)).await?.into_inner())
    }

    /// Sets fields of the points that `filter` admits when it is applied. Their other fields stay, and no point is made.
    pub(crate) async fn set_fields<const N: usize>(
        &self,
        call: &CallContext,
        collection: &str,
        filter: pb::Filter,
        fields: [(&str, pb::Value); N],
    ) -> Result<(), IndexError> {
        let request = pb::SetPayloadPoints {
            collection_name: collection.to_owned(),
            wait: Some(true),
            payload: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            points_selector: Some(admitted_by(filter)),
            timeout: seconds(call),
            ..Default::default()
        };
        applied(self.points.clone().set_payload(call.request(request)).await?.into_inner())
    }

    /// Removes fields of the points that `filter` admits when it is applied.
    pub(crate) async fn remove_fields(
        &self,
        call: &CallContext,
        collection: &str,
        filter: pb::Filter,
        names: &[&str],
    ) -> Result<(), IndexError> {
        let request = pb::DeletePayloadPoints {
            collection_name: collection.to_owned(),
            wait: Some(true),
            keys: names.iter().map(|&name| name.to_owned()).collect(),
            points_selector: Some(admitted_by(filter)),
            timeout: seconds(call),
            ..Default::default()
        };
        applied(self.points.clone().delete_payload(call.request(request)).await?.into_inner())
    }

    /// Points by their UUIDs, in this order; unknown ones are left out.
    pub(crate) async fn get(
        &self,
        call: &CallContext,
        collection: &str,
        ids: &[String],
        fetch: Fetch<'_>,
    ) -> Result<Vec<pb::RetrievedPoint>, IndexError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let request = pb::GetPoints {
            collection_name: collection.to_owned(),
            ids: ids.iter().cloned().map(uuid).collect(),
            with_payload: Some(fetch.payload.selector()),
            with_vectors: Some(vectors_selector(fetch.vectors)),
            timeout: seconds(call),
            ..Default::default()
        };
        Ok(self.points.clone().get(call.request(request)).await?.into_inner().result)
    }

    /// The points that `filter` admits in the order of their ids, at most `limit`, from `offset` on; and where the next page starts.
    pub(crate) async fn scroll(
        &self,
        call: &CallContext,
        collection: &str,
        filter: Option<pb::Filter>,
        fetch: Fetch<'_>,
        page: (u32, Option<pb::PointId>),
    ) -> Result<(Vec<pb::RetrievedPoint>, Option<pb::PointId>), IndexError> {
        let (limit, offset) = page;
        let request = pb::ScrollPoints {
            collection_name: collection.to_owned(),
            filter,
            offset,
            limit: Some(limit),
            with_payload: Some(fetch.payload.selector()),
            with_vectors: Some(vectors_selector(fetch.vectors)),
            timeout: seconds(call),
            ..Default::default()
        };
        let answer = self.points.clone().scroll(call.request(request)).await?.into_inner();
        Ok((answer.result, answer.next_page_offset))
    }

    /// Every point, for `each` to take, in the order of their ids; `page` of them are read per call.
    pub(crate) async fn for_each(
        &self,
        call: &CallContext,
        collection: &str,
        fetch: Fetch<'_>,
        page: u32,
        mut each: impl FnMut(pb::RetrievedPoint) -> Result<(), IndexError> + Send,
    ) -> Result<(), IndexError> {
        let mut offset = None;
        loop {
            let (points, next) = self.scroll(call, collection, None, fetch, (page, offset)).await?;
            points.into_iter().try_for_each(&mut each)?;
            if next.is_none() {
                return Ok(());
            }
            offset = next;
        }
    }

    /// How many points there are, exactly.
    pub(crate) async fn count(&self, call: &CallContext, collection: &str) -> Result<u64, IndexError> {
        let request =
            pb::CountPoints { collection_name: collection.to_owned(), exact: Some(true), timeout: seconds(call), ..Default::default() };
        let answer = self.points.clone().count(call.request(request)).await?.into_inner();
        answer.result.map(|result| result.count).ok_or_else(|| IndexError::Unreadable("no count".into()))
    }

    /// What differs of a collection from the layout that the settings say.
    pub(crate) fn layout_differences(&self, info: &pb::CollectionInfo) -> Vec<Difference> {
        self.layout.differences(info)
    }

    fn aimed(&self, collection: &str, mut query: pb::QueryPoints) -> pb::QueryPoints {
        collection.clone_into(&mut query.collection_name);
        if query.using.as_deref() == Some(DENSE) {
            query.params.get_or_insert_default().quantization = Some(self.layout.search());
        }
        query
    }

    /// Several queries of one collection in one call; the hits of each, in the order of the queries.
    pub(crate) async fn query(
        &self,
        call: &CallContext,
        collection: &str,
        queries: Vec<pb::QueryPoints>,
    ) -> Result<Vec<Vec<pb::ScoredPoint>>, IndexError> {
        let asked = queries.len();
        let request = pb::QueryBatchPoints {
            collection_name: collection.to_owned(),
            query_points: queries.into_iter().map(|query| self.aimed(collection, query)).collect(),
            timeout: seconds(call),
            ..Default::default()
        };
        let answer = self.points.clone().query_batch(call.request(request)).await?.into_inner();
        let results: Vec<_> = answer.result.into_iter().map(|batch| batch.result).collect();
        if results.len() != asked {
            return Err(IndexError::Unreadable(format!("{asked} queries got {} results", results.len())));
        }
        Ok(results)
    }
}

impl Fields<'_> {
    /// Always said: the calls differ in what they return unasked.
    pub(crate) fn selector(self) -> pb::WithPayloadSelector {
        use pb::with_payload_selector::SelectorOptions;
        let options = match self {
            Self::None => SelectorOptions::Enable(false),
            Self::All => SelectorOptions::Enable(true),
            Self::These(fields) => {
                SelectorOptions::Include(pb::PayloadIncludeSelector { fields: fields.iter().map(|&field| field.to_owned()).collect() })
            }
        };
        pb::WithPayloadSelector { selector_options: Some(options) }
    }
}

/// Which vectors a call returns.
pub(super) fn vectors_selector(names: &[&str]) -> pb::WithVectorsSelector {
    use pb::with_vectors_selector::SelectorOptions;
    let options = if names.is_empty() {
        SelectorOptions::Enable(false)
    } else {
        SelectorOptions::Include(pb::VectorsSelector { names: names.iter().map(|&name| name.to_owned()).collect() })
    };
    pb::WithVectorsSelector { selector_options: Some(options) }
}

fn admitted_by(filter: pb::Filter) -> pb::PointsSelector {
    pb::PointsSelector { points_selector_one_of: Some(pb::points_selector::PointsSelectorOneOf::Filter(filter)) }
}

/// Of all that a write can be answered with, only Completed means that it is done.
fn applied(answer: pb::PointsOperationResponse) -> Result<(), IndexError> {
    match answer.result.map_or(pb::UpdateStatus::UnknownUpdateStatus, |result| result.status()) {
        pb::UpdateStatus::Completed => Ok(()),
        other => Err(IndexError::NotApplied(other.as_str_name())),
    }
}

/// Qdrant's own time limit: what remains of the call, in whole seconds, at least one. The transport cuts exactly.
fn seconds(call: &CallContext) -> Option<u64> {
    call.deadline.remaining().map(|remaining| remaining.as_secs().max(1))
}
