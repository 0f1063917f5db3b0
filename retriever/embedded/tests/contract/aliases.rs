//! Aliases: a name for a collection that is moved to another in one step, so that readers never find it missing.

use qdrant_client::qdrant::alias_operations::Action;
use qdrant_client::qdrant::{self as pb};
use serde_json::json;
use tonic::{Code, Status};

use crate::support::{Fixture, dense, papers, point};

#[tokio::test]
async fn an_alias_stands_for_a_collection_and_is_switched_in_one_step() {
    let mut fixture = two_revisions().await;
    change(&mut fixture, vec![create("papers", "papers_1")]).await.unwrap();
    assert_eq!(count(&mut fixture).await, 1);
    change(&mut fixture, vec![delete("papers"), create("papers", "papers_2")]).await.unwrap();
    assert_eq!(count(&mut fixture).await, 2);

    let mut fixture = fixture.reopened().await;
    assert_eq!(count(&mut fixture).await, 2);
    assert_eq!(aliases(&mut fixture).await, [("papers".to_owned(), "papers_2".to_owned())]);

    change(&mut fixture, vec![rename("papers", "library")]).await.unwrap();
    assert_eq!(aliases(&mut fixture).await, [("library".to_owned(), "papers_2".to_owned())]);

    let request = pb::DeleteCollection { collection_name: "papers_2".into(), timeout: None };
    fixture.collections.delete(request).await.unwrap();
    assert_eq!(aliases(&mut fixture).await, [], "a collection's aliases go with it");
}

#[tokio::test]
async fn of_several_actions_all_are_done_or_none() {
    let mut fixture = two_revisions().await;
    change(&mut fixture, vec![create("papers", "papers_1")]).await.unwrap();
    let table = [
        (vec![create("papers", "papers_2"), create("other", "papers_3")], Code::NotFound),
        (vec![delete("papers"), create("papers_1", "papers_2")], Code::AlreadyExists),
        (vec![delete("papers"), rename("unknown", "papers")], Code::NotFound),
    ];
    for (actions, code) in table {
        assert_eq!(change(&mut fixture, actions.clone()).await.unwrap_err().code(), code, "{actions:?}");
        assert_eq!(aliases(&mut fixture).await, [("papers".to_owned(), "papers_1".to_owned())]);
    }
    let taken = fixture.create(papers()).await.unwrap_err();
    assert_eq!(taken.code(), Code::InvalidArgument, "a collection can't have an alias's name: {}", taken.message());
}

/// `papers_1` with one point, `papers_2` with two.
async fn two_revisions() -> Fixture {
    let mut fixture = Fixture::empty().await;
    for (name, points) in [("papers_1", 1), ("papers_2", 2_u64)] {
        fixture.create(pb::CreateCollection { collection_name: name.into(), ..papers() }).await.unwrap();
        let points = (0..points).map(|id| point(id, [("dense", dense(&[1.0, 0.0, 0.0]))], json!({}))).collect();
        let request = pb::UpsertPoints { collection_name: name.into(), points, ..Default::default() };
        fixture.points.upsert(request).await.unwrap();
    }
    fixture
}

async fn count(fixture: &mut Fixture) -> u64 {
    fixture.count(None).await
}

async fn aliases(fixture: &mut Fixture) -> Vec<(String, String)> {
    let aliases = fixture.collections.list_aliases(pb::ListAliasesRequest {}).await.unwrap().into_inner().aliases;
    aliases.into_iter().map(|alias| (alias.alias_name, alias.collection_name)).collect()
}

async fn change(fixture: &mut Fixture, actions: Vec<pb::AliasOperations>) -> Result<(), Status> {
    fixture.collections.update_aliases(pb::ChangeAliases { actions, timeout: None }).await.map(|_| ())
}

fn create(alias: &str, collection: &str) -> pb::AliasOperations {
    let action = pb::CreateAlias { alias_name: alias.into(), collection_name: collection.into() };
    pb::AliasOperations { action: Some(Action::CreateAlias(action)) }
}

fn delete(alias: &str) -> pb::AliasOperations {
    pb::AliasOperations { action: Some(Action::DeleteAlias(pb::DeleteAlias { alias_name: alias.into() })) }
}

fn rename(old: &str, new: &str) -> pb::AliasOperations {
    let action = pb::RenameAlias { old_alias_name: old.into(), new_alias_name: new.into() };
    pb::AliasOperations { action: Some(Action::RenameAlias(action)) }
}
