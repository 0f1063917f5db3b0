//! The whole way of a question, from real preprints to a cited answer, in one process and through three.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test fails by panicking"
)]

use antigravity_chassis::status::reason_of;
use antigravity_proto::gateway::v1::ask_stream_response::Event;
use antigravity_proto::gateway::v1::get_answer_request::Key;
use antigravity_proto::gateway::v1::{
    AskRequest, AskStreamRequest, DeleteAnswersRequest, DescribeArchiveRequest, GetAnswerRequest, GetPreprintRequest, ListModelsRequest,
    SearchRequest, SearchResponse,
};
use antigravity_proto::types::{Answer, AnswerLength, CoverageLevel, Filter, ModelProvider, Reason, TextOrigin};
use antigravity_tests::answer::{assert_presentable, assert_same, cited, comparable};
use antigravity_tests::indexing::{Tally, index};
use antigravity_tests::stack::{PLACEMENTS, Placement, Setup, Stack};
use antigravity_tests::{archive, records, seeds};
use tempfile::TempDir;

/// The question of the README's transcript.
const LATENT_SPACE: &str =
    "How does the model's latent space differ when trained on diverse BSM scenarios versus optimized against a single hardest case?";
const OUTSIDE: &str = "What is the best fertiliser for tomatoes?";

fn asking(question: &str) -> AskRequest {
    AskRequest { question: question.into(), ..Default::default() }
}

/// Questions of every kind that the sample can be asked.
fn questions() -> Vec<AskRequest> {
    let filter = Filter { categories: vec!["astro-ph*".into()], from_date: "2024".into(), ..Default::default() };
    vec![
        asking(LATENT_SPACE),
        asking(OUTSIDE),
        AskRequest { sources: 3, length: AnswerLength::Short.into(), ..asking("Do scaling laws hold for jet foundation models?") },
        AskRequest { filter: Some(filter), ..asking("How is the Hubble constant measured, and do the values of $H_0$ agree?") },
        AskRequest { near: "AG-2026.03-1712".into(), ..Default::default() },
    ]
}

async fn ask(stack: &Stack, request: AskRequest) -> Answer {
    let answer = stack.gateway().ask(request).await.unwrap().into_inner().answer.unwrap();
    assert_presentable(&answer);
    answer
}

/// The answers of a placement, each as the reply of `Ask` and as the last message of `AskStream`, which are the same.
async fn answers(setup: &Setup, placement: Placement) -> Vec<Answer> {
    let stack = setup.start(placement).await;
    let mut answers = Vec::new();
    for request in questions() {
        let unary = comparable(ask(&stack, request.clone()).await);
        let streamed = comparable(last_of_the_stream(&stack, request).await);
        assert_same(&format!("Ask and AskStream, {placement:?}"), &unary, &streamed);
        answers.push(unary);
    }
    stack.stop().await;
    answers
}

/// Reads a stream to its end: the sources, the coverage, blocks that joined are the answer's text, and the answer, once and last.
async fn last_of_the_stream(stack: &Stack, request: AskRequest) -> Answer {
    let mut events = stack.gateway().ask_stream(AskStreamRequest { ask: Some(request) }).await.unwrap().into_inner();
    let Some(Event::Sources(sources)) = events.message().await.unwrap().unwrap().event else { panic!("sources come first") };
    let Some(Event::Coverage(coverage)) = events.message().await.unwrap().unwrap().event else { panic!("coverage comes second") };
    let (mut markdown, mut claims, mut last) = (String::new(), Vec::new(), None);
    while let Some(message) = events.message().await.unwrap() {
        assert!(last.is_none(), "nothing follows the answer");
        match message.event.unwrap() {
            Event::Block(block) => {
                markdown.push_str(&block.markdown);
                claims.extend(block.claims);
            }
            Event::Answer(answer) => last = Some(answer),
            other => panic!("{other:?} has no place in an answer that was not restarted"),
        }
    }
    let answer = last.expect("the answer comes last");
    assert_eq!((&answer.markdown, &answer.claims), (&markdown, &claims), "the answer is what was released");
    assert_eq!(answer.sources, sources.sources);
    assert_eq!(answer.coverage, Some(coverage));
    answer
}

#[tokio::test]
async fn one_process_and_three_give_the_same_answers() {
    let data = archive::sample().await;
    let setup = Setup::over(data.path());
    let in_one = answers(&setup, Placement::OneProcess).await;
    let through_three = answers(&setup, Placement::ThreeProcesses).await;
    for (one, three) in in_one.iter().zip(&through_three) {
        assert_same("one process and three", one, three);
    }
}

