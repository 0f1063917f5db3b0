//! The making of one answer: assess coverage → draft, by a model or the composer → verify each unit → release → follow-ups → composition.
//!
//! The response stream owns all of it. Whoever drops the stream drops the model's socket with it.

mod opening;
mod outcome;
mod record;

use std::sync::Arc;
use std::time::Instant;

use antigravity_chassis::call::CallContext;
use antigravity_proto::answerer::v1::compose_response::Event;
use antigravity_proto::answerer::v1::{ComposeResponse, Restarted};
use antigravity_proto::types::{AnswerLength, Coverage, CoverageLevel, CoverageReason, NoticeKind, Turn, UnsupportedPolicy};
use antigravity_text::PreprintId;
use futures_util::StreamExt as _;
use futures_util::stream::Stream;
use tokio::sync::mpsc;
use tonic::Status;

use crate::draft::{DraftUnit, Segmenter, UnitKind};
use crate::model::{self, Chosen, Model, ModelError, Reply, Stop};
use crate::produced::produced;
use crate::prompt::{Prompt, Request};
use crate::sources::Sources;
use crate::verify::{Checked, Release, ReleasedBlock, SecondJudge, Verifier, review};
use crate::{coverage, extractive, follow_up, measured};
use opening::Opening;
use outcome::Outcome;
use record::Record;

/// What an answer is made from.
pub(crate) struct Job {
    /// The question as it can be understood by itself: with the earlier ones that it leans on, where it does. It ends in the question that was asked.
    pub(crate) question: String,
    /// The question that was asked.
    pub(crate) asked: String,
    pub(crate) sources: Sources,
    pub(crate) chosen: Chosen,
    pub(crate) length: AnswerLength,
    pub(crate) policy: UnsupportedPolicy,
    pub(crate) previous_turns: Vec<Turn>,
    /// Has a say in what a model wrote. The composer quotes, so there is nothing to judge.
    pub(crate) second_judge: Option<Arc<dyn SecondJudge>>,
    /// The call that it is made for.
    pub(crate) call: CallContext,
}

/// The answer as the stream of its events.
pub(crate) fn compose(job: Job) -> impl Stream<Item = Result<ComposeResponse, Status>> {
    produced(move |out| async move {
        // An error here means that the reader is gone, or was told already.
        if let Err(Stopped::Failed(status)) = Composer::new(job, out.clone()).run().await {
            let _ = out.send(Err(status)).await;
        }
    })
}

/// Why the making of an answer stops.
enum Stopped {
    /// Nobody reads any more.
    Unread,
    /// A fault of the program.
    Failed(Status),
}

struct Composer {
    question: Arc<str>,
    sources: Arc<Sources>,
    job: Job,
    out: mpsc::Sender<Result<ComposeResponse, Status>>,
    verifier: Verifier,
    release: Release,
    /// The ids that were cited with success, in the order of the text.
    cited: Vec<PreprintId>,
    record: Record,
}

impl Composer {
    fn new(mut job: Job, out: mpsc::Sender<Result<ComposeResponse, Status>>) -> Self {
        let sources = Arc::new(std::mem::replace(&mut job.sources, Sources::none()));
        let question: Arc<str> = job.question.as_str().into();
        let (verifier, release) = fresh(&question, &sources, job.policy);
        Self { question, sources, job, out, verifier, release, cited: Vec::new(), record: Record::default() }
    }

    async fn run(mut self) -> Result<(), Stopped> {
        let mut coverage = self.assess().await?;
        self.send(Event::Coverage(coverage.clone())).await?;
        let mut tail = String::new();
        // Without sources a model could only answer from memory.
        let unanswerable = matches!(coverage.reason(), CoverageReason::NoSources | CoverageReason::LanguageNotRead);
        let outcome = match self.job.chosen.model.clone().filter(|_| !unanswerable) {
            Some(model) => self.by_model(model.as_ref(), &mut coverage, &mut tail).await?,
            None => Outcome::Unasked,
        };
        if !matches!(outcome, Outcome::Answered) {
            self.restart(&outcome).await?;
            self.by_composer(&coverage).await?;
            tail.clear();
        }
        self.note_what_was_left_out();
        let (question, sources, cited) = (Arc::clone(&self.question), Arc::clone(&self.sources), self.cited.clone());
        let candidates = off_the_runtime(move || follow_up::candidates(&question, &sources, &cited, &tail)).await?;
        let writer = matches!(outcome, Outcome::Answered);
        let composition = self.record.composition(coverage, candidates, &self.job.chosen, writer);
        self.send(Event::Composition(composition)).await
    }

