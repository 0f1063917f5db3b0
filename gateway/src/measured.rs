//! What is counted of answers.

use std::time::Duration;

use antigravity_chassis::metrics::{Counters, Histograms, SECONDS};
use antigravity_proto::types::{Answer, CoverageLevel, ModelProvider, NoticeKind, Timings};

static OWN: Histograms<0> = Histograms::new("antigravity_own_duration_seconds", "All time of a question but the model's.", [], SECONDS);
static STAGES: Histograms<1> =
    Histograms::new("antigravity_stage_duration_seconds", "Stages of a question, as the provenance names them.", ["stage"], SECONDS);
static ANSWERS: Counters<2> =
    Counters::new("antigravity_answers_total", "Answers given, by how far the archive reached and who wrote.", ["coverage", "answered_by"]);
static NOTICES: Counters<1> = Counters::new("antigravity_notices_total", "What was degraded or left out of answers.", ["notice"]);

/// Counts a finished answer.
pub(crate) fn answer(answer: &Answer) {
    let provenance = answer.provenance.as_ref();
    let provider = provenance.and_then(|provenance| provenance.model.as_ref()).map(antigravity_proto::types::Model::provider);
    let by_model = provider.is_some_and(|provider| provider != ModelProvider::Extractive);
    ANSWERS.add([&reach(answer), if by_model { "model" } else { "extractive" }], 1);
    for notice in &answer.notices {
        NOTICES.add([&label(notice.kind().as_str_name(), "NOTICE_KIND_")], 1);
    }
    if let Some(timings) = provenance.and_then(|provenance| provenance.timings.as_ref()) {
        observe(timings);
    }
}

/// Counts an answer that was kept and is given again. What its writing took was counted then.
pub(crate) fn kept(answer: &Answer) {
    ANSWERS.add([&reach(answer), "kept"], 1);
}

/// How far the archive reached.
fn reach(answer: &Answer) -> String {
    let level = answer.coverage.as_ref().map_or(CoverageLevel::Unspecified, antigravity_proto::types::Coverage::level);
    label(level.as_str_name(), "COVERAGE_LEVEL_")
}

/// Shows what has not happened yet, so that its first time is seen as an increase.
pub(crate) fn nothing_yet() {
    for level in [CoverageLevel::Full, CoverageLevel::Partial, CoverageLevel::Related, CoverageLevel::None] {
        for by in ["model", "extractive", "kept"] {
            ANSWERS.add([&label(level.as_str_name(), "COVERAGE_LEVEL_"), by], 0);
        }
    }
    for kind in (1..).map_while(|number| NoticeKind::try_from(number).ok()) {
        NOTICES.add([&label(kind.as_str_name(), "NOTICE_KIND_")], 0);
    }
}

fn observe(timings: &Timings) {
    let seconds = |time: Option<prost_types::Duration>| time.and_then(|time| Duration::try_from(time).ok()).map(|time| time.as_secs_f64());
    if let Some(own) = seconds(timings.overhead) {
        OWN.observe([], own);
    }
    for (stage, time) in [
        ("embed", timings.embed),
        ("search", timings.search),
        ("coverage", timings.coverage),
        ("first_token", timings.first_token),
        ("model", timings.model),
        ("compose", timings.compose),
        ("verify", timings.verify),
        ("follow_ups", timings.follow_ups),
        ("total", timings.total),
    ] {
        if let Some(took) = seconds(time) {
            STAGES.observe([stage], took);
        }
    }
}

/// `full` of `COVERAGE_LEVEL_FULL`.
fn label(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}