#[tokio::test]
async fn the_question_of_the_readme_is_answered_from_the_preprints_that_speak_to_it() {
    let data = archive::sample().await;
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    let answer = ask(&stack, asking(LATENT_SPACE)).await;
    let cited = cited(&answer.markdown);
    assert!(cited.contains("AG-2026.03-1712") && cited.contains("AG-2024.07-1501"), "{}", answer.markdown);
    assert_eq!(answer.sources.len(), 8);
    assert_ne!(answer.coverage.as_ref().unwrap().level(), CoverageLevel::None);
    assert_eq!(answer.answered_by, "the archive itself (extractive)");
    let provenance = answer.provenance.unwrap();
    assert_eq!(provenance.model_calls, 0);
    assert_eq!(provenance.model.unwrap().provider(), ModelProvider::Extractive);
    assert!(answer.sources.iter().all(|source| source.text_origin() != TextOrigin::Authors), "the sample holds summaries alone");
    stack.stop().await;
}

#[tokio::test]
async fn what_lies_outside_the_archive_is_said_first_and_no_body_is_made_up() {
    let data = archive::sample().await;
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    let answer = ask(&stack, asking(OUTSIDE)).await;
    assert_eq!(answer.coverage.as_ref().unwrap().level(), CoverageLevel::None, "{:?}", answer.coverage);
    let opening = answer.markdown.split("\n\n").next().unwrap().to_lowercase();
    assert!(opening.contains("archive") && opening.contains("not") && opening.contains("tomatoes"), "{opening}");
    assert!(!answer.sources.is_empty(), "the nearest preprints are listed all the same");
    stack.stop().await;
}

#[tokio::test]
async fn indexing_again_changes_nothing_and_one_new_word_changes_the_revision() {
    let data = TempDir::new().unwrap();
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    let mut gateway = stack.gateway();
    let records = records::generated(30);
    assert_eq!(index(&mut gateway, &records).await, Tally::new(30));
    let before = describe(&stack).await;
    let mut shuffled = records.clone();
    shuffled.reverse();
    assert_eq!(index(&mut gateway, &shuffled).await, Tally::unchanged(30));
    assert_eq!(describe(&stack).await, before);

    let mut changed = records.clone();
    changed[7].title.push_str(" revisited");
    assert_eq!(index(&mut gateway, &changed).await, Tally { updated: 1, unchanged: 29, ..Tally::default() });
    let after = describe(&stack).await;
    assert_ne!(after.revision, before.revision);
    assert_eq!(after.preprints, 30);
    assert_eq!(index(&mut gateway, &records).await, Tally { updated: 1, unchanged: 29, ..Tally::default() });
    assert_eq!(describe(&stack).await, before, "the revision depends on the content alone, not on its history");
    stack.stop().await;
}

async fn describe(stack: &Stack) -> antigravity_proto::types::Archive {
    stack.gateway().describe_archive(DescribeArchiveRequest::default()).await.unwrap().into_inner().archive.unwrap()
}

async fn search(stack: &Stack, query: &str, filter: Filter) -> SearchResponse {
    let request = SearchRequest { query: query.into(), filter: Some(filter), limit: 12, ..Default::default() };
    stack.gateway().search(request).await.unwrap().into_inner()
}

#[tokio::test]
async fn a_search_lists_by_falling_similarity_and_keeps_to_its_filter() {
    let data = archive::sample().await;
    for placement in PLACEMENTS {
        let stack = Setup::over(data.path()).start(placement).await;
        let all = search(&stack, "anomaly detection with autoencoders", Filter::default()).await;
        assert_eq!(all.sources.len(), 12);
        assert!(all.sources.is_sorted_by(|a, b| a.similarity >= b.similarity), "{placement:?}");
        assert!(all.sources[0].title.to_lowercase().contains("anomaly"), "{}", all.sources[0].title);

        let filter = Filter {
            categories: vec!["hep-ex".into()],
            from_date: "2024-01".into(),
            exclude_ids: vec![all.sources[0].id.clone()],
            ..Default::default()
        };
        let narrowed = search(&stack, "anomaly detection with autoencoders", filter).await;
        assert!(!narrowed.sources.is_empty());
        for source in &narrowed.sources {
            assert!(source.date.as_str() >= "2024-01-01" && source.id != all.sources[0].id, "{source:?}");
            assert!(preprint(&stack, &source.id).await.categories.contains(&"hep-ex".to_owned()));
        }
        stack.stop().await;
    }
}

async fn preprint(stack: &Stack, id: &str) -> antigravity_proto::types::Preprint {
    let request = GetPreprintRequest { id: id.into(), ..Default::default() };
    stack.gateway().get_preprint(request).await.unwrap().into_inner().preprint.unwrap()
}