    async fn assess(&mut self) -> Result<Coverage, Stopped> {
        let began = Instant::now();
        let _span = self.job.call.span("assess coverage");
        let (question, sources) = (Arc::clone(&self.question), Arc::clone(&self.sources));
        let asked = question.len().saturating_sub(self.job.asked.len());
        let coverage = off_the_runtime(move || coverage::assess_asked(&question, asked, &sources)).await?;
        self.record.coverage_time = Some(began.elapsed());
        Ok(coverage)
    }

    async fn by_composer(&mut self, coverage: &Coverage) -> Result<(), Stopped> {
        let began = Instant::now();
        let _span = self.job.call.span("compose from sources");
        let (question, sources) = (Arc::clone(&self.question), Arc::clone(&self.sources));
        let (coverage, length) = (coverage.clone(), self.job.length);
        let markdown = off_the_runtime(move || extractive::compose(&question, &sources, &coverage, length)).await?;
        self.record.compose_time = Some(began.elapsed());
        let mut segmenter = Segmenter::new();
        let mut units = segmenter.push(&markdown);
        units.extend(segmenter.finish().0);
        for unit in units {
            let checked = self.check(unit);
            self.let_go(checked).await?;
        }
        let last = self.verifier.finish();
        self.let_go(last).await
    }

    /// Asks the model and releases its reply while it arrives, unless the policy holds it back to the end.
    async fn by_model(&mut self, model: &dyn Model, coverage: &mut Coverage, tail: &mut String) -> Result<Outcome, Stopped> {
        let request = Request { question: &self.job.asked, coverage, length: self.job.length, previous_turns: &self.job.previous_turns };
        let prompt = Prompt::new(&request, &self.sources, model.prompt_tokens());
        self.record.dropped_turns = u32::try_from(prompt.dropped_turns).unwrap_or(u32::MAX);
        if !prompt.dropped.is_empty() {
            self.record.note(NoticeKind::SourcesDropped, "Some sources found no room in the prompt; the answer doesn't draw on them.");
            self.record.dropped_sources.clone_from(&prompt.dropped);
        }
        self.record.model_calls = 1;
        let began = Instant::now();
        let mut reply = model::measured::reply(model, &prompt, &self.job.call);
        let (mut segmenter, mut opening) = (Segmenter::new(), Opening::new(coverage));
        let mut held = Vec::new();
        let stop = loop {
            match reply.next().await {
                Some(Ok(Reply::Text(text))) => {
                    self.record.first_token_time.get_or_insert_with(|| began.elapsed());
                    for unit in segmenter.push(&text) {
                        let checked = self.check_twice(unit).await;
                        self.let_go_or_hold(opening.pass(checked), &mut held).await?;
                    }
                }
                Some(Ok(Reply::Usage(usage))) => self.record.usage = Some(usage),
                Some(Ok(Reply::End(stop))) => break Ok(stop),
                Some(Err(error)) => {
                    self.record.model_calls = u32::from(!matches!(error, ModelError::Paused { .. }));
                    break Err(error.to_string());
                }
                None => break Err("the model's reply ended before it was complete".to_owned()),
            }
        };
        self.record.model_time = Some(began.elapsed());
        let stop = match stop {
            Ok(Stop::Declined) => return Ok(Outcome::Declined),
            Ok(stop) => stop,
            Err(reason) => return Ok(Outcome::Failed(reason)),
        };
        let (mut last, after_marker) = segmenter.finish();
        if stop == Stop::Cut {
            self.record.note(NoticeKind::ReplyCut, "The model's reply was cut off at its length limit.");
            last.retain(is_whole);
        }
        *tail = after_marker;
        for unit in last {
            let checked = self.check_twice(unit).await;
            self.let_go_or_hold(opening.pass(checked), &mut held).await?;
        }
        let checked = self.verifier.finish();
        let checked = self.judged(checked).await;
        self.let_go_or_hold(opening.pass(checked), &mut held).await?;
        self.let_go_or_hold(opening.finish(), &mut held).await?;
        if too_many_fail(&held) {
            return Ok(Outcome::Unsupported);
        }
        self.let_go(held).await?;
        if self.release.is_empty() && self.release.dropped() > 0 {
            return Ok(Outcome::Unsupported);
        }
        if self.release.is_empty() {
            return Ok(Outcome::Failed("the model sent no text".to_owned()));
        }
        opening.lower(coverage);
        Ok(Outcome::Answered)
    }

