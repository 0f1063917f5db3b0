//! A model behind an API, played by a scripted server: what it streams comes out checked, what it fails at is made good or told.
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
use antigravity_proto::gateway::v1::{AskRequest, AskStreamRequest, ListModelsRequest};
use antigravity_proto::types::{Answer, CoverageLevel, ModelProvider, NoticeKind, Reason, UnsupportedPolicy, Verdict, VerdictReason};
use antigravity_tests::answer::{assert_presentable, assert_same, cited, comparable, count};
use antigravity_tests::model_server::{self, CACHED_TOKENS, End, INPUT_TOKENS, ModelServer, OUTPUT_TOKENS, Reply, reply};
use antigravity_tests::process::program;
use antigravity_tests::stack::{PLACEMENTS, Placement, Setup, Stack};
use antigravity_tests::{archive, paths, seeds};
use tempfile::TempDir;

const QUESTION: &str = "Do signal-aware contrastive latent spaces stay sensitive to signals that training never saw?";
const EXTRACTIVE: &str = "the archive itself (extractive)";
const KEY: &str = "sk-a-key-that-nobody-may-see";

/// The sample archive and a scripted model over it.
struct Scene {
    data: TempDir,
    models: TempDir,
    server: ModelServer,
}

impl Scene {
    async fn with(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self { data: archive::sample().await, models: TempDir::new().unwrap(), server: ModelServer::start(replies).await }
    }

    /// The services in a placement. Only a process of its own can be given a variable, so only there the server wants a key.
    async fn start(&self, placement: Placement) -> Stack {
        let key = if placement == Placement::ThreeProcesses { "SCRIPTED_KEY" } else { "" };
        let setup = Setup {
            config: Some(self.server.config(self.models.path(), key)),
            variables: vec![("SCRIPTED_KEY", KEY)],
            ..Setup::over(self.data.path())
        };
        setup.start(placement).await
    }
}

fn asking(question: &str) -> AskRequest {
    AskRequest { question: question.into(), ..Default::default() }
}

async fn ask(stack: &Stack, request: AskRequest) -> Answer {
    let answer = stack.gateway().ask(request).await.unwrap().into_inner().answer.unwrap();
    assert_presentable(&answer);
    answer
}

fn complete(text: String) -> Reply {
    Reply::Streams(text, End::Stop("end_turn"))
}

fn notices(answer: &Answer) -> Vec<NoticeKind> {
    answer.notices.iter().map(|notice| notice.kind()).collect()
}

#[tokio::test]
async fn the_seeds_pages_come_out_checked_in_both_placements_needs_shared_data() {
    let Some(pages) = seeds::both() else { return };
    for page in pages {
        let scene = Scene::with([complete(reply(&page.answer, &page.follow_ups))]).await;
        let mut answers = Vec::new();
        for placement in PLACEMENTS {
            let stack = scene.start(placement).await;
            let answer = ask(&stack, asking(&page.question)).await;
            assert!(!stack.logs().contains(KEY), "the key is in no log");
            stack.stop().await;
            assert_page(&page, &answer);
            answers.push(comparable(answer));
        }
        assert_same("one process and three", &answers[0], &answers[1]);
        assert_requests(&scene.server);
    }
}

/// The model's text, sentence by sentence with a verdict, and everything around it.
fn assert_page(page: &seeds::Seed, answer: &Answer) {
    let sources: Vec<&str> = answer.sources.iter().map(|source| source.id.as_str()).collect();
    assert!(page.sources.iter().filter(|id| sources.contains(&id.as_str())).count() >= 4, "{sources:?}");
    // What the page cites and the archive's eight don't hold is gone from the text, and only that.
    let kept = cited(&answer.markdown);
    for id in cited(&page.answer) {
        assert_eq!(kept.contains(&id), sources.contains(&id.as_str()), "{id}");
    }
    for line in page.answer.lines().filter(|line| line.starts_with("# ")) {
        assert!(answer.markdown.contains(line), "{line}");
    }
    assert_verdicts(answer);
    assert_eq!(answer.answered_by, model_server::MODEL);
    let provenance = answer.provenance.as_ref().unwrap();
    let model = provenance.model.as_ref().unwrap();
    assert_eq!(
        (model.name.as_str(), model.provider_model.as_str(), model.provider()),
        ("scripted", model_server::MODEL, ModelProvider::Anthropic)
    );
    assert_eq!(provenance.model_calls, 1);
    let usage = provenance.usage.unwrap();
    assert_eq!(
        (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens),
        (INPUT_TOKENS + CACHED_TOKENS, CACHED_TOKENS, OUTPUT_TOKENS)
    );
    assert_eq!(answer.notices, []);
}