#[tokio::test]
async fn a_preprint_is_read_back_as_it_was_brought() {
    let data = archive::sample().await;
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    for record in records::sample() {
        // What brings no id of its own has the one that follows from its arXiv id.
        let id = match record.ag_id.as_str() {
            "" => format!("AG-20{}.{}-{}", &record.source_id[..2], &record.source_id[2..4], &record.source_id[5..]),
            given => given.to_owned(),
        };
        let preprint = preprint(&stack, &id).await;
        assert_eq!(preprint.source_id, format!("arXiv:{}", record.source_id));
        assert_eq!((preprint.title.as_str(), preprint.abstract_text.as_str()), (record.title.as_str(), record.abstract_text.as_str()));
        assert_eq!((preprint.text_origin, preprint.authors), (record.text_origin, record.authors), "{id}");
        assert_eq!((preprint.categories, preprint.primary_category), (record.categories, record.primary_category), "{id}");
    }
    stack.stop().await;
}

#[tokio::test]
async fn the_archive_and_the_models_are_described_alike_in_both_placements() {
    let data = archive::sample().await;
    let mut described = Vec::new();
    for placement in PLACEMENTS {
        let stack = Setup::over(data.path()).start(placement).await;
        let models = stack.gateway().list_models(ListModelsRequest {}).await.unwrap().into_inner().models;
        described.push((describe(&stack).await, models));
        stack.stop().await;
    }
    assert_eq!(described[0], described[1]);
    let (archive, models) = &described[0];
    let sample = records::sample();
    assert_eq!(archive.preprints, sample.len() as u64);
    let mut dates: Vec<&str> = sample.iter().map(|record| record.date.as_str()).collect();
    dates.sort_unstable();
    assert!(dates[0].starts_with(&archive.earliest_date[..7]) && dates.last().unwrap().starts_with(&archive.latest_date[..7]));
    for category in &archive.categories {
        let having = sample.iter().filter(|record| record.categories.contains(&category.category)).count();
        assert_eq!(category.preprints, having as u64, "{}", category.category);
    }
    assert!(archive.categories.is_sorted_by(|a, b| a.preprints >= b.preprints));
    assert!(archive.embedding_model.contains("all-MiniLM-L6-v2"), "{}", archive.embedding_model);
    assert_eq!(models.iter().map(|model| (model.name.as_str(), model.default)).collect::<Vec<_>>(), [("extractive", true)]);
}

/// The second seed's question: the archive is silent on its subject, and what is near to it is given as such.
#[tokio::test]
async fn silence_on_the_subject_is_stated_in_the_opening_needs_shared_data() {
    let Some([_, second]) = seeds::both() else { return };
    let data = archive::sample().await;
    let stack = Setup::over(data.path()).start(Placement::OneProcess).await;
    let answer = ask(&stack, asking(&second.question)).await;
    let sources: Vec<&str> = answer.sources.iter().map(|source| source.id.as_str()).collect();
    for id in ["AG-2026.03-1712", "AG-2025.05-1524", "AG-2025.02-1258"] {
        assert!(sources.contains(&id), "{id} is not among {sources:?}");
    }
    let level = answer.coverage.as_ref().unwrap().level();
    assert!(matches!(level, CoverageLevel::Related | CoverageLevel::Partial), "{level:?}");
    let opening = answer.markdown.split("\n\n").next().unwrap().to_lowercase();
    assert!(opening.contains("adversarial training") && opening.contains("don't"), "{opening}");
    stack.stop().await;
}

async fn read(stack: &Stack, id: &str) -> Result<Answer, tonic::Status> {
    let request = GetAnswerRequest { key: Some(Key::Id(id.into())) };
    Ok(stack.gateway().get_answer(request).await?.into_inner().answer.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_answer_is_read_served_again_and_there_after_a_restart() {
    for placement in PLACEMENTS {
        let data = archive::sample().await;
        let setup = Setup { keep_answers_days: Some(1), ..Setup::over(data.path()) };
        let stack = setup.start(placement).await;
        let request = || AskRequest { request_id: "0190163d-8694-739b-aea5-966c26f8ad91".into(), ..asking(LATENT_SPACE) };
        let answer = ask(&stack, request()).await;
        assert_eq!(read(&stack, &answer.id).await.unwrap(), answer, "{placement:?}");
        for again in [request(), AskRequest { reuse_kept_answer: true, ..asking(LATENT_SPACE) }] {
            let served = ask(&stack, again).await;
            assert_eq!((&served.provenance.unwrap().served_from, &served.markdown), (&answer.id, &answer.markdown), "{placement:?}");
        }
        stack.stop().await;

        let stack = setup.start(placement).await;
        assert_eq!(read(&stack, &answer.id).await.unwrap(), answer, "{placement:?}");
        let deleted = stack.gateway().delete_answers(DeleteAnswersRequest::default()).await.unwrap().into_inner().deleted;
        let gone = read(&stack, &answer.id).await.unwrap_err();
        assert_eq!((deleted, reason_of(&gone)), (1, Some(Reason::AnswerNotFound)), "{placement:?}");
        stack.stop().await;
    }
}
