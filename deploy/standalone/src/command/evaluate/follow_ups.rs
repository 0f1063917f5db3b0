//! `antigravity evaluate follow-ups`: every question is asked, and then each question to go on with that its answer offers.

use std::time::Duration;

use antigravity_proto::{
    gateway::v1::AskRequest,
    types::{Answer, AnswerLength, CoverageLevel},
};

use crate::{
    backend::{Backend, request},
    cli::FollowUpEvaluation,
    evaluate::{FollowUpReport, Offered, QuestionList, offered_lines},
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
};

/// A model takes a minute or two for a long answer.
const LIMIT: Duration = Duration::from_secs(240);

/// How far an answer reaches follows from the search alone, so the shortest one without a model will do for a follow-up.
const UNWRITTEN: &str = "extractive";

/// Asks, and reports.
pub(crate) async fn run(arguments: FollowUpEvaluation, options: &Options) -> Result<(), Failure> {
    let set = QuestionList::read(&arguments.questions)?;
    let model = arguments.model.clone().unwrap_or_default();
    let work = async |backend: &Backend| offered(backend, options, &set, &model).await;
    let answers = Box::pin(crate::command::with_backend(options, work)).await?;
    if let Some(path) = &arguments.details {
        std::fs::write(path, offered_lines(&answers)).map_err(|source| Failure::File { path: path.clone(), source })?;
    }
    // A second of computing while nothing else runs in this process.
    let report = tokio::task::block_in_place(|| FollowUpReport::new(&set.name, &answers));
    output::print(&if arguments.json { format!("{:#}\n", report.json()) } else { report.table() })
}

async fn offered(backend: &Backend, options: &Options, set: &QuestionList, model: &str) -> Result<Vec<Offered>, Failure> {
    let stage = Stage::new("asking");
    let mut answers = Vec::new();
    for question in &set.questions {
        stage.set(format!("asking: {} of {} questions", answers.len(), set.questions.len()));
        let answer = ask(backend, options, question, model, AnswerLength::Medium).await?;
        let mut follow_ups = Vec::new();
        for offered in answer.follow_ups {
            let answer = ask(backend, options, &offered.question, UNWRITTEN, AnswerLength::Short).await?;
            let level = answer.coverage.map_or(CoverageLevel::Unspecified, |coverage| coverage.level());
            follow_ups.push((offered, level));
        }
        answers.push(Offered { question: question.clone(), follow_ups });
    }
    Ok(answers)
}

async fn ask(backend: &Backend, options: &Options, question: &str, model: &str, length: AnswerLength) -> Result<Answer, Failure> {
    let asked = AskRequest {
        archive: options.archive(),
        question: question.to_owned(),
        model: model.to_owned(),
        length: length.into(),
        ..Default::default()
    };
    let reply = backend.client().ask(request(asked, LIMIT)).await.map_err(|status| backend.failed(status))?;
    reply.into_inner().answer.ok_or(Failure::Cut("the answer was whole"))
}
