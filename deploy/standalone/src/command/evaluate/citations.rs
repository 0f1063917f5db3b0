//! `antigravity evaluate citations`: finished answers, judged by what the archive holds of the preprints that they cite.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
    time::Duration,
};

use antigravity_chassis::status::reason_of;
use antigravity_proto::{
    gateway::v1::GetPreprintRequest,
    json,
    types::{Answer, Preprint, Reason},
};

use crate::{
    backend::{Backend, request},
    cli::CitationEvaluation,
    evaluate::{CitationReport, FinishedAnswer, for_each_line},
    failure::Failure,
    options::Options,
    output,
    progress::Stage,
};

/// Far more than reading one preprint takes.
const LIMIT: Duration = Duration::from_secs(30);

/// Judges, and reports.
pub(crate) async fn run(arguments: CitationEvaluation, options: &Options) -> Result<(), Failure> {
    let mut answers = Vec::new();
    for path in &arguments.answers {
        read(path, &mut answers)?;
    }
    let ids: BTreeSet<String> = answers.iter().flat_map(FinishedAnswer::ids).collect();
    let work = async |backend: &Backend| preprints(backend, options, &ids).await;
    let preprints = Box::pin(crate::command::with_backend(options, work)).await?;
    let report = tokio::task::block_in_place(|| CitationReport::new(&answers, &preprints));
    output::print(&if arguments.json { format!("{:#}\n", report.json()) } else { report.table() })
}

/// A file of Markdown is one answer, any other file holds one as JSON per line.
fn read(path: &Path, answers: &mut Vec<FinishedAnswer>) -> Result<(), Failure> {
    if path.extension().is_some_and(|ending| ending == "md" || ending == "markdown") {
        let markdown = fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_owned(), source })?;
        answers.push(FinishedAnswer { markdown, sources: None });
        return Ok(());
    }
    for_each_line(path, |_, line| {
        let answer: Answer = json::from_json(line).map_err(|error| format!("no answer as `antigravity ask --json` prints it: {error}"))?;
        let sources = answer.sources.into_iter().map(|source| source.id).collect();
        answers.push(FinishedAnswer { markdown: answer.markdown, sources: Some(sources) });
        Ok(())
    })
    .map_err(Failure::from)
}

/// What the archive has of these.
async fn preprints(backend: &Backend, options: &Options, ids: &BTreeSet<String>) -> Result<HashMap<String, Preprint>, Failure> {
    let stage = Stage::new("reading the preprints");
    let mut found = HashMap::new();
    for id in ids {
        stage.set(format!("reading the preprints: {} of {}", found.len(), ids.len()));
        let asked = request(GetPreprintRequest { archive: options.archive(), id: id.clone() }, LIMIT);
        match backend.client().get_preprint(asked).await {
            Ok(reply) => found.extend(reply.into_inner().preprint.map(|preprint| (preprint.id.clone(), preprint))),
            Err(status) if reason_of(&status) == Some(Reason::PreprintNotFound) => {}
            Err(status) => return Err(backend.failed(status)),
        }
    }
    Ok(found)
}
