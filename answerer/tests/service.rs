//! The service's contract besides answers: bad input, models, several questions at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;

use antigravity_answerer::{Answerer, AnswererError, ModelOptions, Options, Provider};
use antigravity_chassis::options::Settings;
use antigravity_chassis::status::reason_of;
use antigravity_proto::answerer::v1::{AssessCoverageRequest, CheckGroundingRequest, ComposeRequest, CoverageQuestion, ListModelsRequest};
use antigravity_proto::types::{CoverageLevel, ModelProvider, Reason, Verdict, VerdictReason};
use support::archive;
use support::client::{client, request, with_model};
use support::wire::Dialect;

#[tokio::test]
async fn bad_requests_are_refused_with_their_reason() {
    let mut client = with_model(Dialect::Anthropic, "http://127.0.0.1:9").await;
    for (request, reason) in [
        (request("  "), Reason::QuestionEmpty),
        (request(&"x".repeat(2_001)), Reason::QuestionTooLong),
        (ComposeRequest { result: None, ..request("Why?") }, Reason::ArgumentInvalid),
        (ComposeRequest { model: "gpt".to_owned(), ..request("Why?") }, Reason::UnknownModel),
        (ComposeRequest { standalone_question: "x".repeat(2_001), ..request("Why?") }, Reason::QuestionTooLong),
        (ComposeRequest { standalone_question: "Why? Who?".to_owned(), ..request("Why?") }, Reason::ArgumentInvalid),
    ] {
        let status = client.compose(request).await.unwrap_err();
        assert_eq!(reason_of(&status), Some(reason), "{status}");
    }
}

#[tokio::test]
async fn a_text_from_elsewhere_is_checked_claim_by_claim() {
    let preprints = archive::found("", &archive::PREPRINTS).hits.into_iter().filter_map(|hit| hit.preprint).collect();
    let markdown =
        "# Claims\n\nSpherical latent spaces improve anomaly separation [AG-2025.02-9001]. Nothing else helps [AG-1999.01-1].".to_owned();
    let mut client = client(Options::default()).await;
    let claims = client.check_grounding(CheckGroundingRequest { markdown, preprints }).await.unwrap().into_inner().claims;
    let found: Vec<(Verdict, VerdictReason)> = claims.iter().map(|claim| (claim.verdict(), claim.reason())).collect();
    let expected = [
        (Verdict::NoCitationNeeded, VerdictReason::Heading),
        (Verdict::Supported, VerdictReason::WordsAndNumbersFound),
        (Verdict::Unsupported, VerdictReason::NoSuchSource),
    ];
    assert_eq!(found, expected);
    assert!(claims[1].evidence[0].text.starts_with("Our results show") && claims[1].cited_ids == ["AG-2025.02-9001"]);
}

#[tokio::test]
async fn models_are_listed_the_default_one_first_and_an_unknown_one_is_refused_with_the_list() {
    let model = |provider, model: &str| ModelOptions {
        provider,
        model: model.to_owned(),
        base_url: Some("http://127.0.0.1:9".to_owned()),
        ..ModelOptions::default()
    };
    let models = [("small", Provider::OpenAi, "qwen3:8b"), ("haiku", Provider::Anthropic, "claude-haiku-4-5")];
    let options = Options {
        models: models.map(|(name, provider, provider_model)| (name.to_owned(), model(provider, provider_model))).into(),
        default_model: Some("small".to_owned()),
        ..Options::default()
    };
    let mut client = client(options).await;
    let listed = client.list_models(ListModelsRequest {}).await.unwrap().into_inner().models;
    let listed: Vec<_> =
        listed.iter().map(|model| (model.name.as_str(), model.provider(), model.provider_model.as_str(), model.default)).collect();
    let expected = [
        ("small", ModelProvider::Openai, "qwen3:8b", true),
        ("extractive", ModelProvider::Extractive, "", false),
        ("haiku", ModelProvider::Anthropic, "claude-haiku-4-5", false),
    ];
    assert_eq!(listed, expected);

    let status = client.compose(ComposeRequest { model: "opus".to_owned(), ..request("Why?") }).await.unwrap_err();
    assert_eq!(reason_of(&status), Some(Reason::UnknownModel));
    assert!(status.message().contains("`opus`") && status.message().contains("extractive, haiku, small"), "{status}");
}

