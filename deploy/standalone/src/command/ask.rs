//! `antigravity ask`: a question answered, on a terminal while the answer is written.

use std::time::Duration;

use antigravity_proto::{
    gateway::v1::{AskRequest, AskStreamRequest, ListModelsRequest, ask_stream_response::Event},
    types::{Answer, AnswerLength},
};
use jiff::Timestamp;

use crate::{
    backend::{Backend, request},
    cli::Ask,
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
    render::{Canvas, answer, live::Live, terminal},
};

/// A long answer of a slow model takes a minute or two; after this nobody waits any more.
const LIMIT: Duration = Duration::from_secs(240);
/// The names of the models are known at once or not worth waiting for.
const MODELS_LIMIT: Duration = Duration::from_secs(5);

/// Asks, and prints the answer.
pub(crate) async fn run(arguments: Ask, options: &Options) -> Result<(), Failure> {
    let json = arguments.json;
    let canvas = terminal::canvas();
    let question = question(arguments, options);
    let live = !json && canvas != Canvas::Plain;
    let answer = super::with_backend(options, async |backend| {
        let page = if live {
            Some(Live::new(&answer::asked(&question.question, &question.near), announced(backend, &question.model).await, canvas))
        } else {
            None
        };
        follow(backend, question, page).await
    })
    .await?;
    match answer {
        // It is on the terminal already.
        None => Ok(()),
        Some(answer) if json => super::print_json(&answer),
        Some(answer) => output::print(&answer::page(&answer, canvas)),
    }
}

fn question(arguments: Ask, options: &Options) -> AskRequest {
    let near = arguments.narrowing.near.clone().unwrap_or_default();
    AskRequest {
        archive: options.archive(),
        question: arguments.question.join(" "),
        filter: Some(arguments.narrowing.into()),
        sources: arguments.sources,
        near,
        model: arguments.model.unwrap_or_default(),
        length: AnswerLength::from(arguments.length).into(),
        ..Default::default()
    }
}

/// Asks as a stream in any case, so that there is one way: what is piped takes the last message alone. With a page to show it on, the
/// answer is shown and not returned.
async fn follow(backend: &Backend, question: AskRequest, mut page: Option<Live>) -> Result<Option<Answer>, Failure> {
    let stage = Stage::new("searching the archive");
    let asked = request(AskStreamRequest { ask: Some(question) }, LIMIT);
    let mut events = backend.client().ask_stream(asked).await.map_err(|status| backend.failed(status))?.into_inner();
    let mut whole = None;
    while let Some(event) = events.message().await.map_err(|status| backend.failed(status))? {
        let shown = match (event.event, &mut page) {
            (Some(Event::Sources(sources)), _) => {
                stage.set(format!("{} preprints found; reading what they say", sources.sources.len()));
                continue;
            }
            (Some(Event::Coverage(_)), _) => {
                stage.set("writing the answer, checking each sentence".to_owned());
                continue;
            }
            (Some(Event::Block(block)), Some(page)) => page.block(&block.markdown),
            (Some(Event::Restarted(restarted)), Some(page)) => page.restarted(&restarted.reason),
            (Some(Event::Answer(answer)), Some(page)) => {
                let rest = page.finish(&answer);
                whole = Some(answer);
                rest
            }
            (Some(Event::Answer(answer)), None) => {
                whole = Some(answer);
                continue;
            }
            (_, _) => continue,
        };
        if !shown.is_empty() {
            stage.clear();
            output::print(&shown)?;
        }
    }
    match whole {
        None => Err(Failure::Cut("the answer was whole")),
        Some(_) if page.is_some() => Ok(None),
        whole => Ok(whole),
    }
}

/// What the head of the page says before it is known for certain. `None` when the gateway doesn't tell.
async fn announced(backend: &Backend, name: &str) -> Option<String> {
    let reply = backend.client().list_models(request(ListModelsRequest {}, MODELS_LIMIT)).await.ok()?;
    let models = reply.into_inner().models;
    let model = models.iter().find(|model| if name.is_empty() { model.default } else { model.name == name })?;
    Some(answer::answered_by(answer::display_name(model), Some(Timestamp::now())))
}