/// What holds of each sentence of the two pages by its form alone. Which of the cited ones say more than their source is for the verifier's own
/// golden test.
fn assert_verdicts(answer: &Answer) {
    for claim in &answer.claims {
        let verdict = claim.verdict();
        if claim.text.contains("[no such source]") {
            assert_eq!((verdict, claim.reason()), (Verdict::Unsupported, VerdictReason::NoSuchSource), "{claim:?}");
        } else if !cited(&claim.text).is_empty() {
            // The pages' cited sentences all draw on what they cite.
            assert!(matches!(verdict, Verdict::Supported | Verdict::PartlySupported | Verdict::Inference), "{claim:?}");
        } else if claim.text.starts_with(['#', '-']) || claim.text.contains("preprints don't") {
            assert_eq!(verdict, Verdict::NoCitationNeeded, "{claim:?}");
        } else {
            assert_ne!(verdict, Verdict::Supported, "it cites nothing: {claim:?}");
        }
        assert!(verdict != Verdict::Supported || !claim.evidence.is_empty(), "{claim:?}");
    }
    let cited = count(answer, Verdict::Supported) + count(answer, Verdict::PartlySupported) + count(answer, Verdict::Inference);
    assert!(cited >= 3 && count(answer, Verdict::Unsupported) >= 3, "both pages cite, and both overreach");
}

/// What the model was sent: its name, a stream, the sources as data, and the key only where one was set.
fn assert_requests(server: &ModelServer) {
    let received = server.received();
    assert_eq!(received.len(), PLACEMENTS.len(), "one call for each answer");
    for request in &received {
        assert_eq!((request.body["model"].as_str(), request.body["stream"].as_bool()), (Some(model_server::MODEL), Some(true)));
        assert_eq!(request.headers["anthropic-version"], "2023-06-01");
        assert!(request.body["messages"][0]["content"].as_str().unwrap().contains("AG-2026.03-1712"));
    }
    assert!(!received[0].headers.contains_key("x-api-key"));
    assert_eq!(received[1].headers["x-api-key"], KEY);
}

#[tokio::test]
async fn an_invented_citation_leaves_only_as_a_visible_token_and_its_sentence_as_unsupported() {
    let text = "The archive speaks to this. Contrastive training keeps the space sensitive to unseen signals [AG-2026.03-1712]. \
                It also cures the common cold [AG-2099.01-1].";
    let scene = Scene::with([complete(text.into())]).await;
    let stack = scene.start(Placement::OneProcess).await;
    let answer = ask(&stack, asking(QUESTION)).await;
    assert!(!answer.markdown.contains("AG-2099.01-1"), "{}", answer.markdown);
    assert!(answer.markdown.contains("[no such source]"));
    let cold = answer.claims.iter().find(|claim| claim.text.contains("cold")).unwrap();
    assert_eq!(cold.verdict(), Verdict::Unsupported);

    let dropping = AskRequest { unsupported_policy: UnsupportedPolicy::Drop.into(), ..asking(QUESTION) };
    let answer = ask(&stack, dropping).await;
    assert!(!answer.markdown.contains("cold"), "dropped as a sentence: {}", answer.markdown);
    assert!(notices(&answer).contains(&NoticeKind::SentencesDropped));
    stack.stop().await;
}

#[tokio::test]
async fn a_model_that_fails_before_its_first_word_is_replaced_by_the_archive_itself() {
    for failing in
        [Reply::Refuses(401, "authentication_error"), Reply::Streams(String::new(), End::Error), Reply::Streams(String::new(), End::Cut)]
    {
        let scene = Scene::with([failing.clone()]).await;
        let stack = scene.start(Placement::OneProcess).await;
        let answer = ask(&stack, asking(QUESTION)).await;
        assert_eq!(answer.answered_by, EXTRACTIVE, "{failing:?}");
        assert_eq!(notices(&answer), [NoticeKind::ModelFailed], "{failing:?}");
        assert!(cited(&answer.markdown).contains("AG-2026.03-1712"));
        assert_eq!(answer.provenance.unwrap().model_calls, 1);
        stack.stop().await;
    }
}

