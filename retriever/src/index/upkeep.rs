//! Calls about collections as a whole: which there are under which alias, switched and changed and removed.
//!
//! Qdrant resolves aliases for points, but a change of a collection or its end needs the collection's own name: see
//! [`behind`](Index::behind).

use std::collections::HashMap;

use antigravity_chassis::call::CallContext;
use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::{self as pb};

use super::{Index, IndexError};

/// Kilobytes of vectors in a segment from which Qdrant builds a graph: its own default.
const INDEXING_THRESHOLD: u64 = 10_000;
/// Never, in Qdrant's words.
const NEVER: u64 = 0;

impl Index {
    /// All aliases: alias → collection.
    pub(crate) async fn aliases(&self, call: &CallContext) -> Result<HashMap<String, String>, IndexError> {
        let answer = self.collections.clone().list_aliases(call.request(pb::ListAliasesRequest {})).await?;
        Ok(answer.into_inner().aliases.into_iter().map(|alias| (alias.alias_name, alias.collection_name)).collect())
    }

    /// The collection that a name, an alias or the collection's own, stands for.
    pub(crate) async fn behind(&self, call: &CallContext, name: &str) -> Result<String, IndexError> {
        Ok(self.aliases(call).await?.remove(name).unwrap_or_else(|| name.to_owned()))
    }

    /// Has an alias stand for `collection`, at once: a search finds the one before or this one, never none.
    pub(crate) async fn point_alias(&self, call: &CallContext, alias: &str, collection: &str) -> Result<(), IndexError> {
        let delete = Action::DeleteAlias(pb::DeleteAlias { alias_name: alias.to_owned() });
        let create = Action::CreateAlias(pb::CreateAlias { collection_name: collection.to_owned(), alias_name: alias.to_owned() });
        let there = self.aliases(call).await?.contains_key(alias);
        let actions = there.then_some(delete).into_iter().chain([create]);
        let actions = actions.map(|action| pb::AliasOperations { action: Some(action) }).collect();
        self.collections.clone().update_aliases(call.request(pb::ChangeAliases { actions, timeout: None })).await?;
        Ok(())
    }

    /// Removes a collection, by its own name. One that isn't there is no error.
    pub(crate) async fn remove(&self, call: &CallContext, collection: &str) -> Result<(), IndexError> {
        let request = pb::DeleteCollection { collection_name: collection.to_owned(), timeout: None };
        self.collections.clone().delete(call.request(request)).await?;
        Ok(())
    }

    /// Puts indexing off, or lets Qdrant catch up. While it is put off, searches are exact and slower with every point.
    pub(crate) async fn defer_indexing(&self, call: &CallContext, name: &str, defer: bool) -> Result<(), IndexError> {
        let threshold = if defer { NEVER } else { INDEXING_THRESHOLD };
        let optimizers_config = Some(pb::OptimizersConfigDiff { indexing_threshold: Some(threshold), ..Default::default() });
        self.change(call, name, pb::UpdateCollection { optimizers_config, ..Default::default() }).await
    }

    /// Puts entries into a collection's metadata; those of other keys stay.
    pub(crate) async fn describe(&self, call: &CallContext, name: &str, metadata: HashMap<String, pb::Value>) -> Result<(), IndexError> {
        self.change(call, name, pb::UpdateCollection { metadata, ..Default::default() }).await
    }

    async fn change(&self, call: &CallContext, name: &str, change: pb::UpdateCollection) -> Result<(), IndexError> {
        let request = pb::UpdateCollection { collection_name: self.behind(call, name).await?, ..change };
        self.collections.clone().update(call.request(request)).await?;
        Ok(())
    }
}

/// Whether indexing was put off and never taken up again.
pub(crate) fn is_deferred(info: &pb::CollectionInfo) -> bool {
    let optimizers = info.config.as_ref().and_then(|config| config.optimizer_config);
    optimizers.and_then(|optimizers| optimizers.indexing_threshold) == Some(NEVER)
}
