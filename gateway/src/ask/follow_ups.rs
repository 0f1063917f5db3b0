//! Checking follow-ups against the archive before they are offered: one search and one assessment for some candidates together, and again for the
//! others where those leave something to be wished for.

use std::time::{Duration, Instant};

use antigravity_chassis::call::CallContext;
use antigravity_proto::answerer::v1::{AssessCoverageRequest, CoverageQuestion};
use antigravity_proto::retriever::v1::{Query, SearchRequest};
use antigravity_proto::types::{Coverage, CoverageLevel, FollowUp, Notice, NoticeKind};
use tonic::Status;

use super::candidates::{self, CHECKED_AT_ONCE, OFFERED};
use super::validate::Ask;
use crate::deadlines;
use crate::peers::Peers;
use crate::request::COUNT_DEFAULT;

/// The follow-ups that an answer offers.
#[derive(Default)]
pub(super) struct FollowUps {
    /// At most three, each of which the archive can answer.
    pub(super) offered: Vec<FollowUp>,
    /// Why there are fewer than three. Empty when there are three.
    pub(super) shortfall: String,
    /// That the check was given up.
    pub(super) notice: Option<Notice>,
    /// What the check took. `None` when there was none.
    pub(super) time: Option<Duration>,
}

/// Checks the candidates. Never fails the answer, which is written already: a check that can't be made leaves the follow-ups out and says so.
pub(super) async fn check(peers: &Peers, context: &CallContext, ask: &Ask, candidates: &[FollowUp]) -> FollowUps {
    let asked = ask.previous_turns.iter().map(|turn| turn.question.as_str()).chain([ask.question.as_str()]);
    let candidates = candidates::distinct(candidates, asked);
    if candidates.is_empty() {
        return FollowUps { shortfall: "The sources suggest no question to go on with.".into(), ..Default::default() };
    }
    let Some(context) = deadlines::for_follow_ups(context) else {
        return given_up("Too little time was left to check follow-up questions against the archive, so none is offered.", None);
    };
    let started = Instant::now();
    match passing(peers, &context, ask, &candidates).await {
        Ok(passed) => offer(candidates.len(), passed, started.elapsed()),
        Err(status) => {
            tracing::warn!(code = ?status.code(), cause = status.message(), "the check of follow-ups was given up");
            let message = "Follow-up questions could not be checked against the archive, so none is offered.";
            given_up(message, Some(started.elapsed()))
        }
    }
}

/// The candidates that the archive can answer. Those after the first few are asked about only where these don't make a choice that can't be bettered:
/// each costs an embedding and a search.
async fn passing(peers: &Peers, context: &CallContext, ask: &Ask, candidates: &[FollowUp]) -> Result<Vec<FollowUp>, Status> {
    let mut passed = Vec::new();
    for some in candidates.chunks(CHECKED_AT_ONCE) {
        let coverages = assess(peers, context, ask, some).await?;
        passed.extend(some.iter().zip(&coverages).filter(|(_, coverage)| answerable(coverage)).map(|(candidate, _)| candidate.clone()));
        if candidates::is_best(&passed) {
            break;
        }
    }
    Ok(passed)
}

fn answerable(coverage: &Coverage) -> bool {
    matches!(coverage.level(), CoverageLevel::Full | CoverageLevel::Partial)
}

/// How far the archive, under the same filter, reaches into each candidate.
async fn assess(peers: &Peers, context: &CallContext, ask: &Ask, candidates: &[FollowUp]) -> Result<Vec<Coverage>, Status> {
    let query = |candidate: &FollowUp| Query {
        text: candidate.question.clone(),
        filter: ask.filter.clone(),
        limit: COUNT_DEFAULT,
        ..Default::default()
    };
    let queries = candidates.iter().map(query).collect();
    let request = SearchRequest { archive: ask.archive.clone(), queries, tenant: context.caller.tenant().to_string() };
    let results = peers.search(context, request).await?.results;
    let question = |(candidate, result): (&FollowUp, _)| CoverageQuestion { question: candidate.question.clone(), result: Some(result) };
    let request = AssessCoverageRequest { questions: candidates.iter().zip(results).map(question).collect() };
    Ok(peers.assess_coverage(context, request).await?.coverages)
}

fn offer(checked: usize, passed: Vec<FollowUp>, time: Duration) -> FollowUps {
    let offered = candidates::chosen(passed);
    FollowUps { shortfall: shortfall(offered.len(), checked), offered, notice: None, time: Some(time) }
}

/// Why fewer than three are offered, for a reader.
fn shortfall(offered: usize, checked: usize) -> String {
    match (offered, checked) {
        (OFFERED.., _) => String::new(),
        (0, 1) => "The archive can't answer the one follow-up question that suggested itself.".into(),
        (0, _) => format!("The archive can answer none of the {checked} follow-up questions that suggested themselves."),
        (offered, checked) if offered == checked => "The sources suggest no further question to go on with.".into(),
        (offered, checked) => {
            format!("The archive can answer only {offered} of the {checked} follow-up questions that suggested themselves.")
        }
    }
}

fn given_up(message: &str, time: Option<Duration>) -> FollowUps {
    FollowUps {
        offered: Vec::new(),
        shortfall: message.into(),
        notice: Some(Notice { kind: NoticeKind::FollowUpsGivenUp.into(), message: message.into() }),
        time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use antigravity_proto::types::{CoverageLevel::*, FollowUpKind};

    #[test]
    fn only_what_the_archive_can_answer_is_offered_and_a_shortfall_is_explained() {
        for (levels, offered, shortfall) in [
            (vec![Full, Partial, Full], vec![0, 1, 2], ""),
            (vec![Related, Full, Unspecified, Partial, Full], vec![1, 3, 4], ""),
            (vec![Full, Related, None], vec![0], "The archive can answer only 1 of the 3 follow-up questions that suggested themselves."),
            (vec![Full, Full], vec![0, 1], "The sources suggest no further question to go on with."),
            (vec![None, Related], vec![], "The archive can answer none of the 2 follow-up questions that suggested themselves."),
            (vec![None], vec![], "The archive can't answer the one follow-up question that suggested itself."),
        ] {
            let coverages = levels.iter().map(|level| Coverage { level: (*level).into(), ..Default::default() });
            let candidate = |n: usize| FollowUp { question: n.to_string(), kind: FollowUpKind::Limit.into() };
            let passed = coverages.enumerate().filter(|(_, coverage)| answerable(coverage)).map(|(n, _)| candidate(n)).collect();
            let follow_ups = offer(levels.len(), passed, Duration::ZERO);
            let questions: Vec<usize> = follow_ups.offered.iter().map(|follow_up| follow_up.question.parse().unwrap()).collect();
            assert_eq!((questions, follow_ups.shortfall.as_str()), (offered, shortfall), "{levels:?}");
        }
    }
}
