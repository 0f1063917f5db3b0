//! The methods that read the archive.

use antigravity_chassis::transport::in_process;
use antigravity_gateway::{Gateway, Options};
use antigravity_proto::gateway::v1::*;

use crate::fakes::*;

#[tokio::test]
async fn search_lists_by_similarity_and_says_where_it_looked() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let found = peers.client().search(SearchRequest { query: "jets".into(), ..Default::default() }).await.unwrap().into_inner();
    let ids: Vec<&str> = found.sources.iter().map(|source| source.id.as_str()).collect();
    assert_eq!(ids, ["AG-2025.05-1524", "AG-2025.02-1258", "AG-2026.03-1712"]);
    assert_eq!((found.archive_revision.as_str(), found.embedding_model.as_str()), ("r1", "mini"));
    let timings = found.timings.unwrap();
    assert_eq!((timings.embed, timings.search, timings.model), (Some(millis(5)), Some(millis(7)), None));
    assert!(timings.total.is_some() && timings.total == timings.overhead);
    assert_eq!(seen.searches()[0].queries[0].limit, 8);
}

#[tokio::test]
async fn a_preprint_is_read_by_its_id_however_it_was_typed() {
    let request = GetPreprintRequest { id: " [ag-2026.03-1712] ".into(), ..Default::default() };
    let preprint = Peers::new().client().get_preprint(request).await.unwrap().into_inner().preprint.unwrap();
    assert_eq!(preprint.id, "AG-2026.03-1712");
}

#[tokio::test]
async fn archives_are_listed_in_pages() {
    let mut client = Peers::new().client();
    let first = client.list_archives(ListArchivesRequest { page_size: 2, ..Default::default() }).await.unwrap().into_inner();
    assert_eq!(first.archives, ["alpha", "beta"]);
    let rest = client.list_archives(ListArchivesRequest { page_size: 2, page_token: first.next_page_token }).await.unwrap().into_inner();
    assert_eq!((rest.archives, rest.next_page_token.as_str()), (vec!["gamma".to_owned()], ""));
}

#[tokio::test]
async fn models_are_listed_as_the_answerer_has_them() {
    let models = Peers::new().client().list_models(ListModelsRequest {}).await.unwrap().into_inner().models;
    assert_eq!(models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["extractive", "haiku"]);
}

#[tokio::test]
async fn an_archive_that_is_not_named_is_the_operators() {
    let peers = || Peers::new();
    let retriever = {
        let fake = peers().retriever;
        in_process(tonic::service::Routes::new(antigravity_proto::retriever::v1::retriever_service_server::RetrieverServiceServer::new(
            fake,
        )))
    };
    let answerer = {
        let fake = peers().answerer;
        in_process(tonic::service::Routes::new(antigravity_proto::answerer::v1::answerer_service_server::AnswererServiceServer::new(fake)))
    };
    let gateway = Gateway::build(Options { archive: Some("ours".into()), ..Default::default() }, retriever, answerer);
    let mut client = Client::new(in_process(gateway.routes()));
    for (requested, meant) in [("", "ours"), ("theirs", "theirs")] {
        let request = DescribeArchiveRequest { archive: requested.into() };
        let archive = client.describe_archive(request).await.unwrap().into_inner().archive.unwrap();
        assert_eq!(archive.name, meant);
    }
    gateway.close().await;
}

#[tokio::test]
async fn upkeep_is_passed_on_with_the_archive_that_is_meant() {
    let peers = Peers::new();
    let seen = peers.seen.clone();
    let mut client = peers.client();
    let request = DeletePreprintsRequest { archive: "lab".into(), ids: vec!["AG-2026.03-1712".into(), "2603.25794".into()] };
    assert_eq!(client.delete_preprints(request).await.unwrap().into_inner().deleted, 2);
    let verified = client.verify_archive(VerifyArchiveRequest { archive: "lab".into() }).await.unwrap().into_inner();
    assert_eq!((verified.archive.unwrap().name.as_str(), verified.faults.len()), ("lab", 1));
    let mut records = client.export_preprints(ExportPreprintsRequest { archive: "lab".into() }).await.unwrap().into_inner();
    assert_eq!(records.message().await.unwrap().unwrap().records[0].title, "lab");
    // What goes wrong on the way arrives after what was sent.
    assert_eq!(reason(&records.message().await.unwrap_err()), antigravity_proto::types::Reason::NotImplemented);
    assert_eq!(seen.methods(), ["DeletePreprints", "VerifyArchive", "ExportPreprints"]);
}
