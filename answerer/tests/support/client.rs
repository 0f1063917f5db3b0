//! Asking an answerer in process, and what it answered.

use std::collections::BTreeMap;

use antigravity_answerer::{Answerer, ModelOptions, Options};
use antigravity_chassis::transport::{Transport, in_process};
use antigravity_proto::answerer::v1::answerer_service_client::AnswererServiceClient;
use antigravity_proto::answerer::v1::compose_response::Event;
use antigravity_proto::answerer::v1::{ComposeRequest, Composition};
use antigravity_proto::types::{Claim, Coverage, NoticeKind, Verdict};
use antigravity_text::{PreprintId, mentions};

use super::archive;
use super::wire::Dialect;

/// The name that the model has with its provider.
pub(crate) const MODEL: &str = "claude-haiku-4-5";

/// A model of this dialect on the scripted server at this address. Its key is a variable that every test has: the name of this package.
pub(crate) fn model(dialect: Dialect, base_url: &str) -> ModelOptions {
    ModelOptions {
        provider: dialect.provider(),
        model: MODEL.to_owned(),
        base_url: Some(format!("{base_url}{}", dialect.base())),
        api_key_env: Some("CARGO_PKG_NAME".to_owned()),
        ..ModelOptions::default()
    }
}

/// An answerer whose default model, `haiku`, is this one.
pub(crate) async fn with(model: ModelOptions) -> AnswererServiceClient<Transport> {
    let options =
        Options { models: BTreeMap::from([("haiku".to_owned(), model)]), default_model: Some("haiku".to_owned()), ..Options::default() };
    client(options).await
}

/// An answerer whose default model is on the scripted server at this address.
pub(crate) async fn with_model(dialect: Dialect, base_url: &str) -> AnswererServiceClient<Transport> {
    with(model(dialect, base_url)).await
}

pub(crate) async fn client(options: Options) -> AnswererServiceClient<Transport> {
    let answerer = Answerer::build(options).await.unwrap();
    AnswererServiceClient::new(in_process(answerer.routes()))
}

/// A question to the archive of the tests.
pub(crate) fn request(question: &str) -> ComposeRequest {
    ComposeRequest {
        question: question.to_owned(),
        result: Some(archive::found(question, &archive::PREPRINTS)),
        ..ComposeRequest::default()
    }
}

/// All that a stream brought.
#[derive(Default)]
pub(crate) struct Answered {
    pub(crate) coverage: Coverage,
    /// The blocks since the last restart, joined.
    pub(crate) markdown: String,
    pub(crate) claims: Vec<Claim>,
    /// Reasons of restarts.
    pub(crate) restarts: Vec<String>,
    pub(crate) composition: Composition,
}

impl Answered {
    pub(crate) fn notices(&self) -> Vec<NoticeKind> {
        self.composition.notices.iter().map(antigravity_proto::types::Notice::kind).collect()
    }

    /// The verdict of the one claim that holds this text.
    pub(crate) fn verdict(&self, text: &str) -> Verdict {
        let found: Vec<&Claim> = self.claims.iter().filter(|claim| claim.text.contains(text)).collect();
        assert_eq!(found.len(), 1, "claims with {text:?} in {:?}", self.claims);
        found[0].verdict()
    }
}

/// Asks, and checks what holds for every answer: coverage first, composition last, spans that fit, citations of sources alone.
pub(crate) async fn ask(client: &mut AnswererServiceClient<Transport>, request: ComposeRequest) -> Answered {
    let sources: Vec<PreprintId> =
        request.result.iter().flat_map(|result| &result.hits).map(|hit| hit.preprint.as_ref().unwrap().id.parse().unwrap()).collect();
    let mut stream = client.compose(request).await.unwrap().into_inner();
    let mut answered = Answered::default();
    let mut first = true;
    let mut last = false;
    while let Some(response) = stream.message().await.unwrap() {
        assert!(!last, "nothing comes after the composition");
        match response.event.unwrap() {
            Event::Coverage(coverage) => {
                assert!(first);
                answered.coverage = coverage;
            }
            Event::Block(block) => {
                answered.markdown.push_str(&block.markdown);
                answered.claims.extend(block.claims);
            }
            Event::Restarted(restarted) => {
                answered.restarts.push(restarted.reason);
                answered.markdown.clear();
                answered.claims.clear();
            }
            Event::Composition(composition) => {
                answered.composition = composition;
                last = true;
            }
        }
        first = false;
    }
    assert!(last, "the composition comes last");
    for claim in &answered.claims {
        let span = claim.span.as_ref().unwrap();
        let stretch = answered.markdown.get(span.start as usize..span.end as usize);
        assert_eq!(stretch, Some(claim.text.as_str()), "in {}", answered.markdown);
    }
    for mention in mentions(&answered.markdown) {
        assert!(mention.id.as_ref().is_some_and(|id| sources.contains(id)), "{mention:?} in {}", answered.markdown);
    }
    for candidate in &answered.composition.follow_up_candidates {
        assert!(mentions(&candidate.question).is_empty(), "{candidate:?}");
    }
    answered
}