#[tokio::test]
async fn without_a_configuration_there_is_the_composer_alone() {
    let models = client(Options::default()).await.list_models(ListModelsRequest {}).await.unwrap().into_inner().models;
    assert!(models.len() == 1 && models[0].default && models[0].provider() == ModelProvider::Extractive);
}

#[tokio::test]
async fn several_questions_are_judged_in_their_order() {
    let asked =
        |question: &str| CoverageQuestion { question: question.to_owned(), result: Some(archive::found(question, &archive::PREPRINTS)) };
    let questions =
        vec![asked("What is the best fertiliser for tomatoes?"), asked("Can holographic dark energy alleviate the Hubble tension?")];
    let mut client = client(Options::default()).await;
    let coverages = client.assess_coverage(AssessCoverageRequest { questions }).await.unwrap().into_inner().coverages;
    let levels: Vec<CoverageLevel> = coverages.iter().map(antigravity_proto::types::Coverage::level).collect();
    assert_eq!(levels, [CoverageLevel::None, CoverageLevel::Full]);

    let questions = vec![asked("Why?"); 17];
    assert_eq!(reason_of(&client.assess_coverage(AssessCoverageRequest { questions }).await.unwrap_err()), Some(Reason::ArgumentInvalid));
}

#[tokio::test]
async fn a_wrong_configuration_is_found_before_serving() {
    let with = |name: &str, model: ModelOptions, default: Option<&str>| Options {
        models: BTreeMap::from([(name.to_owned(), model)]),
        default_model: default.map(ToOwned::to_owned),
        ..Options::default()
    };
    let keyless = || ModelOptions { model: "m".to_owned(), api_key_env: Some(String::new()), ..ModelOptions::default() };
    let no_key = || ModelOptions { api_key_env: Some("ANTIGRAVITY_TEST_NO_SUCH_KEY".to_owned()), ..keyless() };
    assert!(
        matches!(Answerer::build(with("haiku", no_key(), None)).await, Err(AnswererError::Option(wrong)) if wrong.setting == "models.haiku.api_key_env" && wrong.wrong.contains("ANTIGRAVITY_TEST_NO_SUCH_KEY"))
    );
    assert!(
        matches!(Answerer::build(with("extractive", keyless(), None)).await, Err(AnswererError::Option(wrong)) if wrong.setting == "models.extractive")
    );
    assert!(
        matches!(Answerer::build(with("haiku", keyless(), Some("opus"))).await, Err(AnswererError::Option(wrong)) if wrong.setting == "default_model")
    );
    assert!(
        matches!(Answerer::build(with("haiku", ModelOptions::default(), None)).await, Err(AnswererError::Option(wrong)) if wrong.setting == "models.haiku.model")
    );
    let nowhere = ModelOptions { base_url: Some("nowhere".to_owned()), ..keyless() };
    assert!(
        matches!(Answerer::build(with("haiku", nowhere, None)).await, Err(AnswererError::Option(wrong)) if wrong.setting == "models.haiku.base_url")
    );
    let endless = ModelOptions { total_seconds: u64::MAX, ..keyless() };
    let error = Answerer::build(with("haiku", endless, None)).await.err().unwrap().to_string();
    assert_eq!(error, "setting `models.haiku.total_seconds`: it is 18446744073709551615; accepted: 1 to 86400 seconds");
    assert!(Answerer::build(with("haiku", keyless(), None)).await.is_ok());
}

/// The tables that the documentation shows are read as they stand there.
#[test]
fn models_are_configured_as_the_documentation_says() {
    for (page, expected) in [
        (
            include_str!("../../docs/models.md"),
            &[("haiku", Provider::Anthropic), ("local", Provider::OpenAi), ("mini", Provider::OpenAi)][..],
        ),
        (include_str!("../../README.md"), &[("claude-haiku-4-5", Provider::Anthropic), ("local", Provider::OpenAi)]),
    ] {
        let (_, behind) = page.split_once("```toml\ndefault_model").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("antigravity.toml");
        std::fs::write(&file, format!("default_model{}", behind.split_once("```").unwrap().0)).unwrap();
        let settings = Settings::read(&serde_json::json!({}), Some(&file)).unwrap();
        let options: Options = settings.load().unwrap();
        let found: Vec<_> = options.models.iter().map(|(name, model)| (name.as_str(), model.provider)).collect();
        assert_eq!(found, expected);
        let local = &options.models["local"];
        assert_eq!((local.base_url.as_deref(), local.api_key_env.as_deref()), (Some("http://127.0.0.1:11434/v1"), None));
    }
}