#[tokio::test]
async fn a_model_that_fails_half_way_makes_the_answer_start_again_in_both_placements() {
    let begun = "The archive speaks to this. Contrastive training on diverse signals keeps the latent space sensitive to unseen ones \
                 [AG-2026.03-1712]. Half of another sentence, which ne";
    for end in [End::Error, End::Cut] {
        let scene = Scene::with([Reply::Streams(begun.into(), end)]).await;
        for placement in PLACEMENTS {
            let stack = scene.start(placement).await;
            let request = AskStreamRequest { ask: Some(asking(QUESTION)) };
            let mut events = stack.gateway().ask_stream(request).await.unwrap().into_inner();
            let (mut released, mut void, mut last) = (String::new(), String::new(), None);
            while let Some(message) = events.message().await.unwrap() {
                match message.event.unwrap() {
                    Event::Block(block) => released.push_str(&block.markdown),
                    Event::Restarted(restarted) => {
                        assert!(!restarted.reason.is_empty());
                        void = std::mem::take(&mut released);
                    }
                    Event::Answer(answer) => last = Some(answer),
                    Event::Sources(_) | Event::Coverage(_) => {}
                }
            }
            let answer = last.unwrap();
            assert_presentable(&answer);
            assert!(void.contains("keeps the latent space sensitive"), "{end:?}, {placement:?}: {void:?}");
            assert_eq!(answer.markdown, released, "the answer is what was released since the restart");
            assert_eq!((answer.answered_by.as_str(), notices(&answer)), (EXTRACTIVE, vec![NoticeKind::ModelFailed]), "{end:?}");
            let unary = ask(&stack, asking(QUESTION)).await;
            assert_same("Ask and AskStream, restarted", &comparable(unary), &comparable(answer));
            stack.stop().await;
        }
    }
}

#[tokio::test]
async fn how_a_reply_ended_is_told() {
    let text = "The archive speaks to this. Contrastive training keeps the space sensitive to unseen signals [AG-2026.03-1712].";
    for (reason, notice) in [("end_turn", None), ("max_tokens", Some(NoticeKind::ReplyCut)), ("refusal", Some(NoticeKind::ModelDeclined))] {
        let scene = Scene::with([Reply::Streams(text.into(), End::Stop(reason))]).await;
        let stack = scene.start(Placement::OneProcess).await;
        let answer = ask(&stack, asking(QUESTION)).await;
        assert_eq!(notices(&answer), Vec::from_iter(notice), "{reason}");
        assert!(!answer.markdown.is_empty());
        stack.stop().await;
    }
}

#[tokio::test]
async fn the_models_questions_are_offered_when_the_archive_can_answer_them() {
    let text = "The archive speaks to this. Contrastive training keeps the space sensitive to unseen signals [AG-2026.03-1712].";
    let answerable = "How does a contrastive latent space stay sensitive to unseen signals?";
    let outside = "Can potassium reliably predict the ripening of tomatoes?";
    let scene = Scene::with([complete(reply(text, &[answerable, outside]))]).await;
    let stack = scene.start(Placement::OneProcess).await;
    let answer = ask(&stack, asking(QUESTION)).await;
    let offered: Vec<&str> = answer.follow_ups.iter().map(|follow_up| follow_up.question.as_str()).collect();
    assert!(offered.contains(&answerable) && !offered.contains(&outside), "{offered:?}");
    assert!(!answer.markdown.contains(model_server::FOLLOW_UP_MARKER) && !answer.markdown.contains(answerable));
    stack.stop().await;
}

#[tokio::test]
async fn an_overloaded_model_is_asked_again() {
    let text = "The archive speaks to this. Contrastive training keeps the space sensitive to unseen signals [AG-2026.03-1712].";
    let scene = Scene::with([Reply::Refuses(529, "overloaded_error"), complete(text.into())]).await;
    let stack = scene.start(Placement::OneProcess).await;
    let answer = ask(&stack, asking(QUESTION)).await;
    assert_eq!((answer.answered_by.as_str(), notices(&answer)), (model_server::MODEL, vec![]));
    assert_eq!(scene.server.received().len(), 2);
    stack.stop().await;
}

#[tokio::test]
async fn a_question_outside_the_archive_stays_outside_whatever_the_model_says() {
    let text = "The archive answers this in full. Tomatoes want potassium [AG-2026.03-1712].";
    let scene = Scene::with([complete(text.into())]).await;
    let stack = scene.start(Placement::OneProcess).await;
    let answer = ask(&stack, asking("What is the best fertiliser for tomatoes?")).await;
    assert_eq!(answer.coverage.as_ref().unwrap().level(), CoverageLevel::None, "the model may only lower coverage");
    assert!(!answer.markdown.starts_with("The archive answers this in full"), "{}", answer.markdown);
    stack.stop().await;
}

