//! A collection without vectors: points that are read by their ids and found by their fields, never searched.

use antigravity_chassis::call::CallContext;
use qdrant_client::qdrant::CreateCollection;

use super::schema::FieldIndex;
use super::{Index, IndexError};

/// What such a collection is called, and the fields that it is asked by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlainCollection<'a> {
    pub(crate) name: &'a str,
    pub(crate) fields: &'a [FieldIndex],
}

impl Index {
    /// Makes the collection, or completes one whose making was cut short; nothing where all of it is there. It is spread and copied over a
    /// cluster as the archives are.
    pub(crate) async fn make_plain(&self, call: &CallContext, collection: PlainCollection<'_>) -> Result<(), IndexError> {
        let PlainCollection { name, fields } = collection;
        let info = match self.collection(call, name).await? {
            Some(info) => info,
            None => {
                match self.collections.clone().create(call.request(self.layout.plain(name))).await.map_err(IndexError::from) {
                    // Another retriever was faster.
                    Ok(_) | Err(IndexError::CollectionExists) => {}
                    Err(error) => return Err(error),
                }
                self.collection(call, name).await?.ok_or(IndexError::NoCollection)?
            }
        };
        self.index_these(call, name, &info, fields).await
    }
}

impl super::Layout {
    fn plain(&self, name: &str) -> CreateCollection {
        let mut request = CreateCollection { collection_name: name.to_owned(), ..Default::default() };
        self.apply(&mut request);
        request
    }
}