    /// What was released is void: says so, if anything was, and begins anew.
    async fn restart(&mut self, outcome: &Outcome) -> Result<(), Stopped> {
        let Some((kind, message)) = outcome.notice() else { return Ok(()) };
        tracing::warn!(model = %self.job.chosen.name, reason = %message, "the extractive composer writes the answer");
        if !self.release.is_empty() || matches!(outcome, Outcome::Unsupported) {
            self.send(Event::Restarted(Restarted { reason: message.clone() })).await?;
        }
        self.record.note(kind, &message);
        // What a model's prompt left out is no matter any more.
        self.record.dropped_sources.clear();
        self.record.dropped_turns = 0;
        self.record.notices.retain(|notice| notice.kind() == kind);
        (self.verifier, self.release) = fresh(&self.question, &self.sources, self.job.policy);
        self.cited.clear();
        Ok(())
    }

    fn check(&mut self, unit: DraftUnit) -> Vec<Checked> {
        let began = Instant::now();
        let checked = self.verifier.push(unit);
        self.record.verify_time += began.elapsed();
        checked
    }

    async fn check_twice(&mut self, unit: DraftUnit) -> Vec<Checked> {
        let checked = self.check(unit);
        self.judged(checked).await
    }

    /// With the second judge's say. One that fails isn't asked again for this answer: each sentence would wait for its time limit.
    async fn judged(&mut self, mut checked: Vec<Checked>) -> Vec<Checked> {
        if let Some(judge) = self.job.second_judge.clone() {
            let began = Instant::now();
            if review(judge.as_ref(), &self.sources, &mut checked).await.is_err() {
                self.job.second_judge = None;
            }
            self.record.verify_time += began.elapsed();
        }
        checked
    }

    async fn let_go_or_hold(&mut self, checked: Vec<Checked>, held: &mut Vec<Checked>) -> Result<(), Stopped> {
        if self.job.policy == UnsupportedPolicy::Strict {
            held.extend(checked);
            return Ok(());
        }
        self.let_go(checked).await
    }

    async fn let_go(&mut self, checked: impl IntoIterator<Item = Checked>) -> Result<(), Stopped> {
        for unit in checked {
            measured::citations(&unit);
            for id in unit.supporting_ids() {
                if !self.cited.contains(id) {
                    self.cited.push(id.clone());
                }
            }
            if let Some(block) = self.release.admit(unit) {
                self.send(released(block)).await?;
            }
        }
        Ok(())
    }

    fn note_what_was_left_out(&mut self) {
        match self.release.dropped() {
            0 => {}
            1 => self.record.note(NoticeKind::SentencesDropped, "One sentence was left out because no source supports it."),
            dropped => self
                .record
                .note(NoticeKind::SentencesDropped, &format!("{dropped} sentences were left out because no source supports them.")),
        }
    }

    async fn send(&self, event: Event) -> Result<(), Stopped> {
        self.out.send(Ok(ComposeResponse { event: Some(event) })).await.map_err(|_| Stopped::Unread)
    }
}

/// The only way to a block event: unchecked text has no [`ReleasedBlock`].
fn released(block: ReleasedBlock) -> Event {
    Event::Block(block.into())
}

fn fresh(question: &str, sources: &Arc<Sources>, policy: UnsupportedPolicy) -> (Verifier, Release) {
    let ids = sources.list.iter().map(|source| source.id.clone()).collect();
    (Verifier::new(Arc::clone(sources), question), Release::new(policy, ids))
}

/// Whether a unit of a reply that was cut off stands on its own: half a sentence may say the opposite of the whole one.
fn is_whole(unit: &DraftUnit) -> bool {
    let ends = |text: &str| text.trim_end_matches(['*', '_', '"', '”', ')', ']']).ends_with(['.', '!', '?']);
    match unit.kind {
        UnitKind::Sentence | UnitKind::ListItem => ends(&unit.text) || unit.text.ends_with(']') && unit.text.contains(". ["),
        UnitKind::TableRow => unit.text.ends_with('|'),
        UnitKind::Heading | UnitKind::TableHead | UnitKind::Rule | UnitKind::Code => false,
    }
}

/// For the strict policy: more than a half of what needs support has none.
fn too_many_fail(held: &[Checked]) -> bool {
    let needed = held.iter().filter(|unit| unit.needed_support()).count();
    let failed = held.iter().filter(|unit| unit.failed()).count();
    failed * 2 > needed
}

/// Runs what takes milliseconds where it blocks nobody.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stopped> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Stopped::Failed(antigravity_chassis::status::internal(error)))
}

/// Whether the archive is silent on the subject.
fn is_silent(level: CoverageLevel) -> bool {
    matches!(level, CoverageLevel::Related | CoverageLevel::None)
}