#[tokio::test]
async fn the_model_is_listed_first_and_the_composer_can_still_be_asked() {
    let scene = Scene::with([complete("Unused.".into())]).await;
    let stack = scene.start(Placement::OneProcess).await;
    let models = stack.gateway().list_models(ListModelsRequest {}).await.unwrap().into_inner().models;
    let listed: Vec<(&str, bool)> = models.iter().map(|model| (model.name.as_str(), model.default)).collect();
    assert_eq!(listed, [("scripted", true), ("extractive", false)]);
    let answer = ask(&stack, AskRequest { model: "extractive".into(), ..asking(QUESTION) }).await;
    assert_eq!(answer.answered_by, EXTRACTIVE);
    let asked_for = AskRequest { model: "opus".into(), ..asking(QUESTION) };
    let streamed = stack.gateway().ask_stream(AskStreamRequest { ask: Some(asked_for.clone()) }).await;
    let streamed = match streamed {
        Ok(events) => events.into_inner().message().await.unwrap_err(),
        Err(status) => status,
    };
    for status in [stack.gateway().ask(asked_for).await.unwrap_err(), streamed] {
        assert_eq!(reason_of(&status), Some(Reason::UnknownModel), "{status}");
        assert!(status.message().contains("`opus`") && status.message().contains("scripted, extractive"), "{status}");
    }
    assert!(scene.server.received().is_empty(), "a question goes to a provider only when that model is asked");
    stack.stop().await;
}

/// What the program prints with a scripted model, and what it writes to standard error.
async fn printed(scene: &Scene, question: &str, arguments: &'static [&'static str]) -> (String, String) {
    let config = scene.server.config(scene.models.path(), "SCRIPTED_KEY");
    let mut command = program("antigravity");
    command.arg("ask").args(arguments).arg("--config").arg(config);
    command.arg("--model-dir").arg(paths::weights()).arg("--data-dir").arg(scene.data.path());
    command.arg(question).env("SCRIPTED_KEY", KEY);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{err}");
    assert!(!out.contains(KEY) && !err.contains(KEY), "the key is never printed");
    (out, err)
}

/// The seeds' pages as the program prints them: head, text, sources, questions, foot, in this order.
#[tokio::test]
async fn the_seeds_pages_are_pages_again_needs_shared_data() {
    let Some(pages) = seeds::both() else { return };
    for page in pages {
        let scene = Scene::with([complete(reply(&page.answer, &page.follow_ups))]).await;
        let (out, err) = printed(&scene, &page.question, &[]).await;
        assert_eq!(err, "");
        let (head, rest) = out.split_once("\n\nAnswer\n\n").expect("a page has its answer");
        let head: Vec<&str> = head.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(head[..2], ["Antigravity Q&A", &page.question]);
        assert!(head[2].starts_with(&format!("Answered by {} · ", model_server::MODEL)), "{head:?}");

        let (body, rest) = rest.split_once("\n\nSources · 8\n\n").expect("a page lists its sources");
        let unmarked = body.replace(" [unsupported]", "");
        for line in page.answer.lines().filter(|line| cited(line).is_empty()) {
            assert!(unmarked.contains(line), "{line:?} is not in {unmarked}");
        }
        let (sources, rest) = rest.split_once("\n\nKeep exploring\n\n").expect("a page offers questions");
        assert_eq!(sources.lines().count(), 8);
        let percent = |line: &str| line.strip_prefix("- ").and_then(|line| line.split_once("% · ")).unwrap().0.parse::<u8>().unwrap();
        assert!(sources.lines().is_sorted_by(|a, b| percent(a) >= percent(b)), "{sources}");
        assert!(sources.lines().any(|line| line.contains(" · AG-2026.03-1712")), "{sources}");
        assert!(rest.ends_with("This is a research aid — not a peer review. Verify sources before citing.\n"), "{rest}");
    }
}

/// A model that refuses: the page says who answered instead and why, and the key is nowhere, not even in the fullest log.
#[tokio::test]
async fn the_key_is_never_printed() {
    let scene = Scene::with([Reply::Refuses(401, "authentication_error")]).await;
    let (page, _) = printed(&scene, QUESTION, &["--log", "trace"]).await;
    assert!(page.contains(&format!("Answered by {EXTRACTIVE}")) && page.contains("Notice: "), "{page}");
    let (json, _) = printed(&scene, QUESTION, &["--log", "trace", "--json"]).await;
    assert!(json.contains("NOTICE_KIND_MODEL_FAILED"), "{json}");
    assert!(scene.server.received().iter().all(|request| request.headers["x-api-key"] == KEY));
}
