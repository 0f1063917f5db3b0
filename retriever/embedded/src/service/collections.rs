//! Collections made, described and deleted, and their aliases. Methods about clusters and shard keys are refused: there is one shard.

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::collections_server::Collections;
use qdrant_client::qdrant::{self as pb};
use tonic::{Request, Response, Status};

use crate::catalog::Catalog;
use crate::collection::Collection;
use crate::convert::{config, index_schema};
use crate::engine::Engine;
use crate::error::{bad_request, engine, no_collection, unsupported};
use crate::registry::check_free;
use crate::unimplemented::unimplemented_methods;

#[tonic::async_trait]
impl Collections for Engine {
    async fn create(&self, request: Request<pb::CreateCollection>) -> Result<Response<pb::CollectionOperationResponse>, Status> {
        let request = request.into_inner();
        let name = request.collection_name.clone();
        let (config, description) = config::from_message(request, self.options())?;
        let ((), time) = self.run(None, move |registry| registry.create(&name, config, description)).await?;
        Ok(Response::new(pb::CollectionOperationResponse { result: true, time }))
    }

    async fn get(&self, request: Request<pb::GetCollectionInfoRequest>) -> Result<Response<pb::GetCollectionInfoResponse>, Status> {
        let (info, time) = self.on(request.into_inner().collection_name, None, describe).await?;
        Ok(Response::new(pb::GetCollectionInfoResponse { result: Some(info), time }))
    }

    async fn list(&self, _request: Request<pb::ListCollectionsRequest>) -> Result<Response<pb::ListCollectionsResponse>, Status> {
        let (names, time) = self.run(None, |registry| Ok(registry.names())).await?;
        let collections = names.into_iter().map(|name| pb::CollectionDescription { name }).collect();
        Ok(Response::new(pb::ListCollectionsResponse { collections, time }))
    }

    /// The threshold of indexing and the metadata are what can be changed. The optimizer looks after a new threshold, and after a request
    /// without any change, which is how clients of the server start it; what the metadata says is nothing to it.
    async fn update(&self, request: Request<pb::UpdateCollection>) -> Result<Response<pb::CollectionOperationResponse>, Status> {
        let request = request.into_inner();
        let pb::UpdateCollection { collection_name, optimizers_config, timeout, metadata, .. } = request.clone();
        let threshold = optimizers_config.and_then(|all| all.indexing_threshold);
        let served = pb::UpdateCollection {
            collection_name: collection_name.clone(),
            optimizers_config: optimizers_config.map(|_| pb::OptimizersConfigDiff { indexing_threshold: threshold, ..Default::default() }),
            timeout,
            metadata: metadata.clone(),
            ..Default::default()
        };
        if request != served {
            return Err(unsupported("changing more of a collection than optimizers_config.indexing_threshold and metadata"));
        }
        let change = move |collection: &Collection| {
            let optimizes = threshold.is_some() || metadata.is_empty();
            collection.change(threshold, metadata)?;
            if optimizes {
                collection.optimizer().start();
            }
            Ok(())
        };
        let ((), time) = self.on(collection_name, None, change).await?;
        Ok(Response::new(pb::CollectionOperationResponse { result: true, time }))
    }

    async fn delete(&self, request: Request<pb::DeleteCollection>) -> Result<Response<pb::CollectionOperationResponse>, Status> {
        let name = request.into_inner().collection_name;
        let (result, time) = self.run(None, move |registry| registry.delete(&name)).await?;
        Ok(Response::new(pb::CollectionOperationResponse { result, time }))
    }

    async fn update_aliases(&self, request: Request<pb::ChangeAliases>) -> Result<Response<pb::CollectionOperationResponse>, Status> {
        let actions = request.into_inner().actions;
        let change = |catalog: &mut Catalog| actions.into_iter().try_for_each(|operation| change_alias(catalog, operation));
        let ((), time) = self.run(None, move |registry| registry.change_aliases(change)).await?;
        Ok(Response::new(pb::CollectionOperationResponse { result: true, time }))
    }

    async fn list_aliases(&self, _request: Request<pb::ListAliasesRequest>) -> Result<Response<pb::ListAliasesResponse>, Status> {
        let (aliases, time) = self.run(None, |registry| Ok(registry.aliases())).await?;
        let aliases = aliases.into_iter().map(alias_description).collect();
        Ok(Response::new(pb::ListAliasesResponse { aliases, time }))
    }

    unimplemented_methods! {
        collection_exists(pb::CollectionExistsRequest) -> pb::CollectionExistsResponse;
        list_collection_aliases(pb::ListCollectionAliasesRequest) -> pb::ListAliasesResponse;
        collection_cluster_info(pb::CollectionClusterInfoRequest) -> pb::CollectionClusterInfoResponse;
        update_collection_cluster_setup(pb::UpdateCollectionClusterSetupRequest) -> pb::UpdateCollectionClusterSetupResponse;
        create_shard_key(pb::CreateShardKeyRequest) -> pb::CreateShardKeyResponse;
        delete_shard_key(pb::DeleteShardKeyRequest) -> pb::DeleteShardKeyResponse;
        list_shard_keys(pb::ListShardKeysRequest) -> pb::ListShardKeysResponse;
    }
}

fn describe(collection: &Collection) -> Result<pb::CollectionInfo, Status> {
    let info = collection.shard().info().map_err(engine)?;
    let optimizing = collection.optimizer().is_running();
    let status = if optimizing { pb::CollectionStatus::Yellow } else { pb::CollectionStatus::Green };
    Ok(pb::CollectionInfo {
        status: status.into(),
        optimizer_status: Some(pb::OptimizerStatus { ok: true, error: String::new() }),
        segments_count: info.segments_count as u64,
        config: Some(collection.description()),
        payload_schema: info.payload_schema.into_iter().map(|(key, index)| (key.to_string(), index_schema::to_message(index))).collect(),
        points_count: Some(info.points_count as u64),
        indexed_vectors_count: Some(info.indexed_vectors_count as u64),
        warnings: Vec::new(),
        update_queue: None,
        created_at: None,
    })
}

fn change_alias(catalog: &mut Catalog, operation: pb::AliasOperations) -> Result<(), Status> {
    match operation.action.ok_or_else(|| bad_request("an alias operation has no action"))? {
        Action::CreateAlias(pb::CreateAlias { collection_name, alias_name }) => {
            if !catalog.collections.contains_key(&collection_name) {
                return Err(no_collection(&collection_name));
            }
            check_free(catalog, &alias_name)?;
            catalog.aliases.insert(alias_name, collection_name);
        }
        Action::RenameAlias(pb::RenameAlias { old_alias_name, new_alias_name }) => {
            check_free(catalog, &new_alias_name)?;
            let collection = catalog
                .aliases
                .remove(&old_alias_name)
                .ok_or_else(|| Status::not_found(format!("Not found: Alias {old_alias_name} does not exists!")))?;
            catalog.aliases.insert(new_alias_name, collection);
        }
        Action::DeleteAlias(pb::DeleteAlias { alias_name }) => {
            catalog.aliases.remove(&alias_name);
        }
    }
    Ok(())
}

fn alias_description((alias_name, collection_name): (String, String)) -> pb::AliasDescription {
    pb::AliasDescription { alias_name, collection_name }
}
