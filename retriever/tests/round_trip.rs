//! Preprints in and found again, through the gRPC service in process, on the embedded engine and with the real encoder.
#![cfg(feature = "embedded")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "a test fails by panicking, says what it skips, and shares helpers that not every test uses"
)]

mod support;

use antigravity_chassis::status::reason_of;
use antigravity_embed::{Encoder, ModelFolder, cosine};
use antigravity_proto::retriever::v1::index_preprints_request::Message;
use antigravity_proto::retriever::v1::{
    DescribeArchiveRequest, GetPreprintsRequest, IndexPreprintsRequest, ListArchivesRequest, Query, SearchRequest,
};
use antigravity_proto::types::{Filter, HarvestMark, IndexBatch, IndexHeader, IndexResult, Reason, TextOrigin};
use antigravity_retriever::{Retriever, RetrieverError};
use support::{Running, batch, header, ids, query, record, results, sample};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_indexed_is_found_read_and_described() {
    let Some(running) = Running::start().await else { return };
    let outcomes = running.index(sample()).await;
    assert_eq!(results(&outcomes), [IndexResult::New; 6]);
    assert_eq!(outcomes[0].id, "AG-2026.03-00001");

    let result = running.search(query("How robust are jet taggers?", 3)).await.unwrap();
    assert_eq!(ids(&result)[0], "AG-2026.03-00001");
    assert_eq!(result.hits.len(), 3);
    assert!(result.term_weights.iter().any(|term| term.stem == "jet"));
    let preprint = result.hits[0].preprint.as_ref().unwrap();
    assert_eq!((preprint.url.as_str(), preprint.text_origin()), ("https://arxiv.org/abs/2603.00001", TextOrigin::Authors));

    let read = GetPreprintsRequest {
        ids: vec!["AG-2024.13-1".into(), "AG-2024.07-00004".into(), "ag-2026.03-00001".into()],
        ..Default::default()
    };
    let wrong = running.client.clone().get_preprints(read).await.unwrap_err();
    assert_eq!(reason_of(&wrong), Some(Reason::ArgumentInvalid), "it has no such month");
    let read = GetPreprintsRequest {
        ids: vec!["AG-2024.07-1".into(), "AG-2024.07-00004".into(), "ag-2026.03-00001".into()],
        ..Default::default()
    };
    let found = running.client.clone().get_preprints(read).await.unwrap().into_inner().preprints;
    assert_eq!(found.iter().map(|preprint| preprint.id.as_str()).collect::<Vec<_>>(), ["AG-2024.07-00004", "AG-2026.03-00001"]);
    assert_eq!(found.last(), Some(preprint), "the same preprint, however it was found");

    let archive = running.describe().await;
    assert_eq!((archive.name.as_str(), archive.preprints), ("preprints", 6));
    assert_eq!((archive.earliest_date.as_str(), archive.latest_date.as_str()), ("2023-01-01", "2026-03-17"));
    assert_eq!(archive.categories[0].preprints, 2);
    let names = running.client.clone().list_archives(ListArchivesRequest {}).await.unwrap().into_inner().archives;
    assert_eq!(names, ["preprints"]);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_similarity_is_the_cosine_of_the_encoder() {
    let Some(running) = Running::start().await else { return };
    running.index(sample()).await;
    let encoder = Encoder::load(&ModelFolder::open(&running.options.model_dir).unwrap()).unwrap();
    let question = "Does the Hubble tension need new physics?";
    let asked = encoder.embed(question).unwrap();
    let similarity = |text: &str| f64::from(cosine(&asked, &encoder.embed(text).unwrap()));
    let near = |a: f64, b: f64, off: f64| assert!((a - b).abs() < off, "{a} is not {b}");

    let result = running.search(query(question, 100)).await.unwrap();
    assert_eq!(result.hits.len(), 6, "all, since the archive has fewer than the limit");
    assert!(result.hits.is_sorted_by(|a, b| a.rank_score >= b.rank_score));
    for hit in &result.hits {
        let preprint = hit.preprint.as_ref().unwrap();
        let text = [preprint.title.as_str(), preprint.abstract_text.as_str()].join(" ");
        near(hit.similarity, similarity(text.trim_end()), 1e-4);
        // Sentences are kept in half precision.
        near(hit.title_similarity, similarity(&preprint.title), 1e-3);
        assert_eq!(hit.sentences.is_empty(), preprint.text_origin() == TextOrigin::TitleOnly);
        for sentence in &hit.sentences {
            let span = sentence.span.unwrap();
            let text = &preprint.abstract_text[span.start as usize..span.end as usize];
            assert!(text.ends_with('.'), "{text}");
            near(sentence.similarity, similarity(text), 1e-3);
        }
    }
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn indexing_again_changes_nothing_and_content_alone_makes_the_revision() {
    let Some(running) = Running::start().await else { return };
    let records = sample();
    running.index(records[..4].to_vec()).await;
    running.index(records[4..].to_vec()).await;
    let first = running.describe().await;

    let mut again = records.clone();
    again.reverse();
    assert_eq!(results(&running.index(again).await), [IndexResult::Unchanged; 6]);
    assert_eq!(running.describe().await, first);

    // Metadata alone changes: the vectors stay, the revision doesn't.
    let hits = running.search(query("cuspy halo profiles", 6)).await.unwrap().hits;
    let mut moved = records[2].clone();
    moved.categories.push("hep-ph".into());
    assert_eq!(results(&running.index(vec![moved]).await), [IndexResult::Updated]);
    let changed = running.describe().await;
    assert_ne!(changed.revision, first.revision);
    assert_eq!(changed.preprints, 6);
    let after = running.search(query("cuspy halo profiles", 6)).await.unwrap().hits;
    for (before, after) in hits.iter().zip(&after) {
        assert!((before.similarity - after.similarity).abs() < 1e-6);
        assert_eq!(before.sentences.len(), after.sentences.len());
    }

    // There and back again; and the same after a restart, when it is computed from what is stored.
    running.index(vec![records[2].clone()]).await;
    assert_eq!(running.describe().await, first);
    let running = running.restart().await;
    assert_eq!(running.describe().await, first);

    // Another order, other batches, another archive: the same revision.
    running
        .stream(vec![
            Message::Header(IndexHeader { archive: "other".into(), ..Default::default() }),
            batch(1, records[3..].to_vec()),
            batch(2, records[..3].to_vec()),
        ])
        .await
        .unwrap();
    let other = running
        .client
        .clone()
        .describe_archive(DescribeArchiveRequest { archive: "other".into() })
        .await
        .unwrap()
        .into_inner()
        .archive
        .unwrap();
    assert_eq!(other.revision, first.revision);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ag_ids_stay_and_belong_to_one_source() {
    let Some(running) = Running::start().await else { return };
    let given =
        |source: &str, id: &str| antigravity_proto::types::PreprintRecord { ag_id: id.into(), ..record(source, "A title", "An abstract.") };
    assert_eq!(running.index(vec![given("2603.00001", "AG-2026.03-1712")]).await[0].id, "AG-2026.03-1712");
    // It keeps the id without bringing it, in another batch.
    assert_eq!(running.index(vec![record("2603.00001v2", "Another title", "An abstract.")]).await[0].id, "AG-2026.03-1712");
    let outcomes = running
        .index(vec![given("2603.00001", "AG-2026.03-1713"), given("2603.00002", "AG-2026.03-1712"), record("2603.00003", "", "x")])
        .await;
    assert_eq!(results(&outcomes), [IndexResult::Refused; 3]);
    for (outcome, parts) in
        outcomes.iter().zip([["ag_id", "AG-2026.03-1713"], ["arXiv:2603.00001", "arXiv:2603.00002"], ["title", "empty"]])
    {
        assert!(parts.iter().all(|part| outcome.refusal.contains(part)), "{}", outcome.refusal);
    }
    assert_eq!(running.describe().await.preprints, 1);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_admit_what_they_say() {
    let Some(running) = Running::start().await else { return };
    running.index(sample()).await;
    let filter = |change: fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    };
    let table: [(Filter, &[&str]); 11] = [
        (filter(|f| f.categories = vec!["cs.LG".into()]), &["2301.00005", "2603.00001"]),
        (filter(|f| f.categories = vec!["hep-*".into()]), &["2603.00001", "2603.00002"]),
        (filter(|f| f.categories = vec!["astro-ph*".into()]), &["2407.00004", "2503.00006", "2512.00003"]),
        (filter(|f| f.categories = vec!["astro-ph".into()]), &["2503.00006"]),
        (filter(|f| f.categories = vec!["gr-qc".into(), "hep-e*".into()]), &["2407.00004", "2603.00002"]),
        (filter(|f| (f.from_date, f.to_date) = ("2025-12".into(), "2026-03-02".into())), &["2512.00003", "2603.00002"]),
        (filter(|f| f.to_date = "2024".into()), &["2301.00005", "2407.00004"]),
        (filter(|f| f.authors = vec!["noether".into()]), &["2407.00004", "2603.00001", "2603.00002"]),
        (filter(|f| f.authors = vec!["Lovelace, Ada".into()]), &["2603.00001"]),
        (
            filter(|f| (f.authors, f.exclude_ids) = (vec!["emmy noether".into(), "LEMAITRE".into()], vec!["AG-2026.03-00002".into()])),
            &["2407.00004", "2603.00001"],
        ),
        (filter(|f| f.categories = vec!["nucl-th".into()]), &[]),
    ];
    for (filter, sources) in table {
        let result = running.search(Query { filter: Some(filter.clone()), ..query("networks and profiles", 8) }).await.unwrap();
        let mut found: Vec<_> =
            result.hits.iter().map(|hit| hit.preprint.as_ref().unwrap().source_id.trim_start_matches("arXiv:")).collect();
        found.sort_unstable();
        assert_eq!(found, sources, "{filter:?}");
    }
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn near_a_preprint_leaves_it_out_and_several_queries_are_answered_in_order() {
    let Some(running) = Running::start().await else { return };
    running.index(sample()).await;
    let near = |text: &str| Query { near: "AG-2025.12-00003".into(), ..query(text, 5) };
    let queries = vec![near(""), near("jets"), query("the of and", 2)];
    let reply = running.client.clone().search(SearchRequest { queries, ..Default::default() }).await.unwrap().into_inner();
    assert_eq!(reply.results.iter().map(|result| result.hits.len()).collect::<Vec<_>>(), [5, 5, 2]);
    assert!(reply.results.iter().take(2).all(|result| !ids(result).contains(&"AG-2025.12-00003")));
    assert_eq!((reply.dense_weight, reply.candidates), (0.3, 100));
    assert_eq!((reply.words_weight, reply.sentences_weight), (0.4, 0.3));
    assert_eq!(reply.archive_revision, running.describe().await.revision);
    let unknown = running.search(Query { near: "AG-2025.12-9999".into(), ..query("", 5) }).await.unwrap_err();
    assert_eq!(reason_of(&unknown), Some(Reason::PreprintNotFound));
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_default_archive_says_so_and_an_unknown_one_is_not_there() {
    let Some(running) = Running::start().await else { return };
    let reason = |status: tonic::Status| reason_of(&status).unwrap();
    assert_eq!(reason(running.search(query("why?", 8)).await.unwrap_err()), Reason::ArchiveEmpty);
    let archive = running.describe().await;
    assert_eq!((archive.preprints, archive.earliest_date.as_str(), archive.revision), (0, "", "0".repeat(64)));
    let there = |archive: &str| DescribeArchiveRequest { archive: archive.into() };
    assert_eq!(reason(running.client.clone().describe_archive(there("other")).await.unwrap_err()), Reason::ArchiveNotFound);
    assert_eq!(reason(running.client.clone().describe_archive(there("../x")).await.unwrap_err()), Reason::ArgumentInvalid);
    // A header alone makes the archive, empty.
    running.stream(vec![header()]).await.unwrap();
    assert_eq!(reason(running.search(query("why?", 8)).await.unwrap_err()), Reason::ArchiveEmpty);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_with_its_header_and_acknowledges_in_order() {
    let Some(running) = Running::start().await else { return };
    let records = sample();
    let acknowledged =
        running.stream(vec![header(), batch(7, records[..2].to_vec()), batch(8, vec![]), batch(9, records[2..3].to_vec())]).await.unwrap();
    assert_eq!(acknowledged.iter().map(|(sequence, outcomes)| (*sequence, outcomes.len())).collect::<Vec<_>>(), [(7, 2), (8, 0), (9, 1)]);

    let marked = IndexBatch { sequence: 1, harvest_mark: Some(HarvestMark::default()), ..Default::default() };
    let wrong: [(Vec<Message>, Reason, &str); 5] = [
        (vec![batch(1, vec![])], Reason::ArgumentInvalid, "header"),
        (vec![header(), header()], Reason::ArgumentInvalid, "header"),
        (vec![header(), batch(1, vec![record("2603.1", "x", ""); 501])], Reason::ArgumentInvalid, "batch.records"),
        (vec![header(), batch(1, vec![record("2603.00001", "x", &"x".repeat(15_000)); 211])], Reason::ArgumentInvalid, "3145728"),
        (vec![header(), Message::Batch(marked)], Reason::ArgumentInvalid, "batch.harvest_mark.endpoint"),
    ];
    for (messages, reason, part) in wrong {
        let status = running.stream(messages).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(reason));
        assert!(status.message().contains(part), "{}", status.message());
    }
    running.retriever.close().await;
}

/// What was written of a batch (in three parts, for its length) whose caller left is counted, whether the caller's going was noticed before, amid or after a write.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_leaves_an_exact_archive() {
    let Some(running) = Running::start().await else { return };
    let records: Vec<_> =
        (1..=80).map(|n| record(&format!("2603.{n:05}"), &format!("Title {n}"), &"jets and halos ".repeat(200))).collect();
    for _ in 0..3 {
        let requests = [header(), batch(1, records.clone())].map(|message| IndexPreprintsRequest { message: Some(message) });
        let replies = running.client.clone().index_preprints(tokio_stream::iter(requests)).await.unwrap();
        drop(replies);
    }
    let mut replies = {
        let requests = [header(), batch(1, records.clone())].map(|message| IndexPreprintsRequest { message: Some(message) });
        running.client.clone().index_preprints(tokio_stream::iter(requests)).await.unwrap().into_inner()
    };
    // The work begins with the first poll; another call that waits for the census then runs beside it.
    tokio::select! {
        _ = replies.message() => {}
        _ = running.describe() => {}
    }
    drop(replies);
    let outcomes = running.index(records.clone()).await;
    assert!(outcomes.iter().all(|outcome| outcome.result() != IndexResult::Refused));
    let kept_up = running.describe().await;
    assert_eq!(kept_up.preprints, 80);
    let running = running.restart().await;
    assert_eq!(running.describe().await, kept_up, "counted anew it is the same");
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_belongs_to_one_retriever() {
    let Some(running) = Running::start().await else { return };
    let second = Retriever::build(running.options.clone()).await;
    assert!(matches!(second, Err(RetrieverError::DataDirInUse { dir }) if dir == running.options.data_dir));
    let running = running.restart().await;
    running.retriever.close().await;
}

#[tokio::test]
async fn missing_weights_say_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let options =
        antigravity_retriever::Options { data_dir: dir.path().join("data"), model_dir: dir.path().join("none"), ..Default::default() };
    let error = Retriever::build(options).await.err().unwrap().to_string();
    assert!(error.contains("none") && error.contains("--model-dir"), "{error}");
}

/// A question that names a thing finds the thing, before all that is merely alike.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_question_names_comes_first_and_only_within_its_filter() {
    let Some(running) = Running::start().await else { return };
    let records = sample();
    let named: Vec<(String, String)> = records.iter().map(|record| (record.source_id.clone(), record.title.clone())).collect();
    running.index(records).await;
    let first = async |text: String| {
        let result = running.search(query(&text, 6)).await.unwrap();
        assert!(result.hits.is_sorted_by(|a, b| a.rank_score >= b.rank_score));
        result.hits[0].preprint.clone().unwrap().source_id
    };
    for (source, title) in &named {
        let source_id = format!("arXiv:{}", source.trim_start_matches("arXiv:"));
        assert_eq!(first(format!("How robust are jet taggers, as in {source}?")).await, source_id);
        assert_eq!(first(format!("How robust are jet taggers, as in \"{title}\"?")).await, source_id, "{title}");
        assert_eq!(first(title.clone()).await, source_id);
        let alone = running.search(query(title, 1)).await.unwrap();
        assert_eq!(alone.hits[0].preprint.as_ref().unwrap().source_id, source_id);
    }
    let theirs = running.search(query("papers by Emmy Noether", 1)).await.unwrap();
    assert!(theirs.hits[0].preprint.as_ref().unwrap().authors.contains(&"Emmy Noether".to_owned()));
    let filter = Some(Filter { exclude_ids: vec!["AG-2026.03-00001".into()], ..Default::default() });
    let without = running.search(Query { filter, ..query("arXiv:2603.00001", 6) }).await.unwrap();
    assert!(!ids(&without).contains(&"AG-2026.03-00001"));
    running.retriever.close().await;
}

/// Asked twice, the same question has the same hits and weights.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_archive_answers_alike() {
    let Some(running) = Running::start().await else { return };
    running.index(sample()).await;
    let ask = async || running.search(query("How robust are jet taggers?", 6)).await.unwrap();
    assert_eq!(ask().await, ask().await);
    running.retriever.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_searches_than_the_cores_are_good_for_are_refused_at_once_or_soon() {
    let Some(running) = Running::start().await else { return };
    running.index(sample()).await;
    let searches = (0..300).map(|_| running.search(query("How robust are jet taggers?", 3)));
    let outcomes = futures_util::future::join_all(searches).await;
    let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(!refused.is_empty() && refused.len() < outcomes.len(), "{} of {} were refused", refused.len(), outcomes.len());
    for status in refused {
        assert_eq!(reason_of(status), Some(Reason::Overloaded), "{status}");
        assert!(status.metadata().contains_key("grpc-retry-pushback-ms"), "it says when to come back: {status}");
    }
    running.search(query("How robust are jet taggers?", 3)).await.unwrap();
    running.retriever.close().await;
}
