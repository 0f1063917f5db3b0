//! `antigravity evaluate coverage`: questions whose coverage is known, asked of the archive, and what the answers say of it.

use std::{path::Path, time::Duration};

use antigravity_proto::{gateway::v1::AskRequest, json, types::Answer};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    backend::{Backend, request},
    cli::CoverageEvaluation,
    evaluate::{AnsweredBy, CoverageReport, LabelledQuestion, QuestionSet, Said, said_lines},
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
};

/// A long answer of a slow model takes a minute or two.
const LIMIT: Duration = Duration::from_secs(240);
/// Questions under way: what an embedding model and a small model server take without queueing for long.
const AT_ONCE: usize = 4;

/// Asks, judges, and reports.
pub(crate) async fn run(arguments: CoverageEvaluation, options: &Options) -> Result<(), Failure> {
    let set = QuestionSet::read(&arguments.questions, arguments.split)?;
    let model = arguments.model.as_deref().unwrap_or_default();
    let work = async |backend: &Backend| ask(backend, options, &set.questions, model).await;
    let answers = Box::pin(crate::command::with_backend(options, work)).await?;
    let said: Vec<Said> = answers.iter().map(Said::by).collect();
    if let Some(path) = &arguments.verdicts {
        write(path, said_lines(&set, &said))?;
    }
    if let Some(path) = &arguments.answers {
        let lines = answers.iter().map(|answer| Ok(format!("{}\n", json::to_json(answer)?)));
        write(path, lines.collect::<Result<String, Failure>>()?)?;
    }
    let report = tokio::task::block_in_place(|| CoverageReport::new(&set, &said, answered_by(&answers)));
    output::print(&if arguments.json { format!("{:#}\n", report.json()) } else { report.table() })
}

/// The answers to all questions, in their order. One that fails ends it: figures of the others would be those of another set.
async fn ask(backend: &Backend, options: &Options, questions: &[LabelledQuestion], model: &str) -> Result<Vec<Answer>, Failure> {
    let stage = Stage::new("asking");
    let asked = questions.iter().map(|question| {
        let question =
            AskRequest { archive: options.archive(), question: question.text.clone(), model: model.to_owned(), ..AskRequest::default() };
        let mut client = backend.client();
        async move {
            let reply = client.ask(request(question, LIMIT)).await.map_err(|status| backend.failed(status))?;
            reply.into_inner().answer.ok_or(Failure::Cut("the answer was whole"))
        }
    });
    let mut answers = Vec::with_capacity(questions.len());
    let mut coming = stream::iter(asked).buffered(AT_ONCE);
    while let Some(answer) = coming.try_next().await? {
        answers.push(answer);
        stage.set(format!("asking: {} of {} questions", answers.len(), questions.len()));
    }
    Ok(answers)
}

fn answered_by(answers: &[Answer]) -> AnsweredBy {
    let Some(answer) = answers.first() else { return AnsweredBy::default() };
    let provenance = answer.provenance.clone().unwrap_or_default();
    AnsweredBy {
        name: answer.answered_by.clone(),
        prompt_version: provenance.prompt_version,
        archive_revision: provenance.archive_revision,
        embedding_model: provenance.embedding_model,
    }
}

fn write(path: &Path, text: String) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|source| Failure::File { path: path.to_owned(), source })
}
